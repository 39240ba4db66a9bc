import { closeSync, openSync, readSync, type Stats, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { MetricFilter } from "../simulator/metricFilter";
import { visibleText } from "../text";
import { formatOf, LONGEST_SAMPLE, readTimeField, sampleOf } from "./formats";
import { joinedSummary, type LogSummary } from "./logFormat";
import { type IntakeOptions, LogGroupIntake } from "./logGroupIntake";
import { type ByteRange, fileSource, LogError, type LogSource } from "./logSource";
import { readLog } from "./readLog";

/** How a log group's logs are read: plain data, which another thread can be sent. */
interface ReadingTask extends IntakeOptions {
  /** All its metric filters. */
  readonly filters: readonly MetricFilter[];
  /** Where bare JSON lines have their time, see `ReadLogOptions`. */
  readonly timeField?: string | undefined;
}

/** A log group's logs, and how they are read. */
export interface LogGroupToRead extends ReadingTask {
  readonly sources: readonly LogSource[];
}

/** What was read of a log group. */
export interface LogGroupRead<Group extends LogGroupToRead = LogGroupToRead> {
  readonly group: Group;
  /** Has taken in all its logs. */
  readonly intake: LogGroupIntake;
  /** Of its sources, in order; a log that was given twice has one. */
  readonly summaries: readonly LogSummary[];
  /** What a person should know of how they were read, in clauses. */
  readonly notes: readonly string[];
}

/** How logs are read; it makes no difference to the result. */
export interface ReadingOptions {
  /** Threads that read beside this one. @default one for each of the processor's cores, at most 3; none for small logs */
  readonly threads?: number | undefined;
  /** Bytes from which on several threads are worth their start. @default 32 MiB */
  readonly parallelFrom?: number | undefined;
  /** Bytes of a part that is read in one go. @default 16 MiB */
  readonly partBytes?: number | undefined;
}

const MEBIBYTE = 1024 * 1024;
/** Logs become about so much longer when they are unpacked. */
const UNPACKED = 8;
/** Each takes 30 to 50 MB, and all of a rehearsal of a plain log should do with 200. */
const MOST_THREADS = 3;
/** Memory for new strings and objects: little is kept of a log, so more would only be used, not needed. */
const YOUNG_MEGABYTES = 8;
/** Beyond, which takes decades of events, a part is read in its turn. Without a limit, more would be used, too. */
const OLD_MEGABYTES = 96;

/** What is read in one go, by any thread: a file, or a part of one. Plain data. */
export interface ReadingUnit {
  readonly task: ReadingTask;
  readonly path: string;
  readonly bytes: number;
  /** Where it is a part of a file: which, and the name of the file's format. */
  readonly part?: { readonly range: ByteRange; readonly format: string };
}

/**
 * Reads the logs of log groups, with several threads where they are big. What comes of it is what reading
 * one after the other comes to: the parts that threads read are put together in their order, and what
 * cannot be put together, or fails, is read (again) in its turn.
 * @throws LogError as `readLog`: the first in the logs' order
 */
export async function readLogGroups<Group extends LogGroupToRead>(
  groups: readonly Group[],
  { threads, parallelFrom = 32 * MEBIBYTE, partBytes = 16 * MEBIBYTE }: ReadingOptions = {},
): Promise<LogGroupRead<Group>[]> {
  const planned = groups.map((group) => {
    const { once, notes } = withoutDoubles(group.sources);
    return {
      group,
      notes,
      logs: once.map((source) => ({ source, units: unitsOf(source, group, partBytes) })),
    };
  });
  const units = planned.flatMap(({ logs }) => logs.flatMap((log) => log.units));
  const weights = units.map(({ path, bytes }) => bytes * (isPacked(path) ? UNPACKED : 1));
  const weight = weights.reduce((sum, one) => sum + one, 0);
  const most = Math.min(threads ?? Math.min(availableParallelism(), MOST_THREADS), units.length);
  const pool = most > 1 && weight >= parallelFrom ? await startPool(most) : undefined;
  try {
    // What fails in a thread is read in its turn, and fails again if it is for the log's sake.
    const resultOf = (unit: ReadingUnit) =>
      (pool?.run(unit) as ReturnType<typeof readUnit>).catch(() => undefined);
    const results = pool && new Map(units.map((unit) => [unit, resultOf(unit)]));
    const all: LogGroupRead<Group>[] = [];
    for (const { group, notes, logs } of planned) {
      const intake = new LogGroupIntake(group.filters, group);
      const summaries: LogSummary[] = [];
      for (const log of logs) summaries.push(await takeIn(log, group, intake, results));
      const more = summaries.flatMap((summary) =>
        summary.notes.map((note) => `${visibleText(summary.name)}: ${note}`),
      );
      all.push({ group, intake, summaries, notes: [...notes, ...more, ...intake.notes()] });
    }
    return all;
  } finally {
    await pool?.destroy();
  }
}

/** The same log given twice is read once, and that is said. */
function withoutDoubles(sources: readonly LogSource[]): {
  readonly once: readonly LogSource[];
  readonly notes: readonly string[];
} {
  const seen = new Map<string, LogSource>();
  const notes: string[] = [];
  for (const source of sources) {
    const { name, path } = source;
    const found = statOf(path);
    const key = found === undefined ? name : `${found.dev} ${found.ino}`;
    const first = seen.get(key);
    if (first === undefined) seen.set(key, source);
    else {
      const what = first.name === name ? "was given twice" : `is the same file as ${first.name}`;
      notes.push(visibleText(`${name} ${what}, and was read once`));
    }
  }
  return { once: [...seen.values()], notes };
}

/** Undefined for what cannot be found, which shows when it is read. */
function statOf(path: string | undefined): Stats | undefined {
  try {
    return path === undefined ? undefined : statSync(path);
  } catch {
    return undefined;
  }
}

/** Reads a log into the intake, or puts together what came of its units. */
async function takeIn(
  { source, units }: { readonly source: LogSource; readonly units: readonly ReadingUnit[] },
  { timeField }: ReadingTask,
  intake: LogGroupIntake,
  results: ReadonlyMap<ReadingUnit, ReturnType<typeof readUnit>> | undefined,
): Promise<LogSummary> {
  let summary: LogSummary | undefined;
  for (const unit of results === undefined ? [] : units) {
    const read = await results?.get(unit);
    if (read !== undefined) intake.addPart(read.intake);
    const own = read?.summary ?? (await readInto(intake, unit, summary?.lines));
    source.onRead?.(unit.bytes);
    summary = summary === undefined ? own : joinedSummary(summary, own);
  }
  return summary ?? readLog(source, { timeField }, intake);
}

function readInto(
  intake: LogGroupIntake,
  { task, path, part }: ReadingUnit,
  linesBefore?: number,
): Promise<LogSummary> {
  const options = { timeField: task.timeField, partOf: part?.format, linesBefore };
  return readLog(fileSource(path, part?.range), options, intake);
}

// ---- Units

/**
 * What of a log is read in one go: all of it, or parts of it if it is big and can be cut.
 * @returns nothing for what is no file, or does not add up exactly, and so has to be read in its turn
 */
export function unitsOf(
  source: LogSource,
  group: LogGroupToRead,
  partBytes: number,
): ReadingUnit[] {
  const { path } = source;
  const { filters, from, to, timeField } = group;
  const found = statOf(path);
  if (path === undefined || found?.isFile() !== true || !filters.every(addsUpExactly)) return [];
  const whole = { task: { filters, from, to, timeField }, path, bytes: found.size };
  if (found.size < 2 * partBytes || isPacked(path)) return [whole];
  try {
    return cutFile(whole, found.ino, partBytes);
  } catch (error) {
    // What cannot be read shows again when it is read in its turn, and then becomes an error.
    if (error instanceof LogError || (error instanceof Error && "code" in error)) return [whole];
    throw error;
  }
}

/**
 * Whole numbers add up to the same in whatever order. Of fractions, the last digits depend on it, and
 * the values of a property may be fractions.
 */
function addsUpExactly({ metricValue, defaultValue = 0 }: MetricFilter): boolean {
  return Number.isSafeInteger(Number(metricValue)) && Number.isSafeInteger(defaultValue);
}

function isPacked(path: string): boolean {
  return /\.(?:gz|zst)$/.test(path);
}

/** Bytes looked at in one go for a place to cut, and those behind a line feed that tell whether it is one. */
const SEARCH_BYTES = 64 * 1024;
const HEADING_BYTES = 512;

/**
 * Cuts a file, behind line feeds, into parts that can be read apart from each other; one if it cannot be cut.
 * @param partBytes - How long a part should be; it is longer by what is left of its last event.
 */
function cutFile(whole: ReadingUnit, ino: number, partBytes: number): ReadingUnit[] {
  const { path, bytes: size } = whole;
  const { timeField } = whole.task;
  const file = openSync(path, "r");
  const bytesAt = (position: number, length: number): Buffer => {
    const buffer = Buffer.allocUnsafe(length);
    return buffer.subarray(0, readSync(file, buffer, 0, length, position));
  };
  try {
    const head = bytesAt(0, LONGEST_SAMPLE).toString("utf8");
    const field = timeField === undefined ? undefined : readTimeField(path, timeField);
    const mark = head.startsWith("\ufeff") ? "\ufeff" : "";
    const { name: format, cut } = formatOf(path, sampleOf(head.slice(mark.length), field));
    if (cut === undefined) return [whole];
    const starts = [Buffer.byteLength(mark)];
    for (let at = Buffer.byteLength(mark) + partBytes - 1; at < size; at += SEARCH_BYTES) {
      const found = bytesAt(at, SEARCH_BYTES + HEADING_BYTES)
        .toString("latin1")
        .search(cut);
      if (found < 0 || at + found + 1 >= size) continue;
      starts.push(at + found + 1);
      at += found + partBytes - SEARCH_BYTES;
    }
    return starts.map((start, index) => {
      const end = starts[index + 1] ?? size;
      return { ...whole, bytes: end - start, part: { range: { start, end, ino }, format } };
    });
  } finally {
    closeSync(file);
  }
}

// ---- Threads

/**
 * Reads a unit apart from all others; called in a thread of its own.
 * @returns undefined if it has to be read in its turn to come to the same result
 * @throws LogError as `readLog`
 */
export async function readUnit(unit: ReadingUnit) {
  const intake = new LogGroupIntake(unit.task.filters, unit.task);
  const summary = await readInto(intake, unit);
  const part = intake.part();
  return part && { summary, intake: part };
}

async function startPool(threads: number) {
  const { Tinypool } = await import("tinypool");
  return new Tinypool({
    filename: join(__dirname, "readingThread.cjs"),
    minThreads: threads,
    maxThreads: threads,
    // What was preloaded into this thread, such as a loader for tests, is not needed there.
    execArgv: [],
    resourceLimits: {
      maxYoungGenerationSizeMb: YOUNG_MEGABYTES,
      maxOldGenerationSizeMb: OLD_MEGABYTES,
    },
    teardown: "keep",
  });
}
