import { rateQueries } from "../components/cloudwatch/expressions";
import { evaluateAlarm } from "../tools/simulator/alarmEvaluation";
import { type MetricAlarm, metricKey } from "../tools/simulator/metricAlarm";
import { minuteSeries } from "../tools/simulator/minuteSeries";
import { tuneGrid, valuesForGrid } from "../tools/tune/grid";
import { compare, type Ratio, ratioLine } from "./ratios";

const MINUTES = 525_600;
const START = 29_000_000;

const SETTINGS = [
  { toAlarm: 1, of: 1 },
  { toAlarm: 2, of: 3 },
  { toAlarm: 3, of: 3 },
  { toAlarm: 3, of: 5 },
  { toAlarm: 5, of: 5 },
];

/** From 80.1 to 100. */
const THRESHOLDS = Array.from({ length: 200 }, (_, index) => (801 + index) / 10);

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

/**
 * Tuning over a model-year of minutes, 200 thresholds x 5 settings of data points, against evaluating the alarm once:
 * how many single evaluations the whole grid of 1,000 costs.
 * @param seconds given the time of each whole grid
 */
export async function tuneRatio(
  aim: number,
  runs: number,
  seconds: (time: number) => void = () => undefined,
): Promise<Ratio> {
  const metrics = yearOfPredictions();
  const span = { from: START, to: START + MINUTES };
  const what = "tune: 1,000 settings over a year, by one evaluation";
  return compare(
    { what, aim, runs },
    () => {
      const time = timed(() => {
        const options = { ...span, extra: 2 };
        const values = valuesForGrid(ALARM, metrics, SETTINGS, options);
        tuneGrid(values, {
          alarm: ALARM,
          options,
          settings: SETTINGS,
          thresholds: THRESHOLDS,
          truth: { incidents: [], baseline: span },
          counts: { ALARM: 1, OK: 1, INSUFFICIENT_DATA: 0 },
        });
      });
      seconds(time);
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
  const times: number[] = [];
  const ratio = await tuneRatio(25, 5, (time) => times.push(time));
  console.log(ratioLine(ratio));
  console.log(`the whole grid took ${times.map((time) => time.toFixed(2)).join(", ")} s`);
}

if (require.main === module) void main();
