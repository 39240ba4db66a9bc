import { FILTERS_PER_LOG_GROUP } from "../../components/cloudwatch/limits";
import type { LiveFilter, LiveLogGroup } from "../aws/logCalls";
import { countedMetric, type DeclaredModel } from "../program/model";
import { metricKey } from "../simulator/metricAlarm";
import type { MetricFilter } from "../simulator/metricFilter";
import { patternMeaning } from "../simulator/filterPattern";
import { count, shellWord, visibleText } from "../text";
import { type Check, DEPLOY, differences, failure, ok, redeployed, shown, warning } from "./check";

/** A model whose two metric filters are declared. */
export type FilteredModel = DeclaredModel & {
  readonly total: MetricFilter;
  readonly valid: MetricFilter;
};

/**
 * Does a model's log group exist, and is it of the class that metric filters work on?
 * @param live undefined where there is none
 */
export function judgeLogGroup(
  { name: model, region, total: { logGroupName } }: FilteredModel,
  live: LiveLogGroup | undefined,
): Check {
  const about = { model, what: "log group", subject: logGroupName };
  if (live === undefined) {
    return failure(about, `does not exist in ${region}`, {
      advice:
        "The model has not logged yet, or it logs under another name (logGroup in the stack file) or in another " +
        "region, or somebody deleted the log group. Services such as Lambda create theirs with the first line. " +
        "Create it yourself, or write createLogGroup: true in the stack file to have the stack own it, and then " +
        "deploy the stack: metric filters need it.",
      command: `aws logs create-log-group --region ${region} --log-group-name ${shellWord(logGroupName)}`,
    });
  }
  const { logGroupClass, retentionDays } = live;
  if (logGroupClass !== "STANDARD") {
    return failure(
      about,
      `is of the class ${logGroupClass}, which has no metric filters`,
      "A log group keeps its class for ever. Have the model log to a new group of the Standard class, and write " +
        "its name under logGroup in the stack file (createLogGroup: true creates it).",
    );
  }
  const kept = retentionDays === undefined ? "for ever" : `for ${count(retentionDays, "day")}`;
  return ok(about, `of the Standard class, keeps events ${kept}`);
}

/**
 * Are a model's metric filters there as declared, and no others that count into the same metrics?
 * @param live all metric filters of the model's log group
 */
export function judgeFilters(model: FilteredModel, live: readonly LiveFilter[]): Check[] {
  const declared = [model.total, model.valid];
  const names = new Set(declared.map(({ name }) => name));
  const metrics = new Set(declared.map((filter) => metricKey(countedMetric(filter))));
  const foreign = live.filter(
    (filter) =>
      !names.has(filter.name) &&
      // With dimensions it counts into other metrics, one for each of their values.
      Object.keys(filter.dimensions ?? {}).length === 0 &&
      metrics.has(metricKey(countedMetric(filter))),
  );
  return [
    judgeFilter(model, model.total, live, "no prediction is counted, and the alarm sees nothing"),
    judgeFilter(model, model.valid, live, "no prediction counts as valid, and the alarm fires"),
    ...foreign.map((filter) => countingOnTop(model, filter)),
    ...(live.length < FILTERS_PER_LOG_GROUP * 0.9 ? [] : [nearlyFull(model, live.length)]),
  ];
}

/** @param without what happens without the filter */
function judgeFilter(
  { name: model, stack }: FilteredModel,
  declared: MetricFilter,
  all: readonly LiveFilter[],
  without: string,
): Check {
  const about = { model, what: "metric filter", subject: declared.name };
  const there = all.find(({ name }) => name === declared.name);
  if (there === undefined) {
    const advice = `Without it ${without}. ${DEPLOY.deleted}`;
    return failure(about, `is missing from ${declared.logGroupName}`, redeployed(stack, advice));
  }
  // Whose conditions stand in another order, or are written otherwise, no deployment would change what is counted.
  const isSame = patternMeaning(there.pattern) === patternMeaning(declared.pattern);
  const live = { ...valuesOf(there), ...(isSame && { pattern: declared.pattern }) };
  const found = differences(live, valuesOf(declared));
  if (found.length === 0) return ok(about, "as declared");
  const advice = `It does not count what the stack declares. ${DEPLOY.changed}`;
  return failure(about, found.join("; "), redeployed(stack, advice));
}

function countingOnTop({ name: model, region }: FilteredModel, filter: LiveFilter): Check {
  const { logGroupName, name, metricNamespace, metricName, pattern } = filter;
  return failure(
    { model, what: "metric filter", subject: visibleText(name) },
    `not declared by this stack, but counts ${shown(pattern)} into its metric ${metricNamespace} ${metricName}`,
    {
      advice:
        "What it matches is counted on top, so the classification rate is wrong. Delete it, or have it count into a " +
        "metric of its own. If another stack declares it, rename that stack's metrics.",
      command:
        `aws logs delete-metric-filter --region ${region} --log-group-name ${shellWord(logGroupName)} ` +
        `--filter-name ${shellWord(name)}`,
    },
  );
}

function nearlyFull({ name: model, total }: FilteredModel, filters: number): Check {
  return warning(
    { model, what: "metric filter", subject: total.logGroupName },
    `${filters} metric filters of ${FILTERS_PER_LOG_GROUP} that a log group may have`,
    "Another model in this log group takes two. Delete filters that nobody needs, or have models log to groups of their own.",
  );
}

/** What decides on what a filter counts, and into which metric. */
function valuesOf(filter: MetricFilter & Partial<LiveFilter>) {
  const value = filter.metricValue;
  const dimensions = Object.entries(filter.dimensions ?? {}).map((pair) => pair.join("="));
  return {
    pattern: filter.pattern,
    namespace: filter.metricNamespace,
    metric: filter.metricName,
    // `1.0` is `1`.
    value: value.trim() === "" || Number.isNaN(Number(value)) ? value : Number(value),
    "default value": filter.defaultValue,
    dimensions: dimensions.sort().join(",") || undefined,
    "selection of events": filter.fieldSelectionCriteria,
  };
}
