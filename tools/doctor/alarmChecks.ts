import type { MetricAlarm as ApiAlarm, MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import { alarmUrl } from "../../components/cloudwatch/consoleLinks";
import { durationText } from "../../components/settings/duration";
import type { Declared, DeclaredAlarm } from "../program/declared";
import { kindOf } from "../program/model";
import {
  actionsEnabled,
  type MetricAlarm,
  metricKey,
  type MetricQuery,
  type MetricStat,
  queriesOf,
} from "../simulator/metricAlarm";
import { conditionText } from "../text";
import { type Check, deploy, sinceText } from "./check";

/**
 * How a live alarm differs from the declared one, each in a few words: `threshold is 85, declared 90`. Its description
 * does not matter, nor whether its actions are enabled, which is a finding of its own.
 */
export function alarmDifferences(live: ApiAlarm, declared: MetricAlarm): string[] {
  const { evaluationPeriods, datapointsToAlarm, treatMissingData } = declared;
  return [
    ...differs("threshold", live.Threshold, declared.threshold),
    ...differs("comparison", live.ComparisonOperator, declared.comparisonOperator),
    ...differs("evaluation periods", live.EvaluationPeriods, evaluationPeriods),
    ...differs(
      "datapoints to alarm",
      live.DatapointsToAlarm ?? live.EvaluationPeriods,
      datapointsToAlarm ?? evaluationPeriods,
    ),
    ...differs("missing data", live.TreatMissingData ?? "missing", treatMissingData ?? "missing"),
    ...queryDifferences(liveQueries(live), queriesOf(declared)),
    ...actionDifferences("alarm action", live.AlarmActions, declared.alarmActions),
    ...actionDifferences("OK action", live.OKActions, declared.okActions),
    ...actionDifferences(
      "insufficient data action",
      live.InsufficientDataActions,
      declared.insufficientDataActions,
    ),
  ];
}

type Value = string | number | boolean | undefined;

function differs(what: string, live: Value, declared: Value): string[] {
  return live === declared ? [] : [`${what} is ${shown(live)}, declared ${shown(declared)}`];
}

function shown(value: Value): string {
  return value === undefined ? "not set" : String(value);
}

/** What a live alarm watches, in the form of declared ones: a single metric is the only query. */
function liveQueries(live: ApiAlarm): readonly MetricQuery[] {
  const { Metrics, MetricName: metricName, Namespace: namespace, Period, Dimensions } = live;
  if (Metrics !== undefined && Metrics.length > 0) return Metrics.map(liveQuery);
  if (metricName === undefined || namespace === undefined) return [];
  const stat = live.Statistic ?? live.ExtendedStatistic ?? "";
  return queriesOf({
    ...{ name: "", comparisonOperator: "", threshold: 0, evaluationPeriods: 0 },
    metric: { namespace, metricName, period: Period ?? 0, stat, dimensions: named(Dimensions) },
  });
}

function liveQuery(query: MetricDataQuery): MetricQuery {
  const { Id, Expression, MetricStat: stat, Label, ReturnData, Period } = query;
  return {
    id: Id ?? "",
    expression: Expression,
    label: Label,
    returnData: ReturnData,
    metric: stat && {
      namespace: stat.Metric?.Namespace ?? "",
      metricName: stat.Metric?.MetricName ?? "",
      dimensions: named(stat.Metric?.Dimensions),
      period: stat.Period ?? Period ?? 0,
      stat: stat.Stat ?? "",
    },
  };
}

function named(dimensions: ApiAlarm["Dimensions"] = []): Record<string, string> {
  return Object.fromEntries(dimensions.map(({ Name = "", Value = "" }) => [Name, Value]));
}

function queryDifferences(
  live: readonly MetricQuery[],
  declared: readonly MetricQuery[],
): string[] {
  const ids = new Set(declared.map(({ id }) => id));
  return [
    ...declared.flatMap((query) => {
      const found = live.find(({ id }) => id === query.id);
      return found === undefined
        ? [`query ${query.id} is missing`]
        : queryDifference(found, query).map((text) => `query ${query.id}: ${text}`);
    }),
    ...live.flatMap(({ id }) => (ids.has(id) ? [] : [`query ${id} is not declared`])),
  ];
}

function queryDifference(live: MetricQuery, declared: MetricQuery): string[] {
  return [
    ...differs("expression", live.expression, declared.expression),
    ...(declared.label === undefined ? [] : differs("label", live.label, declared.label)),
    ...differs("return data", live.returnData ?? true, declared.returnData ?? true),
    ...metricDifferences(live.metric, declared.metric),
  ];
}

function metricDifferences(
  live: MetricStat | undefined,
  declared: MetricStat | undefined,
): string[] {
  if (live === undefined || declared === undefined) {
    return differs("metric", live && metricText(live), declared && metricText(declared));
  }
  return [
    ...(metricKey(live) === metricKey(declared)
      ? []
      : differs("metric", metricText(live), metricText(declared))),
    ...differs("period", live.period, declared.period),
    ...differs("statistic", live.stat, declared.stat),
  ];
}

function metricText({ namespace, metricName, dimensions = {} }: MetricStat): string {
  const pairs = Object.entries(dimensions).map(([name, value]) => `${name}=${value}`);
  const suffix = pairs.length === 0 ? "" : ` {${pairs.sort().join(", ")}}`;
  return `${namespace}/${metricName}${suffix}`;
}

/** The order of actions does not matter. */
function actionDifferences(
  what: string,
  live: readonly string[] = [],
  declared: readonly string[] = [],
): string[] {
  return [
    ...declared.flatMap((arn) => (live.includes(arn) ? [] : [`${what} ${arn} is missing`])),
    ...live.flatMap((arn) => (declared.includes(arn) ? [] : [`${what} ${arn} is not declared`])),
  ];
}

/** Where and when alarms are looked at. */
export interface AlarmContext extends Pick<Declared, "stack" | "region" | "topics"> {
  readonly now: Date;
}

/**
 * Whether an alarm is there as declared, acts, and what state it is in.
 * @param live the alarm as CloudWatch has it; undefined where it has none of this name
 */
export function alarmChecks(
  live: ApiAlarm | undefined,
  declared: DeclaredAlarm,
  context: AlarmContext,
): Check[] {
  if (live === undefined) return [missing(declared, context)];
  return [
    asDeclared(live, declared, context),
    enabled(live, declared, context),
    stateCheck(live, declared, context),
  ];
}

function about(
  { model, name }: DeclaredAlarm,
  what: string,
): Pick<Check, "model" | "what" | "subject"> {
  return { model, what, subject: name };
}

function missing(declared: DeclaredAlarm, { stack }: AlarmContext): Check {
  return {
    ...about(declared, "alarm"),
    status: "failure",
    found: "there is no such alarm",
    advice: "Deploy the stack; --refresh has Pulumi notice what was deleted by hand.",
    command: deploy(stack),
  };
}

function asDeclared(live: ApiAlarm, declared: DeclaredAlarm, { stack }: AlarmContext): Check {
  const differences = alarmDifferences(live, declared);
  if (differences.length === 0) {
    const found = `as declared: ${conditionText(declared)}`;
    return { ...about(declared, "alarm"), status: "ok", found };
  }
  return {
    ...about(declared, "alarm"),
    status: "failure",
    found: differences.join("; "),
    advice:
      "It does not watch what the stack declares. Deploy the stack; --refresh has Pulumi notice what was changed by hand.",
    command: deploy(stack),
  };
}

function enabled(live: ApiAlarm, declared: DeclaredAlarm, { stack, region }: AlarmContext): Check {
  const check = about(declared, "alarm actions");
  const isOn = live.ActionsEnabled ?? true;
  if (actionsEnabled(declared)) {
    if (isOn) return { ...check, status: "ok", found: "enabled" };
    return {
      ...check,
      status: "failure",
      found: "disabled, though the stack declares them enabled: no mail is sent",
      advice: "Somebody switched them off, perhaps during maintenance. Switch them on again.",
      command: `aws cloudwatch enable-alarm-actions --region ${region} --alarm-names ${declared.name}`,
    };
  }
  if (isOn) {
    return {
      ...check,
      status: "failure",
      found: "enabled, though the stack declares them disabled: mails are sent",
      advice: "Deploy the stack; --refresh has Pulumi notice what was changed by hand.",
      command: deploy(stack),
    };
  }
  return {
    ...check,
    status: "warning",
    found: "disabled, as the stack declares (`enabled: false`): no mail is sent",
    advice:
      "When somebody should be told again, take `enabled: false` out of the stack file and deploy the stack.",
  };
}

function stateCheck(live: ApiAlarm, declared: DeclaredAlarm, context: AlarmContext): Check {
  const { region, now } = context;
  const check = about(declared, "alarm state");
  const { StateValue: state = "INSUFFICIENT_DATA", StateReason: reason = "" } = live;
  const since = live.StateTransitionedTimestamp ?? live.StateUpdatedTimestamp;
  const found = since === undefined ? state : `${state} since ${sinceText(since, now)}`;
  const url = alarmUrl(region, declared.name);
  if (live.EvaluationState === "EVALUATION_ERROR") {
    return {
      ...check,
      status: "failure",
      found: `CloudWatch cannot evaluate it: ${reason}`,
      advice: `Correct what it says about the alarm and deploy the stack. ${url}`,
    };
  }
  if (state === "OK") return { ...check, status: "ok", found };
  if (state === "ALARM") {
    return {
      ...check,
      status: "warning",
      found: `${found}: ${meaning(declared)}`,
      advice: `Look at its graph and do what its description says: ${url}`,
    };
  }
  const window = windowOf(declared);
  if (since === undefined || now.getTime() - since.getTime() <= window * 1000) {
    return { ...check, status: "ok", found: `${found}: new, or without data for a moment` };
  }
  return {
    ...check,
    status: "warning",
    found: `${found}: no data point for longer than its window of ${durationText(window)}`,
    advice: `See what is said above about the model's log group, filters and metrics, and its graph: ${url}`,
  };
}

function meaning(declared: DeclaredAlarm): string {
  return kindOf(declared) === "silence"
    ? `no predictions came for ${durationText(windowOf(declared))}`
    : `the rate is ${conditionText(declared)}`;
}

/** Seconds that an evaluation looks back. */
function windowOf(alarm: DeclaredAlarm): number {
  const periods = queriesOf(alarm).flatMap(({ metric }) => metric?.period ?? []);
  return Math.max(0, ...periods) * alarm.evaluationPeriods;
}
