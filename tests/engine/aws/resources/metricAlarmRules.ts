import { AwsError } from "../errors";
import { bag, Bag, Json, list, text } from "../json";

/**
 * What AWS refuses in PutMetricAlarm although the provider lets it through, so that it shows in an
 * update and not in a preview.
 */
export function requireValidAlarm(alarm: Bag): void {
  const problem = alarmProblem(alarm);
  if (problem !== undefined) throw new AwsError("ValidationError", problem);
}

/** CloudWatch allows a day's window, or a week's where the period is an hour or longer. */
const HOUR = 3600;
const DAY = 86_400;
const WEEK = 604_800;
const MOST_ACTIONS = 5;
const MOST_METRICS = 10;

function alarmProblem(alarm: Bag): string | undefined {
  const queries = list(alarm["metricQueries"]).map(bag);
  return (
    requiredProblem(alarm, queries) ??
    actionsProblem(alarm) ??
    queries.map(queryProblem).find((problem) => problem !== undefined) ??
    queriesProblem(queries) ??
    windowProblem(alarm, queries)
  );
}

function requiredProblem(alarm: Bag, queries: Bag[]): string | undefined {
  for (const name of ["comparisonOperator", "evaluationPeriods"]) {
    if (alarm[name] === undefined) return `The parameter ${name} is required`;
  }
  if (queries.length === 0 && alarm["metricName"] === undefined) {
    return "Either MetricName or Metrics must be specified";
  }
  return undefined;
}

/** Five actions per state; the provider itself counts only two of the three lists. */
function actionsProblem(alarm: Bag): string | undefined {
  const states = ["alarmActions", "okActions", "insufficientDataActions"];
  const full = states.find((state) => list(alarm[state]).length > MOST_ACTIONS);
  return full && `Member of ${full} must have length less than or equal to ${MOST_ACTIONS}`;
}

function queryProblem(query: Bag): string | undefined {
  const id = text(query["id"]);
  const expression = text(query["expression"]);
  if (!/^[a-z][a-zA-Z0-9_]*$/.test(id)) {
    return `The metric query id ${id} must start with a lower-case letter and hold letters, digits and underscores`;
  }
  if (expression === "" && query["metric"] === undefined) {
    return `The metric query ${id} has neither an expression nor a metric`;
  }
  if (/\bSEARCH\s*\(/.test(expression)) return "SEARCH is not allowed in an alarm's expression";
  return undefined;
}

/** One series is watched, of at most ten metrics, all with one period. */
function queriesProblem(queries: Bag[]): string | undefined {
  if (queries.length === 0) return undefined;
  const ids = queries.map((query) => query["id"]);
  if (new Set(ids).size < ids.length) return "The metric query ids must be unique";
  const returned = queries.filter((query) => query["returnData"] === true);
  if (returned.length !== 1) {
    return "Exactly one element of the metrics list should return data";
  }
  const metrics = queries.filter((query) => query["metric"] !== undefined);
  if (metrics.length > MOST_METRICS) {
    return `An alarm can have at most ${MOST_METRICS} metrics`;
  }
  return new Set(periods(queries)).size > 1
    ? "Period must be the same for all metrics of an alarm"
    : undefined;
}

function windowProblem(alarm: Bag, queries: Bag[]): string | undefined {
  const evaluationPeriods = amount(alarm["evaluationPeriods"]);
  if (amount(alarm["datapointsToAlarm"]) > evaluationPeriods) {
    return "DatapointsToAlarm must not be greater than EvaluationPeriods";
  }
  const period = periods(queries)[0] ?? amount(alarm["period"]);
  const longest = period < HOUR ? DAY : WEEK;
  return period * evaluationPeriods > longest
    ? `Metrics cannot be checked across more than ${longest} seconds (EvaluationPeriods * Period)`
    : undefined;
}

function periods(queries: Bag[]): number[] {
  const given = queries.flatMap((query) => [query["period"], bag(query["metric"])["period"]]);
  return given.filter((period): period is number => typeof period === "number");
}

function amount(value: Json | undefined): number {
  return typeof value === "number" ? value : 0;
}
