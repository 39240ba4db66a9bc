import {
  compileFilterPattern,
  type Condition,
  type FilterPattern,
  type Selector,
} from "../simulator/filterPattern";
import { isPlainName } from "./fieldTree";
import { looseName } from "./looseName";

/** Every selector of a pattern, in its order. */
export function selectorsOf(pattern: FilterPattern): Selector[] {
  return pattern.kind === "json" ? conditionSelectors(pattern.condition) : [];
}

function conditionSelectors(condition: Condition): Selector[] {
  return "terms" in condition ? condition.terms.flatMap(conditionSelectors) : [condition.selector];
}

/**
 * What a message must have in it so that one of the patterns can match, or so that it can miss one nearly:
 * the source of a regular expression, see `FastSink.interest`.
 *
 * @param watched - Names that are of interest however they are spelled, see `watchedFields`.
 * @returns undefined if a message can match without any name in it.
 */
export function interestOf(
  patterns: readonly FilterPattern[],
  watched: readonly string[],
): string | undefined {
  const names = new Set(watched);
  for (const pattern of patterns) {
    const { hints } = compileFilterPattern(pattern);
    if (!hints?.propertyNames) return undefined;
    for (const name of hints.texts) names.add(name);
  }
  // A log group without filters: nothing is of interest, which this pattern says.
  if (names.size === 0) return "(?!)";
  if (![...names].every(isPlainName)) return undefined;
  return [...names].map(looseName).join("|");
}
