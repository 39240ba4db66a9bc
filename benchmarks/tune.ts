import { rateQueries } from "../components/cloudwatch/expressions";
import { evaluateAlarm } from "../tools/simulator/alarmEvaluation";
import { type MetricAlarm, metricKey } from "../tools/simulator/metricAlarm";
import { minuteSeries } from "../tests/support/points";
import { trySettings } from "../tools/tune/grid";
import { batchesOf } from "../tools/tune/searchSpace";
import { compare, type Ratio, ratioLine } from "./ratios";

const MINUTES = 525_600;
const START = 29_000_000;

const ALARM: MetricAlarm = {
  name: "bench",
  comparisonOperator: "LessThanOrEqualToThreshold",
  threshold: 93,
  evaluationPeriods: 5,
  datapointsToAlarm: 3,
  treatMissingData: "missing",
  metricQueries: [
    ...["valid", "total"].map((id) => ({
      id,
      returnData: false,
      metric: { namespace: "bench", metricName: id, period: 3600, stat: "Sum" },
    })),
    ...rateQueries({ minimumPredictions: 30 }),
  ],
};

/** What the search itself would try of this alarm. */
const OWN = {
  valid: true as const,
  period: 3600,
  datapoints: { toAlarm: 3, of: 5 },
  threshold: 93,
  minimumPredictions: 30,
};

/**
 * Everything that tuning tries, over a model-year of minutes, against evaluating the alarm once: how many single
 * evaluations some 20,000 settings cost.
 * @param seconds given the time of each search, and how many settings it tried
 */
export async function tuneRatio(
  aim: number,
  runs: number,
  seconds: (time: number, settings: number) => void = () => undefined,
): Promise<Ratio> {
  const metrics = yearOfPredictions();
  const span = { from: START, to: START + MINUTES };
  const what = "tune: all settings over a year, by one evaluation";
  const [valid, total] = ["valid", "total"].map((metricName) =>
    metrics.get(metricKey({ namespace: "bench", metricName })),
  );
  if (valid === undefined || total === undefined) throw new Error("expected metrics, found none");
  const space = { own: OWN, keep: new Set<never>(), series: { valid, total }, baseline: span };
  return compare(
    { what, aim, runs },
    () => {
      let settings = 0;
      const time = timed(() => {
        for (const batch of batchesOf({ ...space, rate: 95 })) {
          const truth = { incidents: [], baseline: span };
          const counts = { ALARM: 1, OK: 1, INSUFFICIENT_DATA: 0 };
          const input = { alarm: ALARM, metrics, span, extra: 2, truth, counts };
          settings += trySettings(input, batch).length;
        }
      });
      seconds(time, settings);
      return Promise.resolve(time);
    },
    () => Promise.resolve(timed(() => evaluateAlarm(ALARM, metrics, span))),
  );
}

/** Up to twenty predictions a minute by day, few by night, none for an hour in ten days: a rate of about 95 %. */
function yearOfPredictions() {
  let seed = 42;
  const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const minutes = Array.from({ length: MINUTES }, (_, minute) => {
    const daily = 1 + Math.sin((2 * Math.PI * minute) / 1440);
    const total = minute % 14_400 < 60 ? 0 : Math.floor(random() * (1 + 10 * daily));
    const valid = Array.from({ length: total }, random).filter((draw) => draw < 0.95).length;
    return { minute: START + minute, total, valid };
  }).filter(({ total }) => total > 0);
  const series = (pick: (minute: { total: number; valid: number }) => number) =>
    minuteSeries(minutes.map((each) => ({ minute: each.minute, sum: pick(each) })));
  return new Map([
    [metricKey({ namespace: "bench", metricName: "valid" }), series(({ valid }) => valid)],
    [metricKey({ namespace: "bench", metricName: "total" }), series(({ total }) => total)],
  ]);
}

function timed(run: () => unknown): number {
  const before = process.hrtime.bigint();
  run();
  return Number(process.hrtime.bigint() - before) / 1e9;
}

async function main(): Promise<void> {
  const lines: string[] = [];
  const ratio = await tuneRatio(200, 3, (time, settings) => {
    lines.push(`${settings.toLocaleString("en-US")} settings took ${time.toFixed(2)} s`);
  });
  console.log(ratioLine(ratio));
  console.log(lines.join("\n"));
}

if (require.main === module) void main();
