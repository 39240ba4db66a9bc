import type { MetricAlarm as ApiAlarm } from "@aws-sdk/client-cloudwatch";
import type { Declared, DeclaredAlarm } from "../../rehearsal/declared";
import { alarmHistory } from "../alarmCalls";
import type { AwsSession } from "../awsSession";
import { actionChecks } from "./actionChecks";
import { alarmChecks } from "./alarmChecks";
import type { Check } from "./check";
import { eventChecks } from "./eventChecks";
import { eventEvidence, hasPredictions, type EventEvidence } from "./eventEvidence";
import { filterChecks } from "./filterChecks";
import { guarded, type About } from "./guarded";
import { logGroupChecks } from "./logGroupCheck";
import { metricChecks } from "./metricChecks";
import { watchedModel, type WatchedModel } from "./watchedModel";

/** What a model's checks have in common. */
export interface ModelContext {
  readonly declared: Declared;
  readonly now: Date;
  /** The alarms that exist, by name; undefined where CloudWatch does not tell. */
  readonly liveAlarms: ReadonlyMap<string, ApiAlarm> | undefined;
}

/** A model from its log lines to its alarms' actions, in the order in which data flows. */
export async function modelChecks(
  session: AwsSession,
  model: string,
  context: ModelContext,
): Promise<Check[]> {
  const { declared } = context;
  const watched = watchedModel(declared, model);
  const checks =
    watched === undefined ? [unfed(model)] : await logChecks(session, watched, context.now);
  const alarms = declared.alarms.filter((alarm) => alarm.model === model);
  for (const alarm of alarms) checks.push(...(await ofAlarm(session, alarm, context)));
  return checks;
}

/** What follows from a finding is no finding of its own: it would hide its cause. */
async function logChecks(session: AwsSession, watched: WatchedModel, now: Date): Promise<Check[]> {
  const { model, total, totalMetric } = watched;
  const about = (what: string, subject = total.logGroupName): About => ({ model, what, subject });
  let [isUsable, isFiltered] = [true, true];
  const group = await guarded(about("log group"), async () => {
    const checks = await logGroupChecks(session, watched);
    isUsable = isWell(checks);
    return checks;
  });
  if (!isUsable) return [...group];

  const filters = await guarded(about("metric filter"), async () => {
    const checks = await filterChecks(session, watched);
    isFiltered = isWell(checks);
    return checks;
  });
  let evidence: EventEvidence | undefined;
  const events = await guarded(about("log events"), async () => {
    evidence = await eventEvidence(session, watched, now);
    return eventChecks(watched, evidence, now);
  });
  const subject = `${totalMetric.namespace} ${totalMetric.metricName}`;
  const metrics = await guarded(about("metric", subject), async () => {
    const checks = await metricChecks(session, watched, evidence, now);
    const isExplained = !isFiltered || (evidence !== undefined && !hasPredictions(evidence));
    return isExplained ? checks.filter(({ status }) => status === "ok") : checks;
  });
  return [...group, ...filters, ...events, ...metrics];
}

function isWell(checks: readonly Check[]): boolean {
  return checks.every(({ status }) => status === "ok");
}

function unfed(model: string): Check {
  return {
    model,
    what: "metric filter",
    subject: model,
    status: "warning",
    found:
      "no metric filters of the stack feed its alarm: where its data come from was not checked",
    advice: "Look at the alarm's graph in the console: does it have data points?",
  };
}

async function ofAlarm(
  session: AwsSession,
  alarm: DeclaredAlarm,
  { declared, now, liveAlarms }: ModelContext,
): Promise<readonly Check[]> {
  if (liveAlarms === undefined) return [];
  const live = liveAlarms.get(alarm.name);
  const context = { ...declared, now };
  const checks = alarmChecks(live, alarm, context);
  if (live === undefined) return checks;
  const about = { model: alarm.model, what: "alarm history", subject: alarm.name };
  const history = await guarded(about, async () =>
    actionChecks(await alarmHistory(session, alarm.name, { type: "Action" }), alarm, context),
  );
  return [...checks, ...history];
}
