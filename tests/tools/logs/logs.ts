import { pointsOf } from "../../support/points";
import type { LogSink, LogSummary } from "../../../tools/logs/logFormat";
import { LogGroupIntake } from "../../../tools/logs/logGroupIntake";
import { LogError, type LogErrorReason, type LogSource } from "../../../tools/logs/logSource";
import { readLog, type ReadLogOptions } from "../../../tools/logs/readLog";
import type { MetricFilter } from "../../../tools/simulator/metricFilter";

/** 2026-11-22T06:52:24.000Z */
export const AT = Date.UTC(2026, 10, 22, 6, 52, 24);
export const PREDICTION = '{"prediction_valid":true}';

/** A log that is made of text or bytes, handed out in chunks of that many bytes. */
export function madeOf(content: string | Uint8Array, chunkBytes = Infinity): LogSource {
  const bytes = Buffer.from(content);
  async function* chunks() {
    // Overwritten after each chunk, as a source may do.
    const memory = Buffer.alloc(Math.min(chunkBytes, Math.max(1, bytes.length)));
    for (let at = 0; at < bytes.length; at += memory.length) {
      await Promise.resolve();
      yield memory.subarray(0, bytes.copy(memory, 0, at));
      memory.fill(0x5a);
    }
  }
  return { name: "made.log", open: chunks };
}

export interface Read {
  readonly events: readonly (readonly [timestamp: number, message: string])[];
  readonly summary: LogSummary;
}

/** The events of a log, decoded all. */
export async function read(
  content: string | Uint8Array,
  options: ReadLogOptions & { readonly chunkBytes?: number } = {},
): Promise<Read> {
  const events: [number, string][] = [];
  const source = madeOf(content, options.chunkBytes);
  const summary = await readLog(
    source,
    options,
    sinkOf((timestamp, message) => {
      events.push([timestamp, message]);
    }),
  );
  return { events, summary };
}

/** A sink that takes each event alone, and with its whole message. */
export function sinkOf(add: LogSink["add"]): LogSink {
  return { add, glance: () => false, addCounts: () => undefined };
}

/** The error that reading a log must end in. */
export async function failure(
  reason: LogErrorReason,
  content: string | Uint8Array | LogSource,
  options: ReadLogOptions = {},
): Promise<string> {
  const isSource = typeof content === "object" && "open" in content;
  try {
    await readLog(
      isSource ? content : madeOf(content),
      options,
      sinkOf(() => undefined),
    );
  } catch (error) {
    if (error instanceof LogError && error.reason === reason) return error.message;
    throw error;
  }
  throw new Error("the log was read to its end");
}

export function filter(name: string, pattern: string, metricValue = "1"): MetricFilter {
  return {
    name,
    logGroupName: "/models/churn",
    pattern,
    metricName: name,
    metricNamespace: "classification_rate",
    metricValue,
    defaultValue: 0,
  };
}

/** The two filters of a model, as the program declares them. */
export function modelFilters(selector = "$.prediction_valid", where = ""): MetricFilter[] {
  return [
    filter("valid", `{ ${selector} IS TRUE${where} }`),
    filter("total", `{ (${selector} IS TRUE || ${selector} IS FALSE)${where} }`),
  ];
}

/** What a log group makes of a log, by the fast way in or without it. */
export async function takeIn(
  filters: readonly MetricFilter[],
  source: LogSource,
  options: ReadLogOptions = {},
  fast = true,
) {
  const intake = new LogGroupIntake(filters);
  const slow = sinkOf((timestamp, message) => {
    intake.add(timestamp, message);
  });
  const summary = await readLog(source, options, fast ? intake : slow);
  const counts = intake
    .counts()
    .map(({ filter: { name }, matched, metric }) => ({ name, matched, points: pointsOf(metric) }));
  const seen = { lines: intake.lines(), properties: intake.properties() };
  return { summary, events: intake.events, counts, nearMisses: intake.nearMisses(), ...seen };
}
