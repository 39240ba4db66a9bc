import { longestWindow, SHORT_PERIOD_WINDOW } from "../../components/cloudwatch/limits";
import { validText } from "../../components/cloudwatch/patterns";
import { durationInput } from "../../components/settings/duration";
import { type Datapoints, datapointsText } from "../../components/settings/settings";
import type { TimeSpan } from "../time";
import { type RateSeries, type Volumes, volumesOf } from "./data";
import { type Batch, isSame, type PointSettings, type Setting } from "./grid";

/** The settings that tuning changes, unless they are kept. */
export const TUNED = [
  "period",
  "datapoints",
  "threshold",
  "confidence",
  "minimumPredictions",
] as const;

export type Tuned = (typeof TUNED)[number];

/** Seconds: from a quarter of an hour to a day. */
const PERIODS = [900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400];

/** The least of which a rate can be told, on average of the periods. */
const FEWEST_PREDICTIONS = 10;

/** The baseline holds a period at least so often. */
const FEWEST_PERIODS = 5;

/** From firing at every hiccup to firing only when it goes on: [M, N]. */
const COMMON = [
  [1, 1],
  [2, 2],
  [2, 3],
  [3, 3],
  [3, 5],
  [4, 5],
  [5, 5],
] as const;

/** M of a window just over a day, which CloudWatch evaluates once an hour and which stays in ALARM for its length. */
const LATCHED = [1, 2, 3];

/** Percent. */
const CONFIDENCE = 95;

/**
 * The settings of "M of N" worth trying: the common ones, those of just over a day, and the model's own, as far as
 * CloudWatch lets an alarm look back.
 * @param period length of a data point in seconds
 * @returns by N, then by M
 */
export function datapointSettings(own: Datapoints, period: number): Datapoints[] {
  const overDay = Math.floor(SHORT_PERIOD_WINDOW / period) + 1;
  const wanted = [
    own,
    ...COMMON.map(([toAlarm, of]) => ({ toAlarm, of })),
    ...LATCHED.map((toAlarm) => ({ toAlarm, of: overDay })),
  ];
  return wanted
    .filter(({ toAlarm, of }) => toAlarm <= of && of * period <= longestWindow(period))
    .filter((one, at, all) => all.findIndex((other) => isSame(one, other)) === at)
    .sort((a, b) => a.of - b.of || a.toAlarm - b.toAlarm);
}

/** Thresholds are written with at most three decimals. */
const FINEST = 0.001;

/**
 * Thresholds below a healthy rate, the closer together the nearer they are to it: steps of a twentieth of the distance,
 * on round numbers that a person would write, and the model's own.
 * @returns rising, above 0 and at most 100
 */
export function thresholdGrid(rate: number, own: number): number[] {
  const found = new Set([own]);
  // A rate of which hardly anything is invalid needs finer ones.
  const least = Math.min(0.1, Math.max(FINEST, (100 - rate) / 40));
  for (let gap = least; rate - gap > 0; gap += Math.max(least, gap / 20)) {
    const step = roundStep(Math.max(least, gap / 20));
    const threshold = Number((Math.floor((rate - gap) / step) * step).toFixed(3));
    if (threshold > 0) found.add(threshold);
  }
  return [...found].sort((a, b) => a - b);
}

/** The largest of 1, 2, 5 with whatever power of ten that is not above a step. */
function roundStep(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most) + 1e-9);
  const factor = [5, 2, 1].find((each) => each * power <= most * (1 + 1e-9)) ?? 1;
  return Math.max(FINEST, factor * power);
}

/** What a model's settings are now, and what of them stays. */
export interface Space {
  readonly own: Setting;
  readonly keep: ReadonlySet<Tuned>;
  readonly series: RateSeries;
  readonly baseline: TimeSpan;
  /** The baseline's rate, in percent. */
  readonly rate: number;
}

/**
 * Everything to try for one meaning of `valid`. Periods in which ten predictions are usual, and of which the baseline holds
 * five; the alarm on the rate and on the upper limit of its confidence interval; a minimum of predictions at half of what
 * is usual, where some periods have fewer.
 */
export function batchesOf({ own, keep, series, baseline, rate }: Space): Batch[] {
  const periods = keep.has("period") ? [own.period] : [...new Set([...PERIODS, own.period])];
  const thresholds = keep.has("threshold") ? [own.threshold] : thresholdGrid(rate, own.threshold);
  return periods
    .sort((a, b) => a - b)
    .flatMap((period) => {
      const volumes = volumesOf(series, baseline, period);
      const isWhole = baseline.to - baseline.from >= (FEWEST_PERIODS * period) / 60;
      if (period !== own.period && !(isWhole && volumes.typical >= FEWEST_PREDICTIONS)) return [];
      const datapoints = keep.has("datapoints")
        ? [own.datapoints].filter(({ of }) => of * period <= longestWindow(period))
        : datapointSettings(own.datapoints, period);
      return pointSettings(own, keep, period, volumes).map((points) => {
        return { points, datapoints, thresholds };
      });
    });
}

function pointSettings(
  { valid, confidence, minimumPredictions }: Setting,
  keep: ReadonlySet<Tuned>,
  period: number,
  { fewest, typical }: Volumes,
): PointSettings[] {
  const confidences = keep.has("confidence") ? [] : [undefined, CONFIDENCE];
  // A minimum that leaves out no period changes nothing, and so stays as it is.
  const minimums = [undefined, roundStep(Math.max(1, typical / 2))].filter(
    (one) =>
      !keep.has("minimumPredictions") && Math.max(one ?? 0, minimumPredictions ?? 0) > fewest,
  );
  return [...new Set([confidence, ...confidences])].flatMap((one) => {
    // The interval does what a minimum does, and better.
    const tried = [minimumPredictions, ...(one === undefined ? minimums : minimums.slice(0, 1))];
    return [...new Set(tried)].map((minimum) => {
      return { valid, period, confidence: one, minimumPredictions: minimum };
    });
  });
}

/** A setting as the stack file takes it; what is not set is off. */
export function settingInput(setting: Setting) {
  const { valid, period, datapoints, threshold, confidence, minimumPredictions } = setting;
  return {
    valid: typeof valid === "object" ? validText(valid) : valid,
    threshold,
    period: durationInput(period),
    datapoints: datapointsText(datapoints),
    minimumPredictions: minimumPredictions ?? "off",
    confidence: confidence ?? "off",
  };
}

/** What of a setting differs from the model's own, as the stack file takes it. */
export function changesTo(own: Setting, setting: Setting): Record<string, string | number> {
  const before = new Map(Object.entries(settingInput(own)));
  return Object.fromEntries(
    Object.entries(settingInput(setting)).filter(
      (entry): entry is [string, string | number] =>
        typeof entry[1] !== "boolean" && entry[1] !== before.get(entry[0]),
    ),
  );
}
