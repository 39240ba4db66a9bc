/**
 * CloudWatch Logs filter patterns in their JSON form: reading them, and matching log events.
 *
 *     const matches = compileFilterPattern(parseFilterPattern("{ $.prediction_valid IS TRUE }"));
 *     matches('{"prediction_valid": true}'); // true
 */
export * from "./matcher";
export type * from "./parser";
export { numberReader } from "./matcher";
export { FilterPatternError, type FilterPatternErrorReason } from "./parser";
export * from "./parser";
export { numberAt } from "./matcher";
export { compileFilterPattern, compileJsonFilterPattern, parseJsonMessage } from "./matcher";
export { parseNumber } from "./parser";
export { parseFilterPattern } from "./parser";
export { countWildcards, parseSelector } from "./parser";
