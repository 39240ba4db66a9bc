import type { MetricAlarm as ApiAlarm } from "@aws-sdk/client-cloudwatch";
import { alarmHistory, alarmsNamed, metricAlarms } from "../aws/alarmCalls";
import type { AwsSession, Identity } from "../aws/awsSession";
import { countSavedQueries, logGroupNamed, metricFiltersOf } from "../aws/logCalls";
import { newestData } from "../aws/metricCalls";
import { lastSubscribed, subscriptionsOf } from "../aws/topicCalls";
import type { Declared } from "../program/declared";
import { countedMetric, type DeclaredModel, modelsOf, onlyModel } from "../program/model";
import { actionChecks, alarmChecks } from "./alarmChecks";
import {
  type About,
  type Check,
  eachOf,
  failure,
  guarded,
  ok,
  onlyOf,
  seen,
  unchecked,
  warning,
} from "./check";
import { eventChecks, eventEvidence, predictionTimes } from "./eventChecks";
import { type FilteredModel, judgeFilters, judgeLogGroup } from "./filterChecks";
import { judgeMetric } from "./metricChecks";
import { mutedChecks, muteRuleChecks, mutingRules } from "./muteChecks";
import { type Subscribed, subscriptionChecks } from "./subscriptionChecks";
import {
  aboutTopic,
  keyChecks,
  keyUses,
  topicChecks,
  type TopicUse,
  topicUses,
} from "./topicChecks";

/** What a stack's file says of where it belongs. */
interface Place {
  /** The stack's file. */
  readonly path: string;
  /** `aws:allowedAccountIds`; none where all accounts may be. */
  readonly allowedAccounts: readonly string[];
  /** `aws:region`, if the file sets it. */
  readonly declaredRegion: string | undefined;
}

/** What to examine. */
export interface DoctorOptions {
  /** The moment that ages are counted from. */
  readonly now: Date;
  /** One of `modelsOf`: only it and what its alarms notify. @default all models */
  readonly model?: string | undefined;
  readonly identity: Identity;
  readonly place: Place;
  /** The stack's `aws:profile`, for commands to use. @default the shell's own */
  readonly profile?: string | undefined;
}

/**
 * Examines a live stack from its models' log lines to people's inboxes, and changes nothing. The order of the checks is
 * always the same: account, region, quotas, mute rules, models by name, then topics with their subscriptions, then keys.
 * In the wrong account nothing else is looked at.
 * @throws AwsCallError for credentials that stop working meanwhile
 */
export async function doctor(
  session: AwsSession,
  declared: Declared,
  { now, model, identity, place, profile }: DoctorOptions,
): Promise<Check[]> {
  const where = [accountCheck(identity, place), regionCheck(declared, place)];
  if (where.some(({ status }) => status === "failure")) return where;

  const alarms = declared.alarms.filter((alarm) => model === undefined || alarm.model === model);
  const names = alarms.map(({ name }) => name);
  const aboutAlarms = {
    model: onlyOf(alarms.map((alarm) => alarm.model)),
    what: "alarm",
    subject: names.length === 1 ? String(names[0]) : `all ${names.length} alarms`,
  };
  // All alarms at once: CloudWatch takes a hundred names in a call.
  const live = await seen(() => alarmsNamed(session, names));
  const unseen = live.error === undefined ? [] : [unchecked(aboutAlarms, live.error)];
  const mutes = await mutedChecks(session, alarms, declared.region);
  const rules = await eachOf(mutingRules(declared, alarms), (rule) =>
    muteRuleChecks(session, rule, declared.stack),
  );
  const quotas = await quotaChecks(session, declared.region);
  const models = await eachOf(modelsOf({ ...declared, alarms }), ({ name }) =>
    modelChecks(session, onlyModel(declared, name), live.found, now),
  );
  const subscribedTo = trail(session, now);
  const topics = await eachOf(topicUses(alarms, declared), async (topic) => {
    const { key, isReadable, checks } = await topicChecks(session, topic, declared);
    const context = { declared, now, subscribedTo };
    const subscribers = isReadable ? await subscribersOf(session, topic, context) : [];
    return { topic, key, checks: [...checks, ...subscribers] };
  });
  const keys = await eachOf(keyUses(topics), (use) => keyChecks(session, use, declared));
  const notified = topics.map(({ checks }) => checks);
  return [where, quotas, mutes, ...rules, unseen, ...models, ...notified, ...keys]
    .flat()
    .map((check) => withProfile(check, profile));
}

