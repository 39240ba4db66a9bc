import assert from "node:assert/strict";
import zlib, { gzipSync } from "node:zlib";
import { MAX_LINE_LENGTH } from "../../../tools/logs/logFormat";
import { AT, failure, PREDICTION, read } from "./logs";

const EVENT = { timestamp: AT, message: PREDICTION };
const FULL = {
  logStreamName: "2026/11/22/[$LATEST]4c8e",
  timestamp: AT,
  message: PREDICTION,
  ingestionTime: AT + 300,
  eventId: "3".repeat(56),
};
const ONE = [[AT, PREDICTION]] as const;
const THREE = [0, 1, 2].map((index) => ({ timestamp: AT + index, message: `m${index}` }));
const THREE_READ = THREE.map(({ timestamp, message }) => [timestamp, message]);

describe("readLog: formats", () => {
  const pages =
    "JSON of AWS: aws logs filter-log-events, get-log-events or get-query-results, subscription records";
  const lines = "JSON lines of {timestamp, message}";
  const s3 = "S3 export lines (2026-11-22T06:52:24.000Z message)";
  const filtered = { events: [FULL], searchedLogStreams: [{ a: "]}" }], nextToken: "t" };
  const got = { events: [EVENT], nextForwardToken: "f/1", nextBackwardToken: "b/1" };
  const cases: readonly [string, string, string, number?][] = [
    ["filter-log-events in one line", pages, JSON.stringify(filtered)],
    ["filter-log-events, pretty-printed", pages, JSON.stringify(filtered, null, 4)],
    ["get-log-events", pages, JSON.stringify(got)],
    ["a page with its events last", pages, JSON.stringify({ nextToken: "t", events: [EVENT] })],
    ["a bare array", pages, JSON.stringify([FULL])],
    ["a bare array, an event a line", pages, `[\n${JSON.stringify(FULL)}\n]`],
    ["an array of pages", pages, JSON.stringify([{ events: [] }, got])],
    ["events pretty-printed by jq", pages, JSON.stringify(FULL, null, 2)],
    ["a page on each line", pages, `${JSON.stringify({ events: [] })}\n${JSON.stringify(got)}\n`],
    ["no events", pages, '{"events": []}', 0],
    ["an empty array", pages, "[]", 0],
    ["an event a line", lines, `${JSON.stringify(EVENT)}\n`],
    ["an event a line, all properties", lines, JSON.stringify(FULL)],
    ["an ISO time", lines, JSON.stringify({ ...EVENT, timestamp: "2026-11-22T06:52:24.000Z" })],
    ["a time in seconds", lines, JSON.stringify({ ...EVENT, timestamp: AT / 1000 })],
    ["a message that is an object", lines, `{"timestamp":${AT},"message":${PREDICTION}}`],
    ["S3 export", s3, `2026-11-22T06:52:24.000Z ${PREDICTION}\n`],
    ["S3 export without milliseconds", s3, `2026-11-22T06:52:24Z ${PREDICTION}`],
    ["blank lines before and behind", lines, `\r\n\n${JSON.stringify(EVENT)}\n\n`],
    ["a byte-order mark", lines, `\ufeff${JSON.stringify(EVENT)}`],
  ];
  for (const [title, format, text, count = 1] of cases) {
    it(`${title}, whatever the chunks, packed or not`, async () => {
      for (const content of [text, gzipSync(text)]) {
        for (const chunkBytes of [1, 2, 3, 7, 64, Infinity]) {
          const { events, summary } = await read(content, { chunkBytes });
          assert.deepEqual(events, ONE.slice(0, count));
          assert.equal(summary.format, format);
          assert.equal(summary.undated.count, 0);
        }
      }
    });
  }

  it("takes several pages one after the other, pretty-printed or not", async () => {
    const all = THREE.map((event, index) => JSON.stringify({ events: [event] }, null, index));
    assert.deepEqual((await read(all.join("\n"))).events, THREE_READ);
    assert.deepEqual((await read(all.join(""))).events, THREE_READ);
  });

  it("reads several gzip members as one log", async () => {
    const members = THREE.map((event) => gzipSync(`${JSON.stringify(event)}\n`));
    for (const chunkBytes of [1, 50, Infinity]) {
      assert.deepEqual((await read(Buffer.concat(members), { chunkBytes })).events, THREE_READ);
    }
  });

  it("reads zstd to the end of its last frame, and says where one is cut off, or that Node.js cannot", async () => {
    // It can from 22.15 on.
    const pack = (zlib as { zstdCompressSync?: (text: string) => Buffer }).zstdCompressSync;
    if (pack === undefined) {
      const frame = Buffer.from("28b52ffd2005290000616263640a", "hex");
      assert.match(
        await failure("unreadable", frame),
        /zstd, which Node\.js \S+ does not read \(22\.15 and newer do\)/,
      );
      return;
    }
    const all = THREE.map((event) => `${JSON.stringify(event)}\n`);
    const frames = Buffer.concat(all.map(pack));
    for (const chunkBytes of [1, 50, Infinity]) {
      for (const behind of ["", "\n", "text behind it"]) {
        const content = Buffer.concat([frames, Buffer.from(behind)]);
        assert.deepEqual((await read(content, { chunkBytes })).events, THREE_READ);
      }
      const big = Buffer.concat([pack(all.join("").repeat(2000)), pack(all.join("").repeat(2000))]);
      assert.equal((await read(big, { chunkBytes: chunkBytes * 100 })).summary.events, 12_000);
      assert.match(
        await failure("cut off", big.subarray(0, -30)),
        /the zstd data end early, after/,
      );
      assert.match(await failure("cut off", frames.subarray(0, 60)), /the zstd data end early/);
    }
  });

  it("reads lines that end in CR LF", async () => {
    const text = THREE.map((event) => `${JSON.stringify(event)}\r\n`).join("");
    assert.deepEqual((await read(text)).events, THREE_READ);
    const exported = THREE.map(({ message }) => `2026-11-22T06:52:24.000Z ${message}\r\n`).join("");
    assert.deepEqual(
      (await read(exported)).events.map(([, message]) => message),
      ["m0", "m1", "m2"],
    );
  });

  it("tells the format by a first line of any length", async () => {
    const message = JSON.stringify({ prediction_valid: true, features: "9".repeat(200_000) });
    const logs = [
      [`${JSON.stringify({ timestamp: AT, message })}\n${JSON.stringify(EVENT)}\n`, undefined],
      [`2026-11-22T06:52:24.000Z ${message}\n2026-11-22T06:52:24.000Z ${PREDICTION}`, undefined],
      [`{"at":${AT},${message.slice(1)}\n{"at":${AT},"n":1}`, "at"],
      [JSON.stringify({ events: [{ ...EVENT, message }, EVENT] }), undefined],
    ] as const;
    for (const [content, timeField] of logs) {
      for (const chunkBytes of [5000, Infinity]) {
        const { events } = await read(content, { chunkBytes, timeField });
        assert.deepEqual(
          events.map(([time]) => time),
          [AT, AT],
        );
      }
    }
  });

  it("keeps the log's order and finds the first and the last time", async () => {
    const times = [AT + 5000, AT, AT + 9000, AT + 1];
    const text = times.map((timestamp) => JSON.stringify({ timestamp, message: "m" })).join("\n");
    const { events, summary } = await read(text);
    assert.deepEqual(
      events.map(([timestamp]) => timestamp),
      times,
    );
    assert.deepEqual([summary.firstAt, summary.lastAt, summary.events], [AT, AT + 9000, 4]);
  });

  it("reads bare JSON lines by their time field", async () => {
    const at = AT / 1000;
    const lines = [
      `{"prediction_valid":true,"at":{"time":"2026-11-22 06:52:24"}}`,
      `{"at":{"time":${at}}}`,
      `{"at":{"time":${at}.5}}`,
      `{"at":{"time":${AT}}}`,
      `{"at":{"time":"${AT}"}}`,
      `{"at":{"time":"2026-11-22T07:52:24,25+01:00"}}`,
      `{"at":{"time":"yesterday"}}`,
      `{"at":7}`,
    ];
    const { events, summary } = await read(lines.join("\r\n"), { timeField: "at.time" });
    assert.deepEqual(
      events,
      [AT, AT, AT + 500, AT, AT, AT + 250].map((time, index) => [time, lines[index]]),
    );
    assert.deepEqual(
      summary.undated.examples.map(({ line, reason }) => [line, reason]),
      [
        [7, "no time"],
        [8, "no time"],
      ],
    );
  });

  it("takes the time field before an envelope, and says where lines were taken for envelopes", async () => {
    const own = '{"timestamp":"2026-11-22T06:52:24.000Z","message":"hello"}';
    const timeField = "timestamp";
    const event = JSON.stringify(EVENT);
    assert.deepEqual((await read(event, { timeField })).events, [[AT, event]]);
    assert.deepEqual((await read(event, { timeField: "time" })).events, ONE);
    assert.deepEqual((await read(`[${event}]`, { timeField })).events, ONE);
    assert.deepEqual((await read(own, { timeField })).events, [[AT, own]]);
    const { events, summary } = await read(own);
    assert.deepEqual(events, [[AT, "hello"]]);
    assert.match(summary.notes[0] ?? "", /taken for CloudWatch's envelopes.* add --time-field/);
  });

  it("goes on with an exported event of several lines, unless it is complete", async () => {
    const text = [
      "2026-11-22T06:52:24.000Z {",
      '  "prediction_valid": true',
      "}",
      "2026-11-22T06:52:24.000Z Traceback",
      "  at line 7",
      `2026-11-22T06:52:24.000Z ${PREDICTION}`,
      "",
      "stray",
      "2026-11-22T06:52:24.000Z {",
    ].join("\n");
    const { events, summary } = await read(text);
    assert.deepEqual(
      events.map(([, message]) => message),
      ['{\n  "prediction_valid": true\n}', "Traceback", PREDICTION, "{"],
    );
    assert.deepEqual(summary.undated, {
      count: 1,
      examples: [{ file: "made.log", line: 8, text: "stray", reason: "no time" }],
    });
  });
});

describe("readLog: lines without a time", () => {
  const good = JSON.stringify(EVENT);

  it("counts them, and shows the first five with line, text and reason", async () => {
    const bad: readonly [string, string][] = [
      ["\u001b[31mjunk\u0000", "not JSON"],
      ["{}", "no time"],
      ["[]", "no log event"],
      ['{"timestamp":-5,"message":"m"}', "time out of range"],
      ['{"timestamp":1e300,"message":"m"}', "time out of range"],
      [`{"timestamp":${AT}}`, "no message"],
    ];
    const { events, summary } = await read([good, ...bad.map(([text]) => text), good].join("\n"));
    assert.equal(events.length, 2);
    assert.equal(summary.undated.count, bad.length);
    assert.deepEqual(
      summary.undated.examples.map(({ line, reason }) => [line, reason]),
      bad.slice(0, 5).map(([, reason], index) => [index + 2, reason]),
    );
    assert.equal(summary.undated.examples[0]?.text, "\\u001b[31mjunk\\u0000");
  });

  it("knows no time before 2000, from 2100 on, or that the calendar does not have", async () => {
    const times = [
      "1999-12-31T23:59:59.999Z",
      "2100-01-01T00:00:00.000Z",
      "2026-02-30T00:00:00.000Z",
    ];
    const text = [good, ...times.map((timestamp) => JSON.stringify({ timestamp, message: "m" }))];
    const { summary } = await read(text.join("\n"));
    assert.equal(summary.undated.count, 3);
    const lines = times.map((time) => `${time} m\n`).join("");
    assert.equal((await read(`2026-11-22T06:52:24.000Z m\n${lines}`)).summary.undated.count, 3);
  });

  it("says the line at which an event of a page begins", async () => {
    const page = { events: [FULL, { message: "m" }, FULL, 7, FULL] };
    const { events, summary } = await read(JSON.stringify(page, null, 2));
    assert.equal(events.length, 3);
    assert.deepEqual(
      summary.undated.examples.map(({ line, reason }) => [line, reason]),
      [
        [10, "no time"],
        [20, "no log event"],
      ],
    );
  });

  it("passes over a line of 10 MB in any format, with its memory bounded", async () => {
    const long = "x".repeat(10 * 1024 * 1024);
    const next = JSON.stringify({ timestamp: AT + 1, message: "next" });
    const contents = [
      `${good}\n{"timestamp":${AT},"message":"${long}"}\n${next}`,
      `{"events":[${good},{"timestamp":${AT},"message":"${long}"},${next}]}`,
      `2026-11-22T06:52:24.000Z ${PREDICTION}\n${long}\n2026-11-22T06:52:24.001Z next`,
    ];
    for (const content of contents) {
      const { events, summary } = await read(content, { chunkBytes: 300_000 });
      assert.deepEqual(events, [...ONE, [AT + 1, "next"]]);
      assert.equal(summary.undated.count, 1);
      assert.equal(summary.undated.examples[0]?.reason, "too long");
      assert.ok(summary.undated.examples.every((example) => example.text.length < 250));
    }
  });

  it("takes a line of just the longest length, and none longer, whatever the chunks", async () => {
    const around = `{"timestamp":${AT},"message":""}`.length;
    for (const more of [0, 1]) {
      const message = "x".repeat(MAX_LINE_LENGTH - around + more);
      const text = `${good}\n${JSON.stringify({ timestamp: AT, message })}\n${good}`;
      for (const chunkBytes of [1_000_000, Infinity]) {
        const { events, summary } = await read(text, { chunkBytes });
        assert.deepEqual([events.length, summary.undated.count], [3 - more, more]);
      }
    }
  });

  it("gets over invalid UTF-8, NUL bytes and lone surrogates", async () => {
    const invalid = Buffer.concat([
      Buffer.from(`{"timestamp":${AT},"message":"a`),
      Buffer.from([0xff, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0xf0, 0x9f]),
      Buffer.from(`"}\n\u0000\u0000\n{"timestamp":${AT},"message":"\\ud83d"}\n`),
    ]);
    const { events, summary } = await read(invalid);
    assert.deepEqual(events, [
      [AT, "a\ufffd\ufffd(\ufffd\ufffd\ufffd\ufffd"],
      [AT, "\ud83d"],
    ]);
    assert.equal(summary.undated.count, 1);
  });
});
