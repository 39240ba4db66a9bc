import { availableParallelism } from "node:os";
import { LogGroupIntake } from "../intake";
import type { LogSource } from "../logSource";
import { type LogSummary, summaryOf, tallyLog } from "../readLog";
import { Tally } from "../tally";
import { type LogGroupToRead, planUnits, type UnitSizes } from "./planUnits";
import { ReadingThread } from "./readingThread";
import { type ReadingUnit, readUnit, sourceOf, type UnitResult } from "./readingUnit";
import { shareOut } from "./shareOut";

/** How logs are read; it makes no difference to the result. */
export interface ReadingOptions extends UnitSizes {
  /** Threads that read, this one included. @default one for each of the processor's cores, at most 3 */
  readonly threads?: number | undefined;
}

/** What was read of a log group. */
interface LogGroupRead<Group extends LogGroupToRead = LogGroupToRead> {
  readonly group: Group;
  /** Has taken in all its logs. */
  readonly intake: LogGroupIntake;
  /** Of its sources, in order. */
  readonly summaries: readonly LogSummary[];
}

/** Each takes 20 to 30 MB, and all of a rehearsal of a plain log should do with 200. */
const MOST_THREADS = 3;

/**
 * Reads the logs of log groups with several threads, where they are big. What comes of it is what reading
 * one after the other comes to: the parts that threads read are put together in their order, and what
 * cannot be put together, or fails, is read (again) in its turn.
 * @throws LogError as `readLog`: the first in the logs' order
 */
export async function readLogGroups<Group extends LogGroupToRead>(
  groups: readonly Group[],
  options: ReadingOptions = {},
): Promise<LogGroupRead<Group>[]> {
  const { threads = Math.min(availableParallelism(), MOST_THREADS) } = options;
  const plan = threads > 1 ? planUnits(groups, options) : [];
  const units = plan.flat(2);
  const others = Math.max(0, Math.min(threads, units.length) - 1);
  const tasks = groups.map(({ filters, from, to, timeField }) => ({
    filters,
    from,
    to,
    timeField,
  }));
  const helpers = Array.from({ length: others }, () => new ReadingThread(tasks));
  const stopped = new AbortController();
  try {
    const here = async (unit: ReadingUnit): Promise<UnitResult | undefined> => {
      const task = tasks[unit.task];
      return task && readUnit(unit, task, until(stopped.signal, sourceOf(unit)));
    };
    const readers = [...helpers.map((thread) => thread.read.bind(thread)), here];
    const results = shareOut(units, readers);
    const read = new Map(units.map((unit, index) => [unit, results[index]]));
    const all: LogGroupRead<Group>[] = [];
    for (const [index, group] of groups.entries()) {
      all.push(await merged(group, plan[index] ?? [], (unit) => read.get(unit)));
    }
    return all;
  } finally {
    stopped.abort();
    await Promise.all(helpers.map((thread) => thread.close()));
  }
}

/** Puts together what came of a log group's units, and reads here what is left to be read. */
export async function merged<Group extends LogGroupToRead>(
  group: Group,
  plan: readonly (readonly ReadingUnit[])[],
  resultOf: (unit: ReadingUnit) => Promise<UnitResult | undefined> | undefined,
): Promise<LogGroupRead<Group>> {
  const { timeField } = group;
  const intake = new LogGroupIntake(group.filters, { from: group.from, to: group.to });
  const summaries: LogSummary[] = [];
  for (const [index, source] of group.sources.entries()) {
    const units = plan[index] ?? [];
    let whole = units.length === 0 ? await tallyLog(source, { timeField }, intake) : undefined;
    for (const unit of units) {
      const result = await resultOf(unit);
      if (result !== undefined) intake.addPart(result.intake);
      const { format, tally } =
        result ??
        (await tallyLog(sourceOf(unit), { timeField, partOf: unit.part?.format }, intake));
      source.onRead?.(unit.bytes);
      whole ??= { format, tally: new Tally(source.name) };
      whole.tally.addPart(tally);
    }
    if (whole !== undefined) summaries.push(summaryOf(source.name, whole.format, whole.tally));
  }
  return { group, intake, summaries };
}

/** A source that fails when it is no longer wanted. */
function until(signal: AbortSignal, source: LogSource): LogSource {
  return {
    name: source.name,
    async *open() {
      for await (const chunk of source.open()) {
        signal.throwIfAborted();
        yield chunk;
      }
    },
  };
}
