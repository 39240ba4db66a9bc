import { InputError } from "../inputError";
import type { MetricAlarm } from "../simulator/metricAlarm";
import type { MetricFilter } from "../simulator/metricFilter";
import type { MuteRule } from "../simulator/muteRules";
import { jsonMap, list, map, text } from "./properties";

/** The account where nothing says which it is. */
export const NO_ACCOUNT = "000000000000";

/** What a Pulumi program declares, or what a stack's state says is deployed, of CloudWatch and SNS. */
export interface Declared {
  readonly stack: string;
  readonly region: string;
  /** Twelve digits; {@link NO_ACCOUNT} where nothing says which it is. */
  readonly accountId: string;
  readonly filters: readonly MetricFilter[];
  readonly alarms: readonly DeclaredAlarm[];
  readonly topics: readonly DeclaredTopic[];
  readonly subscriptions: readonly Subscription[];
  readonly muteRules: readonly MuteRule[];
  /** Alarms, filters, topics, subscriptions and mute rules that cannot be rehearsed. */
  readonly refused: readonly Refused[];
  /** What is set and makes a difference, and is not rehearsed: in sentences. */
  readonly notes: readonly string[];
}

/** Something that cannot be rehearsed. */
export interface Refused {
  readonly isAlarm: boolean;
  /** Whether it leaves unknown whom an alarm mails. @default false */
  readonly hidesMails?: boolean;
  /** What it is and why, in a sentence. */
  readonly text: string;
}

/** An alarm, with the model it belongs to. */
export interface DeclaredAlarm extends MetricAlarm {
  /** The model's name, as far as physical names tell; else the alarm's own name. */
  readonly model: string;
}

/** A topic that is declared, not one that is only named. */
export interface DeclaredTopic {
  readonly arn: string;
  /** The key that encrypts it; undefined where none does. */
  readonly key: string | undefined;
}

/** A subscription of a topic. */
export interface Subscription {
  readonly topicArn: string;
  /** `email`, `email-json`, `sms`, `lambda` and so on. */
  readonly protocol: string;
  /** The address, number or ARN. */
  readonly endpoint: string;
  /** What its messages must be like, as JSON. @default none */
  readonly filterPolicy?: string | undefined;
  /** Whether that is about the message's body instead of its attributes. @default false */
  readonly filtersBody?: boolean | undefined;
  /** Whether its owner has yet to confirm, as far as is known; a program alone cannot say. */
  readonly pending: boolean;
}

/** Why a topic passes no alarm on; undefined where it does. */
export function topicFault({ topics }: Declared, topicArn: string): string | undefined {
  return topics.some(({ arn, key }) => arn === topicArn && key?.endsWith("alias/aws/sns"))
    ? "drops every alarm: CloudWatch cannot use its key alias/aws/sns"
    : undefined;
}

/** Why an address gets no mail of an alarm; undefined where it does. */
export function addressFault(subscription: Subscription): string | undefined {
  if (subscription.pending) return "its subscription is not confirmed";
  const { filterPolicy, filtersBody } = subscription;
  return filterPolicy !== undefined && filtersBody !== true && asksForAttributes(filterPolicy)
    ? "its filter policy asks for message attributes, and alarms' messages have none"
    : undefined;
}

/** Whether a filter policy asks for more than that attributes are absent (SNS, "exists matching"); an empty one does not. */
function asksForAttributes(policy: string): boolean {
  return Object.values(jsonMap(policy)).some(
    (values) => !list(values).some((value) => map(value)["exists"] === false),
  );
}

/** The e-mail subscriptions that an action of an alarm comes to, also those that get no mail of it. */
export function addressesOf({ subscriptions }: Declared, action: string): Subscription[] {
  return subscriptions.filter(
    ({ topicArn, protocol }) => topicArn === action && protocol.startsWith("email"),
  );
}

/** A resource: the values a program gave, and those AWS filled in. */
export interface AwsResource {
  /** Where it is. @default where the stack is */
  readonly region?: string | undefined;
  /** The name it has in the program, for messages about it where it has none that can be read. */
  readonly name: string;
  /** `aws:cloudwatch/metricAlarm:MetricAlarm` and so on. */
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** The types of resources that matter here, as Pulumi's AWS provider calls them. */
export const TYPES = {
  alarm: "aws:cloudwatch/metricAlarm:MetricAlarm",
  compositeAlarm: "aws:cloudwatch/compositeAlarm:CompositeAlarm",
  logAlarm: "aws:cloudwatch/logAlarm:LogAlarm",
  muteRule: "aws:cloudwatch/alarmMuteRule:AlarmMuteRule",
  filter: "aws:cloudwatch/logMetricFilter:LogMetricFilter",
  logGroup: "aws:cloudwatch/logGroup:LogGroup",
  topic: "aws:sns/topic:Topic",
  subscription: "aws:sns/topicSubscription:TopicSubscription",
  key: "aws:kms/key:Key",
  function: "aws:lambda/function:Function",
} as const;

/** Where resources come from. */
export interface Origin {
  readonly project: string;
  readonly stack: string;
  readonly region: string;
  readonly accountId: string;
}

/** Where something is when it does not say so: where the environment says. */
export function usualRegion(): string {
  return process.env["AWS_REGION"] ?? "us-east-1";
}

/** The region and the account that ARNs tell, the first of them that do. Some, such as a role's, are in no region. */
export function placeOfArns(arns: readonly unknown[]): {
  readonly region: string | undefined;
  readonly accountId: string | undefined;
} {
  const places = arns.flatMap((arn) => {
    const [, region = "", accountId] = /^arn:[^:]+:[^:]+:([^:]*):(\d{12}):/.exec(text(arn)) ?? [];
    return accountId === undefined ? [] : [{ region, accountId }];
  });
  return {
    region: places.find(({ region }) => region !== "")?.region,
    accountId: places[0]?.accountId,
  };
}

/** What the stack of a file is called that names none: as the file is, up to its first dot. */
export function stackOfFile(file: string): string {
  return /[^/\\]+$/.exec(file)?.[0].split(".")[0] ?? file;
}

/** Why a text could not be parsed, in brackets. */
export function reasonOf(error: unknown): string {
  const [reason = ""] = (error instanceof Error ? error.message : "").split("\n");
  return ` (${reason})`;
}

/** The value of a text in JSON. @param expected begins the error @throws InputError where it is none */
export function parsedJson(content: string, expected: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    throw new InputError(`${expected}, found something else${reasonOf(error)}`);
  }
}
