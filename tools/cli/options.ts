import { MINUTE, minuteText, readMoment, type TimeSpan } from "../time";
import { InvalidArgumentError } from "commander";
import { expandLogs, fileSource, type LogSource, stdinSource } from "../logs/logSource";
import type { Declared } from "../program/declared";
import type { LogGroupLogs } from "../rehearse/rehearseLogs";
import { modelsOf } from "../program/model";
import { writeWhole } from "../files";
import { InputError } from "../inputError";

/** Forms of option values that several commands share. Commander adds the option's name to a refusal. */

/** An option that may be given several times. */
export function collected(value: string, earlier: readonly string[] = []): string[] {
  return [...earlier, value];
}

/** A whole number from 0. */
export function parseCount(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("expected a whole number from 0.");
}

/**
 * Writes a file that was asked for and says so on stderr, where it does not mix with results.
 * @throws InputError where it cannot be written
 */
export function writeReport(file: string, content: string): void {
  writeWhole(file, content);
  process.stderr.write(`Wrote ${file}\n`);
}

/**
 * Reads an option that is a moment: how long ago, `7d`, or a time. @returns milliseconds since 1970
 * @param now the clock
 */
export function momentOption(now: () => Date = () => new Date()): (text: string) => number {
  return (text) => {
    const moment = readMoment(text);
    if (moment === undefined) {
      throw new InvalidArgumentError(
        "expected how long ago, such as 30d or 12h, or a time such as 2026-03-09T14:00Z or 2026-03-09.",
      );
    }
    return "time" in moment ? moment.time : now().getTime() - moment.seconds * 1000;
  };
}

/**
 * The whole minutes between two moments (milliseconds since 1970), none that is yet to come.
 * @throws InputError where there is none
 */
export function pastMinutes(from: number, to: number | undefined, now: Date): TimeSpan {
  const whole = (time: number): number => Math.floor(time / MINUTE);
  const span = { from: whole(from), to: whole(Math.min(now.getTime(), to ?? Infinity)) };
  if (span.from < span.to && span.from >= 0) return span;
  throw new InputError(
    `expected --from before --to, and in the past, found ${minuteText(span.from)} to ${minuteText(span.to)} UTC`,
  );
}

/**
 * Which files are the logs of which log group.
 * @param texts `model=file`, `log group=file` or `file`; patterns are expanded, `-` is standard input
 * @throws InputError for a target that is not there or a file that has none
 */
export function logsByGroup(declared: Declared, texts: readonly string[]): LogGroupLogs[] {
  if (texts.length === 0) {
    throw new InputError(
      `expected logs to rehearse: --logs <target>=<file>, where the target is one of ${targetsText(declared)}`,
    );
  }
  const groups = new Map<string, string[]>();
  for (const text of texts) {
    const { logGroup, file } = resolved(declared, text);
    groups.set(logGroup, [...(groups.get(logGroup) ?? []), file]);
  }
  return [...groups].map(([logGroup, files]) => ({ logGroup, sources: sources(files) }));
}

function resolved(declared: Declared, text: string): { logGroup: string; file: string } {
  const targets = targetsOf(declared);
  const split = text.indexOf("=");
  const logGroup = split > 0 ? targets.get(text.slice(0, split)) : undefined;
  if (logGroup !== undefined) return { logGroup, file: text.slice(split + 1) };
  const groups = [...new Set(targets.values())];
  const [only, ...others] = groups;
  if (only !== undefined && others.length === 0 && (split < 0 || text.includes("/", 0))) {
    return { logGroup: only, file: text };
  }
  throw new InputError(
    `--logs ${text}: expected <target>=<file>, where the target is one of ${targetsText(declared)}`,
  );
}

/** Log groups by every name they go by: their own, and the models and alarms that read of them. */
function targetsOf(declared: Declared): Map<string, string> {
  const targets = new Map(declared.filters.map(({ logGroupName: name }) => [name, name]));
  for (const { name, alarms, logGroups } of modelsOf(declared)) {
    const [logGroup] = logGroups;
    if (logGroup === undefined) continue;
    for (const target of [...alarms.map((alarm) => alarm.name), name]) {
      if (!targets.has(target)) targets.set(target, logGroup);
    }
  }
  return targets;
}

function targetsText(declared: Declared): string {
  const models = [...new Set(declared.alarms.map(({ model }) => model))];
  const groups = [...new Set(declared.filters.map(({ logGroupName }) => logGroupName))];
  return [...models, ...groups].join(", ");
}

function sources(files: readonly string[]): LogSource[] {
  return files.flatMap((file) =>
    file === "-" ? [stdinSource()] : expandLogs([file]).map((path) => fileSource(path)),
  );
}
