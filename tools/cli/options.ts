import { existsSync } from "node:fs";
import { MINUTE, minuteText, readMoment, type TimeSpan } from "../time";
import { type Command, InvalidArgumentError } from "commander";
import { expandLogs, fileSource, LogError, type LogSource, stdinSource } from "../logs/logSource";
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

/** Adds the options for how logs are read and alarms evaluated on them. */
export function withReplayOptions(command: Command): Command {
  return command
    .option(
      "--from <time>",
      "ignore earlier events: a time (ISO 8601, UTC unless it says otherwise), or how long ago, such as 7d",
      momentOption(),
    )
    .option("--to <time>", "evaluate up to this time", momentOption())
    .option("--time-field <path>", "property with the time, for bare JSON lines")
    .option(
      "--evaluation-range-extra <n>",
      "data points that CloudWatch reads beyond the evaluation periods (AWS does not say how many; default: as published time lines show, 2, and 5 at 60 s)",
      parseCount,
    );
}

/**
 * Writes a file that was asked for and says so on stderr, where it does not mix with results.
 * @throws InputError where it cannot be written
 */
export function writeReport(file: string, content: string): void {
  writeWhole(file, content);
  process.stderr.write(`Wrote ${file}\n`);
}

/** Prints what `--json` asks for. */
export function printJson(result: unknown): void {
  process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
}

/** Whether a file is given as `-`, with or without a target: standard input. */
export function isStdin(file: string | undefined): boolean {
  return file !== undefined && /^(.*=)?-$/.test(file);
}

/**
 * Only one can read standard input.
 * @param readers the files that options are given
 * @throws InputError where several do
 */
export function expectOneReader(
  readers: Readonly<Record<string, readonly (string | undefined)[]>>,
): void {
  const found = Object.entries(readers).filter(([, files]) => files.some(isStdin));
  if (found.length < 2) return;
  const names = found.map(([name]) => name).join(" and ");
  throw new InputError(`expected one option to read standard input, found ${names}`);
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
 * @param texts `model=file`, `log group=file` or `file`; patterns are expanded, `-` is standard input, and `{model}`
 * stands for the name of each model that there is such a file of
 * @throws InputError for a target that is not there or a file that has none
 */
export function logsByGroup(declared: Declared, texts: readonly string[]): LogGroupLogs[] {
  const targets = targetsOf(declared);
  const expected = `expected <target>=<file>, where the target is one of ${targetsText(declared)} of stack ${declared.stack}`;
  if (targets.size === 0) {
    throw new InputError(
      `stack ${declared.stack} has no metric filter whose log events could be rehearsed`,
    );
  }
  if (texts.length === 0) throw new InputError(`expected logs to rehearse, --logs: ${expected}`);
  const groups = new Map<string, LogSource[]>();
  const add = (logGroup: string, sources: readonly LogSource[]): void => {
    groups.set(logGroup, [...(groups.get(logGroup) ?? []), ...sources]);
  };
  for (const text of texts) {
    const split = text.indexOf("=");
    const target = split > 0 ? targets.get(text.slice(0, split)) : undefined;
    const [only, ...others] = new Set(targets.values());
    if (target !== undefined) add(target, sourcesOf(text.slice(split + 1)));
    else if (text.includes(MODEL)) {
      for (const { logGroup, sources } of perModel(declared, text)) add(logGroup, sources);
    } else if (only !== undefined && others.length === 0 && isFile(text, split)) {
      add(only, sourcesOf(text));
    } else throw new InputError(`--logs ${text}: ${expected}`);
  }
  return [...groups].map(([logGroup, sources]) => ({ logGroup, sources }));
}

/** Whether all of it is a file's path, which may have a `=` in it, rather than a target that is not there. */
function isFile(text: string, split: number): boolean {
  if (split < 0 || sourcesIfAny(text).length > 0) return true;
  return text.slice(0, split).includes("/") && sourcesIfAny(text.slice(split + 1)).length === 0;
}

/** Stands for a model's name in a file's path. */
const MODEL = "{model}";

/** The logs of the models that have some. @throws InputError where none has */
function perModel(declared: Declared, text: string): LogGroupLogs[] {
  const found = modelsOf(declared).flatMap(({ name, logGroups: [logGroup] }) => {
    const sources = sourcesIfAny(text.replaceAll(MODEL, name));
    return logGroup !== undefined && sources.length > 0 ? [{ logGroup, sources }] : [];
  });
  if (found.length > 0) return found;
  const names = modelsOf(declared).map(({ name }) => name);
  throw new InputError(
    `--logs ${text}: expected a file for at least one of the models ${names.join(", ")}, found none`,
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
  const models = declared.alarms.map(({ model }) => model);
  const groups = declared.filters.map(({ logGroupName }) => logGroupName);
  return [...new Set([...models, ...groups])].join(", ");
}

function sourcesOf(file: string): LogSource[] {
  return file === "-" ? [stdinSource()] : expandLogs([file]).map((path) => fileSource(path));
}

function sourcesIfAny(file: string): LogSource[] {
  try {
    return sourcesOf(file).filter(({ path }) => path !== undefined && existsSync(path));
  } catch (error) {
    if (error instanceof LogError && error.reason === "missing") return [];
    throw error;
  }
}
