export { type CompiledMath, compileMetricMath, readsTime } from "./evaluator";
export { type MetricMath, MetricMathError, parseMetricMath, SUPPORTED_FUNCTIONS } from "./parser";
