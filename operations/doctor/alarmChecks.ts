import type { MetricAlarm as ApiAlarm } from "@aws-sdk/client-cloudwatch";
import { alarmUrl } from "../../cloudwatch/consoleUrl";
import { actionsEnabled, queriesOf } from "../../cloudwatch/metricAlarm";
import { durationText } from "../../config/duration";
import type { Declared, DeclaredAlarm } from "../../rehearsal/declared";
import { conditionText } from "../../rehearsal/report/words";
import { sinceText } from "./moments";
import { alarmDifferences } from "./alarmDifferences";
import type { Check } from "./check";
import { deploy } from "./commands";
import { isSilenceAlarm } from "../../rehearsal/modelAlarms";

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
  return isSilenceAlarm(declared)
    ? `no predictions came for ${durationText(windowOf(declared))}`
    : `the rate is ${conditionText(declared)}`;
}

/** Seconds that an evaluation looks back. */
function windowOf(alarm: DeclaredAlarm): number {
  const periods = queriesOf(alarm).flatMap(({ metric }) => metric?.period ?? []);
  return Math.max(0, ...periods) * alarm.evaluationPeriods;
}
