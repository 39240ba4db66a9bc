import { modelsOf } from "../program/model";
import type { MetricAlarm as ApiAlarm } from "@aws-sdk/client-cloudwatch";
import { alarmHistory, alarmsNamed } from "../aws/alarmCalls";
import { AwsCallError } from "../aws/awsCall";
import type { AwsSession, Identity } from "../aws/awsSession";
import { lastSubscribed, subscriptionsOf } from "../aws/topicCalls";
import type { Declared, DeclaredAlarm } from "../program/declared";
import { accountChecks, type Place } from "./accountCheck";
import { actionChecks } from "./actionChecks";
import { alarmChecks } from "./alarmChecks";
import { type Check, withProfile } from "./check";
import { eventChecks, eventEvidence, type EventEvidence, hasPredictions } from "./eventChecks";
import { filterChecks, logGroupChecks } from "./filterChecks";
import { keyChecks, type KeyUse } from "./keyChecks";
import { metricChecks } from "./metricChecks";
import {
  isAnyPending,
  type Subscribed,
  subscriptionChecks,
  unknownSince,
} from "./subscriptionChecks";
import {
  aboutTopic,
  topicChecks,
  type TopicFindings,
  type TopicUse,
  topicUses,
} from "./topicChecks";
import { watchedModel, type WatchedModel } from "./watchedModel";

/** What is looked at, for the finding that it could not be. */
type About = Pick<Check, "model" | "what" | "subject">;

/**
 * Does some checks. What AWS does not let us look at is a finding like any other and does not keep the other checks
 * from being done; it is a failure, for doctor's "all well" means that all was looked at.
 * @throws AwsCallError for credentials that no longer work: nothing more could be checked
 */
async function guarded(
  about: About,
  checks: () => Promise<readonly Check[]>,
): Promise<readonly Check[]> {
  try {
    return await checks();
  } catch (error) {
    if (!(error instanceof AwsCallError) || error.kind === "credentials") throw error;
    return [{ ...about, status: "failure", ...unchecked(error) }];
  }
}

function unchecked({
  kind,
  action,
  message,
  detail,
}: AwsCallError): Pick<Check, "found" | "advice"> {
  switch (kind) {
    case "access denied":
      return {
        found: `could not be checked: the IAM action ${action} is not allowed`,
        advice: `Allow it to your role; docs/operations.md has the policy that doctor needs. AWS says: ${detail}`,
      };
    case "throttled":
    case "unreachable":
      return { found: `could not be checked: ${message}`, advice: "Try again later." };
    default:
      return {
        found: `could not be checked: ${message}`,
        advice: "See what AWS says, and try again.",
      };
  }
}

/** Well below what AWS takes: TestMetricFilter, the scarcest of the calls, five times a second. */
const AT_ONCE = 4;

/**
 * Does things a few at a time.
 * @returns the results in the order of the things, whichever came first
 * @throws the first error; what has begun ends by itself, and nothing more is begun
 */
export async function fewAtOnce<In, Out>(
  things: readonly In[],
  work: (thing: In) => Promise<Out>,
  atOnce = AT_ONCE,
): Promise<Out[]> {
  const results: Out[] = new Array<Out>(things.length);
  const left = things.entries();
  let isOver = false;
  const worker = async (): Promise<void> => {
    for (const [index, thing] of left) {
      if (isOver) return;
      results[index] = await work(thing);
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, worker));
  } finally {
    isOver = true;
  }
  return results;
}

/** What a model's checks have in common. */
interface ModelContext {
  readonly declared: Declared;
  readonly now: Date;
  /** The alarms that exist, by name; undefined where CloudWatch does not tell. */
  readonly liveAlarms: ReadonlyMap<string, ApiAlarm> | undefined;
}

