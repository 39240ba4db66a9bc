import { MAX_PATTERN_LENGTH } from "./filterPattern";
import type { MetricFilter } from "./metricFilter";
import { isMetricNumber, metricValueReader } from "./metricValue";

/** What AWS would refuse in a metric filter. */
export interface MetricFilterProblem {
  readonly field: keyof MetricFilter;
  readonly message: string;
}

/** A metric filter that AWS would refuse, with everything that is wrong with it. */
export class MetricFilterError extends Error {
  override readonly name = "MetricFilterError";

  constructor(
    filterName: string,
    readonly problems: readonly MetricFilterProblem[],
  ) {
    const list = problems.map(({ field, message }) => `${field}: ${message}`).join("; ");
    super(`metric filter "${filterName}": ${list}`);
  }
}

/** Most dimensions of a metric filter (CloudWatch Logs API Reference, MetricTransformation). */
export const MAX_METRIC_FILTER_DIMENSIONS = 3;

const BYTE_UNITS = ["", "Kilo", "Mega", "Giga", "Tera"].flatMap((scale) =>
  ["Bytes", "Bits"].map((base) => (scale === "" ? base : scale + base.toLowerCase())),
);
/** `StandardUnit` of the CloudWatch Logs API Reference. */
const UNITS: ReadonlySet<string> = new Set([
  ...["Seconds", "Microseconds", "Milliseconds", "Percent", "Count", "Count/Second", "None"],
  ...BYTE_UNITS,
  ...BYTE_UNITS.map((unit) => `${unit}/Second`),
]);

interface TextRule {
  readonly field: "name" | "logGroupName" | "metricName" | "metricNamespace" | "metricValue";
  readonly most: number;
  readonly form: RegExp;
  readonly characters: string;
}

/** Lengths and character classes of the CloudWatch Logs API Reference, PutMetricFilter. */
const TEXT_RULES: readonly TextRule[] = [
  { field: "name", most: 512, form: /^[^:*]*$/, characters: "neither : nor *" },
  {
    field: "logGroupName",
    most: 512,
    form: /^[.\-_/#A-Za-z0-9]*$/,
    characters: "only letters, digits and . - _ / #",
  },
  { field: "metricName", most: 255, form: /^[^:*$]*$/, characters: "none of : * $" },
  { field: "metricNamespace", most: 255, form: /^[^:*$]*$/, characters: "none of : * $" },
  { field: "metricValue", most: 100, form: /^/, characters: "" },
];

/** All that AWS would refuse in `filter`, the grammar of its pattern aside; empty if nothing. */
export function metricFilterProblems(filter: MetricFilter): MetricFilterProblem[] {
  const problems: MetricFilterProblem[] = [];
  const report = (field: keyof MetricFilter, message: string) => problems.push({ field, message });
  for (const { field, most, form, characters } of TEXT_RULES) {
    const text = filter[field];
    const length = Array.from(text).length;
    if (length < 1 || length > most) report(field, `must have 1 to ${String(most)} characters`);
    if (!form.test(text)) report(field, `may have ${characters}, found "${text}"`);
  }
  if (Array.from(filter.pattern).length > MAX_PATTERN_LENGTH) {
    report("pattern", `must have at most ${String(MAX_PATTERN_LENGTH)} characters`);
  }
  if (filter.metricValue !== "" && metricValueReader(filter.metricValue) === undefined) {
    report("metricValue", `must be a number or $.field, found "${filter.metricValue}"`);
  }
  const { defaultValue, unit } = filter;
  const dimensions = Object.keys(filter.dimensions ?? {}).length;
  if (defaultValue !== undefined && !isMetricNumber(defaultValue)) {
    report("defaultValue", `must be a finite number, found ${String(defaultValue)}`);
  }
  if (defaultValue !== undefined && dimensions > 0) {
    report("defaultValue", "cannot be combined with dimensions");
  }
  if (dimensions > MAX_METRIC_FILTER_DIMENSIONS) {
    report("dimensions", `there may be at most ${String(MAX_METRIC_FILTER_DIMENSIONS)}`);
  }
  if (unit !== undefined && !UNITS.has(unit)) report("unit", `"${unit}" is not a CloudWatch unit`);
  return problems;
}
