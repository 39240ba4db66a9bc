import assert from "node:assert/strict";
import { rateQueries } from "../../../components/cloudwatch/expressions";
import { metricKey } from "../../../tools/simulator/metricAlarm";
import { minuteSeries } from "../../support/points";
import {
  binomial,
  falseMailsAYear,
  randomNumbers,
  redraw,
  smallestFall,
  type Watched,
} from "../../../tools/tune/chance";
import { type Setting, settingKey } from "../../../tools/tune/grid";

const DAY = 1440;

/** The chance of at most so many of n, binomial. */
function atMost(most: number, n: number, p: number): number {
  // Counted from the side where the terms are no smaller than numbers can be.
  if (p > 0.5) return 1 - atMost(n - most - 1, n, 1 - p);
  let [sum, term] = [0, (1 - p) ** n];
  for (let k = 0; k <= most; k += 1) {
    sum += term;
    term *= ((n - k) / (k + 1)) * (p / (1 - p));
  }
  return sum;
}

/** Thirty days of a model that is asked at noon only: then each day is a draw of its own. */
function onceADay(predictions: number, chance: number): Watched {
  const metric = (id: string) => ({ namespace: "n", metricName: id, period: 3600, stat: "Sum" });
  const days = Array.from({ length: 30 }, (_, day) => ({
    minute: day * DAY + 720,
    sum: predictions,
  }));
  const total = minuteSeries(days);
  const valid = minuteSeries(
    days.map(({ minute, sum }) => ({ minute, sum: Math.round(sum * chance) })),
  );
  const baseline = { from: 0, to: 30 * DAY };
  return {
    alarm: {
      name: "a",
      comparisonOperator: "LessThanOrEqualToThreshold",
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: "notBreaching",
      metricQueries: [
        ...["valid", "total"].map((id) => ({ id, returnData: false, metric: metric(id) })),
        ...rateQueries({}),
      ],
    },
    extra: undefined,
    truth: { incidents: [], baseline },
    counts: { ALARM: 1, OK: 1, INSUFFICIENT_DATA: 0 },
    series: { valid, total },
    span: baseline,
    chance,
    error: 0,
    effort: 0.5,
    metricsOf: (series) =>
      new Map([
        [metricKey(metric("valid")), series.valid],
        [metricKey(metric("total")), series.total],
      ]),
  };
}

const SETTING: Setting = {
  valid: true,
  period: 3600,
  datapoints: { toAlarm: 1, of: 1 },
  threshold: 90,
};

const BATCH = {
  points: { valid: true, period: 3600 },
  datapoints: [SETTING.datapoints],
  thresholds: [85, 90],
} as const;

describe("tune: chance", () => {
  it("draws binomial numbers, exactly where exceptions are few and nearly where they are many", () => {
    for (const [n, p, tolerance] of [
      [1, 0.3, 0.01],
      [20, 0.95, 0.01],
      [200, 0.9, 0.01],
      [300, 0.03, 0.01],
      [400, 0.9, 0.025],
      [1000, 0.5, 0.025],
    ] as const) {
      const random = randomNumbers(7);
      const draws = Array.from({ length: 20_000 }, () => binomial(n, p, random));
      for (const most of [0.9, 1, 1.05].map((factor) => Math.floor(n * p * factor))) {
        const share = draws.filter((draw) => draw <= most).length / draws.length;
        assert.ok(Math.abs(share - atMost(most, n, p)) < tolerance, `${n} ${p} ${most} ${share}`);
      }
    }
    assert.deepEqual([binomial(9, 1, Math.random), binomial(9, 0, Math.random)], [9, 0]);
  });

  it("never gives more for a lower chance, with the same numbers", () => {
    for (let seed = 0; seed < 300; seed += 1) {
      const drawn = [0.95, 0.93, 0.6, 0.4, 0.05].map((p) => binomial(40, p, randomNumbers(seed)));
      assert.deepEqual(
        drawn,
        [...drawn].sort((a, b) => b - a),
      );
    }
  });

  it("expects as many false mails as the binomial distribution, where each day is a draw", () => {
    const watched = onceADay(60, 0.95);
    const years = 1;
    const found = falseMailsAYear(watched, BATCH, { seed: 5, years, mailsRecovery: true });
    for (const threshold of BATCH.thresholds) {
      const alarms = 365 * atMost((threshold * 60) / 100, 60, 0.95);
      const mails = found.get(settingKey({ ...SETTING, threshold })) ?? NaN;
      // Alarm and recovery; three standard errors of the simulation.
      assert.ok(
        Math.abs(mails - 2 * alarms) < (3 * 2 * Math.sqrt(alarms)) / Math.sqrt(years / 2) + 2,
        `${threshold}: ${mails} for ${2 * alarms}`,
      );
    }
  });

  it("finds the smallest fall that is noticed within a day, as the binomial distribution has it", () => {
    const watched = onceADay(60, 0.95);
    const fall = smallestFall(watched, SETTING, { seed: 3, guess: 2 }) ?? NaN;
    const noticed = (points: number): number => atMost(54, 60, 0.95 - points / 100);
    assert.ok(noticed(fall) > 0.78 && noticed(fall) < 0.97, `${fall}: ${noticed(fall)}`);
    const days = { ...SETTING, period: 86_400, datapoints: { toAlarm: 2, of: 2 } };
    assert.equal(smallestFall(watched, days, { seed: 3, guess: 2 }), undefined);
  });

  it("tells how often an incident would be told as it should", () => {
    const watched = onceADay(60, 0.95);
    const incidents = [{ from: 10 * DAY, to: 11 * DAY }];
    const bad = Array.from({ length: 30 }, (_, day) => ({
      minute: day * DAY + 720,
      sum: day === 10 ? 54 : 57,
    }));
    const series = { ...watched.series, valid: minuteSeries(bad) };
    const truth = { ...watched.truth, incidents };
    const redrawn = redraw({ ...watched, series, truth }, BATCH, {
      seed: 1,
      times: 6,
      perIncident: 1,
    });
    const { kept = NaN, drawn = 0, delays = [] } = redrawn.get(settingKey(SETTING)) ?? {};
    // The day's rate is 90 % now, and so at or below the threshold every other time.
    assert.ok(Math.abs(kept - atMost(54, 60, 0.9)) < 3 * Math.sqrt(0.25 / drawn), String(kept));
    assert.deepEqual([delays.length, delays[0], delays.at(-1)], [drawn, 721, Infinity]);
  });
});
