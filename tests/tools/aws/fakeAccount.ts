import type { AlarmHistoryItem, MetricAlarm as ApiAlarm } from "@aws-sdk/client-cloudwatch";
import type { MetricFilter as ApiFilter } from "@aws-sdk/client-cloudwatch-logs";
import type { Declared } from "../../../tools/program/declared";
import type { MuteRule } from "../../../tools/simulator/muteRules";
import { alarmCalls } from "./fake/alarmCalls";
import { type FakeAccountOptions, fillAccount } from "./fake/fillAccount";
import { logsCalls } from "./fake/logsCalls";
import { metricCalls, pointsOf } from "./fake/metricCalls";
import { otherCalls } from "./fake/otherCalls";
import type {
  FakeEvent,
  FakeKey,
  FakeLogGroup,
  FakePoints,
  FakeSubscribeEvent,
  FakeSubscription,
  FakeTopic,
} from "./fake/state";
import { topicCalls } from "./fake/topicCalls";
import { WireFault, type WireHandlers } from "./wire/wireServer";

export type { FakeAccountOptions };
export * from "./fake/state";

/**
 * An AWS account that exists only here: what is in it may be changed at will between calls. It answers in the forms of
 * AWS's APIs and knows nothing of who asks.
 */
export class FakeAccount {
  callerArn: string;
  readonly logGroups = new Map<string, FakeLogGroup>();
  filters: ApiFilter[] = [];
  /** By log group, in any order. */
  readonly events = new Map<string, FakeEvent[]>();
  /** By `metricKey` of cloudwatch/metricAlarm. They stay what they are until {@link publishMetrics}. */
  metrics = new Map<string, FakePoints>();
  readonly alarms = new Map<string, ApiAlarm>();
  /** Mute rules in whose window it is now. */
  readonly muteRules: { readonly name: string; readonly alarms: readonly string[] }[] = [];
  /** Mute rules that are there, in a window or not. */
  declaredMuteRules: readonly MuteRule[] = [];
  savedQueries = 3;
  /** Of all alarms, in any order. */
  readonly history: AlarmHistoryItem[] = [];
  /** By ARN. */
  readonly topics = new Map<string, FakeTopic>();
  /** By id, or by alias (`alias/aws/sns`). */
  readonly keys = new Map<string, FakeKey>();
  /** By the topic's ARN. */
  readonly subscriptions = new Map<string, FakeSubscription[]>();
  subscribeEvents: FakeSubscribeEvent[] = [];
  /** Why a topic refuses what alarms publish, by its ARN: their actions fail. */
  readonly refusals = new Map<string, string>();
  /** IAM actions that the caller may not do. */
  readonly denied = new Set<string>();
  eventsPerPage = 10_000;
  subscriptionsPerPage = 100;
  /** Whether the first page of log events is empty, with a token for more. */
  firstEventPageEmpty = true;

  private constructor(
    readonly accountId: string,
    readonly region: string,
    /** The account's clock. */
    public now: Date,
  ) {
    this.callerArn = `arn:aws:iam::${accountId}:user/tester`;
  }

  /** An account in which everything is as declared, deployed ten days ago, and well. */
  static of(declared: Declared, options: FakeAccountOptions): FakeAccount {
    const account = new FakeAccount(declared.accountId, declared.region, options.now);
    fillAccount(account, declared, options);
    return account;
  }

  /** A moment before now, by milliseconds. */
  ago(milliseconds: number): Date {
    return new Date(this.now.getTime() - milliseconds);
  }

  /** Makes the metrics anew of the filters and the events that are there. */
  publishMetrics(): void {
    this.metrics = pointsOf(this.filters, this.events);
  }

  /** What a `WireServer` needs to answer for this account. */
  handlers(): WireHandlers {
    const all: WireHandlers = {
      ...otherCalls(this),
      ...logsCalls(this),
      ...metricCalls(this),
      ...alarmCalls(this),
      ...topicCalls(this),
    };
    return Object.fromEntries(
      Object.entries(all).map(([action, answer]) => [
        action,
        (input) => {
          if (this.denied.has(action)) throw this.#denial(action);
          return answer(input);
        },
      ]),
    );
  }

  #denial(action: string): WireFault {
    const message = `User: ${this.callerArn} is not authorized to perform: ${action} because no identity-based policy allows the ${action} action`;
    const code = DENIALS[action.split(":")[0] ?? ""] ?? "AccessDeniedException";
    return new WireFault(code, message, code === "AccessDeniedException" ? 400 : 403);
  }
}

/** What services call it; the others say AccessDeniedException. */
const DENIALS: Readonly<Record<string, string>> = {
  cloudwatch: "AccessDenied",
  sns: "AuthorizationError",
};
