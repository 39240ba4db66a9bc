import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { expandLogs, fileSource, LogError, stdinSource } from "../../../tools/logs/logSource";
import { readLog } from "../../../tools/logs/readLog";
import { readUnit, unitsOf } from "../../../tools/logs/readLogGroups";
import { AT, failure, madeOf, PREDICTION, read, sinkOf } from "./logs";

const LINE = `${JSON.stringify({ timestamp: AT, message: PREDICTION })}\n`;

describe("readLog: errors", () => {
  it("an empty log, packed or not, or of blank lines only", async () => {
    for (const content of ["", "\n\r\n  \n", "\ufeff", gzipSync("")]) {
      assert.equal(await failure("empty", content), "made.log: is empty");
    }
  });

  it("a format it does not know: shows the first line, the known ones, and what to do", async () => {
    const message = await failure("unknown format", `\u001b[2Jhello${"o".repeat(999)}\nworld`);
    assert.match(
      message,
      /^made\.log: is in no known format; its first line is\n {4}\\u001b\[2Jhello/,
    );
    assert.match(message, /o…\n/);
    assert.match(message, /S3 export lines/);
    assert.match(message, /aws logs filter-log-events --log-group-name/);
  });

  it("JSON lines of one's own: says which property to name", async () => {
    const own = '{"level":"INFO","message":"m","when":"2026-11-22T06:52:24Z"}';
    assert.match(await failure("unknown format", own), /add --time-field when$/);
    const lambda =
      '{"timestamp":"2026-11-22T06:52:24Z","level":"INFO","message":"{}","requestId":"1"}';
    assert.match(await failure("unknown format", lambda), /add --time-field timestamp$/);
    assert.match(await failure("unknown format", '{"a":1}'), /add --time-field with/);
    const wrong = await failure("unknown format", own, { timeField: "time" });
    assert.match(
      wrong,
      /property that --time-field names: .* nanoseconds .* RFC 1123 .*\n.*--time-field when$/s,
    );
  });

  it("UTF-16", async () => {
    const wide = await failure("unknown format", Buffer.from(`\ufeff${LINE}`, "utf16le"));
    assert.match(wide, /UTF-16/);
  });

  it("a time field that is no path", async () => {
    assert.match(
      await failure("time field", LINE, { timeField: "a..b" }),
      /"a\.\.b" is no property path/,
    );
  });

  it("a .gz that is cut off: says how far it read", async () => {
    const packed = gzipSync(LINE.repeat(1000));
    const message = await failure("cut off", packed.subarray(0, packed.length - 20));
    assert.match(
      message,
      /^made\.log: the gzip data end early, after \d+ packed bytes, [\d,]+ unpacked; fetch it again$/,
    );
  });

  it("a .gz that is damaged", async () => {
    const packed = gzipSync(LINE.repeat(1000));
    packed.fill(0xff, 30, 60);
    assert.match(await failure("damaged", packed), /gzip data are damaged/);
  });

  it("pages that are cut off or damaged: says where", async () => {
    const page = JSON.stringify({ events: [JSON.parse(LINE), JSON.parse(LINE)] }, null, 1);
    const early =
      /^made\.log: the JSON ends early, in line \d+, after 1 log events; fetch it again$/;
    assert.match(await failure("cut off", page.slice(0, -20)), early);
    assert.match(await failure("cut off", page.slice(0, -2)), /after 2 log events/);
    const damaged = /what stands in line 2, after 1 log events, is not the JSON of log events/;
    assert.match(await failure("damaged", `{"events":[${LINE}?,${LINE}]}`), damaged);
    await failure("damaged", `{"events":[]}]`);
  });

  it("a missing file, a directory", async () => {
    const folder = mkdtempSync(join(tmpdir(), "logs-"));
    try {
      const missing = join(folder, "none.log");
      assert.equal(
        await failure("missing", fileSource(missing)),
        `${missing}: there is no such file`,
      );
      assert.match(
        await failure("directory", fileSource(folder)),
        /is a directory; name the files in it/,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("ends in an error or a summary for any bytes whatever", async () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc
        .constantFrom(
          LINE,
          '{"events":[',
          "]}",
          "[",
          "2026-11-22T06:52:24.000Z {",
          "\n",
          "\u001f\u008b",
        )
        .map((text) => new Uint8Array(Buffer.from(text, "latin1"))),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 8 }), fc.nat(), async (pieces, size) => {
        const chunkBytes = (size % 50) + 1;
        try {
          await read(Buffer.concat(pieces), { chunkBytes, timeField: "t" });
        } catch (error) {
          assert.ok(error instanceof LogError, String(error));
        }
      }),
    );
  });
});

