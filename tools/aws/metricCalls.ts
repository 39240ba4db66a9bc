import { paginateGetMetricData } from "@aws-sdk/client-cloudwatch";
import type { MetricIdentity } from "../simulator/metricAlarm";
import type { AwsSession } from "./awsSession";

/** A moment of a metric, as exact as CloudWatch still knows it. */
export interface DataMoment {
  /** Start of the data point's period, in milliseconds since 1970. */
  readonly at: number;
  /** Length of the period, in seconds: 60, 300 or 3600. */
  readonly period: number;
}

/** The newest data of a metric; undefined where CloudWatch keeps none. */
export interface NewestData {
  readonly point: DataMoment | undefined;
  /** The newest data point with a sum above 0. */
  readonly positive: DataMoment | undefined;
}

const HOUR = 3600;
const DAY = 24 * HOUR;

/**
 * How far back to look with which period, in seconds. Data points of 1 minute are kept for 15 days, of 5 minutes for
 * 63 days, of 1 hour for 455 days (CloudWatch User Guide, "Metrics retention").
 */
const LOOKS = [
  { back: 3 * HOUR, period: 60 },
  { back: 15 * DAY, period: 300 },
  { back: 455 * DAY, period: HOUR },
] as const;

/** Finds a metric's newest data point and the newest whose sum is above 0, looking no further back than it must. */
export async function newestData(
  session: AwsSession,
  metric: MetricIdentity,
  now: Date,
): Promise<NewestData> {
  let point: DataMoment | undefined;
  for (const { back, period } of LOOKS) {
    const look = { from: now.getTime() - back * 1000, to: now.getTime(), period };
    for await (const { at, sum } of sumsBackwards(session, metric, look)) {
      point ??= { at, period };
      if (sum > 0) return { point, positive: { at, period } };
    }
  }
  return { point, positive: undefined };
}

/** Which sums: moments in milliseconds since 1970, the period in seconds. */
interface SumsQuery {
  readonly from: number;
  readonly to: number;
  readonly period: number;
}

/** A metric's sums, newest first, a page at a time as far as they are wanted. */
export async function* sumsBackwards(
  { cloudWatch: client }: AwsSession,
  { namespace, metricName, dimensions = {} }: MetricIdentity,
  { from, to, period }: SumsQuery,
): AsyncGenerator<{ at: number; sum: number }> {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const Metric = { Namespace: namespace, MetricName: metricName, Dimensions };
  const pages = paginateGetMetricData(
    { client },
    {
      MetricDataQueries: [{ Id: "m1", MetricStat: { Metric, Period: period, Stat: "Sum" } }],
      StartTime: new Date(from),
      EndTime: new Date(to),
      ScanBy: "TimestampDescending",
    },
  );
  for await (const { MetricDataResults: [result] = [] } of pages) {
    for (const [index, time] of (result?.Timestamps ?? []).entries()) {
      yield { at: time.getTime(), sum: result?.Values?.[index] ?? 0 };
    }
  }
}
