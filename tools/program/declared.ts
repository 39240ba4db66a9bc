import type { MetricAlarm } from "../simulator/metricAlarm";
import type { MetricFilter } from "../simulator/metricFilter";

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
  /** Topics that drop alarms: encrypted with AWS's own key for SNS, which CloudWatch cannot use. */
  readonly deafTopics: readonly string[];
  /** What is declared and cannot be rehearsed, in words. */
  readonly refused: readonly string[];
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

/** An e-mail subscription. */
export interface Subscription {
  readonly topicArn: string;
  /** The address. */
  readonly endpoint: string;
  /** Whether its owner has yet to confirm, as far as is known; a program alone cannot say. */
  readonly pending: boolean;
}

/** A resource of the AWS provider: the values a program gave, and those AWS filled in. */
export interface AwsResource {
  /** `aws:cloudwatch/metricAlarm:MetricAlarm` and so on. */
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Where resources come from. */
export interface Origin {
  readonly project: string;
  readonly stack: string;
  readonly region: string;
  readonly accountId: string;
}
