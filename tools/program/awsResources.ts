import { muteScheduleFault, readIsoDuration } from "../../components/cloudwatch/muteSchedule";
import { grouped } from "../../components/lists";
import {
  type MetricAlarm,
  metricKey,
  type MetricQuery,
  type MetricStat,
  queriesOf,
} from "../simulator/metricAlarm";
import { hasDimensions, type MetricFilter } from "../simulator/metricFilter";
import { kindLeftOut } from "../simulator/alarmPlan";
import type { MuteRule } from "../simulator/muteRules";
import { MINUTE, readIsoTime } from "../time";
import { InputError } from "../inputError";
import {
  type AwsResource,
  type Declared,
  type DeclaredAlarm,
  type DeclaredTopic,
  type Origin,
  type Refused,
  type Subscription,
  TYPES,
} from "./declared";
import { Given, isSet, UnreadableValueError } from "./given";
import { countedMetric } from "./model";
import { text } from "./properties";

/**
 * What a file declares, as {@link declaredBy} picks it out.
 * @param expected begins the error
 * @param more what else of the file cannot be rehearsed, and what is to be noted
 * @throws InputError with why where there is no metric filter, as a rehearsal replays log events
 */
export function declaredIn(
  resources: readonly AwsResource[],
  origin: Origin,
  expected: string,
  more: { readonly refused?: readonly Refused[]; readonly notes?: readonly string[] },
): Declared {
  const declared = declaredBy(resources, origin);
  const refused = [...declared.refused, ...(more.refused ?? [])];
  const notes = [...declared.notes, ...(more.notes ?? [])];
  if (declared.filters.length > 0) return { ...declared, refused, notes };
  const reasons = refused.map(({ text }) => `\n  ${text}`).join("");
  throw new InputError(
    `${expected} with metric filters, as a rehearsal replays log events; found none that can be read${reasons}`,
  );
}

/**
 * Picks out what a rehearsal needs. It knows the AWS provider's resources, not who declared them: any Pulumi program's
 * alarms will do. What it cannot read, it leaves out and names; what is set beyond that, it names as well.
 */
export function declaredBy(resources: readonly AwsResource[], origin: Origin): Declared {
  const refused: Refused[] = [];
  const notes: string[] = [];

  type Reader<T> = (given: Given, region: string | undefined) => T | string;
  function read<T>(type: string, what: string, reader: Reader<T>): T[] {
    return resources.flatMap((resource) => {
      if (resource.type !== type) return [];
      const given = new Given(resource.properties);
      const named = `${what} ${nameOf(given) ?? resource.name}`;
      const region = resource.region === origin.region ? undefined : resource.region;
      const found = orReason(() => reader(given, region));
      if (typeof found === "string") {
        const text = `${named} is not rehearsed: ${found}`;
        const hidesMails = type === TYPES.subscription;
        refused.push({ isAlarm: what.endsWith("alarm"), hidesMails, text });
        return [];
      }
      const unasked = given.unasked.filter((key) => !NEUTRAL.has(key));
      if (unasked.length > 0 && type !== TYPES.topic && type !== TYPES.muteRule) {
        notes.push(`${named} is rehearsed without its ${unasked.join(", ")}`);
      }
      return [found];
    });
  }

  read(
    TYPES.compositeAlarm,
    "composite alarm",
    () => "its state follows from other alarms, which are rehearsed as far as they can be",
  );
  read(
    TYPES.logAlarm,
    "log alarm",
    () => "it runs a query over log events instead of reading a metric",
  );
  const filters = read(TYPES.filter, "metric filter", (given, region) =>
    metricFilter(given, region, origin),
  );
  const alarms = read(TYPES.alarm, "alarm", (given, region) => {
    const unmodelled = beyondModel(given, origin);
    if (unmodelled !== undefined) return unmodelled;
    const alarm = metricAlarm(given, region, notes, refused);
    return kindLeftOut(alarm) ?? declaredAlarm(alarm, origin);
  });
  const metrics = alarms.flatMap(queriesOf).flatMap(({ metric }) => metric ?? []);
  for (const [provider, foreign] of grouped(resources, foreignProvider)) {
    if (provider === undefined) continue;
    const names = foreign.map(({ name }) => name).join(", ");
    refused.push({
      isAlarm: false,
      text: `resources of ${provider} are not read (${names}); those of the aws provider are`,
    });
  }
  return {
    stack: origin.stack,
    region: origin.region,
    accountId: origin.accountId,
    filters: filters.flatMap((filter) =>
      hasDimensions(filter) ? byDimensions(filter, metrics) : [filter],
    ),
    alarms: alarms.sort((a, b) => (a.name < b.name ? -1 : 1)),
    subscriptions: read(TYPES.subscription, "subscription", subscription),
    topics: read(TYPES.topic, "topic", topic),
    muteRules: read(TYPES.muteRule, "mute rule", (given, region) =>
      muteRule(given, region ?? origin.region),
    ),
    refused,
    notes,
  };
}

