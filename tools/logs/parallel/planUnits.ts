import { closeSync, openSync, readSync, statSync } from "node:fs";
import type { MetricFilter } from "../../simulator/metricFilter";
import { ByteWindow } from "../byteWindow";
import { LogError } from "../logError";
import type { LogSource } from "../logSource";
import { formatToCut } from "../readLog";
import { SAMPLE_BYTES } from "../sample";
import { cutLog, type ReadAt } from "./cuts";
import type { ReadingTask, ReadingUnit } from "./readingUnit";

/** From how much on it is worth while, and how it is shared out; in bytes. */
export interface UnitSizes {
  /** All logs together; less is read in turn. @default 32 MiB */
  readonly parallelFrom?: number | undefined;
  /** A part of a file. @default 16 MiB */
  readonly partBytes?: number | undefined;
}

/** A log group's logs, and how they are read. */
export interface LogGroupToRead extends ReadingTask {
  readonly sources: readonly LogSource[];
}

const MEBIBYTE = 1024 * 1024;
/** Logs become about so much longer when they are unpacked. */
const UNPACKED = 8;
const GZIP = [0x1f, 0x8b];
const BYTE_ORDER_MARK_BYTES = 3;

/**
 * The units of each log group's sources, in order. A source without any is to be read as a whole by the
 * thread that has it, such as standard input.
 */
export function planUnits(
  groups: readonly LogGroupToRead[],
  { parallelFrom = 32 * MEBIBYTE, partBytes = 16 * MEBIBYTE }: UnitSizes,
): ReadingUnit[][][] {
  const files = groups.map(({ filters, sources }) =>
    filters.every(addsUpExactly) ? sources.map(fileOf) : sources.map(() => undefined),
  );
  const total = files.flat().reduce((sum, file) => sum + (file?.weight ?? 0), 0);
  if (total < parallelFrom) return files.map((group) => group.map(() => []));
  return groups.map((group, task) =>
    group.sources.map(({ name }, index) => {
      const file = files[task]?.[index];
      return file === undefined ? [] : unitsOf({ ...file, name }, task, group, partBytes);
    }),
  );
}

/**
 * Whole numbers add up to the same in whatever order. Of fractions, the last digits depend on it, and
 * the values of a property may be fractions.
 */
function addsUpExactly({ metricValue }: MetricFilter): boolean {
  return Number.isSafeInteger(Number(metricValue));
}

interface LogFile {
  readonly path: string;
  readonly bytes: number;
  /** Bytes when it is unpacked, about. */
  readonly weight: number;
}

/** A file that can be read more than once; undefined for anything else, and what is not there. */
function fileOf({ path }: LogSource): LogFile | undefined {
  const found = path === undefined ? undefined : ifReadable(() => statSync(path));
  if (path === undefined || found?.isFile() !== true) return undefined;
  const bytes = found.size;
  return { path, bytes, weight: path.endsWith(".gz") ? bytes * UNPACKED : bytes };
}

function unitsOf(
  file: LogFile & { readonly name: string },
  task: number,
  { timeField }: ReadingTask,
  partBytes: number,
): ReadingUnit[] {
  const { path, bytes } = file;
  const parts =
    bytes < 2 * partBytes ? undefined : ifReadable(() => partsOf(file, timeField, partBytes));
  if (parts === undefined) return [{ task, path, bytes }];
  return parts.map((part) => {
    const { start, end = bytes } = part.range;
    return { task, path, bytes: end - start, part };
  });
}

/** Undefined if the file cannot be cut. */
function partsOf(
  { name, path, bytes }: LogFile & { readonly name: string },
  timeField: string | undefined,
  partBytes: number,
): Required<ReadingUnit>["part"][] | undefined {
  const file = openSync(path, "r");
  try {
    const readAt: ReadAt = (position, length) => {
      const buffer = Buffer.allocUnsafe(length);
      return buffer.subarray(0, readSync(file, buffer, 0, length, position));
    };
    const head = readAt(0, SAMPLE_BYTES + BYTE_ORDER_MARK_BYTES);
    if (GZIP.every((byte, index) => head[index] === byte)) return undefined;
    const window = new ByteWindow();
    window.append(head);
    const format = formatToCut(name, window, { timeField });
    if (format === undefined) return undefined;
    const ranges = cutLog(readAt, format, { start: window.start, end: bytes }, partBytes);
    return ranges.map((range) => ({ range, format: format.name }));
  } finally {
    closeSync(file);
  }
}

/** What cannot be read shows again when it is read in its turn, and then becomes an error. */
function ifReadable<Result>(look: () => Result): Result | undefined {
  try {
    return look();
  } catch (error) {
    const isExpected = error instanceof LogError || (error instanceof Error && "code" in error);
    if (isExpected) return undefined;
    throw error;
  }
}
