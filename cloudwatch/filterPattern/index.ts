/**
 * CloudWatch Logs filter patterns in their JSON form: reading them, and matching log events.
 *
 *     const matches = compileFilterPattern(parseFilterPattern("{ $.prediction_valid IS TRUE }"));
 *     matches('{"prediction_valid": true}'); // true
 */
export * from "./assumptions";
export type * from "./ast";
export { numberReader } from "./comparison";
export { FilterPatternError, type FilterPatternErrorReason } from "./error";
export * from "./limits";
export { numberAt } from "./lookup";
export { compileFilterPattern, compileJsonFilterPattern, parseJsonMessage } from "./matcher";
export { parseNumber } from "./number";
export { parseFilterPattern } from "./parser";
export { countWildcards, parseSelector } from "./selector";
