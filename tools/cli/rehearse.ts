import { commandText } from "../../components/commandText";
import { expectOutput } from "../files";
import { formatsText } from "../logs/formats";
import { InputError } from "../inputError";
import { compareRuns, compareText, withBlindOf } from "../rehearse/compare";
import { htmlReport } from "../rehearse/htmlReport";
import { jsonReport } from "../rehearse/jsonReport";
import { markdownReport } from "../rehearse/markdownReport";
import { hasFired } from "../rehearse/rehearse";
import { type RehearsalRun, rehearseLogs } from "../rehearse/rehearseLogs";
import { type TextOptions, textReport } from "../rehearse/textReport";
import type { Declared } from "../program/declared";
import { printable } from "../text";
import { MINUTE } from "../time";
import {
  collected,
  isStdin,
  logsByGroup,
  printJson,
  withReplayOptions,
  writeReport,
} from "./options";
import {
  declaredBefore,
  declaredFrom,
  type DeclaredSource,
  sourceFile,
  withSourceOptions,
} from "./declaredFrom";
import { withStackOptions } from "./project";
import { newCommand, runCommand } from "./runCommand";

interface Options extends DeclaredSource {
  readonly base?: string;
  readonly logs: readonly string[];
  readonly from?: number;
  readonly to?: number;
  readonly evaluationRangeExtra?: number;
  readonly timeField?: string;
  readonly mails?: true;
  readonly json?: true;
  readonly html?: string;
  readonly markdown?: string;
  readonly failOnAlarm?: true;
  readonly failOnBlind?: true;
}

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
  const command = withReplayOptions(
    withSourceOptions(withStackOptions(newCommand("rehearse")))
      .description(
        "Replays log files through what a stack declares: what would its alarms have done?",
      )
      .argument("[files...]", "more log files, as with --logs")
      .option(
        "--logs <[target=]file>",
        "a log file, or a pattern of them, or - for standard input; the target is a model or a log group, and may be left out where the stack has one log group or the file's path has {model} for each model's name; repeatable",
        collected,
      ),
  )
    .option(
      "--base <stack|file>",
      "show what changes against another stack, or a file of what was declared before: an earlier version of the stack's file, or what --state, --preview, --template or --terraform-plan take",
    )
    .option("--mails", "print the mails in full")
    .option("--json", "print the result as JSON")
    .option("--html <file>", "write a report with charts")
    .option("--markdown <file>", "write a table, for a comment on a pull request")
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
    const given = command.opts<Partial<Options>>();
    const files = [...(given.logs ?? []), ...command.args];
    const logs = files.length > 0 ? files : (preset.logs ?? []);
    if (given.base !== undefined && files.some(isStdin)) {
      throw new InputError("--base reads the logs twice, which standard input cannot do");
    }
    sourceFile(given, files);
    const { mails = "none", ...defaults } = preset;
    return rehearse({ ...defaults, ...given, logs }, mails);
  });
}

async function rehearse(options: Options, mails: TextOptions["mails"]): Promise<number> {
  const { base, html, markdown } = options;
  const declared = await declaredFrom(options);
  const logs = logsByGroup(declared, options.logs);
  const outputs = [html ?? [], markdown ?? []].flat();
  const files = logs.flatMap(({ sources }) => sources.flatMap(({ path }) => path ?? []));
  const inputs = [sourceFile(options)?.file ?? [], base ?? []].flat();
  for (const output of outputs) expectOutput(output, [...files, ...inputs]);
  const before = base === undefined ? undefined : await declaredBefore(base, options);
  const alone = await rehearseLogs(declared, logs, options);
  const other = before && (await rehearsedBefore(before, alone, options));
  const comparison = other && compareRuns(alone, other);
  const run = other === undefined ? alone : withBlindOf(other, alone);
  if (options.json === true) {
    printJson(jsonReport(run, comparison));
  } else {
    const text = textReport(run, { mails: options.mails === true ? "all" : mails });
    const compared = comparison === undefined ? "" : `\n${compareText(comparison)}`;
    process.stdout.write(printable(text + compared));
  }
  // What was worked out is printed by now, whatever becomes of the file.
  if (html !== undefined) writeReport(html, htmlReport(run, comparison));
  if (markdown !== undefined) writeReport(markdown, markdownReport(run, comparison));
  const { failOnAlarm = false, failOnBlind = failOnAlarm } = options;
  const isBlind = failOnBlind && run.blind.length > 0;
  return isBlind || (failOnAlarm && run.rehearsal.alarms.some(hasFired)) ? 1 : 0;
}

/** What was declared before, on the same logs: those of them that it has models or log groups for. */
async function rehearsedBefore(
  declared: Declared,
  { stack, options: { to } }: RehearsalRun,
  options: Options,
): Promise<RehearsalRun> {
  const { base = "" } = options;
  const known = options.logs.filter((text) => isFor(declared, text));
  // The first one says what there is.
  const logs = logsByGroup(declared, known.length > 0 ? known : options.logs);
  const run = await rehearseLogs(declared, logs, { ...options, to: to * MINUTE });
  return run.stack === stack ? { ...run, stack: `${stack} of ${base}` } : run;
}

/** A change may add the models that logs are of. */
function isFor(declared: Declared, logs: string): boolean {
  try {
    return logsByGroup(declared, [logs]).length > 0;
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}
