import type { MetricFilter as ApiFilter } from "@aws-sdk/client-cloudwatch-logs";
import { list, map, text } from "../../../../tools/program/properties";
import { metricKey } from "../../../../tools/simulator/metricAlarm";
import { EventMessage } from "../../../../tools/simulator/filterPattern";
import { MetricFilterSeries } from "../../../../tools/simulator/metricFilter";
import { MINUTE } from "../../../../tools/time";
import { MinuteNumbers } from "../../../../tools/simulator/minuteSeries";
import { pointsOf as pointsOfSeries } from "../../../support/points";
import type { FakeAccount } from "../fakeAccount";
import { WireFault, type WireHandlers } from "../wire/wireServer";
import type { FakeEvent, FakePoints } from "./state";
import { numberOf } from "./wireForm";

/** CloudWatch's metrics: sums of metrics, no expressions. */
export function metricCalls(account: FakeAccount): WireHandlers {
  return {
    "cloudwatch:GetMetricData": (input) => {
      const from = numberOf(input, "StartTime") ?? 0;
      const to = numberOf(input, "EndTime") ?? 0;
      const ascending = input["ScanBy"] === "TimestampAscending";
      return {
        MetricDataResults: list(input["MetricDataQueries"]).map((query) => {
          const { Id, Label, MetricStat, ReturnData } = map(query);
          if (ReturnData === false) throw unsupported("ReturnData: false");
          const { Metric, Period, Stat } = map(MetricStat);
          if (Stat !== "Sum") throw unsupported(text(Stat ?? "Expression"));
          const points = account.metrics.get(keyOf(map(Metric))) ?? new Map<number, number>();
          const sums = sumsBy(points, Number(Period), from, to);
          if (!ascending) sums.reverse();
          return {
            Id,
            Label: Label ?? map(Metric)["MetricName"],
            StatusCode: "Complete",
            Timestamps: sums.map(([second]) => second),
            Values: sums.map(([, sum]) => sum),
          };
        }),
        Messages: [],
      };
    },
  };
}

function unsupported(what: string): WireFault {
  return new WireFault("Bug", `the fake account knows the statistic Sum only, found ${what}`, 418);
}

function keyOf({ Namespace, MetricName, Dimensions }: Readonly<Record<string, unknown>>): string {
  const dimensions = list(Dimensions).map(map);
  return metricKey({
    namespace: text(Namespace),
    metricName: text(MetricName),
    dimensions: Object.fromEntries(
      dimensions.map(({ Name, Value }) => [text(Name), text(Value)] as const),
    ),
  });
}

/** By the start of the period, in seconds; oldest first. The end is exclusive (GetMetricData). */
function sumsBy(points: FakePoints, period: number, from: number, to: number): [number, number][] {
  const sums = new Map<number, number>();
  for (const [minute, sum] of points) {
    const start = Math.floor((minute * 60) / period) * period;
    if (start >= Math.floor(from / period) * period && start < to) {
      sums.set(start, (sums.get(start) ?? 0) + sum);
    }
  }
  return [...sums].sort(([a], [b]) => a - b);
}

/** The points that metric filters make of log events, by {@link metricKey}. */
export function pointsOf(
  filters: readonly ApiFilter[],
  events: ReadonlyMap<string, readonly FakeEvent[]>,
): Map<string, FakePoints> {
  const metrics = new Map<string, FakePoints>();
  for (const { filterName = "", filterPattern = "", logGroupName = "", ...filter } of filters) {
    for (const transformation of filter.metricTransformations ?? []) {
      const { metricName = "", metricNamespace = "", metricValue = "" } = transformation;
      const series = new MetricFilterSeries({
        ...{ name: filterName, pattern: filterPattern, logGroupName },
        ...{ metricName, metricNamespace, metricValue },
        ...(transformation.defaultValue !== undefined && {
          defaultValue: transformation.defaultValue,
        }),
      });
      const minutes = new MinuteNumbers("counts");
      for (const { timestamp, message } of events.get(logGroupName) ?? []) {
        series.add(timestamp, new EventMessage(message));
        minutes.add(Math.floor(timestamp / MINUTE), 1);
      }
      const key = metricKey({ namespace: metricNamespace, metricName });
      const points = metrics.get(key) ?? new Map<number, number>();
      for (const { minute, sum } of pointsOfSeries(series.metric(minutes))) {
        points.set(minute, (points.get(minute) ?? 0) + sum);
      }
      metrics.set(key, points);
    }
  }
  return metrics;
}