/** Is this the account that is meant? Where it is not, nothing else is worth a look. */
export function accountCheck(
  { accountId, arn }: Identity,
  { path, allowedAccounts }: Place,
): Check {
  const about = { what: "account", subject: accountId };
  if (allowedAccounts.length === 0) {
    return ok(
      about,
      `signed in as ${arn}; ${path} does not pin the account (aws:allowedAccountIds)`,
    );
  }
  const allowed = allowedAccounts.join(" or ");
  if (allowedAccounts.includes(accountId)) {
    return ok(about, `signed in as ${arn}; aws:allowedAccountIds in ${path} allows it`);
  }
  return failure(
    about,
    `signed in as ${arn}; aws:allowedAccountIds in ${path} allows only ${allowed}`,
    `This is not the stack's account, so nothing else was checked. Sign in to account ${allowed} (AWS_PROFILE ` +
      `chooses one of your profiles), or set aws:profile in ${path}.`,
  );
}

/** Where the region is from. */
export function regionCheck(
  { stack, region }: Pick<Declared, "stack" | "region">,
  { path, declaredRegion }: Place,
): Check {
  const found =
    declaredRegion === undefined
      ? `from AWS_REGION or your profile; ${path} does not pin it ` +
        `(\`pulumi config set aws:region ${region} --stack ${stack}\` does)`
      : `aws:region in ${path}`;
  return ok({ what: "region", subject: region }, found);
}

/** Has a check's command reach the account that the stack's file names by a profile, whatever the shell's is. */
function withProfile(check: Check, profile: string | undefined): Check {
  if (check.command === undefined || profile === undefined) return check;
  return {
    ...check,
    command: check.command.replaceAll(/(^|&& )aws /g, `$1aws --profile ${profile} `),
  };
}

/** CloudWatch and CloudWatch Logs quotas: what an account may have in a region; the first may be raised. */
const QUOTAS = { alarms: 5000, "saved queries": 1000 };

/** From this part of a quota on, an account is near its end. */
const NEARLY = 0.9;

/** Is there room for more models, in what the account as a whole may have? */
function quotaChecks(session: AwsSession, region: string): Promise<Check[]> {
  const about = { what: "quotas", subject: region };
  return guarded(about, async () => {
    const used = [
      { what: "alarms", has: (await metricAlarms(session)).length },
      { what: "saved queries", has: await countSavedQueries(session) },
    ] as const;
    const textOf = ({ what, has }: (typeof used)[number]): string =>
      `${has} ${what} of ${QUOTAS[what]}`;
    const near = used.filter(({ what, has }) => has >= QUOTAS[what] * NEARLY);
    if (near.length === 0) return [ok(about, used.map(textOf).join(", "))];
    return [
      warning(
        about,
        `nearly used up: ${near.map(textOf).join(", ")}`,
        "A deployment fails once the account has as many. Delete what nobody needs; the quota of alarms can be raised " +
          "(Service Quotas, Amazon CloudWatch).",
      ),
    ];
  });
}

/**
 * A model from its log lines to its alarms' actions, in the order in which data flows.
 * @param liveAlarms by name; undefined where CloudWatch does not say
 */
async function modelChecks(
  session: AwsSession,
  model: DeclaredModel,
  liveAlarms: ReadonlyMap<string, ApiAlarm> | undefined,
  now: Date,
): Promise<Check[]> {
  const checks = isFiltered(model)
    ? await logChecks(session, model, now)
    : [unfiltered(model.name)];
  if (liveAlarms === undefined) return checks;
  const context = { ...model, now };
  for (const alarm of model.alarms) {
    const live = liveAlarms.get(alarm.name);
    checks.push(...alarmChecks(live, alarm, context));
    if (live === undefined) continue;
    const about = { model: model.name, what: "alarm history", subject: alarm.name };
    const history = await guarded(about, async () =>
      actionChecks(await alarmHistory(session, alarm.name, { type: "Action" }), alarm, context),
    );
    checks.push(...history);
  }
  return checks;
}

