import type { Clock } from "../../../tools/aws/clock";
import type { WireHandlers, WireInput } from "../aws/wire/wireServer";

export const ACCOUNT = "123456789012";
export const CALLER = `arn:aws:sts::${ACCOUNT}:assumed-role/ops/ann`;
export const ALARM = "classification-rate-dev-churn";
export const TOPIC = `arn:aws:sns:eu-west-1:${ACCOUNT}:team`;
export const OTHER_TOPIC = `${TOPIC}-2`;

/** A clock that runs only while somebody sleeps, so that waiting takes no time. */
export class TestClock implements Clock {
  /** Milliseconds of each sleep. */
  readonly slept: number[] = [];
  #now = Date.parse("2026-11-22T12:00:00Z");
  /** Called at the beginning of each sleep. */
  onSleep: () => void = () => undefined;

  now(): Date {
    return new Date(this.#now);
  }

  sleep(milliseconds: number): Promise<void> {
    this.slept.push(milliseconds);
    this.onSleep();
    this.#now += milliseconds;
    return Promise.resolve();
  }
}

interface Item {
  readonly type: string;
  readonly summary: string;
  readonly at: Date;
}

/** An account with one alarm, whose history others write as CloudWatch would. */
export class MemoryAws {
  state = "OK";
  actionsEnabled = true;
  muteRules: readonly string[] = [];
  alarmActions: readonly string[] = [TOPIC];
  okActions: readonly string[] = [];
  /** ARN, or the word in its place, by address. */
  subscribed: Readonly<Record<string, string>> = { "ann@example.com": `${TOPIC}:1` };
  /** The last reason that was set. */
  reason: string | undefined;
  /** What CloudWatch does once the state was set. */
  onSet: () => void = () => {
    for (const arn of this.alarmActions) this.acted(`Successfully executed action ${arn}`);
  };
  readonly #history: Item[] = [];

  constructor(private readonly clock: Clock) {}

  acted(summary: string): void {
    this.#history.unshift({ type: "Action", summary, at: this.clock.now() });
  }

  changed(to: string): void {
    const summary = `Alarm updated from ${this.state} to ${to}`;
    this.#history.unshift({ type: "StateUpdate", summary, at: this.clock.now() });
    this.state = to;
  }

  /** @param more other answers, or none for an action: undefined */
  handlers(more: WireHandlers = {}): WireHandlers {
    return {
      "sts:GetCallerIdentity": () => ({ Account: ACCOUNT, Arn: CALLER, UserId: "AIDA" }),
      "cloudwatch:DescribeAlarms": ({ AlarmNames }) => this.#described(AlarmNames),
      "cloudwatch:DescribeAlarmHistory": ({ HistoryItemType }) => ({
        AlarmHistoryItems: this.#history
          .filter(({ type }) => type === HistoryItemType)
          .map(({ summary, at }) => ({ HistorySummary: summary, Timestamp: seconds(at) })),
      }),
      "cloudwatch:ListAlarmMuteRules": () => ({
        AlarmMuteRuleSummaries: this.muteRules.map((name) => ({
          AlarmMuteRuleArn: `arn:aws:cloudwatch:eu-west-1:${ACCOUNT}:alarm-mute-rule:${name}`,
          Status: "ACTIVE",
        })),
      }),
      "cloudwatch:SetAlarmState": (input) => this.#set(input),
      "sns:ListSubscriptionsByTopic": () => ({
        Subscriptions: Object.entries(this.subscribed).map(([Endpoint, SubscriptionArn]) => ({
          ...{ Protocol: "email", Endpoint, SubscriptionArn },
        })),
      }),
      ...more,
    };
  }

  #described(names: unknown): object {
    if (!Array.isArray(names) || !names.includes(ALARM)) return { MetricAlarms: [] };
    const alarm = {
      AlarmName: ALARM,
      StateValue: this.state,
      StateReason: "Threshold Crossed",
      StateUpdatedTimestamp: seconds(new Date("2026-11-20T08:00:00Z")),
      ActionsEnabled: this.actionsEnabled,
      AlarmActions: this.alarmActions,
      OKActions: this.okActions,
    };
    return { MetricAlarms: [alarm] };
  }

  #set({ StateValue, StateReason }: WireInput): object {
    this.reason = String(StateReason);
    this.changed(String(StateValue));
    this.onSet();
    return {};
  }
}

function seconds(date: Date): number {
  return date.getTime() / 1_000;
}
