/**
 * CloudWatch Logs filter patterns: reading them, and matching log events.
 *
 *     const { matches } = compileFilterPattern(parseFilterPattern("{ $.prediction_valid IS TRUE }"));
 *     matches(new EventMessage('{"prediction_valid": true}')); // true
 */
export { type CompiledPattern, compileFilterPattern, patternMeaning, valueReader } from "./matcher";
export { EventMessage, parseJsonMessage } from "./eventMessage";
export {
  type Condition,
  countWildcards,
  type Field,
  type FilterPattern,
  FilterPatternError,
  MAX_PATTERN_LENGTH,
  MAX_REGEXES_PER_PATTERN,
  MAX_WILDCARDS_PER_PATTERN,
  type Operand,
  parseFilterPattern,
  parseSelector,
  type Selector,
  type SelectorStep,
} from "./parser";
export { extractedValues } from "./spaceDelimited";
