import assert from "node:assert/strict";
import fc from "fast-check";
import { evaluateAlarm } from "../../../tools/simulator/alarmEvaluation";
import type { AlarmState, TreatMissingData } from "../../../tools/simulator/alarmState";
import { type MetricAlarm, metricKey } from "../../../tools/simulator/metricAlarm";
import { EventMessage } from "../../../tools/simulator/filterPattern";
import { MetricFilterSeries } from "../../../tools/simulator/metricFilter";
import { MinuteNumbers } from "../../../tools/simulator/minuteSeries";
import { minuteSeries } from "../../support/points";
import { oracle, type OracleScene, WATCHED } from "./alarmEvaluationOracle";
import { metricsOf, queries, rateAlarm, stat, sumAlarm } from "./alarmScenes";

function clock(text: string): number {
  return Date.parse(`2026-11-23T${text}:00Z`) / 60_000;
}

describe("alarm evaluation: windows as the user guide gives them", () => {
  it("slides by a minute: period 300 s covers minutes 1 to 5, then 2 to 6", () => {
    const newestAt = (minute: number, at: number) => {
      const found = evaluateAlarm(sumAlarm(300), metricsOf({ [minute]: 1 }), { from: at, to: at });
      return found.newest().values[0];
    };
    // The end of minute 5 is the beginning of minute 6.
    assert.deepEqual(
      [0, 1, 5, 6].map((minute) => newestAt(minute, 6)),
      [NaN, 1, 1, NaN],
    );
    assert.deepEqual(
      [1, 2, 6, 7].map((minute) => newestAt(minute, 7)),
      [NaN, 1, 1, NaN],
    );
  });

  it("slides an hour from 13:07-14:07 to 13:08-14:08", () => {
    const metrics = metricsOf({ [clock("13:07")]: 1, [clock("14:07")]: 2 });
    const span = { from: clock("14:07"), to: clock("14:08") };
    assert.deepEqual([...evaluateAlarm(sumAlarm(3600), metrics, span).newest().values], [1, 2]);
  });

  it("dates three points of 5 minutes 12:00, 12:05, 12:10 at 12:15, and 12:01, 12:06, 12:11 a minute later", () => {
    const everyMinute = Object.fromEntries(
      Array.from({ length: 60 }, (_, i) => [clock("11:30") + i, 1]),
    );
    for (const [at, starts] of [
      ["12:15", ["12:00", "12:05", "12:10"]],
      ["12:16", ["12:01", "12:06", "12:11"]],
    ] as const) {
      const alarm = sumAlarm(300, { evaluationPeriods: 3 });
      const span = { from: clock(at), to: clock(at) };
      const [change] = evaluateAlarm(alarm, metricsOf(everyMinute), span).changes;
      assert.deepEqual(change?.reason.match(/\d\d:\d\d(?=:00)/g)?.reverse(), starts);
    }
  });

  it("evaluates multi-day alarms once an hour on data up to :00", () => {
    // The guide's job: fails at 10:02, still OK at 10:03, ALARM at 11:03; mended at 11:43, OK again at 12:03.
    const runs = { [clock("09:00")]: 0, [clock("10:02")]: 1, [clock("11:43")]: -1 };
    const metrics = metricsOf(runs);
    const alarm = sumAlarm(86_400, { evaluationPeriods: 3, datapointsToAlarm: 1 });
    const stateAt = (time: string) =>
      evaluateAlarm(alarm, metrics, { from: clock("09:30"), to: clock(time) }).finalState;
    assert.deepEqual(["10:03", "11:03", "12:03"].map(stateAt), ["OK", "ALARM", "OK"]);
    const options = { from: clock("09:30"), to: clock("12:10") };
    const newest = evaluateAlarm(alarm, metrics, options).newest();
    assert.deepEqual([newest.first, newest.step, newest.values.length], [clock("10:00"), 60, 3]);
  });

  it("evaluates exactly one day every minute", () => {
    for (const [period, evaluationPeriods, step] of [
      [3600, 24, 1],
      [3600, 25, 60],
      [86_400, 1, 1],
      [86_400, 2, 60],
    ] as const) {
      const alarm = sumAlarm(period, { evaluationPeriods });
      const span = { from: clock("00:00"), to: clock("03:00") };
      assert.equal(evaluateAlarm(alarm, metricsOf({}), span).newest().step, step);
    }
  });
});

