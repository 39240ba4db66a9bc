import { metricKey, queriesOf } from "../../cloudwatch/metricAlarm";
import type { MetricFilter } from "../../cloudwatch/metricFilter";
import { predictionFieldsOf } from "../../cloudwatch/predictionFields";
import type { PredictionFields, PredictionPatterns } from "../../cloudwatch/predictionPatterns";
import { TOTAL, VALID } from "../../cloudwatch/rateExpression";
import type { Declared, DeclaredAlarm } from "../../rehearsal/declared";
import { rateAlarmOf } from "../../rehearsal/modelAlarms";
import { HistoryError } from "./historyError";

/** What of a model is counted, and where. */
export interface ModelCounts {
  readonly model: string;
  readonly logGroup: string;
  readonly patterns: PredictionPatterns;
  readonly fields: PredictionFields;
}

/**
 * Finds out what the metric filters count that a model's rate alarm watches.
 * @throws UnknownModelError where there is no such model, HistoryError for filters that no query can stand for
 */
export function modelCountsOf(declared: Declared, model: string): ModelCounts {
  const alarm = rateAlarmOf(declared, model);
  const valid = filterOf(declared, alarm, VALID);
  const total = filterOf(declared, alarm, TOTAL);
  if (valid.logGroupName !== total.logGroupName) {
    throw new HistoryError(
      `expected both metric filters of model ${model} on one log group, found ${valid.logGroupName} and ${total.logGroupName}`,
    );
  }
  const patterns = { valid: valid.pattern, total: total.pattern };
  const fields = predictionFieldsOf(patterns);
  if (fields !== undefined) return { model, logGroup: valid.logGroupName, patterns, fields };
  throw new HistoryError(
    [
      `model ${model}: expected the filter patterns that this project writes, for only they can be put as a query; found`,
      `  ${valid.name}: ${valid.pattern}`,
      `  ${total.name}: ${total.pattern}`,
      "Fetch the log itself with aws logs filter-log-events, and rehearse that",
    ].join("\n"),
  );
}

function filterOf({ filters }: Declared, alarm: DeclaredAlarm, id: string): MetricFilter {
  const metric = queriesOf(alarm).find((query) => query.id === id)?.metric;
  const key = metric && metricKey(metric);
  const found = filters.filter(
    ({ metricNamespace: namespace, metricName }) => metricKey({ namespace, metricName }) === key,
  );
  const [filter] = found;
  if (filter !== undefined && found.length === 1) return filter;
  throw new HistoryError(
    `expected one metric filter that publishes the metric ${id} of alarm ${alarm.name}, found ${String(found.length)}`,
  );
}
