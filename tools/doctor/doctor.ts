import { docsPath } from "../files";
import type { MetricAlarm as ApiAlarm } from "@aws-sdk/client-cloudwatch";
import { alarmHistory, alarmsNamed, countAlarms } from "../aws/alarmCalls";
import { AwsCallError } from "../aws/awsCall";
import type { AwsSession, Identity } from "../aws/awsSession";
import { countSavedQueries } from "../aws/logCalls";
import { lastSubscribed, subscriptionsOf } from "../aws/topicCalls";
import type { Declared, DeclaredAlarm } from "../program/declared";
import { countedMetric, modelsOf, onlyModel } from "../program/model";
import { actionChecks, alarmChecks } from "./alarmChecks";
import { type About, type Check, CONCURRENCY, failure, ok, onlyOf, warning } from "./check";
import { eventChecks, eventEvidence, type EventEvidence, hasPredictions } from "./eventChecks";
import { filterChecks, type FilteredModel, logGroupChecks } from "./filterChecks";
import { metricChecks } from "./metricChecks";
import { mutedChecks, muteRuleChecks, mutingRules } from "./muteChecks";
import {
  isAnyPending,
  type Subscribed,
  subscriptionChecks,
  unknownSince,
} from "./subscriptionChecks";
import {
  aboutTopic,
  keyChecks,
  keyUses,
  topicChecks,
  type TopicFindings,
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
  const { region } = declared;
  const where = [accountCheck(identity, place), regionCheck(declared, place)];
  if (where.some(({ status }) => status === "failure")) return where;

  const { default: pMap } = await import("p-map");
  const alarms = declared.alarms.filter((alarm) => model === undefined || alarm.model === model);
  const { liveAlarms, checks } = await existing(session, alarms);
  const mutes = await guarded({ what: "mute rules", subject: region }, () =>
    mutedChecks(session, alarms, region),
  );
  const rules = await pMap(
    mutingRules(declared, alarms),
    (rule) =>
      guarded({ what: "mute rule", subject: rule.name }, () =>
        muteRuleChecks(session, rule, declared.stack),
      ),
    { concurrency: CONCURRENCY },
  );
  const quotas = await guarded({ what: "quotas", subject: region }, () =>
    quotaChecks(session, region),
  );
  const models = await pMap(
    modelsOf({ ...declared, alarms }),
    ({ name }) => modelChecks(session, name, { declared, now, liveAlarms }),
    { concurrency: CONCURRENCY },
  );
  const subscribedTo = trail(session, now);
  const topics = await pMap(
    topicUses(alarms, declared),
    async (topic) => {
      const findings = await topicFindings(session, topic, declared);
      const context = { declared, now, subscribedTo };
      const subscribers = await subscribersOf(session, topic, findings, context);
      return { topic, key: findings.key, checks: [...findings.checks, ...subscribers] };
    },
    { concurrency: CONCURRENCY },
  );
  const keys = await pMap(
    keyUses(topics),
    (use) =>
      guarded({ model: use.model, what: "key", subject: use.key }, () =>
        keyChecks(session, use, declared),
      ),
    { concurrency: CONCURRENCY },
  );
  const notified = topics.map((topic) => topic.checks);
  return [where, quotas, mutes, ...rules, checks, ...models, ...notified, ...keys]
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
    const { kind, action, message, detail } = error;
    if (kind === "access denied") {
      return [
        failure(
          about,
          `could not be checked: the IAM action ${action} is not allowed`,
          `Allow it to your role; ${docsPath("operations.md")} has the policy that doctor needs. AWS says: ${detail}`,
        ),
      ];
    }
    const isPassing = kind === "throttled" || kind === "unreachable";
    const advice = isPassing ? "Try again later." : "See what AWS says, and try again.";
    return [failure(about, `could not be checked: ${message}`, advice)];
  }
}

/** CloudWatch and CloudWatch Logs quotas: what an account may have in a region; the first may be raised. */
const QUOTAS = { alarms: 5000, "saved queries": 1000 };

/** From this part of a quota on, an account is near its end. */
const NEARLY = 0.9;

/** Is there room for more models, in what the account as a whole may have? */
async function quotaChecks(session: AwsSession, region: string): Promise<Check[]> {
  const used = {
    alarms: await countAlarms(session, QUOTAS.alarms),
    "saved queries": await countSavedQueries(session),
  };
  const texts = (["alarms", "saved queries"] as const).map((what) => {
    const [has, quota] = [used[what], QUOTAS[what]];
    return { isNear: has >= quota * NEARLY, text: `${has} ${what} of ${quota}` };
  });
  const about = { what: "quotas", subject: region };
  const near = texts.filter(({ isNear }) => isNear).map(({ text }) => text);
  if (near.length === 0) return [ok(about, texts.map(({ text }) => text).join(", "))];
  return [
    warning(
      about,
      `nearly used up: ${near.join(", ")}`,
      "A deployment fails once the account has as many. Delete what nobody needs; the quota of alarms can be raised " +
        "(Service Quotas, Amazon CloudWatch).",
    ),
  ];
}