function isFiltered(model: DeclaredModel): model is FilteredModel {
  return model.byKind.has("rate") && model.total !== undefined && model.valid !== undefined;
}

function unfiltered(model: string): Check {
  return warning(
    { model, what: "metric filter", subject: model },
    "no metric filters of the stack feed its alarm: where its data come from was not checked",
    "Look at the alarm's graph in the console: does it have data points?",
  );
}

/** What follows from a finding is no finding of its own: it would hide its cause. */
async function logChecks(session: AwsSession, model: FilteredModel, now: Date): Promise<Check[]> {
  const { logGroupName } = model.total;
  const about = (what: string, subject = logGroupName): About => ({
    ...{ model: model.name, what, subject },
  });
  const group = await seen(async () =>
    judgeLogGroup(model, await logGroupNamed(session, logGroupName)),
  );
  if (group.found?.status === "failure") return [group.found];

  const filters = await seen(() => metricFiltersOf(session, logGroupName));
  const judgedFilters = filters.found && judgeFilters(model, filters.found);
  const events = await seen(() => eventEvidence(session, model, now));
  const predictions = events.found && predictionTimes(events.found);
  const counted = countedMetric(model.total);
  const metric = await guarded(
    about("metric", `${counted.namespace} ${counted.metricName}`),
    async () => {
      const data = await newestData(session, counted, now);
      const check = judgeMetric(model, { data, predictions, filters: filters.found }, now);
      const isExplained =
        predictions?.length === 0 || judgedFilters?.some(({ status }) => status === "failure");
      return isExplained && check.status !== "ok" ? [] : [check];
    },
  );
  return [
    group.found ?? unchecked(about("log group"), group.error),
    judgedFilters ?? (filters.error ? unchecked(about("metric filter"), filters.error) : []),
    events.found === undefined
      ? unchecked(about("log events"), events.error)
      : eventChecks(model, events.found, now),
    metric,
  ].flat();
}

interface SubscriberContext {
  readonly declared: Declared;
  readonly now: Date;
  readonly subscribedTo: (topicArn: string) => Promise<Subscribed>;
}

async function subscribersOf(
  session: AwsSession,
  topic: TopicUse,
  { declared: { stack, accountId, subscriptions }, now, subscribedTo }: SubscriberContext,
): Promise<Check[]> {
  const { found: live, error } = await seen(() => subscriptionsOf(session, topic.arn));
  if (error !== undefined) {
    const about = aboutTopic(topic, "subscription");
    if (error.kind !== "access denied" || topic.accountId === accountId) {
      return [unchecked(about, error)];
    }
    // Another account may show a topic and yet not say who is subscribed to it.
    const found = `account ${topic.accountId} does not let you see who is subscribed (${error.action})`;
    return [warning(about, found, "Ask the topic's owner who is subscribed.")];
  }
  const wanted = subscriptions.filter(({ topicArn }) => topicArn === topic.arn);
  const subscribed = (): Promise<Subscribed> => subscribedTo(topic.arn);
  return subscriptionChecks(live, wanted, topic, { stack, now, subscribed });
}

/** CloudTrail's event history goes back 90 days; subscriptions that are pending are two days old at most. */
const TRAIL = 7 * 86_400_000;

/** Asks CloudTrail when it is first needed, and then no more. */
function trail(session: AwsSession, now: Date): SubscriberContext["subscribedTo"] {
  const since = new Date(now.getTime() - TRAIL);
  const ask = () => seen(() => lastSubscribed(session, since));
  let asked: ReturnType<typeof ask> | undefined;
  return async (topicArn) => {
    const { found, error } = await (asked ??= ask());
    if (error?.kind === "access denied") return `the IAM action ${error.action} is not allowed`;
    if (error !== undefined) return `${error.action}: ${error.code}`;
    return found.get(topicArn) ?? "CloudTrail has no call for it; a new one takes some minutes";
  };
}
