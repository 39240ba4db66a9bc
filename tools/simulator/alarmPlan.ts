import {
  ALARM_METRICS,
  longestWindow,
  SHORT_PERIOD_WINDOW,
  SHORTEST_PERIOD,
} from "../../components/cloudwatch/limits";
import { InputError } from "../inputError";
import type { AlarmRule } from "./alarmState";
import {
  alarmRule,
  type MetricAlarm,
  type MetricQuery,
  type MetricStat,
  queriesOf,
} from "./metricAlarm";
import { type MetricMath, parseMetricMath } from "./metricMath/parser";
import { MetricMathError } from "./metricMath/terms";
import { type Statistic, STATISTICS } from "./windowStatistics";

/** An alarm AWS would refuse, or one this model leaves out; lists everything that is wrong with it. */
export class UnsupportedAlarmError extends InputError {
  constructor(
    alarm: string,
    readonly problems: readonly string[],
  ) {
    super(`alarm ${alarm}: ${problems.join("; ")}`);
  }
}

/** A validated alarm, ready to be evaluated. */
export interface AlarmPlan {
  readonly rule: AlarmRule;
  /** Length of one data point, in minutes. */
  readonly periodMinutes: number;
  /** How many data points CloudWatch reads beyond the evaluation periods, unless a caller says otherwise. */
  readonly rangeExtra: number;
  readonly metrics: readonly { id: string; metric: MetricStat; statistic: Statistic }[];
  /** Each after those it refers to. */
  readonly expressions: readonly { id: string; expression: MetricMath }[];
  /** The id of the metric or expression that is compared with the threshold. */
  readonly watched: string;
}

/**
 * Checks an alarm as PutMetricAlarm would (API reference; user guide, Create-alarm-on-metric-math-expression).
 *
 * @throws UnsupportedAlarmError with every problem found
 */
export function planAlarm(alarm: MetricAlarm): AlarmPlan {
  const queries = queriesOf(alarm);
  const kind = kindLeftOut(alarm);
  if (kind !== undefined) throw new UnsupportedAlarmError(alarm.name, [kind]);
  const problems: string[] = [];
  const rule = alarmRule(alarm, problems);
  if (alarm.metricQueries && alarm.metric) {
    problems.push("metricQueries and a metric of its own exclude each other");
  }
  if (queries.length === 0) problems.push("it has neither metricQueries nor a metric");
  checkQueries(queries, problems);
  const metrics = queries.flatMap((query) => plannedMetric(query, problems));
  const [period, ...others] = new Set(metrics.map(({ metric }) => metric.period));
  if (others.length > 0) {
    const found = [period, ...others].join(", ");
    problems.push(`its metrics must have the same period, found ${found} s`);
  }
  const window = (period ?? 0) * alarm.evaluationPeriods;
  const longest = longestWindow(period ?? 0);
  if (window > longest) {
    problems.push(
      `period x evaluation periods is ${window} s; with a period of ${period} s at most ${longest} s`,
    );
  }
  const expressions = inOrder(queries, problems);
  const watched = queries.find(({ returnData = true }) => returnData)?.id;
  if (problems.length > 0 || !rule || period === undefined || watched === undefined) {
    throw new UnsupportedAlarmError(alarm.name, problems);
  }
  // AWS does not say. This fits its one example (5 for 3 of 5 minutes) and every time line of a real alarm that people
  // published, at 60 s and from 5 minutes to a day; assumed for other periods.
  const rangeExtra = Math.max(2, Math.ceil(300 / period));
  return { rule, periodMinutes: period / 60, rangeExtra, metrics, expressions, watched };
}

