import assert from "node:assert/strict";
import fc from "fast-check";
import { ByteWindow } from "../../../tools/logs/byteWindow";
import { cutLog, type ReadAt } from "../../../tools/logs/parallel/cuts";
import { type ReadingUnit, readUnit } from "../../../tools/logs/parallel/readingUnit";
import { merged } from "../../../tools/logs/parallel/readLogGroups";
import { shareOut } from "../../../tools/logs/parallel/shareOut";
import { formatToCut } from "../../../tools/logs/readLog";
import { filter, madeOf, modelFilters, takeIn } from "./logs";
import { logs } from "./randomLogs";

const FILTERS = [
  modelFilters(),
  modelFilters("$.prediction_valid", ' && $.model = "churn"'),
  [filter("any", "{ $.* = * }", "3")],
  [filter("all", "", "1")],
];

function readerOf(bytes: Buffer): ReadAt {
  return (position, length) => bytes.subarray(position, position + length);
}

function windowOf(bytes: Buffer): ByteWindow {
  const window = new ByteWindow();
  window.append(bytes);
  return window;
}

/** The parts' texts of a log that is cut, or none if its format cannot be. */
function cutUp(content: string, partBytes: number, timeField?: string): ReadingUnit[] {
  const bytes = Buffer.from(content);
  const head = windowOf(bytes);
  const format = formatToCut("made.log", head, { timeField });
  if (format === undefined) return [];
  const whole = { start: head.start, end: bytes.length };
  return cutLog(readerOf(bytes), format, whole, partBytes).map((range) => ({
    task: 0,
    path: "",
    bytes: 0,
    part: { range, format: format.name },
  }));
}

/** What a log group makes of a log that is read in parts. */
async function takeInParts(
  content: string,
  units: readonly ReadingUnit[],
  { chunkBytes, ...task }: Parameters<typeof readUnit>[1] & { readonly chunkBytes: number },
) {
  const bytes = Buffer.from(content);
  const group = { ...task, sources: [madeOf(content)] };
  const { intake, summaries } = await merged(group, [units], (unit) => {
    const { start = 0, end } = unit.part?.range ?? {};
    return readUnit(unit, task, madeOf(bytes.subarray(start, end), chunkBytes));
  });
  const counts = intake
    .counts()
    .map(({ filter: { name }, matched, points }) => ({ name, matched, points }));
  const [summary] = summaries;
  return { summary, events: intake.events, counts, nearMisses: intake.nearMisses() };
}

describe("reading a log in parts", () => {
  for (const format of ["lines", "export", "timed"]) {
    it(`${format}: gives just what reading in turn gives, wherever it is cut`, async () => {
      const timeField = format === "timed" ? "time" : undefined;
      const sizes = fc.record({
        part: fc.integer({ min: 1, max: 400 }),
        chunk: fc.integer({ min: 1, max: 300 }),
      });
      const mark = fc.constantFrom("", "\ufeff");
      await fc.assert(
        fc.asyncProperty(
          fc.tuple(mark, logs[format] ?? fc.constant(""), fc.constantFrom("", "{}", "\r\n\n")),
          fc.constantFrom(...FILTERS),
          sizes,
          async (texts, filters, { part, chunk }) => {
            const content = texts.join("");
            const task = { filters, from: undefined, to: undefined, timeField };
            const units = cutUp(content, part, timeField);
            assert.deepEqual(
              await takeInParts(content, units, { ...task, chunkBytes: chunk }),
              await takeIn(filters, madeOf(content), { timeField }),
            );
          },
        ),
        { numRuns: Number(process.env["RUNS"] ?? 50) },
      );
    });
  }

  it("cuts before events only, and does not cut JSON documents", () => {
    const line = '{"timestamp":1763794344000,"message":"m"}\n';
    const cutsOf = (content: string, size: number): (number | undefined)[] =>
      cutUp(content, size).map(({ part }) => part?.range.end);
    assert.deepEqual(cutsOf(line.repeat(5), 2 * line.length), [84, 168, undefined]);
    assert.deepEqual(cutsOf(line.repeat(5), 2 * line.length + 1), [126, undefined]);
    assert.deepEqual(cutsOf(line, 10), [undefined]);
    const event = "2026-11-22T06:52:24.000Z {\n  more\n}\n";
    assert.deepEqual(cutsOf(event.repeat(3), 30), [event.length, 2 * event.length, undefined]);
    assert.deepEqual(cutsOf(`{"events": [${line}]}`, 10), []);
  });

  it("cuts behind a line that is longer than what is searched in one go", () => {
    const line = `{"timestamp":1763794344000,"message":"${"m".repeat(40_000)}"}\n`;
    const ends = cutUp(line.repeat(4), 50_000).map(({ part }) => part?.range.end);
    assert.deepEqual(ends, [2 * line.length, undefined]);
  });
});

describe("sharing out units", () => {
  it("begins with the first, and ends where a reader failed", async () => {
    const begun: number[] = [];
    const reader = async (unit: number): Promise<string> => {
      begun.push(unit);
      await new Promise(setImmediate);
      if (unit === 3) throw new Error("broken");
      return String(unit);
    };
    const results = await Promise.all(shareOut([1, 2, 3, 4, 5, 6], [reader, reader]));
    assert.deepEqual(results.slice(0, 3), ["1", "2", undefined]);
    assert.deepEqual(results.slice(4), [undefined, undefined]);
    assert.deepEqual(begun, [1, 2, 3, 4]);
  });
});