describe("log sources", () => {
  const folder = mkdtempSync(join(tmpdir(), "logs-"));
  after(() => {
    rmSync(folder, { recursive: true });
  });
  mkdirSync(join(folder, "task-1", "stream"), { recursive: true });
  mkdirSync(join(folder, "task-2", "stream"), { recursive: true });
  const paths = ["task-1/stream/000000.gz", "task-1/stream/000001.gz", "task-2/stream/000000.gz"];
  for (const path of paths) writeFileSync(join(folder, path), gzipSync(LINE));
  writeFileSync(join(folder, "task-1", ".hidden"), "");
  writeFileSync(join(folder, "a[1]*.log"), LINE);

  it("reads files, larger than a chunk too", async () => {
    const path = join(folder, "large.log");
    const times = Array.from({ length: 40_000 }, (_, index) => AT + index);
    const line = (timestamp: number) => JSON.stringify({ timestamp, message: PREDICTION });
    writeFileSync(path, times.map(line).join("\n"));
    const seen: number[] = [];
    const summary = await readLog(
      fileSource(path),
      {},
      sinkOf((timestamp) => seen.push(timestamp)),
    );
    assert.deepEqual(seen, times);
    assert.equal(summary.name, path);
  });

  it("says that a file became shorter while it was read", async () => {
    const path = join(folder, "short.log");
    writeFileSync(path, LINE.repeat(50_000));
    let events = 0;
    const sink = sinkOf(() => {
      events += 1;
      if (events === 1) truncateSync(path, 1000);
    });
    const read = readLog(fileSource(path), {}, sink);
    await assert.rejects(
      read,
      /became shorter while it was read: only [\d,]+ of [\d,]+ bytes were/,
    );
    writeFileSync(path, LINE.repeat(50_000));
    const units = unitsOf(fileSource(path), { filters: [], sources: [] }, 1_000_000);
    truncateSync(path, 1_500_000);
    const last = units.at(-1);
    assert.ok(last !== undefined && units.length > 2);
    await assert.rejects(readUnit(last), /became shorter while it was read: only/);
  });

  it("says that a file was replaced while its parts were read", async () => {
    const path = join(folder, "rotated.log");
    writeFileSync(path, LINE.repeat(100));
    const [first, second] = unitsOf(fileSource(path), { filters: [], sources: [] }, 2000);
    assert.ok(first !== undefined && second !== undefined);
    assert.equal((await readUnit(first))?.summary.events, Math.ceil(2000 / LINE.length));
    writeFileSync(`${path}.new`, LINE.repeat(200));
    renameSync(`${path}.new`, path);
    await assert.rejects(
      readUnit(second),
      /rotated\.log: was replaced while it was read; run this/,
    );
  });

  it("reads standard input", async () => {
    const source = stdinSource(madeOf(LINE).open());
    const summary = await readLog(
      source,
      {},
      sinkOf(() => undefined),
    );
    assert.deepEqual([summary.name, summary.events], ["standard input", 1]);
  });

  it("expands * and ? in every part of a path", () => {
    const at = (...names: string[]) => names.map((name) => join(folder, name));
    assert.deepEqual(expandLogs(at("task-?/stream/*.gz")), at(...paths));
    assert.deepEqual(expandLogs(at("*/*/000001*", paths[1] ?? "")), at(paths[1] ?? ""));
    assert.deepEqual(expandLogs(at("task-1/*")), at("task-1/stream"));
    assert.deepEqual(expandLogs(at("a[1]*.log", "none.log")), at("a[1]*.log", "none.log"));
    assert.throws(() => expandLogs(at("task-3*/x")), /no file fits this pattern/);
  });
});
