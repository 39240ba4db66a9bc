import type { AlarmHistoryItem, MetricAlarm as ApiAlarm } from "@aws-sdk/client-cloudwatch";
import { alarmUrl } from "../../components/cloudwatch/consoleLinks";
import { durationText } from "../../components/settings/duration";
import { actionOutcome, type ActionOutcome, liveAlarm, refusalOf } from "../aws/alarmCalls";
import type { Declared, DeclaredAlarm } from "../program/declared";
import { kindOf } from "../program/model";
import {
  actionsEnabled,
  type MetricAlarm,
  metricText,
  type MetricQuery,
  queriesOf,
} from "../simulator/metricAlarm";
import { conditionText, shellWord } from "../text";
import { datedText, momentText } from "../time";
import {
  type About,
  DEPLOY,
  KEY_GRANT,
  type Check,
  differences,
  failure,
  fire,
  ok,
  redeployed,
  warning,
} from "./check";

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
  const { stack } = context;
  const about = aboutAlarm(declared, "alarm");
  if (live === undefined) {
    return [failure(about, "there is no such alarm", redeployed(stack, DEPLOY.deleted))];
  }
  const found = alarmDifferences(live, declared);
  const advice = `It does not watch what the stack declares. ${DEPLOY.changed}`;
  return [
    found.length === 0
      ? ok(about, `as declared: ${conditionText(declared)}`)
      : failure(about, found.join("; "), redeployed(stack, advice)),
    enabledCheck(live, declared, context),
    stateCheck(live, declared, context),
  ];
}

function aboutAlarm({ model, name }: DeclaredAlarm, what: string): About {
  return { model, what, subject: name };
}

function enabledCheck(
  live: ApiAlarm,
  declared: DeclaredAlarm,
  { stack, region }: AlarmContext,
): Check {
  const about = aboutAlarm(declared, "alarm actions");
  const isOn = live.ActionsEnabled ?? true;
  if (actionsEnabled(declared)) {
    if (isOn) return ok(about, "enabled");
    return failure(about, "disabled, though the stack declares them enabled: no mail is sent", {
      advice: "Somebody switched them off, perhaps during maintenance. Switch them on again.",
      command: `aws cloudwatch enable-alarm-actions --region ${region} --alarm-names ${shellWord(declared.name)}`,
    });
  }
  return isOn
    ? failure(
        about,
        "enabled, though the stack declares them disabled: mails are sent",
        redeployed(stack),
      )
    : warning(
        about,
        "disabled, as the stack declares (`enabled: false`): no mail is sent",
        "When people should get mails again, take `enabled: false` out of the stack file and deploy the stack.",
      );
}

function stateCheck(live: ApiAlarm, declared: DeclaredAlarm, context: AlarmContext): Check {
  const { region, now } = context;
  const about = aboutAlarm(declared, "alarm state");
  const { StateValue: state = "INSUFFICIENT_DATA", StateReason: reason = "" } = live;
  const since = live.StateTransitionedTimestamp ?? live.StateUpdatedTimestamp;
  const found = since === undefined ? state : `${state} since ${datedText(since, now)}`;
  const url = alarmUrl(region, declared.name);
  if (live.EvaluationState === "EVALUATION_ERROR") {
    return failure(
      about,
      `CloudWatch cannot evaluate it: ${reason}`,
      `Correct what it says about the alarm and deploy the stack. ${url}`,
    );
  }
  if (state === "OK") return ok(about, found);
  const window = windowOf(declared);
  if (state === "ALARM") {
    const meaning =
      kindOf(declared) === "silence"
        ? `no predictions came for ${durationText(window)}`
        : `the rate is ${conditionText(declared)}`;
    return warning(
      about,
      `${found}: ${meaning}`,
      `Look at its graph and do what its description says: ${url}`,
    );
  }
  if (since === undefined || now.getTime() - since.getTime() <= window * 1000) {
    return ok(about, `${found}: new, or without data for a moment`);
  }
  return warning(
    about,
    `${found}: no data point for longer than its window of ${durationText(window)}`,
    `See what is said above about the model's log group, filters and metrics, and its graph: ${url}`,
  );
}

/** Seconds that an evaluation looks back. */
export function windowOf(alarm: DeclaredAlarm): number {
  const periods = queriesOf(alarm).flatMap(({ metric }) => metric?.period ?? []);
  return Math.max(0, ...periods) * alarm.evaluationPeriods;
}

/**
 * How an alarm's actions went lately. A failure counts until the same action has succeeded; those on what the alarm no
 * longer acts on do not count.
 * @param history items of type Action, newest first
 */
