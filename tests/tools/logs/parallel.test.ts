import assert from "node:assert/strict";
import { pointsOf } from "../../support/points";
import { writeFileSync } from "node:fs";
import fc from "fast-check";
import { LogGroupIntake } from "../../../tools/logs/logGroupIntake";
import { fileSource } from "../../../tools/logs/logSource";
import { joinedSummary, type LogSummary } from "../../../tools/logs/logFormat";
import { type ReadingUnit, readUnit, unitsOf } from "../../../tools/logs/readLogGroups";
import { inFolder } from "../../support/folders";
import { filter, madeOf, modelFilters, takeIn } from "./logs";
import { logs } from "./randomLogs";

const FILTERS = [
  modelFilters(),
  modelFilters("$.prediction_valid", ' && $.model = "churn"'),
  [filter("any", "{ $.* = * }", "3")],
  [filter("all", "", "1")],
];

/** What a log group makes of a file that is read in parts. */
async function takeInParts(
  units: readonly ReadingUnit[],
  filters: ReturnType<typeof modelFilters>,
) {
  const intake = new LogGroupIntake(filters);
  let summary: LogSummary | undefined;
  for (const unit of units) {
    const read = await readUnit(unit);
    assert.ok(read);
    intake.addPart(read.intake);
    summary = summary === undefined ? read.summary : joinedSummary(summary, read.summary);
  }
  const counts = intake
    .counts()
    .map(({ filter: { name }, matched, metric }) => ({ name, matched, points: pointsOf(metric) }));
  const seen = { lines: intake.lines(), properties: intake.properties() };
  return { summary, events: intake.events, counts, nearMisses: intake.nearMisses(), ...seen };
}

async function outcome(run: () => Promise<unknown>): Promise<unknown> {
  try {
    return await run();
  } catch (error) {
    return String(error);
  }
}

describe("reading a log in parts", () => {
  for (const format of ["lines", "export", "timed"]) {
    it(`${format}: gives just what reading in turn gives, wherever it is cut`, async () => {
      const timeField = format === "timed" ? "time" : undefined;
      await inFolder({}, async () => {
        const mark = fc.constantFrom("", "\ufeff");
        await fc.assert(
          fc.asyncProperty(
            fc.tuple(mark, logs[format] ?? fc.constant(""), fc.constantFrom("", "{}", "\r\n\n")),
            fc.constantFrom(...FILTERS),
            fc.integer({ min: 1, max: 400 }),
            async (texts, filters, partBytes) => {
              const content = texts.join("");
              writeFileSync("made.log", content);
              const source = fileSource("made.log");
              const units = unitsOf(source, { filters, timeField, sources: [] }, partBytes);
              const whole = await outcome(() => takeIn(filters, madeOf(content), { timeField }));
              const inParts = await outcome(() => takeInParts(units, filters));
              if (typeof whole !== "string") assert.deepEqual(inParts, whole);
              else assert.match(String(inParts), /^InputError: made\.log/);
            },
          ),
          { numRuns: Number(process.env["RUNS"] ?? 50) },
        );
      });
    });
  }

  it("cuts before events only, and does not cut JSON documents", async () => {
    await inFolder({}, () => {
      const line = '{"timestamp":1763794344000,"message":"m"}\n';
      const cutsOf = (content: string, partBytes: number): (number | undefined)[] => {
        writeFileSync("made.log", content);
        const group = { filters: modelFilters(), sources: [] };
        return unitsOf(fileSource("made.log"), group, partBytes).map(({ part }) => part?.range.end);
      };
      assert.deepEqual(cutsOf(line.repeat(5), 2 * line.length), [84, 168, 210]);
      assert.deepEqual(cutsOf(line.repeat(5), 2 * line.length + 1), [126, 210]);
      assert.deepEqual(cutsOf(line, 10), [42]);
      const event = "2026-11-22T06:52:24.000Z {\n  more\n}\n";
      assert.deepEqual(cutsOf(event.repeat(3), 30), [36, 72, 108]);
      assert.deepEqual(cutsOf(`{"events": [${line}]}`, 10), [undefined]);
      const long = `{"timestamp":1763794344000,"message":"${"m".repeat(40_000)}"}\n`;
      const ends = [2 * long.length, 4 * long.length];
      assert.deepEqual(cutsOf(long.repeat(4), 50_000), ends);
      return Promise.resolve();
    });
  });
});
