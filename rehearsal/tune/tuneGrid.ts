import type { Metrics } from "../../cloudwatch/alarmPoints";
import { planAlarm } from "../../cloudwatch/alarmPlan";
import type { MetricAlarm } from "../../cloudwatch/metricAlarm";
import type { Datapoints } from "../../config/datapoints";
import { criticalValues, type Looking } from "./criticalValues";
import { Judge, type Outcome, type Truth } from "./judge";
import type { MailCounts } from "./mailCounts";
import { replay, stretches } from "./sweep";
import { watchedValues, type WatchedValues } from "./watchedValues";

/** A threshold and a "M of N" with what they would have done. */
export interface Cell extends Outcome {
  readonly threshold: number;
  readonly datapoints: Datapoints;
}

/** When to evaluate, in minutes since 1970 (UTC), and what AWS leaves open. */
export interface GridOptions {
  readonly from: number;
  readonly to: number;
  /** Data points that CloudWatch reads beyond the evaluation periods. */
  readonly extra: number;
}

/** What to try an alarm with. */
export interface GridInput {
  /** Its threshold and its data points are the ones that are replaced. */
  readonly alarm: MetricAlarm;
  readonly options: GridOptions;
  readonly settings: readonly Datapoints[];
  /** Rising. */
  readonly thresholds: readonly number[];
  readonly truth: Truth;
  readonly counts: MailCounts;
}

/** The data points that every setting needs, worked out once. */
export function valuesForGrid(
  alarm: MetricAlarm,
  metrics: Metrics,
  settings: readonly Datapoints[],
  { from, to, extra }: GridOptions,
): WatchedValues {
  const { periodMinutes } = planAlarm(alarm);
  const most = Math.max(1, ...settings.map(({ of }) => of + extra));
  return watchedValues(alarm, metrics, { from: from - (most - 1) * periodMinutes, to });
}

/**
 * What an alarm would have done under every threshold and "M of N" of a grid, exactly as `evaluateAlarm` says for each
 * of them alone.
 * @param progress told after each setting which part of all is done, from 0 to 1
 * @returns by setting, then by threshold
 */
export function tuneGrid(
  values: WatchedValues,
  input: GridInput,
  progress: (done: number) => void = () => undefined,
): Cell[] {
  const { options, settings, thresholds, truth, counts } = input;
  return settings.flatMap((datapoints, number) => {
    const looking = lookingOf(input.alarm, datapoints, options);
    const critical = criticalValues(values, looking);
    const parts = stretches(critical, thresholds, looking.rule.treatMissingData);
    const window = datapoints.of * looking.periodMinutes;
    const cells = thresholds.map((threshold, position) => {
      const judge = new Judge(truth, window, counts);
      replay(parts, position, options.to, judge);
      return { threshold, datapoints, ...judge.outcome() };
    });
    progress((number + 1) / settings.length);
    return cells;
  });
}

/** When the alarm would have been in ALARM under one setting. */
export function episodesOf(
  values: WatchedValues,
  alarm: MetricAlarm,
  { threshold, datapoints }: Pick<Cell, "threshold" | "datapoints">,
  options: GridOptions,
): { readonly from: number; readonly to: number }[] {
  const looking = lookingOf(alarm, datapoints, options);
  const parts = stretches(
    criticalValues(values, looking),
    [threshold],
    looking.rule.treatMissingData,
  );
  const episodes: { from: number; to: number }[] = [];
  replay(parts, 0, options.to, {
    change: () => undefined,
    episode: (from, to) => episodes.push({ from, to }),
  });
  return episodes;
}

function lookingOf(
  alarm: MetricAlarm,
  { toAlarm, of }: Datapoints,
  { from, to, extra }: GridOptions,
): Looking {
  const replaced = { ...alarm, evaluationPeriods: of, datapointsToAlarm: toAlarm };
  const { rule, periodMinutes } = planAlarm(replaced);
  return { rule, periodMinutes, from, to, extra };
}