/** What is most likely an alarm, a metric filter or a subscription of AWS's. */
const OF_ALARMS = /aws.*(alarm|metric_?filter|sns.*subscription|native:sns:topic)$/i;
/** The same in a CloudFormation template, or for the Cloud Control API. */
const IN_TEMPLATE = /AWS::(CloudWatch::\w*Alarm|Logs::MetricFilter|SNS::Subscription)/;

/** Who declares what a rehearsal needs, where that is not the aws provider: aws-native, a bridged one, a module, a template. */
function foreignProvider({ type, properties }: AwsResource): string | undefined {
  if (/^aws:(cloudwatch|sns)\//.test(type)) return undefined;
  if (IN_TEMPLATE.test(text(properties["templateBody"]))) return "CloudFormation templates";
  const controlled = text(properties["typeName"] ?? properties["type"]);
  if (IN_TEMPLATE.test(controlled)) return "the Cloud Control API";
  if (!OF_ALARMS.test(type)) return undefined;
  const [pack = ""] = type.split(":");
  return `the ${pack === "aws" ? "bridged Terraform" : pack} provider`;
}

/**
 * A filter once for each of its metrics that an alarm reads: with dimensions, each of their values makes a metric of its own.
 */
function byDimensions(filter: MetricFilter, metrics: readonly MetricStat[]): MetricFilter[] {
  const { dimensions = {}, systemDimensions = {} } = filter;
  const system = Object.keys(systemDimensions);
  const possible = [[], system, [...Object.keys(dimensions), ...system]].map(namesText);
  const own = metricKey({ ...countedMetric(filter), dimensions: {} });
  const read = metrics.filter(
    (metric) =>
      metricKey({ ...metric, dimensions: {} }) === own &&
      possible.includes(namesText(Object.keys(metric.dimensions ?? {}))),
  );
  const byKey = new Map(read.map((metric) => [metricKey(metric), metric.dimensions ?? {}]));
  if (byKey.size === 0) return [filter];
  return [...byKey.values()].map((published) => ({ ...filter, published }));
}

function namesText(names: readonly string[]): string {
  return JSON.stringify([...names].sort());
}

/** Properties that make no difference to what an alarm does: what AWS fills in, and what only others go by. */
const NEUTRAL = new Set([
  ...["id", "arn", "region", "tags", "tagsAll", "__defaults", "ownerId", "redrivePolicy"],
  ...["evaluateLowSampleCountPercentiles", "confirmationTimeoutInMinutes", "endpointAutoConfirms"],
  ...["confirmationWasAuthenticated", "rawMessageDelivery", "deliveryPolicy"],
  "subscriptionRoleArn",
]);

/** What is read, or why it cannot be, in a sentence. */
function orReason<T>(read: () => T): T | string {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnreadableValueError) return error.message;
    throw error;
  }
}

function nameOf(given: Given): string | undefined {
  try {
    return given.optional("name") ?? given.optional("alarmName") ?? given.optional("endpoint");
  } catch {
    return undefined;
  }
}

function metricFilter(given: Given, region: string | undefined, origin: Origin): MetricFilter {
  const transformation = given.map("metricTransformation");
  const defaultValue = transformation.optional("defaultValue");
  const system = given.texts("emitSystemFieldDimensions");
  const known: Readonly<Record<string, string>> = {
    "@aws.account": origin.accountId,
    "@aws.region": region ?? origin.region,
  };
  return {
    name: given.text("name"),
    logGroupName: given.text("logGroupName"),
    pattern: given.text("pattern"),
    metricName: transformation.text("name"),
    metricNamespace: transformation.text("namespace"),
    metricValue: transformation.text("value"),
    defaultValue: defaultValue === undefined ? undefined : Number(defaultValue),
    dimensions: transformation.textMap("dimensions"),
    unit: transformation.optional("unit"),
    region,
    systemDimensions: Object.fromEntries(system.map((name) => [name, known[name] ?? ""])),
  };
}

/** What an alarm is, in a sentence, where a metric alarm of the simulator's could not even say it. */
function beyondModel(given: Given, { accountId }: Origin): string | undefined {
  if (isSet(given.value("evaluationCriteria"))) {
    return "it is a PromQL alarm, and metric filters publish nothing that PromQL could query";
  }
  const queries = given.list("metricQueries");
  const foreign = queries
    .map((query) => query.optional("accountId"))
    .find((id) => id !== undefined && id !== accountId);
  return foreign === undefined ? undefined : `it reads metrics of another account, ${foreign}`;
}

