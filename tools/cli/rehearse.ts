import { Command } from "commander";
import type { Declared } from "../program/declared";
import { stackState } from "../program/stackState";
import { compareJson, compareRuns, compareText } from "../rehearse/compare";
import { htmlReport } from "../rehearse/htmlReport";
import { jsonReport } from "../rehearse/jsonReport";
import { type RehearsalRun, rehearseLogs } from "../rehearse/rehearseLogs";
import { type TextOptions, textReport } from "../rehearse/textReport";
import { collected, logsByGroup, parseCount, momentOption, writeReport } from "./options";
import { readText } from "../files";
import { declaredByProgram } from "./project";
import { runCommand } from "./runCommand";
import { InputError } from "../inputError";

interface Options {
  readonly stack?: string;
  readonly state?: string;
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
}

/** What commander hands over: an option that was not given is not there. */
type Given = Omit<Options, "logs"> & Partial<Pick<Options, "logs">>;

/** What a command that rehearses does unless its arguments say otherwise. */
export interface Preset {
  readonly stack?: string;
  readonly logs?: readonly string[];
  /** The mails to print in full without `--mails`. */
  readonly mails?: TextOptions["mails"];
}

/** `npm run rehearse`: replays log files through a stack's alarms, down to the mails. */
export function main(args: readonly string[], preset: Preset = {}): Promise<number> {
  const command = new Command("npm run rehearse --")
    .description(
      "Replays log files through what a stack declares: what would its alarms have done?",
    )
    .argument("[files...]", "more log files, as with --logs")
    .option("--stack <name>", "the stack whose file to use")
    .option(
      "--logs <[target=]file>",
      "a log file, or a pattern of them, or - for standard input; the target is a model or a log group, and may be left out where the stack has one log group; repeatable",
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
      "data points that CloudWatch reads beyond the evaluation periods (AWS does not say how many; default 2)",
      parseCount,
    )
    .option("--state <file>", "rehearse what is deployed: the output of `pulumi stack export`")
    .option("--compare <stack>", "show where this stack's alarms would have differed")
    .option("--mails", "print the mails in full")
    .option("--json", "print the result as JSON")
    .option("--html <file>", "write a report with charts")
    .option("--fail-on-alarm", "exit with 1 if an alarm fired")
    .addHelpText(
      "after",
      "\nExit code: 0 rehearsed, 1 an alarm fired (with --fail-on-alarm), 2 wrong usage or input.\nExample: npm run rehearse -- --stack dev --logs churn=logs/*.gz --html report.html",
    );
  return runCommand(command, args, () => {
    const given = command.opts<Given>();
    const files = [...(given.logs ?? []), ...command.args];
    const logs = files.length > 0 ? files : (preset.logs ?? []);
    if (given.compare !== undefined && files.some((file) => /^(.*=)?-$/.test(file))) {
      throw new InputError("--compare reads the logs twice, which standard input cannot do");
    }
    const { mails = "none", ...defaults } = preset;
    return rehearse({ ...defaults, ...given, logs }, mails);
  });
}

async function rehearse(options: Options, mails: TextOptions["mails"]): Promise<number> {
  const { state, compare } = options;
  const declared = state === undefined ? await declaredByProgram(options.stack) : readState(state);
  const run = await replay(declared, options);
  const other =
    compare === undefined ? undefined : await replay(await declaredByProgram(compare), options);
  const comparison = other && compareRuns(run, other);
  if (options.html !== undefined) writeReport(options.html, htmlReport(run));
  if (options.json === true) {
    const report = {
      ...jsonReport(run),
      ...(comparison && { comparison: compareJson(comparison) }),
    };
    process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
  } else {
    process.stdout.write(textReport(run, { mails: options.mails === true ? "all" : mails }));
    if (comparison) process.stdout.write(`\n${compareText(comparison)}`);
  }
  const fired = run.rehearsal.alarms.some(({ changes }) =>
    changes.some(({ to }) => to === "ALARM"),
  );
  return fired && options.failOnAlarm === true ? 1 : 0;
}

function replay(declared: Declared, options: Options): Promise<RehearsalRun> {
  return rehearseLogs(declared, logsByGroup(declared, options.logs), options);
}

function readState(file: string): ReturnType<typeof stackState> {
  return stackState(readText(file), file);
}
