/** What of an AWS account the API types of the SDK do not say in one piece. */

export interface FakeLogGroup {
  readonly name: string;
  class: "STANDARD" | "INFREQUENT_ACCESS" | "DELIVERY";
  /** Days; undefined where events are kept for ever. */
  retention: number | undefined;
  storedBytes: number;
}

/** A log event. */
export interface FakeEvent {
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly message: string;
}

/** A metric's data points: their sums by the minute (whole minutes since 1970). */
export type FakePoints = Map<number, number>;

export interface FakeTopic {
  /** An IAM policy document as JSON. */
  policy: string;
  /** The KMS key's id, ARN or alias; undefined where nothing is encrypted. */
  key: string | undefined;
}

export interface FakeKey {
  state: "Enabled" | "Disabled" | "PendingDeletion";
  manager: "CUSTOMER" | "AWS";
  /** An IAM policy document as JSON. */
  policy: string;
}

export interface FakeSubscription {
  readonly protocol: string;
  readonly endpoint: string;
  /** Its ARN once it is confirmed, else the words that SNS writes there. */
  arn: string;
}

/** What SNS lists instead of an ARN until the owner confirms. */
export const PENDING = "PendingConfirmation";

/** What SNS lists instead of an ARN for a while after somebody unsubscribed. */
export const DELETED = "Deleted";

/** A Subscribe call that CloudTrail kept. */
export interface FakeSubscribeEvent {
  readonly topicArn: string;
  readonly at: Date;
  /** AWS's name for why the call failed. */
  readonly errorCode?: string;
}
