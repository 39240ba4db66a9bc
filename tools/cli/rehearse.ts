import { commandText } from "../../components/commandText";
import { expectOutput } from "../files";
import { formatsText } from "../logs/formats";
import { InputError } from "../inputError";
import { compareRuns, compareText, withBlindOf } from "../rehearse/compare";
import { htmlReport } from "../rehearse/htmlReport";
import { jsonReport } from "../rehearse/jsonReport";
import { hasFired } from "../rehearse/rehearse";
import { type RehearsalRun, rehearseLogs } from "../rehearse/rehearseLogs";
import { type TextOptions, textReport } from "../rehearse/textReport";
import { printable } from "../text";
import { collected, isStdin, logsByGroup, momentOption, parseCount, writeReport } from "./options";
import { declaredFrom, type DeclaredSource, sourceFile, withSourceOptions } from "./declaredFrom";
import { declaredByProgram, withStackOptions } from "./project";
import { newCommand, runCommand } from "./runCommand";

interface Options extends DeclaredSource {
  readonly compare?: string;
  readonly logs: readonly string[];
  readonly from?: number;
  readonly to?: number;
  readonly evaluationRangeExtra?: number;
  readonly timeField?: string;
  readonly mails?: true;
  readonly json?: true;
  readonly html?: string;
  readonly failOnAlarm?: true;
  readonly failOnBlind?: true;
}

/** What commander hands over: an option that was not given is not there. */
type Given = Omit<Options, "logs"> & Partial<Pick<Options, "logs">>;

/** What a command that rehearses does unless its arguments say otherwise. */
interface Preset {
  readonly stack?: string;
  /** The folder of the project. */
  readonly folder?: string;
  readonly logs?: readonly string[];
  /** The mails to print in full without `--mails`. */
  readonly mails?: TextOptions["mails"];
}

/** `rehearse`: replays log files through a stack's alarms, down to the mails. */
export function main(args: readonly string[], preset: Preset = {}): Promise<number> {
  const command = withSourceOptions(withStackOptions(newCommand("rehearse")))
    .description(
      "Replays log files through what a stack declares: what would its alarms have done?",
    )
    .argument("[files...]", "more log files, as with --logs")
    .option(
      "--logs <[target=]file>",
      "a log file, or a pattern of them, or - for standard input; the target is a model or a log group, and may be left out where the stack has one log group or the file's path has {model} for each model's name; repeatable",
      collected,
    )
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
    )
    .option("--compare <stack>", "show where this stack's alarms would have differed")
    .option("--mails", "print the mails in full")
    .option("--json", "print the result as JSON")
    .option("--html <file>", "write a report with charts")
    .option("--fail-on-alarm", "exit with 1 if an alarm fired, or the answer is blind")
    .option(
      "--fail-on-blind",
      "exit with 1 if the answer is blind: alarms that the logs say nothing about, or that cannot be rehearsed",
    )
    .addHelpText(
      "after",
      `\nLogs, told apart by their content:\n${formatsText()}\n\nExit code: 0 rehearsed, 1 a finding that --fail-on-alarm or --fail-on-blind asks for, 2 wrong usage or input.\nExample: ${commandText("rehearse", "--stack dev --logs 'churn=logs/*.gz' --html report.html")}`,
    );
  return runCommand(command, args, () => {
    const given = command.opts<Given>();
    const files = [...(given.logs ?? []), ...command.args];
    const logs = files.length > 0 ? files : (preset.logs ?? []);
    if (given.compare !== undefined && files.some(isStdin)) {
      throw new InputError("--compare reads the logs twice, which standard input cannot do");
    }
    sourceFile(given, files);
    const { mails = "none", ...defaults } = preset;
    return rehearse({ ...defaults, ...given, logs }, mails);
  });
}

async function rehearse(options: Options, mails: TextOptions["mails"]): Promise<number> {
  const { compare, html } = options;
  const declared = await declaredFrom(options);
  const logs = logsByGroup(declared, options.logs);
  if (html !== undefined) {
    const files = logs.flatMap(({ sources }) => sources.flatMap(({ path }) => path ?? []));
    expectOutput(html, [...files, sourceFile(options)?.file ?? [], options.config ?? []].flat());
  }
  const alone = await rehearseLogs(declared, logs, options);
  const other = compare === undefined ? undefined : await replayed(compare, options);
  const comparison = other && compareRuns(alone, other);
  const run = other === undefined ? alone : withBlindOf(other, alone);
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(jsonReport(run, comparison), undefined, 2)}\n`);
  } else {
    const text = textReport(run, { mails: options.mails === true ? "all" : mails });
    const compared = comparison === undefined ? "" : `\n${compareText(comparison)}`;
    process.stdout.write(printable(text + compared));
  }
  // What was worked out is printed by now, whatever becomes of the file.
  if (html !== undefined) writeReport(html, htmlReport(run, comparison));
  const isBlind = run.blind.length > 0;
  const failsOnBlind = options.failOnBlind === true || options.failOnAlarm === true;
  const hasFailed =
    (isBlind && failsOnBlind) ||
    (options.failOnAlarm === true && run.rehearsal.alarms.some(hasFired));
  return hasFailed ? 1 : 0;
}

async function replayed(stack: string, options: Options): Promise<RehearsalRun> {
  const { folder } = options;
  const declared = await declaredByProgram(stack, folder === undefined ? {} : { folder });
  return rehearseLogs(declared, logsByGroup(declared, options.logs), options);
}
