import { TOTAL, VALID } from "../../components/cloudwatch/expressions";
import { grouped } from "../../components/lists";
import {
  addressesOf,
  addressFault,
  type Declared,
  type DeclaredAlarm,
  type Subscription,
  topicFault,
} from "../program/declared";
import {
  type AlarmEvaluation,
  type AlarmStateChange,
  evaluateAlarm,
} from "../simulator/alarmEvaluation";
import {
  actionsEnabled,
  metricKey,
  type MetricIdentity,
  queriesOf,
} from "../simulator/metricAlarm";
import { type Muted, muteCalendar, mutedChanges } from "../simulator/muteRules";
import { actionsOn, alarmMail, type AlarmMail } from "../simulator/notification";
import { count, numberText, percentText } from "../text";
import { minuteText } from "../time";
import { addedUp, type MinuteSeries, totalSum } from "../simulator/minuteSeries";
import { metricNames } from "./alarmChart";

/** The one-minute data points of a metric filter. */
export interface FilterPoints extends MetricIdentity {
  /** @default None */
  readonly unit?: string | undefined;
  readonly series: MinuteSeries;
}

/** When to evaluate, in whole minutes since 1970 (UTC), and what AWS leaves open. */
export interface RehearsalOptions {
  readonly from: number;
  readonly to: number;
  /** Data points that CloudWatch reads beyond the evaluation periods. @default what published time lines fit */
  readonly evaluationRangeExtra?: number | undefined;
}

/** What an alarm would have done. */
export interface RehearsedAlarm extends AlarmEvaluation {
  readonly alarm: DeclaredAlarm;
  /** The metrics it looks at, minute by minute, by the id of its query. */
  readonly metrics: ReadonlyMap<string, MinuteSeries>;
  /** The changes of its state that somebody would have been told of, had not a mute rule held that back. */
  readonly muted: ReadonlyMap<AlarmStateChange, Muted>;
  /** Those about this alarm, in order of time. */
  readonly mails: readonly RehearsedMail[];
}

/** A mail that would have been sent. */
export interface RehearsedMail extends AlarmMail {
  /** The minute since 1970 (UTC): that of the state change, or the end of the window in which it was muted. */
  readonly at: number;
  /** The address. */
  readonly to: string;
  /** Its name need not tell it: alarms of two regions may share one. */
  readonly alarm: DeclaredAlarm;
  readonly change: AlarmStateChange;
}

/** What declared resources would have done. */
export interface Rehearsal {
  readonly alarms: readonly RehearsedAlarm[];
  /** In order of time. */
  readonly mails: readonly RehearsedMail[];
  /** Actions that reach nobody by mail, in words: other topics, addresses that have not confirmed. */
  readonly undelivered: readonly string[];
}

/** Whether an alarm's state was ever ALARM. */
export function hasFired({ changes }: RehearsedAlarm): boolean {
  return changes.some(({ to }) => to === "ALARM");
}

/**
 * Replays data points through alarms and their notifications.
 * @param alarms those to replay
 * @throws UnsupportedAlarmError for an alarm that this model of CloudWatch leaves out
 */
export function rehearse(
  declared: Declared,
  alarms: readonly DeclaredAlarm[],
  filterPoints: readonly FilterPoints[],
  options: RehearsalOptions,
): Rehearsal {
  const all = metricsOf(filterPoints);
  const undelivered = new Set<string>();
  const windowsOf = muteCalendar(declared.muteRules, options);
  const rehearsed = alarms.map((alarm) => {
    const { series = all, odd } = withUnits(alarm, filterPoints);
    if (odd !== undefined) {
      undelivered.add(
        `alarm ${alarm.name} reads ${odd}, a unit that no metric filter here publishes its metric with: it stays in INSUFFICIENT_DATA`,
      );
    }
    if (!actionsEnabled(alarm)) {
      undelivered.add(`alarm ${alarm.name} mails nobody: its actions are switched off`);
    }
    // Whatever it says of missing data (API PutMetricAlarm, Unit: "stuck in the INSUFFICIENT_DATA state").
    const evaluated =
      odd === undefined
        ? evaluateAlarm(alarm, series, options)
        : evaluateAlarm({ ...alarm, treatMissingData: "missing" }, new Map(), options);
    const metrics = queriesOf(alarm).flatMap(({ id, metric }) => {
      const found = metric && series.get(metricKey(metric));
      return found === undefined ? [] : [[id, found] as const];
    });
    const { changes } = evaluated;
    const windows = changes.length > 0 ? windowsOf(alarm) : [];
    const muted = mutedChanges(changes, windows, options.to);
    for (const change of changes) if (actionsOn(alarm, change).length === 0) muted.delete(change);
    const mails = changes.flatMap((change) => {
      const { until = change.at, outcome = "told" } = muted.get(change) ?? {};
      return outcome === "told" ? mailsOf(declared, alarm, change, until, undelivered) : [];
    });
    return { ...evaluated, alarm, metrics: new Map(metrics), muted, mails };
  });
  return {
    alarms: rehearsed,
    mails: rehearsed
      .flatMap(({ mails }) => mails)
      .sort((a, b) => a.at - b.at || (a.alarm.name < b.alarm.name ? -1 : 1)),
    undelivered: [...undelivered],
  };
}

