export { type CompiledMath, compileMetricMath, isPointwise, readsTime } from "./evaluator";
export { type MetricMath, MetricMathError, parseMetricMath, SUPPORTED_FUNCTIONS } from "./parser";
