import assert from "node:assert/strict";
import { pointsOf } from "../support/points";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { countedSources, fileSource, LogError } from "../../tools/logs/logSource";
import { readLogGroups, type ReadingOptions } from "../../tools/logs/readLogGroups";
import { unitsOf } from "../../tools/logs/readLogGroups";
import { inFolder } from "../support/folders";
import { AT, filter, madeOf, modelFilters } from "../tools/logs/logs";

/** Threads even for small logs, which are cut into small parts. */
const THREADS: ReadingOptions = { threads: 2, parallelFrom: 0, partBytes: 500 };
const IN_TURN: ReadingOptions = { threads: 1 };

const TASK = { filters: modelFilters(), from: undefined, to: undefined, timeField: undefined };

/** Predictions, of which some are near misses, and some lines that have no time. */
function linesOf(count: number): string {
  const lines = Array.from({ length: count }, (_, index) => {
    if (index % 9 === 8) return `broken ${index}`;
    const valid = index % 7 === 6 ? "true" : index % 5 !== 4;
    const message = JSON.stringify({ prediction_valid: valid });
    return JSON.stringify({ timestamp: AT + index * 10_000, message });
  });
  return lines.join("\n");
}

function exportedOf(count: number): string {
  const event = (index: number): string =>
    `${new Date(AT + index * 7000).toISOString()} {\n  "prediction_valid": ${String(index % 3 > 0)}\n}\nlost\n`;
  return Array.from({ length: count }, (_, index) => event(index)).join("");
}

/** More kinds of near misses than are told apart. */
function nearMissesOf(count: number): string {
  const lines = Array.from({ length: count }, (_, index) => {
    const message = JSON.stringify({
      [`m${String((index * 11) % 70)}`]: { prediction_valid: true },
    });
    return JSON.stringify({ timestamp: AT + index, message });
  });
  return lines.join("\n");
}

const FILES = {
  "a.jsonl": linesOf(120),
  "b.log": exportedOf(40),
  "c.jsonl": nearMissesOf(300),
  "d.json": JSON.stringify({ events: [{ timestamp: AT, message: '{"prediction_valid":true}' }] }),
};

async function outcome(files: readonly string[], options: ReadingOptions) {
  const sources = files.map((file) => fileSource(file));
  const [read] = await readLogGroups([{ ...TASK, sources }], options);
  assert.ok(read);
  const { intake, summaries } = read;
  return {
    summaries,
    events: intake.events,
    counts: intake.counts().map(({ matched, metric }) => [matched, pointsOf(metric)]),
    nearMisses: intake.nearMisses(),
    lines: intake.lines(),
    properties: intake.properties(),
  };
}

describe("reading logs with several threads", () => {
  it("comes to what reading in turn comes to", async () => {
    await inFolder(FILES, async (folder) => {
      writeFileSync("e.gz", gzipSync(linesOf(50)));
      const files = ["d.json", "a.jsonl", "b.log", "c.jsonl", "e.gz"];
      const paths = files.map((file) => join(folder, file));
      const inTurn = await outcome(paths, IN_TURN);
      assert.deepEqual(await outcome(paths, THREADS), inTurn);
      assert.equal(inTurn.summaries[1]?.undated.examples[4]?.line, 45);
      assert.equal(inTurn.nearMisses.length, 50);
    });
  });

  it("ends in the error that reading in turn ends in", async () => {
    await inFolder(FILES, async () => {
      writeFileSync("cut.gz", gzipSync(linesOf(50)).subarray(0, 200));
      const files = ["a.jsonl", "cut.gz", "b.log", "missing.log", "c.jsonl"];
      for (const threads of [1, 2]) {
        await assert.rejects(outcome(files, { ...THREADS, threads }), (error) => {
          assert.ok(error instanceof LogError);
          assert.deepEqual([error.log, error.reason], ["cut.gz", "cut off"]);
          return true;
        });
      }
    });
  });

  it("tells the bytes that were read, whoever read them", async () => {
    await inFolder(FILES, async () => {
      for (const options of [IN_TURN, { ...THREADS, threads: 2 }]) {
        const told: number[] = [];
        const files = ["a.jsonl", "b.log"].map((file) => fileSource(file));
        const sources = countedSources(files, (done) => told.push(done));
        await readLogGroups([{ ...TASK, sources }], options);
        assert.equal(told.at(-1), 1);
        assert.deepEqual(told, [...told].sort());
      }
    });
  });
});

describe("what is shared among threads", () => {
  const countOf = (file: string, partBytes = 500, filters = TASK.filters): Promise<number> =>
    inFolder(FILES, () => {
      const units = unitsOf(fileSource(file), { ...TASK, filters, sources: [] }, partBytes);
      return Promise.resolve(units.length);
    });

  it("is files, and parts of big files in formats that can be cut", async () => {
    assert.ok((await countOf("a.jsonl")) > 5);
    assert.ok((await countOf("b.log")) > 2);
    assert.equal(await countOf("d.json", 10), 1);
    assert.equal(await countOf("a.jsonl", 100_000), 1);
  });

  it("is nothing of what is no file, or is not there", async () => {
    for (const name of ["missing.log", "a.jsonl/b", "."]) assert.equal(await countOf(name), 0);
    assert.deepEqual(unitsOf(madeOf("x"), { ...TASK, sources: [] }, 1), []);
  });

  it("is nothing where a metric's values may be fractions, whose sums depend on the order", async () => {
    const latency = [filter("latency", "{ $.latency >= 0 }", "$.latency")];
    assert.equal(await countOf("a.jsonl", 500, latency), 0);
    assert.equal(await countOf("a.jsonl", 500, [filter("half", "", "0.5")]), 0);
  });
});
