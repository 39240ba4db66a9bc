import type { MetricFilter } from "../../simulator/metricFilter";
import { type IntakePart, LogGroupIntake } from "../intake";
import { type ByteRange, fileSource, type LogSource, partOfFile } from "../logSource";
import { tallyLog } from "../readLog";
import type { TallyPart } from "../tally";

/** How a log group's logs are read: plain data, which another thread can be sent. */
export interface ReadingTask {
  /** All its metric filters. */
  readonly filters: readonly MetricFilter[];
  /** Events outside are ignored, see `IntakeOptions`. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly timeField: string | undefined;
}

/** What is read in one go, by any thread: a file, or a part of one. Plain data, too. */
export interface ReadingUnit {
  /** Which of the tasks this is part of. */
  readonly task: number;
  readonly path: string;
  /** How long it is, about. */
  readonly bytes: number;
  /** Where it is a part of a file: which, and the name of the file's format. */
  readonly part?: { readonly range: ByteRange; readonly format: string };
}

/** What came of a unit. */
export interface UnitResult {
  readonly format: string;
  readonly tally: TallyPart;
  readonly intake: IntakePart;
}

/** The bytes of a unit. */
export function sourceOf({ path, part }: ReadingUnit): LogSource {
  return part === undefined ? fileSource(path) : partOfFile(path, part.range);
}

/**
 * Reads a unit apart from all others.
 * @param source - Default: the unit's.
 * @returns undefined if it has to be read in its turn to come to the same result.
 * @throws LogError as `readLog`
 */
export async function readUnit(
  unit: ReadingUnit,
  task: ReadingTask,
  source: LogSource = sourceOf(unit),
): Promise<UnitResult | undefined> {
  const intake = new LogGroupIntake(task.filters, { from: task.from, to: task.to });
  const options = { timeField: task.timeField, partOf: unit.part?.format };
  const { format, tally } = await tallyLog(source, options, intake);
  const part = intake.part();
  return part && { format, tally, intake: part };
}
