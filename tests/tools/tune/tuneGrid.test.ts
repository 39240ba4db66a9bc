import assert from "node:assert/strict";
import fc from "fast-check";
import { type RateOptions, rateQueries } from "../../../components/cloudwatch/expressions";
import { evaluateAlarm } from "../../../tools/simulator/alarmEvaluation";
import { type MetricAlarm, metricKey } from "../../../tools/simulator/metricAlarm";
import { minuteSeries } from "../../support/points";
import { alarmWith, trySettings } from "../../../tools/tune/grid";

const START = Date.parse("2026-11-22T00:00Z") / 60_000;
const COUNTS = { ALARM: 2, OK: 3, INSUFFICIENT_DATA: 5 };

function alarmOf(period: number, treatMissingData: string, options: RateOptions): MetricAlarm {
  const sum = (id: string) => ({
    id,
    returnData: false,
    metric: { namespace: "n", metricName: id, period, stat: "Sum" },
  });
  return {
    name: "a",
    comparisonOperator: "LessThanOrEqualToThreshold",
    threshold: 1,
    evaluationPeriods: 1,
    treatMissingData,
    metricQueries: [sum("valid"), sum("total"), ...rateQueries(options)],
  };
}

/** Bursts of minutes with predictions, and gaps between them. */
function metricsOf(minutes: readonly { at: number; total: number; valid: number }[]) {
  const series = (pick: (minute: { total: number; valid: number }) => number) =>
    minuteSeries(minutes.map((minute) => ({ minute: START + minute.at, sum: pick(minute) })));
  return new Map([
    [
      metricKey({ namespace: "n", metricName: "valid" }),
      series(({ valid, total }) => Math.min(valid, total)),
    ],
    [metricKey({ namespace: "n", metricName: "total" }), series(({ total }) => total)],
  ]);
}

const treatments = fc.constantFrom("missing", "ignore", "breaching", "notBreaching");

const rateOptions: fc.Arbitrary<RateOptions> = fc.record({
  minimumPredictions: fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
  confidence: fc.option(fc.constantFrom(50, 80, 95), { nil: undefined }),
});

const settings = fc.array(
  fc
    .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }))
    .map(([a, b]) => ({ toAlarm: Math.min(a, b), of: Math.max(a, b) })),
  { minLength: 1, maxLength: 3 },
);

const thresholds = fc
  .uniqueArray(fc.constantFrom(1, 25, 33.3, 50, 66.6, 75, 80, 90, 99.9, 100), { minLength: 1 })
  .map((list) => list.sort((a, b) => a - b));

const minutes = (length: number) =>
  fc.array(
    fc.record({
      at: fc.integer({ min: 0, max: length }),
      total: fc.integer({ min: 0, max: 9 }),
      valid: fc.integer({ min: 0, max: 9 }),
    }),
    { maxLength: 60 },
  );

interface Scene {
  readonly period: number;
  readonly treatment: string;
  readonly options: RateOptions;
  readonly list: readonly { at: number; total: number; valid: number }[];
  readonly settings: readonly { toAlarm: number; of: number }[];
  readonly thresholds: readonly number[];
  readonly from: number;
  readonly length: number;
  readonly extra: number;
}

/** Holds every cell of a grid against an evaluation of its own. */
function assertSame(scene: Scene): void {
  // The declared alarm is another one: all that a setting says is replaced.
  const alarm = alarmOf(7200, scene.treatment, { minimumPredictions: 3 });
  const metrics = metricsOf(scene.list);
  const span = { from: START + scene.from, to: START + scene.from + scene.length };
  const points = { valid: true as const, period: scene.period, ...scene.options };
  const cells = trySettings(
    {
      alarm,
      metrics,
      span,
      extra: scene.extra,
      truth: { incidents: [], baseline: span },
      counts: COUNTS,
    },
    { points, datapoints: scene.settings, thresholds: scene.thresholds },
  );
  const expected = scene.settings.flatMap((datapoints) =>
    scene.thresholds.map((threshold) => {
      const setting = { ...points, datapoints, threshold };
      const { changes, minutesInAlarm } = evaluateAlarm(alarmWith(alarm, setting), metrics, {
        ...span,
        evaluationRangeExtra: scene.extra,
      });
      return {
        threshold,
        datapoints,
        episodes: changes.filter(({ to }) => to === "ALARM").length,
        mails: changes.reduce((sum, { to }) => sum + COUNTS[to], 0),
        alarmMinutes: minutesInAlarm,
      };
    }),
  );
  assert.deepEqual(
    cells.map(({ threshold, datapoints, episodes, mails, alarmMinutes }) => ({
      threshold,
      datapoints,
      episodes,
      mails,
      alarmMinutes,
    })),
    expected,
  );
}

describe("tune: the grid against an evaluation of each setting alone", () => {
  it("is the same minute by minute, with gaps, for every treatment of missing data", () => {
    fc.assert(
      fc.property(
        fc.record({
          period: fc.constantFrom(60, 120, 300, 900),
          treatment: treatments,
          options: rateOptions,
          list: minutes(150),
          settings,
          thresholds,
          from: fc.integer({ min: -10, max: 30 }),
          length: fc.integer({ min: 0, max: 200 }),
          extra: fc.integer({ min: 0, max: 4 }),
        }),
        assertSame,
      ),
      { numRuns: 80 },
    );
  });

  it("is the same for alarms that look back over more than a day, once an hour", () => {
    fc.assert(
      fc.property(
        fc.record<Scene>({
          period: fc.constantFrom(3600, 5400, 21_600, 86_400),
          treatment: treatments,
          options: rateOptions,
          list: minutes(9000),
          settings: fc.constantFrom([{ toAlarm: 2, of: 5 }], [{ toAlarm: 25, of: 28 }]),
          thresholds,
          from: fc.integer({ min: -100, max: 3000 }),
          length: fc.integer({ min: 0, max: 6000 }),
          extra: fc.integer({ min: 0, max: 3 }),
        }),
        (scene) => {
          fc.pre(scene.settings.every(({ of }) => of * scene.period <= 604_800));
          assertSame(scene);
        },
      ),
      { numRuns: 20 },
    );
  });

  it("is the same for data that hardly ever pause", () => {
    const random = fc.sample(fc.integer({ min: 0, max: 20 }), { numRuns: 4000, seed: 7 });
    const list = random.map((invalid, at) => ({ at, total: 20, valid: 20 - Math.min(invalid, 9) }));
    for (const treatment of ["missing", "notBreaching"]) {
      assertSame({
        period: 600,
        treatment,
        options: {},
        list: list.filter(({ at }) => at % 997 > 30),
        settings: [
          { toAlarm: 1, of: 1 },
          { toAlarm: 3, of: 5 },
          { toAlarm: 5, of: 5 },
        ],
        thresholds: [60, 62, 63.5, 64, 65, 66, 70],
        from: 0,
        length: 4100,
        extra: 2,
      });
    }
  });
});
