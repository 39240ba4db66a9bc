import assert from "node:assert/strict";
import { chart } from "../../../tools/rehearse/textReport";

const never = (): boolean => false;

describe("terminal chart", () => {
  it("shows value, threshold and the time in ALARM", () => {
    const values = Float64Array.from([100, 100, 50, 50, 100]);
    const lines = chart({ values, threshold: 75, inAlarm: (at) => at === 3, height: 3 });
    assert.deepEqual(lines, ["  100 │••  •", "   75 │┄┄┄┄┄", "   50 │  ••", "ALARM │   ▀"]);
  });

  it("loses no excursion, however many values share a column", () => {
    const values = new Float64Array(10_000).fill(100);
    values[7777] = 0;
    const lines = chart({ values, threshold: 50, inAlarm: never, width: 10, height: 5 });
    assert.equal(lines[4]?.trimEnd(), "    0 │       •");
  });

  it("leaves gaps where there is no data, and shows nothing where there is none at all", () => {
    const gap = Float64Array.from([1, NaN, 1]);
    const [top] = chart({ values: gap, threshold: 0, inAlarm: never, height: 2 });
    assert.equal(top, "    1 │• •");
    assert.deepEqual(
      chart({ values: new Float64Array(3).fill(NaN), threshold: 0, inAlarm: never }),
      [],
    );
    assert.deepEqual(chart({ values: new Float64Array(0), threshold: 0, inAlarm: never }), []);
  });
});
