import assert from "node:assert/strict";
import fc from "fast-check";
import {
  compileFilterPattern,
  EventMessage,
  parseFilterPattern,
} from "../../../tools/simulator/filterPattern";
import type { MetricFilter } from "../../../tools/simulator/metricFilter";
import { AT, filter, madeOf, modelFilters, takeIn } from "./logs";
import { logs, message } from "./randomLogs";

const FILTERS: readonly MetricFilter[][] = [
  modelFilters(),
  modelFilters("$.prediction_valid", ' && $.model = "churn"'),
  modelFilters("$.result.prediction_valid"),
  modelFilters("$.list[0]"),
  [
    filter("above", "{ $.latency > 0.1 }"),
    filter("all", "{ $.latency > 0.1 || $.latency <= 0.1 }"),
  ],
  [filter("one", "{ $.latency = 1 || $.latency != 0.1 || $.model IS TRUE }")],
  [filter("star", "{ $.latency = * }"), filter("huge", "{ $.latency < 12345678901234567890 }")],
  modelFilters("$.['a.b']"),
  [filter("latency", "{ $.latency >= 0 }", "$.latency"), filter("not", "{ $.model NOT EXISTS }")],
  [filter("any", "{ $.* = * }")],
  [filter("proto", "{ $.__proto__ IS TRUE || $.constructor IS TRUE }")],
  [filter("members", "{ $.result.* IS TRUE || $.list[*] IS TRUE }")],
  [filter("all", "", "1"), filter("text", '{ $.message != "x" }')],
  [filter("nested", "{ $.result.model = %^ch% && $.prediction_valid IS TRUE }")],
];

async function outcome(run: () => Promise<unknown>): Promise<unknown> {
  try {
    return await run();
  } catch (error) {
    return String(error);
  }
}

describe("reading a log without decoding it", () => {
  for (const [format, log] of Object.entries(logs)) {
    it(`${format}: gives just what decoding everything gives, whatever the chunks`, async () => {
      const filters = fc.constantFrom(...FILTERS);
      const options = { timeField: format === "timed" ? "time" : undefined };
      await fc.assert(
        fc.asyncProperty(
          log,
          filters,
          fc.integer({ min: 1, max: 300 }),
          async (content, all, size) => {
            const slow = await outcome(() => takeIn(all, madeOf(content), options, false));
            assert.deepEqual(await outcome(() => takeIn(all, madeOf(content), options)), slow);
            assert.deepEqual(
              await outcome(() => takeIn(all, madeOf(content, size), options)),
              slow,
            );
          },
        ),
        { numRuns: Number(process.env["RUNS"] ?? 50) },
      );
    });
  }

  it("matches what the filter pattern matches of each message, as JSON.parse reads it", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(message, { maxLength: 12 }),
        fc.constantFrom(...FILTERS),
        async (messages, filters) => {
          const events = messages.map((said, index) => ({ timestamp: AT + index, message: said }));
          const content = ["first", ...events].map((one) =>
            JSON.stringify(typeof one === "string" ? { timestamp: AT, message: one } : one),
          );
          const { counts } = await takeIn(filters, madeOf(content.join("\n")));
          const expected = filters.map(({ name: filterName, pattern }) => {
            const { matches } = compileFilterPattern(parseFilterPattern(pattern));
            return [
              filterName,
              ["first", ...messages].filter((one) => matches(new EventMessage(one))).length,
            ];
          });
          assert.deepEqual(
            counts.map(({ name: filterName, matched }) => [filterName, matched]),
            expected,
          );
        },
      ),
      { numRuns: Number(process.env["RUNS"] ?? 50) },
    );
  });

  it("takes nothing for JSON that is not", async () => {
    const said = (inner: string) => `{"timestamp":${AT},"message":"${inner}"}`;
    const quoted = (inner: string) => `{\\"prediction_valid\\":true,\\"t\\":\\"${inner}\\"}`;
    const messages: readonly [string, number][] = [
      [quoted(String.raw`a`), 1],
      [quoted(String.raw`\\u00e9 \\n \\\" \\\\ \\/`), 1],
      [quoted(String.raw`\u00e9 \ud83d`), 1],
      [quoted(String.raw`\u0022`), 0],
      [quoted(String.raw`\u005c`), 0],
      [quoted(String.raw`\u000a`), 0],
      [quoted(String.raw`\n`), 0],
      [quoted(String.raw`\\u12`), 0],
      [quoted(String.raw`\\u12zz`), 0],
      [quoted(String.raw`\\x`), 0],
      [quoted(String.raw`\\\n`), 0],
      [quoted(String.raw`\\\/`), 1],
      [String.raw`\u007b\"prediction_valid\":true}`, 1],
      [String.raw`{\u0022prediction_valid\":true}`, 1],
      [String.raw`{\"\\u0070rediction_valid\":true}`, 1],
      [String.raw`{\"\u0070rediction_valid\":true}`, 1],
      [String.raw`{\"prediction_valid\":true,}`, 0],
      [String.raw`{\"prediction_valid\":true}\n\t\r `, 1],
      [String.raw`{\"prediction_valid\":true}x`, 0],
    ];
    for (const [message, matched] of messages) {
      const content = [said("first"), said(message)].join("\n");
      for (const fast of [true, false]) {
        const { counts } = await takeIn(modelFilters(), madeOf(content), {}, fast);
        assert.equal(counts[0]?.matched, matched, message);
      }
    }
  });

  it("takes no time for one that JSON does not know as a number", async () => {
    const one = (time: string) => `{"timestamp":${time},"message":"m"}`;
    const { summary } = await takeIn(
      [],
      madeOf([one(String(AT)), one("0946684800000")].join("\n")),
    );
    assert.deepEqual([summary.events, summary.undated.count], [1, 1]);
  });

  it("finds names wherever they stand in a large log", async () => {
    const all: string[] = [];
    for (let index = 0; index < 12_000; index += 1) {
      const message = `${" ".repeat(1 + (index % 7))}{"prediction_valid":true}`;
      all.push(JSON.stringify({ timestamp: AT, message }));
    }
    const { counts } = await takeIn(modelFilters(), madeOf(all.join("\n")));
    assert.equal(counts[0]?.matched, all.length);
  });

  it("does not take two lines for one", async () => {
    const one = `{"timestamp":${AT},"message":"m"}`;
    const { summary } = await takeIn([], madeOf([one, one.replace(",", ",\n"), one].join("\n")));
    assert.deepEqual([summary.events, summary.undated.count], [2, 2]);
  });

  it("reads the same at every place where a log can be cut in two", async () => {
    const said = JSON.stringify({ prediction_valid: true, model: 'chürn "x" \\u0070', n: [1, {}] });
    const one = (message: string) => JSON.stringify({ timestamp: AT, message });
    const contents = [
      `${one(said)}\r\n${one("START")}\n{bad\n${one(said)}`,
      JSON.stringify({ events: [JSON.parse(one(said)), JSON.parse(one("é"))] }, null, 2),
      `2026-11-22T06:52:24.000Z ${said}\n2026-11-22T06:52:24.001Z {\n}\n2026-11-22T06:52:24.000Z x\n`,
    ];
    for (const content of contents) {
      const whole = await takeIn(modelFilters(), madeOf(content));
      for (let size = 1; size < Buffer.byteLength(content); size += 1) {
        assert.deepEqual(await takeIn(modelFilters(), madeOf(content, size)), whole);
      }
    }
  });
});
