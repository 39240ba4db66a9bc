import {
  type Condition,
  DEFAULT_FILTER_PATTERN_ASSUMPTIONS,
  type FilterPattern,
  type FilterPatternAssumptions,
  type Selector,
} from "../simulator/filterPattern";
import { isPlainName } from "./fieldTree";
import { looseName } from "./looseName";

/** Every selector of a pattern, in its order. */
export function selectorsOf(pattern: FilterPattern): Selector[] {
  return pattern.kind === "everything" ? [] : conditionSelectors(pattern.condition);
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
  assumptions: Partial<FilterPatternAssumptions> = {},
): string | undefined {
  const settled = { ...DEFAULT_FILTER_PATTERN_ASSUMPTIONS, ...assumptions };
  const names = new Set(watched);
  for (const pattern of patterns) {
    const needed =
      pattern.kind === "everything" ? undefined : neededNames(pattern.condition, watched, settled);
    if (needed === undefined) return undefined;
    for (const name of needed) names.add(name);
  }
  // A log group without filters: nothing is of interest, which this pattern says.
  if (names.size === 0) return "(?!)";
  if (![...names].every(isPlainName)) return undefined;
  return [...names].map(looseName).join("|");
}

/** Names of which a matching event has at least one; undefined if it may have none. */
function neededNames(
  condition: Condition,
  preferred: readonly string[],
  assumptions: FilterPatternAssumptions,
): readonly string[] | undefined {
  switch (condition.kind) {
    case "notExists":
      return undefined;
    case "equality":
      if (condition.operator === "!=" && assumptions.notEqualMatchesAbsentField) return undefined;
      return neededName(condition.selector);
    case "order":
    case "is":
      return neededName(condition.selector);
    case "and": {
      // Any term's names do. The fewer events have them, the better: a field rather than its conditions.
      const choices = condition.terms.flatMap((term) => {
        const names = neededNames(term, preferred, assumptions);
        return names === undefined ? [] : [names];
      });
      const rare = (names: readonly string[]) => names.every((name) => preferred.includes(name));
      return choices.find(rare) ?? choices[0];
    }
    case "or": {
      const all = condition.terms.map((term) => neededNames(term, preferred, assumptions));
      return all.every((names) => names !== undefined) ? all.flat() : undefined;
    }
  }
}

function neededName(selector: Selector): readonly string[] | undefined {
  const names = selector.flatMap((step) => (step.kind === "member" ? [step.name] : []));
  const last = names.at(-1);
  return last === undefined ? undefined : [last];
}