/** All alarms at once: CloudWatch takes a hundred names in a call. */
async function existing(
  session: AwsSession,
  alarms: readonly DeclaredAlarm[],
): Promise<{
  /** By name; undefined where CloudWatch does not say. */
  readonly liveAlarms: ReadonlyMap<string, ApiAlarm> | undefined;
  readonly checks: readonly Check[];
}> {
  const names = alarms.map(({ name }) => name);
  const about = {
    model: onlyOf(alarms.map(({ model }) => model)),
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

/** What a model's checks have in common. */
interface ModelContext {
  readonly declared: Declared;
  readonly now: Date;
  readonly liveAlarms: ReadonlyMap<string, ApiAlarm> | undefined;
}

/** A model from its log lines to its alarms' actions, in the order in which data flows. */
async function modelChecks(
  session: AwsSession,
  name: string,
  { declared, now, liveAlarms }: ModelContext,
): Promise<Check[]> {
  const model = onlyModel(declared, name);
  const checks = isFiltered(model) ? await logChecks(session, model, now) : [unfiltered(name)];
  for (const alarm of liveAlarms === undefined ? [] : model.alarms) {
    const live = liveAlarms?.get(alarm.name);
    const context = { ...declared, now };
    checks.push(...alarmChecks(live, alarm, context));
    if (live === undefined) continue;
    const about = { model: name, what: "alarm history", subject: alarm.name };
    const history = await guarded(about, async () =>
      actionChecks(await alarmHistory(session, alarm.name, { type: "Action" }), alarm, context),
    );
    checks.push(...history);
  }
  return checks;
}

function isFiltered(model: ReturnType<typeof onlyModel>): model is FilteredModel {
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
  const about = (what: string, subject = model.total.logGroupName): About => ({
    ...{ model: model.name, what, subject },
  });
  const isWell = (checks: readonly Check[]): boolean =>
    checks.every(({ status }) => status !== "failure");
  let [isUsable, areFiltersWell] = [true, true];
  const group = await guarded(about("log group"), async () => {
    const checks = await logGroupChecks(session, model);
    isUsable = isWell(checks);
    return checks;
  });
  if (!isUsable) return [...group];

  const filters = await guarded(about("metric filter"), async () => {
    const checks = await filterChecks(session, model);
    areFiltersWell = isWell(checks);
    return checks;
  });
  let evidence: EventEvidence | undefined;
  const events = await guarded(about("log events"), async () => {
    evidence = await eventEvidence(session, model, now);
    return eventChecks(model, evidence, now);
  });
  const { namespace, metricName } = countedMetric(model.total);
  const metrics = await guarded(about("metric", `${namespace} ${metricName}`), async () => {
    const checks = await metricChecks(session, model, evidence, now);
    const isExplained = !areFiltersWell || (evidence !== undefined && !hasPredictions(evidence));
    return isExplained ? checks.filter(({ status }) => status === "ok") : checks;
  });
  return [...group, ...filters, ...events, ...metrics];
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

interface SubscriberContext {
  readonly declared: Declared;
  readonly now: Date;
  readonly subscribedTo: (topicArn: string) => Promise<Subscribed>;
}

function subscribersOf(
  session: AwsSession,
  topic: TopicUse,
  { isReadable }: TopicFindings,
  { declared, now, subscribedTo }: SubscriberContext,
): Promise<readonly Check[]> {
  if (!isReadable) return Promise.resolve([]);
  return guarded(aboutTopic(topic, "subscription"), async () => {
    const live = await subscriptionsOf(session, topic.arn).catch((error: unknown) =>
      hiddenSubscribers(error, topic, declared),
    );
    if ("status" in live) return [live];
    const wanted = declared.subscriptions.filter(({ topicArn }) => topicArn === topic.arn);
    const subscribed = isAnyPending(live, wanted) ? await subscribedTo(topic.arn) : "";
    return subscriptionChecks(live, wanted, topic, { stack: declared.stack, now, subscribed });
  });
}

/** Another account may show a topic and yet not say who is subscribed to it. */
function hiddenSubscribers(error: unknown, topic: TopicUse, { accountId }: Declared): Check {
  const isTheirs = topic.accountId !== accountId;
  if (!(isTheirs && error instanceof AwsCallError && error.kind === "access denied")) throw error;
  return warning(
    aboutTopic(topic, "subscription"),
    `account ${topic.accountId} does not let you see who is subscribed (${error.action})`,
    "Ask the topic's owner who is subscribed.",
  );
}

/** CloudTrail's event history goes back 90 days; subscriptions that are pending are two days old at most. */
const TRAIL = 7 * 86_400_000;

/** Asks CloudTrail when it is first needed, and then no more. */
function trail(session: AwsSession, now: Date): SubscriberContext["subscribedTo"] {
  let found: Promise<ReadonlyMap<string, Date> | string> | undefined;
  return async (topicArn) => {
    found ??= lastSubscribed(session, new Date(now.getTime() - TRAIL)).catch(unknownSince);
    const times = await found;
    if (typeof times === "string") return times;
    return times.get(topicArn) ?? "CloudTrail has no call for it; a new one takes some minutes";
  };
}