/** Several filters may publish to one metric, whose data points then add up. */
function metricsOf(filterPoints: readonly FilterPoints[]): Map<string, MinuteSeries> {
  const byMetric = [...grouped(filterPoints, metricKey)];
  return new Map(byMetric.map(([key, all]) => [key, addedUp(all.map(({ series }) => series))]));
}

/**
 * What an alarm reads that asks for units: without the data points of other units.
 * @returns also a unit that no filter publishes the metric with; nothing where no unit is asked for
 */
function withUnits(
  alarm: DeclaredAlarm,
  filterPoints: readonly FilterPoints[],
): { readonly series?: Map<string, MinuteSeries>; readonly odd?: string | undefined } {
  const metrics = queriesOf(alarm).flatMap(({ metric }) => metric ?? []);
  const units = new Map(
    metrics.flatMap((metric) => (metric.unit ? [[metricKey(metric), metric.unit] as const] : [])),
  );
  if (units.size === 0) return {};
  const seen = filterPoints.filter((points) => {
    const { unit = "None" } = points;
    return (units.get(metricKey(points)) ?? unit) === unit;
  });
  const series = metricsOf(seen);
  return { series, odd: [...units].find(([metric]) => !series.has(metric))?.[1] };
}

function mailsOf(
  declared: Declared,
  alarm: DeclaredAlarm,
  change: AlarmStateChange,
  at: number,
  undelivered: Set<string>,
): RehearsedMail[] {
  return actionsOn(alarm, change).flatMap((action) => {
    const fault = topicFault(declared, action);
    if (fault !== undefined) {
      undelivered.add(`topic ${action} ${fault}`);
      return [];
    }
    const addresses = addressesOf(declared, action);
    if (addresses.length === 0) {
      const others = declared.subscriptions
        .filter(({ topicArn }) => topicArn === action)
        .map(({ protocol }) => protocol);
      undelivered.add(
        `action ${action} is told, but mails nobody here${others.length > 0 ? `; its subscriptions are ${others.join(", ")}` : ""}`,
      );
    }
    return addresses.flatMap((address) => {
      const { endpoint, protocol, filterPolicy, filtersBody } = address;
      const reason = addressFault(address);
      if (reason !== undefined) {
        undelivered.add(`${endpoint} gets no mail: ${reason}`);
        return [];
      }
      if (protocol === "email-json") {
        undelivered.add(`${endpoint} gets JSON (email-json), whose text is not rehearsed`);
      }
      if (filterPolicy !== undefined && filtersBody === true) {
        undelivered.add(
          `${endpoint} may get fewer mails: its filter policy on the message's body is not rehearsed`,
        );
      }
      return [mailTo(address, alarm, change, at, declared)];
    });
  });
}

function mailTo(
  { endpoint, protocol }: Subscription,
  alarm: DeclaredAlarm,
  change: AlarmStateChange,
  at: number,
  declared: Declared,
): RehearsedMail {
  // An alarm's mail tells of the place that the alarm is in, which need not be that of the whole stack.
  const [, , , region = "", accountId = ""] = alarm.arn?.split(":") ?? [];
  const place = {
    region: region === "" ? declared.region : region,
    accountId: accountId === "" ? declared.accountId : accountId,
  };
  const mail = (): AlarmMail => alarmMail({ alarm, change, ...place, endpoint });
  return {
    at,
    to: endpoint,
    alarm,
    change,
    // Written only when read: an alarm within the noise sends tens of thousands a year.
    get subject() {
      return mail().subject;
    },
    get body() {
      return protocol === "email-json" ? "(JSON, not rehearsed)\n" : mail().body;
    },
  };
}

/** What a mute rule did to a change's actions, in words. */
export function mutedText({ until, outcome }: Muted): string {
  const end = minuteText(until);
  if (outcome === "told") return `muted until ${end}, and told then`;
  return outcome === "over"
    ? `muted until ${end}, and over before that: nobody was told`
    : "muted until after the end of this rehearsal";
}

/** What an alarm's metrics add up to, in words; where it watches predictions, also their rate. */
export function totalsOf(
  { alarm, metrics }: RehearsedAlarm,
  { from, to }: RehearsalOptions,
): { readonly counted: string; readonly rate: string | undefined } {
  // An evaluation at a minute sees the data before it.
  const minutes = { from: from - 1, to };
  const sums = new Map([...metrics].map(([id, series]) => [id, totalSum(series, minutes)]));
  const [valid, total] = [sums.get(VALID), sums.get(TOTAL)];
  if (valid !== undefined && total !== undefined) {
    return {
      counted: `${count(total, "prediction")}, ${numberText(valid)} valid`,
      rate: total > 0 ? percentText((100 * valid) / total, 1) : "none",
    };
  }
  const names = metricNames(alarm, [...sums.keys()]);
  const parts = [...sums.values()].map((sum, index) => `${numberText(sum)} ${names[index] ?? ""}`);
  return { counted: parts.length === 0 ? "no data at all" : parts.join(", "), rate: undefined };
}

/** The same in one text: `87,086 predictions, 79,677 valid: classification rate 91.5 %`. */
export function totalsText(rehearsed: RehearsedAlarm, options: RehearsalOptions): string {
  const { counted, rate } = totalsOf(rehearsed, options);
  return rate === undefined ? counted : `${counted}: classification rate ${rate}`;
}
