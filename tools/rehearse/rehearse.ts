import type { Declared, DeclaredAlarm } from "../program/declared";
import {
  type AlarmEvaluation,
  type AlarmStateChange,
  evaluateAlarm,
} from "../simulator/alarmEvaluation";
import { metricKey, queriesOf } from "../simulator/metricAlarm";
import { actionsOn, alarmMail, type AlarmMail } from "../simulator/notification";
import { type MinutePoint, minuteSeries, type MinuteSeries } from "../simulator/windowStatistics";

/** The one-minute data points of a metric filter. */
export interface FilterPoints {
  readonly namespace: string;
  readonly metricName: string;
  readonly points: readonly MinutePoint[];
}

/** When to evaluate, in whole minutes since 1970 (UTC), and what AWS leaves open. */
export interface RehearsalOptions {
  readonly from: number;
  readonly to: number;
  /** Data points that CloudWatch reads beyond the evaluation periods. @default 2 */
  readonly evaluationRangeExtra?: number | undefined;
}

/** What an alarm would have done. */
export interface RehearsedAlarm extends AlarmEvaluation {
  readonly alarm: DeclaredAlarm;
  /** The metrics it looks at, minute by minute, by the id of its query. */
  readonly metrics: ReadonlyMap<string, MinuteSeries>;
}

/** A mail that would have been sent. */
export interface RehearsedMail extends AlarmMail {
  /** The minute of the state change, since 1970 (UTC). */
  readonly at: number;
  /** The address. */
  readonly to: string;
  /** The alarm's name. */
  readonly alarm: string;
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
  const metrics = metricsOf(filterPoints);
  const rehearsed = alarms.map((alarm) => ({
    ...evaluateAlarm(alarm, metrics, options),
    alarm,
    metrics: new Map(
      queriesOf(alarm).flatMap(({ id, metric }) => {
        const series = metric && metrics.get(metricKey(metric));
        return series === undefined ? [] : [[id, series] as const];
      }),
    ),
  }));
  const undelivered = new Set<string>();
  const mails = rehearsed.flatMap(({ alarm, changes }) =>
    changes.flatMap((change) => mailsOf(declared, alarm, change, undelivered)),
  );
  return {
    alarms: rehearsed,
    mails: mails.sort((a, b) => a.at - b.at || (a.alarm < b.alarm ? -1 : 1)),
    undelivered: [...undelivered],
  };
}

/** Several filters may publish to one metric, whose data points then add up. */
function metricsOf(filterPoints: readonly FilterPoints[]): Map<string, MinuteSeries> {
  const byMetric = new Map<string, (readonly MinutePoint[])[]>();
  for (const { points, ...identity } of filterPoints) {
    const key = metricKey(identity);
    byMetric.set(key, [...(byMetric.get(key) ?? []), points]);
  }
  return new Map([...byMetric].map(([key, points]) => [key, minuteSeries(points.flat())]));
}

function mailsOf(
  declared: Declared,
  alarm: DeclaredAlarm,
  change: AlarmStateChange,
  undelivered: Set<string>,
): RehearsedMail[] {
  const { region, accountId, subscriptions, deafTopics } = declared;
  return actionsOn(alarm, change).flatMap((action) => {
    if (deafTopics.includes(action)) {
      undelivered.add(
        `topic ${action} drops every alarm: CloudWatch cannot use its key alias/aws/sns`,
      );
      return [];
    }
    const subscribed = subscriptions.filter(({ topicArn }) => topicArn === action);
    if (subscribed.length === 0) undelivered.add(`action ${action} is told, but mails nobody here`);
    return subscribed.flatMap(({ endpoint, pending }) => {
      if (pending) {
        undelivered.add(`${endpoint} gets no mail: its subscription is not confirmed`);
        return [];
      }
      const mail = (): AlarmMail =>
        alarmMail({ alarm, change, region, accountId, subscription: { endpoint } });
      return [
        {
          at: change.at,
          to: endpoint,
          alarm: alarm.name,
          change,
          // Written only when read: an alarm within the noise sends tens of thousands a year.
          get subject() {
            return mail().subject;
          },
          get body() {
            return mail().body;
          },
        },
      ];
    });
  });
}
