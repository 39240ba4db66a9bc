/**
 * CloudWatch Logs filter patterns: reading them, and matching log events.
 *
 *     const { matches } = compileFilterPattern(parseFilterPattern("{ $.prediction_valid IS TRUE }"));
 *     matches(new EventMessage('{"prediction_valid": true}')); // true
 */
export { type CompiledPattern, compileFilterPattern, patternMeaning, valueReader } from "./matcher";
export { EventMessage } from "./eventMessage";
export {
  type Condition,
  type FilterPattern,
  FilterPatternError,
  parseFilterPattern,
  parseSelector,
  plainPath,
  type Selector,
} from "./parser";
export { extractedValues } from "./spaceDelimited";