function metricAlarm(
  given: Given,
  region: string | undefined,
  notes: string[],
  refused: Refused[],
): MetricAlarm {
  const queries = given.list("metricQueries").map((query) => metricQuery(query, region));
  const datapointsToAlarm = given.number("datapointsToAlarm");
  const name = given.text("name");
  const window = given.map("evaluationWindow");
  // A sliding window is what an alarm has anyway.
  window.value("slidingWindow");
  if (window.value("wallClockWindow") !== undefined) {
    notes.push(`alarm ${name} is rehearsed with a sliding window instead of its wall-clock window`);
  }
  // An alarm fires the same whomever it tells.
  const unknown = (why: string): string => {
    refused.push({
      isAlarm: false,
      hidesMails: true,
      text: `whom alarm ${name} tells is not known: ${why}`,
    });
    return "(not known)";
  };
  return {
    name,
    description: description(given, name, notes),
    arn: given.text("arn"),
    actionsEnabled: given.flag("actionsEnabled") ?? true,
    alarmActions: given.texts("alarmActions", unknown),
    okActions: given.texts("okActions", unknown),
    insufficientDataActions: given.texts("insufficientDataActions", unknown),
    comparisonOperator: given.text("comparisonOperator"),
    threshold: given.number("threshold"),
    thresholdMetricId: given.optional("thresholdMetricId"),
    evaluationPeriods: given.number("evaluationPeriods"),
    // The provider keeps 0 for an alarm that does not say.
    datapointsToAlarm: datapointsToAlarm > 0 ? datapointsToAlarm : undefined,
    treatMissingData: given.optional("treatMissingData"),
    ...(queries.length > 0
      ? { metricQueries: queries }
      : { metric: metricStat(given, "statistic", region) }),
  };
}

/** An alarm does the same whatever its description is, which only its mails show. */
function description(given: Given, alarm: string, notes: string[]): string {
  try {
    return given.text("alarmDescription");
  } catch (error) {
    if (!(error instanceof UnreadableValueError)) throw error;
    notes.push(`mails of alarm ${alarm} are shown without its description: ${error.message}`);
    return "(not readable here)";
  }
}

function metricQuery(query: Given, region: string | undefined): MetricQuery {
  // That of an expression is its metrics' here.
  query.value("period");
  const isMetric = query.value("metric") !== undefined;
  return {
    id: query.text("id"),
    // The provider's default is false, CloudWatch's own is true.
    returnData: query.flag("returnData") ?? false,
    expression: query.optional("expression"),
    label: query.optional("label"),
    metric: isMetric ? metricStat(query.map("metric"), "stat", region) : undefined,
  };
}

function metricStat(metric: Given, statistic: string, region: string | undefined): MetricStat {
  return {
    namespace: metric.text("namespace"),
    metricName: metric.text("metricName"),
    period: metric.number("period"),
    stat: metric.optional("extendedStatistic") ?? metric.text(statistic),
    dimensions: metric.textMap("dimensions"),
    unit: metric.optional("unit"),
    region,
  };
}

/** The model is what physical names hold between `<project>-<stack>-` and the metric's own part. */
function declaredAlarm(alarm: MetricAlarm, { project, stack }: Origin): DeclaredAlarm {
  const prefix = `${project}-${stack}-`;
  const metrics = (alarm.metricQueries ?? []).flatMap(({ metric }) => metric?.metricName ?? []);
  const own = metrics.find((name) => name.startsWith(prefix) && name.includes("."));
  return { ...alarm, model: own?.slice(prefix.length, own.lastIndexOf(".")) ?? alarm.name };
}

function muteRule(given: Given, region: string): MuteRule | string {
  const schedule = given.map("rule").map("schedule");
  const dateOf = (key: string): number | undefined => {
    const date = given.optional(key);
    return date === undefined ? undefined : readIsoTime(date) / MINUTE;
  };
  const rule = {
    name: given.text("name"),
    region,
    alarmNames: given.map("muteTargets").texts("alarmNames"),
    expression: schedule.text("expression"),
    duration: readIsoDuration(schedule.text("duration")),
    timezone: schedule.optional("timezone") ?? "UTC",
    start: dateOf("startDate"),
    expire: dateOf("expireDate"),
  };
  if (rule.alarmNames.length === 0) return "it names no alarms";
  if (Number.isNaN(rule.start) || Number.isNaN(rule.expire)) return "its dates are not ISO 8601";
  return muteScheduleFault(rule) ?? rule;
}

function topic(given: Given): DeclaredTopic {
  return { arn: given.text("arn"), key: given.optional("kmsMasterKeyId") };
}

function subscription(given: Given): Subscription {
  const protocol = given.text("protocol");
  const endpoint = (): string => given.text("endpoint");
  return {
    topicArn: given.text("topic"),
    protocol,
    // What gets no mail may well be a function that is yet to be made.
    endpoint: protocol.startsWith("email") ? endpoint() : orReason(endpoint),
    filterPolicy: given.optional("filterPolicy"),
    filtersBody: given.optional("filterPolicyScope") === "MessageBody",
    pending: given.flag("pendingConfirmation") ?? false,
  };
}
