import type { Metrics } from "../../cloudwatch/alarmPoints";
import { rateQueries, type RateOptions } from "../../cloudwatch/rateExpression";
import { queriesOf, type MetricAlarm } from "../../cloudwatch/metricAlarm";
import { meanDelay, type Suggestion } from "./suggest";
import { tuneGrid, valuesForGrid, type Cell, type GridInput } from "./tuneGrid";

/** What a suggested setting would have done, had thin periods been no data points. */
export interface MinimumTrial {
  /** The setting `minimumPredictions` that was tried. */
  readonly predictions: number;
  /** The part of the baseline's data points that have fewer, from 0 to 1. */
  readonly share: number;
  readonly cell: Cell;
  /** Whether it costs nothing: as many incidents, no more than a period later, no more mails. */
  readonly isFree: boolean;
}

/** What is known beside the suggestion. */
export interface TrialContext extends RateOptions {
  /** Which part of the baseline's data points has fewer predictions than so many. */
  readonly share: (predictions: number) => number;
}

/** At most this part of the data points may be lost to a minimum. */
const MOST_LOST = 0.05;

/**
 * Tries a suggestion with a minimum number of predictions in a period: as many as it needs for chance not to fire it.
 * @returns undefined where every period has as many, or too many periods would no longer count
 */
export function minimumTrial(
  { cell, needed }: Suggestion,
  input: GridInput,
  metrics: Metrics,
  { share, minimumPredictions = 1, confidence }: TrialContext,
): MinimumTrial | undefined {
  if (!Number.isFinite(needed) || needed <= minimumPredictions) return undefined;
  const lost = share(needed);
  if (lost === 0 || lost > MOST_LOST) return undefined;
  const alarm = withQueries(input.alarm, { minimumPredictions: needed, confidence });
  const settings = [cell.datapoints];
  const values = valuesForGrid(alarm, metrics, settings, input.options);
  const [tried] = tuneGrid(values, { ...input, alarm, settings, thresholds: [cell.threshold] });
  if (tried === undefined) return undefined;
  const later = cell.caught > 0 ? meanDelay(tried) - meanDelay(cell) : 0;
  const isFree =
    tried.caught >= cell.caught &&
    tried.falseEpisodes <= cell.falseEpisodes &&
    tried.mails <= cell.mails &&
    later <= periodMinutes(alarm);
  return { predictions: needed, share: lost, cell: tried, isFree };
}

function periodMinutes(alarm: MetricAlarm): number {
  return (queriesOf(alarm).find(({ metric }) => metric)?.metric?.period ?? 0) / 60;
}

function withQueries(alarm: MetricAlarm, options: RateOptions): MetricAlarm {
  const metrics = queriesOf(alarm).filter(({ metric }) => metric !== undefined);
  return { ...alarm, metricQueries: [...metrics, ...rateQueries(options)] };
}