/** Statistics that need every single sample: p99, tm90, TM(10%:90%), IQM ... (user guide, Statistics-definitions). */
const OF_SAMPLES = /^(?:(?:p|tm|wm|tc|ts|pr)[\d(]|iqm$)/i;

/** The kind of an alarm that cannot be evaluated here, as one sentence: what else is wrong with it does not matter. */
export function kindLeftOut(alarm: MetricAlarm): string | undefined {
  const queries = queriesOf(alarm);
  const expressions = queries.flatMap(({ expression }) => expression ?? []);
  if (expressions.some((expression) => /^\s*SELECT\s/i.test(expression))) {
    return "it runs a Metrics Insights query (SELECT ...) over metrics that only AWS has";
  }
  if (
    alarm.thresholdMetricId !== undefined ||
    expressions.some((expression) => expression.includes("ANOMALY_DETECTION_BAND")) ||
    /^(LessThanLower|GreaterThanUpper)/.test(alarm.comparisonOperator)
  ) {
    return "it uses anomaly detection, and only AWS knows the band that it compares with";
  }
  if (expressions.some((expression) => /\bSEARCH\s*\(/.test(expression))) {
    return "it uses SEARCH, which finds metrics that only AWS knows";
  }
  const stat = queries.find(({ metric }) => metric && OF_SAMPLES.test(metric.stat))?.metric?.stat;
  if (stat === undefined) return undefined;
  return `its statistic ${stat} needs every single value (as percentiles do); ${STATISTICS.join(", ")} can be rehearsed`;
}

function checkQueries(queries: readonly MetricQuery[], problems: string[]): void {
  const ids = new Set<string>();
  for (const { id, expression, metric } of queries) {
    if (!/^[a-z][A-Za-z0-9_]{0,254}$/.test(id)) {
      problems.push(
        `"${id}" cannot be an id: a lower-case letter, then letters, digits, underscores`,
      );
    }
    if (ids.has(id)) problems.push(`the id "${id}" occurs twice`);
    ids.add(id);
    if ((expression === undefined) === (metric === undefined)) {
      problems.push(`"${id}" must have either an expression or a metric`);
    }
  }
  const watched = queries.filter(({ returnData = true }) => returnData).map(({ id }) => id);
  if (queries.length > 0 && watched.length !== 1) {
    const found = watched.length === 0 ? "none has" : `${watched.join(", ")} have`;
    problems.push(`exactly one query must have returnData true; ${found} (it is the default)`);
  }
  const metrics = queries.filter(({ metric }) => metric !== undefined).length;
  if (metrics > ALARM_METRICS) {
    problems.push(`${metrics} metrics; an alarm combines at most ${ALARM_METRICS}`);
  }
  if (queries.length > 0 && metrics === 0) problems.push("no query reads a metric");
}

function plannedMetric({ id, metric }: MetricQuery, problems: string[]): AlarmPlan["metrics"] {
  if (!metric) return [];
  const statistic = STATISTICS.find((name) => name === metric.stat);
  if (!statistic) {
    problems.push(`"${id}": statistic ${metric.stat} is not one of ${STATISTICS.join(", ")}`);
    return [];
  }
  if ([10, 20, 30].includes(metric.period)) {
    problems.push(`"${id}": period ${metric.period} s is high resolution, which is not supported`);
    return [];
  }
  if (!(metric.period >= SHORTEST_PERIOD) || metric.period % 60 !== 0) {
    problems.push(`"${id}": period ${metric.period} s is not a multiple of 60 s`);
    return [];
  }
  return [{ id, metric, statistic }];
}

/** The expressions, parsed, each after those it refers to. */
function inOrder(queries: readonly MetricQuery[], problems: string[]): AlarmPlan["expressions"] {
  const metrics = queries.flatMap(({ id, metric }) => (metric ? [id] : []));
  const parsed = queries.flatMap(({ id, expression }) => {
    if (expression === undefined) return [];
    try {
      return [{ id, expression: parseMetricMath(expression, metrics) }];
    } catch (error) {
      if (!(error instanceof MetricMathError)) throw error;
      problems.push(`expression "${id}": ${error.message}`);
      return [];
    }
  });
  for (const { id, expression } of parsed) {
    for (const used of expression.ids) {
      if (queries.some((query) => query.id === used)) continue;
      problems.push(`expression "${id}" refers to "${used}", which is no id`);
    }
  }
  const ordered: typeof parsed = [];
  while (ordered.length < parsed.length) {
    const waiting = parsed.filter((one) => !ordered.includes(one));
    const pending = waiting.map(({ id }) => id);
    const ready = waiting.filter(
      ({ expression: { ids } }) => !ids.some((id) => pending.includes(id)),
    );
    if (ready.length === 0) {
      problems.push(`expressions ${pending.join(", ")} refer to each other in a circle`);
      break;
    }
    ordered.push(...ready);
  }
  return ordered;
}

/**
 * How often an alarm is evaluated: every minute, or every 60 if it looks back over more than a day
 * (CloudWatch User Guide, alarm-evaluation).
 */
export function minutesBetweenEvaluations(
  plan: Pick<AlarmPlan, "periodMinutes"> & { readonly rule: Pick<AlarmRule, "evaluationPeriods"> },
): number {
  return plan.rule.evaluationPeriods * plan.periodMinutes * 60 > SHORT_PERIOD_WINDOW ? 60 : 1;
}
