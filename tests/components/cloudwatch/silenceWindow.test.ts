import assert from "node:assert/strict";
import { SILENCE_EXPRESSION, silenceWindow } from "../../../components/cloudwatch/expressions";
import { longestWindow } from "../../../components/cloudwatch/limits";
import { parseMetricMath } from "../../../tools/simulator/metricMath/parser";
import { evaluateMetricMath } from "../../tools/simulator/evaluateMetricMath";

const [MINUTE, HOUR, DAY] = [60, 3600, 86_400];

/** How CloudWatch sees a model that has fallen silent; all times in minutes. */
interface Silence {
  /** Length of a data point, and how many of them must be empty. */
  readonly period: number;
  readonly points: number;
  /** The minute of the last prediction. */
  readonly last: number;
  /** Data points that CloudWatch fetches beyond those it needs. */
  readonly extra: number;
  /** Other log lines arrive this often, and each makes the filters report a zero. */
  readonly zerosEvery?: number;
  /** Whether FILL turns gaps into zeros, as documented. */
  readonly fills: boolean;
}

/** An oracle of its own: is the alarm on when it is evaluated at the end of minute `now - 1`? */
function isAlarming(now: number, silence: Silence): boolean {
  const { period, points, last, extra, zerosEvery, fills } = silence;
  const range = Array.from({ length: points + extra }, (_, back) => {
    const [from, to] = [now - (back + 1) * period, now - back * period];
    if (from <= last) return 1;
    const isZero = zerosEvery !== undefined && Math.ceil(from / zerosEvery) * zerosEvery < to;
    return isZero ? 0 : undefined;
  });
  const real = range.filter((point) => point !== undefined);
  if (real.length === 0) return true;
  if (fills) return range.slice(0, points).every((point) => (point ?? 0) < 1);
  // Missing points count as breaching, but only as many as the real ones leave open.
  return real.slice(0, points).every((point) => point < 1);
}

/** The minute at whose start the alarm fires: the first evaluation that finds nothing. */
function firesAt(silence: Silence): number {
  const { period, points, last } = silence;
  const step = period * points * MINUTE > DAY ? HOUR / MINUTE : 1;
  // Nothing can be known earlier, as long as the last prediction is in the window itself.
  let now = Math.ceil((last + Math.floor(0.9 * period * points)) / step) * step;
  while (!isAlarming(now, silence)) now += step;
  return now;
}

/** Every duration in minutes up to an hour and more, samples of the rest, all around the limits. */
const DURATIONS = Array.from({ length: 10_080 - 9 }, (_, at) => at + 10).filter(
  (minutes) =>
    minutes <= 75 || minutes % 397 === 0 || minutes % 720 === 0 || Math.abs(minutes - 1440) < 62,
);

/** Checks one duration in minutes. @returns the delays that are wrong */
function wrongDelays(
  minutes: number,
  how: Pick<Silence, "extra" | "fills" | "zerosEvery">,
): string[] {
  const window = silenceWindow(minutes * MINUTE);
  const [period, points] = [window.period / MINUTE, window.evaluationPeriods];
  const phases = [0, 1, 29, 59];
  return phases.flatMap((phase) => {
    const last = 100_020 + phase;
    const fires = firesAt({ period, points, last, ...how });
    // The last prediction was anywhere in its minute, from the first moment to just before the next.
    const [shortest, longest] = [fires - last - 1, fires - last];
    return shortest >= minutes && longest <= minutes * 1.1
      ? []
      : [`${minutes}: ${shortest}-${longest}`];
  });
}

describe("the window of a silence alarm", () => {
  it("keeps to CloudWatch's limits, for every duration there is", () => {
    for (let minutes = 10; minutes <= 10_080; minutes++) {
      const { period, evaluationPeriods } = silenceWindow(minutes * MINUTE);
      assert(period >= MINUTE && period % MINUTE === 0, String(minutes));
      assert(Number.isInteger(evaluationPeriods) && evaluationPeriods >= 1, String(minutes));
      assert(period * evaluationPeriods <= longestWindow(period), String(minutes));
      assert(period * evaluationPeriods >= minutes * MINUTE, String(minutes));
    }
  });

  it("is what it was: a changed window changes everybody's alarms", () => {
    for (const [silence, period, evaluationPeriods] of [
      [10 * MINUTE, 60, 10],
      [30 * MINUTE, 60, 30],
      [HOUR, 60, 60],
      [6 * HOUR, 540, 40],
      [DAY, 2160, 40],
      [DAY + MINUTE, 3600, 25],
      [7 * DAY, 3600, 168],
    ] as const) {
      assert.deepEqual(silenceWindow(silence), { period, evaluationPeriods });
    }
  });

  for (const extra of [0, 2, 10]) {
    it(`notices silence within a tenth and never early, ${extra} points beyond the window`, () => {
      const wrong = DURATIONS.flatMap((minutes) => wrongDelays(minutes, { extra, fills: true }));
      assert.deepEqual(wrong, []);
    });
  }

  it("does so as well where other log lines keep reporting zeros", () => {
    for (const zerosEvery of [1, 7, 200]) {
      const how = { extra: 2, fills: true, zerosEvery };
      assert.deepEqual(
        DURATIONS.flatMap((minutes) => wrongDelays(minutes, how)),
        [],
        String(zerosEvery),
      );
    }
  });

  it("does so even if CloudWatch filled no gap, from an hour to a day", () => {
    const durations = DURATIONS.filter((minutes) => minutes >= 60 && minutes <= 1440);
    const how = { extra: 2, fills: false };
    assert.deepEqual(
      durations.flatMap((minutes) => wrongDelays(minutes, how)),
      [],
    );
    assert.deepEqual(
      DURATIONS.flatMap((minutes) => (minutes < 40 * 60 ? [] : wrongDelays(minutes, how))),
      [],
    );
  });

  it("fills gaps with zeros, as long as there is a point to fill from", () => {
    const total = [3, undefined, 0, undefined];
    assert.deepEqual(
      evaluateMetricMath(parseMetricMath(SILENCE_EXPRESSION), { total }),
      [3, 0, 0, 0],
    );
  });
});