describe("alarm evaluation: time lines of real alarms that people published", () => {
  interface TimeLine {
    readonly source: string;
    readonly period: number;
    readonly n: number;
    readonly breaches: "GreaterThanThreshold" | "LessThanThreshold" | "LessThanOrEqualToThreshold";
    readonly threshold: number;
    readonly treatment: TreatMissingData;
    /** A sample of this value in every minute between two, both included. */
    readonly samples: readonly [value: number, from: number, to: number];
    readonly evaluated: readonly [from: number, to: number];
    readonly last: readonly [at: number, to: AlarmState];
  }
  const DAY = 1440;
  const lines: readonly TimeLine[] = [
    {
      source: "Stack Overflow, delay of a load balancer's 5xx alarm: OK 17:27",
      ...{ period: 60, n: 1, breaches: "GreaterThanThreshold", threshold: 2 },
      treatment: "notBreaching",
      samples: [5, clock("17:18"), clock("17:20")],
      evaluated: [clock("17:15"), clock("17:40")],
      last: [clock("17:27"), "OK"],
    },
    {
      source: "measured outage of 2026-08-26: ALARM 16:12:41, no datapoints for 3 periods",
      ...{ period: 60, n: 3, breaches: "LessThanThreshold", threshold: 1 },
      treatment: "breaching",
      samples: [1, clock("15:00"), clock("16:03")],
      evaluated: [clock("15:30"), clock("16:40")],
      last: [clock("16:12"), "ALARM"],
    },
    {
      source: "digitalmarketplace-aws pull 679: at the 10 to 12 minute mark",
      ...{ period: 60, n: 5, breaches: "LessThanThreshold", threshold: 1 },
      treatment: "breaching",
      samples: [1, -60, 0],
      evaluated: [-30, 60],
      last: [11, "ALARM"],
    },
    {
      source: "the same pull: at the 15 minute mark",
      ...{ period: 300, n: 1, breaches: "LessThanThreshold", threshold: 1 },
      treatment: "breaching",
      samples: [1, -60, 0],
      evaluated: [-30, 60],
      last: [16, "ALARM"],
    },
    {
      source: "a log metric filter without default, 2026-09-24: OK 20:36:51",
      ...{ period: 900, n: 1, breaches: "GreaterThanThreshold", threshold: 0 },
      treatment: "notBreaching",
      samples: [1, clock("19:50"), clock("19:50")],
      evaluated: [clock("19:00"), clock("22:00")],
      last: [clock("20:36"), "OK"],
    },
    {
      source: "2026-08-19: ALARM 08:14:49",
      ...{ period: 900, n: 8, breaches: "LessThanThreshold", threshold: 1 },
      treatment: "breaching",
      samples: [1, clock("00:00"), clock("05:43")],
      evaluated: [clock("03:00"), clock("10:00")],
      last: [clock("08:14"), "ALARM"],
    },
    {
      source: "2026-09-27: first data point 16:28:45, OK 16:29:41",
      ...{ period: 3600, n: 3, breaches: "LessThanThreshold", threshold: 1 },
      treatment: "breaching",
      samples: [1, clock("16:28"), clock("17:00")],
      evaluated: [clock("15:38"), clock("17:00")],
      last: [clock("16:29"), "OK"],
    },
    {
      source: "Stack Overflow 72093282: 3 or 4 days without data until ALARM",
      ...{ period: 86_400, n: 1, breaches: "LessThanOrEqualToThreshold", threshold: 0 },
      treatment: "breaching",
      samples: [1, -DAY, 0],
      evaluated: [-DAY / 2, 6 * DAY],
      last: [3 * DAY + 1, "ALARM"],
    },
  ];
  for (const { source, period, n, breaches, threshold, treatment, samples, ...times } of lines) {
    it(source, () => {
      const [value, begin, end] = samples;
      const minutes = Array.from(
        { length: end - begin + 1 },
        (_, i) => [begin + i, value] as const,
      );
      const alarm = sumAlarm(period, {
        evaluationPeriods: n,
        comparisonOperator: breaches,
        threshold,
        treatMissingData: treatment,
        metric: stat("v", period, "Average"),
      });
      const [from, to] = times.evaluated;
      const { changes } = evaluateAlarm(alarm, metricsOf(Object.fromEntries<number>(minutes)), {
        from,
        to,
      });
      assert.deepEqual([changes.at(-1)?.at, changes.at(-1)?.to], times.last);
    });
  }
});

