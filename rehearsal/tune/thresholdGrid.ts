/** What a grid of thresholds is laid around; all in percent. */
export interface GridRange {
  /** The lowest data point. */
  readonly lowest: number;
  /** Where a healthy model's data points lie: the thresholds that matter are among them or just below. */
  readonly healthy: { readonly low: number; readonly high: number };
  /** The model's own threshold, to compare with. */
  readonly own: number;
}

/** Round steps in thousandths of a percent point, the finest first. */
const FINE_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000];
const COARSE_STEPS = [500, 1000, 2000];

/** About as many as fit into each part. */
const FINE = 110;
const COARSE = 100;

/** Percent points below the healthy data points that are tried in any case, and closer together. */
const FAR = 20;
const NEAR = 5;

/** Thresholds are written with at most three decimals. */
const UNIT = 1000;

/**
 * One to two hundred thresholds: half a point apart (or one) from below the lowest data point up to 100, a tenth apart
 * for some points below a healthy rate, and closer where healthy data points are closer. All but the own one are round
 * numbers that a person would write.
 * @returns rising, above 0 and at most 100
 */
export function thresholdGrid({ lowest, healthy, own }: GridRange): number[] {
  const { low, high } = healthy;
  const found = new Set<number>();
  addSteps(found, [Math.min(lowest, low - FAR), 100], COARSE, COARSE_STEPS);
  addSteps(found, [high - NEAR, high], NEAR * 10, [100]);
  addSteps(found, [low, high], FINE, FINE_STEPS);
  return [...new Set([...[...found].map((value) => value / UNIT), own])]
    .filter((value) => value > 0 && value <= 100)
    .sort((a, b) => a - b);
}

/** Multiples of the smallest step that does with `most` values, from just below a range to just above it. */
function addSteps(
  into: Set<number>,
  range: readonly [low: number, high: number],
  most: number,
  steps: readonly number[],
): void {
  const [low, high] = range.map((end) => Math.min(100, Math.max(0, end)) * UNIT);
  if (low === undefined || high === undefined) return;
  const step = steps.find((each) => (high - low) / each <= most) ?? steps.at(-1) ?? UNIT;
  for (let value = Math.floor(low / step) * step; value < high + step; value += step) {
    into.add(value);
  }
}
