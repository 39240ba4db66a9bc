import assert from "node:assert/strict";
import { minuteSeries } from "../../support/points";
import { suspects } from "../../../tools/tune/suspects";

const DAY = 1440;
const START = Date.UTC(2026, 2, 2) / 60_000;

/** A sequence of numbers from 0 to 1, always the same. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** Days of predictions, one a minute, each with a chance to be valid. */
function suspected(chances: readonly number[], seed: number) {
  const random = numbers(seed);
  const minutes = chances.flatMap((chance, day) =>
    Array.from({ length: DAY }, (_, minute) => {
      return { minute: START + day * DAY + minute, valid: random() < chance ? 1 : 0 };
    }),
  );
  const series = {
    valid: minuteSeries(minutes.map(({ minute, valid }) => ({ minute, sum: valid }))),
    total: minuteSeries(minutes.map(({ minute }) => ({ minute, sum: 1 }))),
  };
  return suspects(series, { from: START, to: START + chances.length * DAY });
}

const day = (number: number): number => START + number * DAY;

describe("tune: days that stand out in a baseline", () => {
  it("are named with their dates, their size and what is usual", () => {
    const [drift, ...others] = suspected([0.9, 0.9, 0.9, 0.7, 0.75, 0.9, 0.9, 0.9], 1);
    assert.deepEqual(others, []);
    assert.deepEqual([drift?.from, drift?.to, drift?.predictions], [day(3), day(5), 2 * DAY]);
    assert.ok(Math.abs((drift?.rate ?? 0) - 72.5) < 3);
    assert.ok(Math.abs((drift?.elsewhere ?? 0) - 90) < 1);
  });

  it("are two stretches where the rate falls here and rises there", () => {
    const found = suspected([0.8, 0.8, 0.8, 0.6, 0.97, 0.8, 0.8], 2);
    assert.deepEqual(
      found.map(({ from, to }) => [from, to]),
      [
        [day(3), day(4)],
        [day(4), day(5)],
      ],
    );
  });

  it("are rare in a model that was well, as rare as was meant", () => {
    const runs = Array.from({ length: 100 }, (_, seed) =>
      suspected(Array<number>(10).fill(0.95), 17 + seed * 7919),
    );
    assert.ok(runs.filter((found) => found.length > 0).length <= 4);
  });

  it("are measured by the spread that days have anyway", () => {
    const random = numbers(5);
    const restless = Array.from({ length: 30 }, () => 0.9 + 0.06 * (random() - 0.5));
    assert.deepEqual(suspected(restless, 3), []);
    assert.equal(suspected([...restless, 0.7], 3).length, 1);
  });

  it("are none where there are too few days to compare", () => {
    assert.deepEqual(suspected([0.9, 0.2], 4), []);
  });
});
