import assert from "node:assert/strict";
import fc from "fast-check";
import {
  halvesOf,
  QueryError,
  SHORTEST_WINDOW,
  windowsOf,
} from "../../../tools/history/fetchCounts";

describe("history: windows", () => {
  it("cover a time without gaps and overlap, none longer than a result", () => {
    const setting = fc.record({
      from: fc.integer({ min: 0, max: 30_000_000 }),
      minutes: fc.integer({ min: 1, max: 600_000 }),
      longest: fc.integer({ min: 60, max: 90_000 }),
      atOnce: fc.integer({ min: 1, max: 10 }),
    });
    fc.assert(
      fc.property(setting, ({ from, minutes, longest, atOnce }) => {
        const windows = windowsOf({ from, to: from + minutes }, { longest, atOnce });
        assert.equal(windows[0]?.from, from);
        assert.equal(windows.at(-1)?.to, from + minutes);
        for (const [index, window] of windows.entries()) {
          assert.ok(window.to > window.from && window.to - window.from <= longest);
          if (index > 0) assert.equal(window.from, windows[index - 1]?.to);
          if (window.to - window.from < 2 * SHORTEST_WINDOW) {
            assert.throws(() => halvesOf(window), QueryError);
            continue;
          }
          const halves = halvesOf(window);
          assert.deepEqual([halves[0].from, halves[1].to], [window.from, window.to]);
          assert.equal(halves[0].to, halves[1].from);
          assert.ok(halves.every((half) => half.to - half.from >= SHORTEST_WINDOW));
        }
      }),
    );
  });

  it("are as many as are looked at at once, if that makes none too short", () => {
    const count = (minutes: number): number =>
      windowsOf({ from: 0, to: minutes }, { longest: 9000, atOnce: 4 }).length;
    assert.deepEqual([1, 60, 239, 240, 1440, 9000, 43_200].map(count), [1, 1, 1, 4, 4, 4, 8]);
  });
});