describe("alarm evaluation: state changes", () => {
  it("tells each change with its reason, points and data", () => {
    const v: Record<number, number> = {};
    const t: Record<number, number> = {};
    for (let minute = clock("09:00"); minute < clock("10:00"); minute++) {
      v[minute] = minute < clock("09:30") ? 10 : 8;
      t[minute] = 10;
    }
    const alarm = rateAlarm({
      evaluationPeriods: 2,
      datapointsToAlarm: 2,
      treatMissingData: "notBreaching",
    });
    const span = { from: clock("09:20"), to: clock("10:30") };
    const found = evaluateAlarm(alarm, metricsOf(v, t), span);
    assert.deepEqual(
      found.changes.map(({ at, from, to, value }) => [at, from, to, value]),
      [
        [clock("09:20"), "INSUFFICIENT_DATA", "OK", 100],
        // Both points are at 90 % or below once the older holds three minutes of 80 %.
        [clock("09:38"), "OK", "ALARM", 80],
        // The range of four periods holds a single real point from 10:10 on; one in two is not enough.
        [clock("10:15"), "ALARM", "OK", undefined],
      ],
    );
    assert.deepEqual([found.minutesInAlarm, found.finalState], [37, "OK"]);
    const alarmed = found.changes[1];
    assert.equal(
      alarmed?.reason,
      "Threshold Crossed: 2 out of the last 2 datapoints [80.0 (23/11/26 09:33:00), 88.0 (23/11/26 09:28:00)] " +
        "were less than or equal to the threshold (90.0) (minimum 2 datapoints for OK -> ALARM transition).",
    );
    assert.equal(
      found.changes[2]?.reason,
      "Threshold Crossed: 1 datapoint was received for 2 periods and 1 missing datapoint was treated as [NonBreaching].",
    );
    assert.match(JSON.stringify(alarmed), /"reason":"Threshold Crossed/);
  });

  it("has the average of a filter's metric fall with each event that adds the default value", () => {
    const filter = {
      ...{ name: "latency", logGroupName: "g", pattern: "{ $.latency = * }" },
      ...{ metricName: "v", metricNamespace: "classification_rate" },
      ...{ metricValue: "$.latency", defaultValue: 0 },
    };
    const series = new MetricFilterSeries(filter);
    const events = new MinuteNumbers("counts");
    const lines = ['{"latency":900}', ...Array.from({ length: 9 }, () => "START RequestId: x")];
    for (const line of lines) {
      series.add(0, new EventMessage(line));
      events.add(0, 1);
    }
    const metrics = new Map([[metricKey(stat("v", 60)), series.metric(events)]]);
    const alarm = sumAlarm(60, { metric: stat("v", 60, "Average"), threshold: 500 });
    const found = evaluateAlarm(alarm, metrics, { from: 1, to: 1 });
    assert.deepEqual([...found.newest().values, found.finalState], [90, "OK"]);
  });

  it("evaluates alike however far the data is apart, in memory that does not grow with it", () => {
    const far = 19 * 525_600;
    const before = process.memoryUsage().arrayBuffers;
    const metrics = metricsOf({ 0: 1, [far]: 1 });
    const found = evaluateAlarm(sumAlarm(300), metrics, { from: 1, to: far + 1 });
    assert.deepEqual(
      found.changes.map(({ at, to }) => [at, to]),
      [
        [1, "ALARM"],
        [16, "OK"],
        [far + 1, "ALARM"],
      ],
    );
    assert.ok(process.memoryUsage().arrayBuffers - before < 64e6);
  });

  it("evaluates expressions that refer to other expressions", () => {
    const alarm = rateAlarm({
      metricQueries: [
        { id: "percent", expression: "100 * rate" },
        ...queries("valid / total", 300).map((query) => ({ ...query, returnData: false })),
      ],
    });
    const found = evaluateAlarm(alarm, metricsOf({ 3: 4 }, { 3: 5 }), { from: 5, to: 5 });
    assert.equal(found.newest().values[0], 80);
  });

  it("tells metrics apart by namespace, name and dimensions, in any order of these", () => {
    const metric = { namespace: "n", metricName: "m" };
    const [ab, ba] = [
      { a: "1", b: "2" },
      { b: "2", a: "1" },
    ];
    assert.equal(
      metricKey({ ...metric, dimensions: ab }),
      metricKey({ ...metric, dimensions: ba }),
    );
    assert.equal(metricKey(metric), metricKey({ ...metric, dimensions: {} }));
    assert.notEqual(metricKey(metric), metricKey({ ...metric, dimensions: ab }));
    assert.notEqual(metricKey(metric), metricKey({ namespace: "nm", metricName: "" }));
  });

  it("takes a metric nobody has written to as missing", () => {
    const found = evaluateAlarm(rateAlarm(), new Map(), { from: 0, to: 10 });
    assert.equal(found.finalState, "INSUFFICIENT_DATA");
    assert.deepEqual([...found.newest().values], Array(11).fill(NaN));
  });
});

describe("alarm evaluation: properties", () => {
  const MINUTES = 40;
  const samples = fc
    .array(
      fc.tuple(
        fc.integer({ min: -8, max: MINUTES }),
        fc.array(fc.integer({ min: -3, max: 6 }), { minLength: 1, maxLength: 3 }),
      ),
      { maxLength: 25 },
    )
    .map((entries) => new Map(entries));
  const scenes = fc
    .record<OracleScene>({
      valid: samples,
      total: samples,
      periodMinutes: fc.integer({ min: 1, max: 7 }),
      n: fc.integer({ min: 1, max: 5 }),
      m: fc.integer({ min: 1, max: 5 }),
      extra: fc.integer({ min: 0, max: 3 }),
      treatment: fc.constantFrom<TreatMissingData[]>(
        "missing",
        "ignore",
        "breaching",
        "notBreaching",
      ),
      operator: fc.constantFrom(
        "GreaterThanOrEqualToThreshold",
        "GreaterThanThreshold",
        "LessThanThreshold",
        "LessThanOrEqualToThreshold",
      ),
      threshold: fc.constantFrom(0, 1, 3, 50, 100),
      statistic: fc.constantFrom("Sum", "SampleCount", "Average", "Minimum", "Maximum"),
      watched: fc.constantFrom(...Object.keys(WATCHED)),
      from: fc.integer({ min: -5, max: 10 }),
      to: fc.integer({ min: 11, max: MINUTES + 10 }),
    })
    .filter(({ m, n }) => m <= n);

  function compare(scene: OracleScene): void {
    const period = scene.periodMinutes * 60;
    const { metricQueries: _, ...fields } = rateAlarm();
    const watch =
      scene.watched === "valid"
        ? { metric: stat("v", period, scene.statistic) }
        : { metricQueries: queries(scene.watched, period, scene.statistic) };
    const alarm: MetricAlarm = {
      ...fields,
      ...watch,
      comparisonOperator: scene.operator,
      threshold: scene.threshold,
      evaluationPeriods: scene.n,
      datapointsToAlarm: scene.m,
      treatMissingData: scene.treatment,
    };
    const series = (metric: OracleScene["valid"]) =>
      minuteSeries(
        [...metric].flatMap(([minute, values]) => values.map((sum) => ({ minute, sum }))),
      );
    const metrics = new Map([
      [metricKey(stat("v", 60)), series(scene.valid)],
      [metricKey(stat("t", 60)), series(scene.total)],
    ]);
    const { from, to, extra } = scene;
    const found = evaluateAlarm(alarm, metrics, { from, to, evaluationRangeExtra: extra });
    const expected = oracle(scene);
    assert.deepEqual(
      found.changes.map((c) => ({ at: c.at, from: c.from, to: c.to, value: c.value })),
      expected.changes,
    );
    assert.equal(found.minutesInAlarm, expected.minutesInAlarm);
    assert.equal(found.finalState, expected.changes.at(-1)?.to ?? "INSUFFICIENT_DATA");
  }

  it("equals the rules read literally, minute by minute", () => {
    fc.assert(fc.property(scenes, compare), { numRuns: 300 });
  });

  it("equals them for multi-day alarms, hour by hour", () => {
    const multiDay = scenes.map((scene) => ({
      ...scene,
      periodMinutes: 1440,
      n: 2,
      m: Math.min(scene.m, 2),
      to: scene.to + 400,
      valid: new Map([...scene.valid].map(([minute, values]) => [minute * 20 - 400, values])),
    }));
    fc.assert(fc.property(multiDay, compare), { numRuns: 60 });
  });

  it("sums fractions as if added one by one", () => {
    const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
      minLength: 8,
      maxLength: 60,
    });
    fc.assert(
      fc.property(values, (sums) => {
        const metrics = new Map([
          [metricKey(stat("v", 60)), minuteSeries(sums.map((sum, minute) => ({ minute, sum })))],
        ]);
        const options = { from: 4, to: sums.length };
        const { values } = evaluateAlarm(sumAlarm(240), metrics, options).newest();
        values.forEach((value, i) => {
          assert.equal(
            value,
            sums.slice(i, i + 4).reduce((a, b) => a + b, 0),
          );
        });
      }),
    );
  });
});
