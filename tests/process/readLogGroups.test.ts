import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { fileSource, LogError } from "../../tools/logs";
import { countedSources } from "../../tools/logs/logSource";
import { planUnits } from "../../tools/logs/parallel/planUnits";
import { ReadingThread } from "../../tools/logs/parallel/readingThread";
import { type ReadingOptions, readLogGroups } from "../../tools/logs/parallel/readLogGroups";
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
    counts: intake.counts(),
    nearMisses: intake.nearMisses(),
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

  it("has a thread read a part, or say that it cannot", async () => {
    await inFolder(FILES, async (folder) => {
      const source = fileSource(join(folder, "a.jsonl"));
      const [[[, second] = []] = []] = planUnits([{ ...TASK, sources: [source] }], THREADS);
      assert.ok(second);
      const thread = new ReadingThread([TASK]);
      try {
        const result = await thread.read(second);
        assert.equal(result?.tally.events, 8);
        const missing = { task: 0, path: join(folder, "none"), bytes: 1 };
        await assert.rejects(thread.read(missing), /there is no such file/);
        const reading = thread.read(second);
        await thread.close();
        await assert.rejects(reading, /has ended/);
      } finally {
        await thread.close();
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
  const unitsOf = (
    file: string,
    options: ReadingOptions = THREADS,
    filters = TASK.filters,
  ): Promise<number> =>
    inFolder(FILES, () => {
      const sources = [fileSource(file)];
      const [[units = []] = []] = planUnits([{ ...TASK, filters, sources }], options);
      return Promise.resolve(units.length);
    });

  it("is files, and parts of big files in formats that can be cut", async () => {
    assert.ok((await unitsOf("a.jsonl")) > 5);
    assert.ok((await unitsOf("b.log")) > 2);
    assert.equal(await unitsOf("d.json", { ...THREADS, partBytes: 10 }), 1);
    assert.equal(await unitsOf("a.jsonl", { ...THREADS, partBytes: 100_000 }), 1);
  });

  it("is nothing of small logs, of what is no file, or is not there", async () => {
    assert.equal(await unitsOf("a.jsonl", {}), 0);
    for (const name of ["missing.log", "a.jsonl/b", "."]) assert.equal(await unitsOf(name), 0);
    const [[units] = []] = planUnits([{ ...TASK, sources: [madeOf("x")] }], THREADS);
    assert.deepEqual(units, []);
  });

  it("is nothing where a metric's values may be fractions, whose sums depend on the order", async () => {
    const latency = [filter("latency", "{ $.latency >= 0 }", "$.latency")];
    assert.equal(await unitsOf("a.jsonl", THREADS, latency), 0);
    assert.equal(await unitsOf("a.jsonl", THREADS, [filter("half", "", "0.5")]), 0);
  });
});