export function actionChecks(
  history: readonly AlarmHistoryItem[],
  alarm: DeclaredAlarm,
  context: AlarmContext,
): Check[] {
  const targets = new Set(actionsOf(alarm));
  const outcomes = history
    .flatMap((item) => actionOutcome(item) ?? [])
    .filter(({ target }) => targets.has(target));
  const failures = [...targets].flatMap((target) => {
    const newest = outcomes.find((outcome) => outcome.target === target);
    return newest === undefined || newest.succeeded ? [] : [newest];
  });
  if (failures.length > 0) return failures.map((one) => failedAction(one, alarm, context));
  return [ok(aboutAlarm(alarm, "alarm history"), succeededText(outcomes, alarm, context))];
}

/** All ARNs that an alarm acts on, each once. */
export function actionsOf(alarm: DeclaredAlarm): string[] {
  const { alarmActions = [], okActions = [], insufficientDataActions = [] } = alarm;
  return [...new Set([...alarmActions, ...okActions, ...insufficientDataActions])];
}

function succeededText(
  [last, ...earlier]: readonly ActionOutcome[],
  alarm: DeclaredAlarm,
  { stack, now }: AlarmContext,
): string {
  if (last === undefined) {
    return `no action in the last 30 days; \`${fire(stack, alarm)}\` sends a mail to try it`;
  }
  const when = last.at === undefined ? "" : ` at ${datedText(last.at, now)}`;
  const failed = earlier.find(({ succeeded }) => !succeeded);
  const at = failed?.at === undefined ? "" : ` (${momentText(failed.at)})`;
  const before = failed === undefined ? "" : `; one failed before${at}, the same works since`;
  return `the last action succeeded${when}${before}`;
}

function failedAction(
  { at, target, error }: ActionOutcome,
  alarm: DeclaredAlarm,
  { stack, topics, now }: AlarmContext,
): Check {
  const when = at === undefined ? "" : ` at ${datedText(at, now)}`;
  const isOwn = topics.some(({ arn }) => arn === target);
  const refusal = refusalOf(error);
  const [cause, byOthers] = REFUSALS[refusal];
  const isOurs = isOwn && refusal !== "other";
  const advice = `${cause}${isOurs ? " Deploy the stack." : byOthers} Then \`${fire(stack, alarm)}\` tries it again; once it succeeds, this finding goes.`;
  return failure(
    aboutAlarm(alarm, "alarm history"),
    `the last action on ${target} failed${when}: ${error}`,
    isOurs ? redeployed(stack, advice) : advice,
  );
}

/** What a refusal is about, and what to do for a topic that the stack does not declare. */
const REFUSALS = {
  key: [`The policy of the topic's key has to let ${KEY_GRANT}.`, " Ask its owner."],
  policy: ["The topic's policy has to let CloudWatch publish.", " Ask its owner."],
  gone: ["The topic was deleted.", " Correct `topics` in the stack file."],
  other: ["Put right what it says.", ""],
} as const;

/**
 * How a live alarm differs from the declared one, each in a few words: `threshold is 85, declared 90`. Its description
 * does not matter, nor whether its actions are enabled, which is a finding of its own.
 */
export function alarmDifferences(live: ApiAlarm, declared: MetricAlarm): string[] {
  const found = liveAlarm(live);
  return [
    ...differences(plainValues(found), plainValues(declared)),
    ...queryDifferences(queriesOf(found), queriesOf(declared)),
    ...actionDifferences("alarm action", found.alarmActions, declared.alarmActions),
    ...actionDifferences("OK action", found.okActions, declared.okActions),
    ...actionDifferences(
      "insufficient data action",
      found.insufficientDataActions,
      declared.insufficientDataActions,
    ),
  ];
}

/** What is one value each, with CloudWatch's defaults. */
function plainValues(alarm: MetricAlarm) {
  const { evaluationPeriods, datapointsToAlarm = evaluationPeriods } = alarm;
  return {
    threshold: alarm.threshold,
    comparison: alarm.comparisonOperator,
    "evaluation periods": evaluationPeriods,
    "datapoints to alarm": datapointsToAlarm,
    "missing data": alarm.treatMissingData ?? "missing",
  };
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
  const valuesOf = ({ expression, label, returnData = true, metric }: MetricQuery) => ({
    expression,
    ...(declared.label !== undefined && { label }),
    "return data": returnData,
    metric: metric && metricText(metric),
    // Where one of them has no metric, that says it all.
    ...(live.metric && declared.metric && { period: metric?.period, statistic: metric?.stat }),
  });
  return differences(valuesOf(live), valuesOf(declared));
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