/** A model from its log lines to its alarms' actions, in the order in which data flows. */
async function modelChecks(
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

/** CloudTrail's event history goes back 90 days; subscriptions that are pending are two days old at most. */
const TRAIL = 7 * 86_400_000;

/** The way from alarms to people: topics, their subscriptions, and the keys that encrypt them, each once. */
async function notificationChecks(
  session: AwsSession,
  declared: Declared,
  alarms: readonly DeclaredAlarm[],
  now: Date,
): Promise<Check[]> {
  const subscribedTo = trail(session, now);
  const topics = await fewAtOnce(topicUses(alarms, declared), async (topic) => {
    const findings = await topicFindings(session, topic, declared);
    const checks = await listenersOf(session, topic, findings, { declared, now, subscribedTo });
    return { topic, key: findings.key, checks: [...findings.checks, ...checks] };
  });
  const keys = await fewAtOnce(keyUses(topics), (use) =>
    guarded({ model: use.model, what: "key", subject: use.key }, () =>
      keyChecks(session, use, declared),
    ),
  );
  return [...topics.flatMap(({ checks }) => checks), ...keys.flat()];
}

async function topicFindings(
  session: AwsSession,
  topic: TopicUse,
  declared: Declared,
): Promise<TopicFindings> {
  // That the attributes cannot be read says nothing about the list of subscriptions.
  let findings: TopicFindings = { checks: [], isReadable: true, key: undefined };
  const checks = await guarded(aboutTopic(topic, "topic"), async () => {
    findings = await topicChecks(session, topic, declared);
    return findings.checks;
  });
  return { ...findings, checks };
}

interface ListenerContext {
  readonly declared: Declared;
  readonly now: Date;
  readonly subscribedTo: (topicArn: string) => Promise<Subscribed>;
}

function listenersOf(
  session: AwsSession,
  topic: TopicUse,
  { isReadable }: TopicFindings,
  { declared, now, subscribedTo }: ListenerContext,
): Promise<readonly Check[]> {
  if (!isReadable) return Promise.resolve([]);
  return guarded(aboutTopic(topic, "subscription"), async () => {
    const live = await subscriptionsOf(session, topic.arn).catch((error: unknown) =>
      closedList(error, topic, declared),
    );
    if ("status" in live) return [live];
    const wanted = declared.subscriptions.filter(({ topicArn }) => topicArn === topic.arn);
    const subscribed = isAnyPending(live, wanted) ? await subscribedTo(topic.arn) : "";
    return subscriptionChecks(live, wanted, topic, { stack: declared.stack, now, subscribed });
  });
}

/** Another account may show a topic and yet not say who listens to it. */
function closedList(error: unknown, topic: TopicUse, { accountId }: Declared): Check {
  const isTheirs = topic.accountId !== accountId;
  if (!(isTheirs && error instanceof AwsCallError && error.kind === "access denied")) throw error;
  return {
    ...aboutTopic(topic, "subscription"),
    status: "warning",
    found: `account ${topic.accountId} does not let you see who is subscribed (${error.action})`,
    advice: "Ask the topic's owner who is subscribed.",
  };
}

/** Asks CloudTrail when it is first needed, and then no more. */
function trail(session: AwsSession, now: Date): ListenerContext["subscribedTo"] {
  let found: Promise<ReadonlyMap<string, Date> | string> | undefined;
  return async (topicArn) => {
    found ??= lastSubscribed(session, new Date(now.getTime() - TRAIL)).catch(unknownSince);
    const times = await found;
    if (typeof times === "string") return times;
    return times.get(topicArn) ?? "CloudTrail has no call for it; a new one takes some minutes";
  };
}

interface KeyedTopic {
  readonly topic: TopicUse;
  readonly key: string | undefined;
}

function keyUses(topics: readonly KeyedTopic[]): KeyUse[] {
  const users = new Map<string, TopicUse[]>();
  for (const { topic, key } of topics) {
    if (key !== undefined) users.set(key, [...(users.get(key) ?? []), topic]);
  }
  return [...users].map(([key, by]) => {
    const [model, ...others] = new Set(by.map((topic) => topic.model));
    return {
      key,
      model: others.length === 0 ? model : undefined,
      isOwn: by.some(({ own }) => own !== undefined),
    };
  });
}

/** What to examine. */
export interface DoctorOptions {
  /** The moment that ages are counted from. */
  readonly now: Date;
  /** One of `modelsOf`: only it and what its alarms notify. @default all models */
  readonly model?: string | undefined;
  readonly identity: Identity;
  /** What the stack's file says of account and region. */
  readonly place: Pick<Place, "path" | "allowedAccounts" | "declaredRegion">;
  /** The stack's `aws:profile`, for commands to use. @default the shell's own */
  readonly profile?: string | undefined;
}

/**
 * Examines a live stack from its models' log lines to people's inboxes, and changes nothing. The order of the checks is
 * always the same: account and region, models by name, then topics with their subscriptions, then keys.
 * In the wrong account nothing else is looked at.
 * @throws AwsCallError for credentials that stop working meanwhile
 */
export async function doctor(
  session: AwsSession,
  declared: Declared,
  { now, model, identity, place, profile }: DoctorOptions,
): Promise<Check[]> {
  const { stack, region } = declared;
  const where = accountChecks(identity, { ...place, stack, region });
  if (where.some(({ status }) => status === "failure")) return where;

  const alarms = declared.alarms.filter((alarm) => model === undefined || alarm.model === model);
  const { liveAlarms, checks } = await existing(session, alarms);
  const models = await fewAtOnce(modelsOf({ ...declared, alarms }), ({ name }) =>
    modelChecks(session, name, { declared, now, liveAlarms }),
  );
  const notifications = await notificationChecks(session, declared, alarms, now);
  return [...where, ...checks, ...models.flat(), ...notifications].map((check) =>
    check.command === undefined
      ? check
      : { ...check, command: withProfile(check.command, profile) },
  );
}

/** All alarms at once: CloudWatch takes a hundred names in a call. */
async function existing(
  session: AwsSession,
  alarms: readonly DeclaredAlarm[],
): Promise<{
  readonly liveAlarms: ReadonlyMap<string, ApiAlarm> | undefined;
  readonly checks: readonly Check[];
}> {
  const names = alarms.map(({ name }) => name);
  const [model, ...others] = new Set(alarms.map((alarm) => alarm.model));
  const about = {
    model: others.length === 0 ? model : undefined,
    what: "alarm",
    subject: names.length === 1 ? String(names[0]) : `all ${names.length} alarms`,
  };
  let liveAlarms: ReadonlyMap<string, ApiAlarm> | undefined;
  const checks = await guarded(about, async () => {
    liveAlarms = await alarmsNamed(session, names);
    return [];
  });
  return { liveAlarms, checks };
}
