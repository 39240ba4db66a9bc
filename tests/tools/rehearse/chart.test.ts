import assert from "node:assert/strict";
import { chart } from "../../../tools/rehearse/textReport";

function points(values: readonly number[]) {
  return { first: 100, step: 5, values: Float64Array.from(values) };
}

describe("terminal chart", () => {
  it("shows value, threshold and the time in ALARM", () => {
    const spans = [
      ["OK", 100, 115],
      ["ALARM", 115, 120],
      ["OK", 120, 121],
    ] as const;
    const lines = chart(points([100, 100, 50, 50, 100]), 75, spans);
    assert.deepEqual(lines, [
      "  100 │••  •",
      ...["      │", "      │", "      │"],
      "   75 │┄┄┄┄┄",
      ...["      │", "      │"],
      "   50 │  ••",
      "ALARM │   ▀",
    ]);
  });

  it("loses no excursion and no alarm, however many values share a column", () => {
    const values = new Array<number>(10_000).fill(100);
    values[7777] = 0;
    const at = 100 + 5 * 7777;
    const lines = chart(points(values), 50, [["ALARM", at, at + 1]]);
    assert.equal(lines[7], `    0 │${"•".padStart(57)}`);
    assert.equal(lines[8], `ALARM │${"▀".padStart(57)}`);
  });

  it("leaves gaps where there is no data, and shows nothing where there is none at all", () => {
    const [top] = chart(points([1, NaN, 1]), 0, []);
    assert.equal(top, "    1 │• •");
    assert.deepEqual(chart(points([NaN, NaN, NaN]), 0, []), []);
    assert.deepEqual(chart(points([]), 0, []), []);
  });
});
