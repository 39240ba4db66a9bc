import { InvalidArgumentError } from "commander";
import { commandText } from "../../components/commandText";
import type { Comparison } from "../../components/cloudwatch/patterns";
import type { ModelSettings } from "../../components/settings/settings";
import { countedSources } from "../logs/logSource";
import type { Declared, DeclaredAlarm } from "../program/declared";
import { alarmOf, modelNamed, onlyModel } from "../program/model";
import { expectOutput, expectWritable } from "../files";
import { formatsText } from "../logs/formats";
import { InputError } from "../inputError";
import { Progress } from "../progress";
import { type LogGroupLogs } from "../rehearse/rehearseLogs";
import { tuneHtml } from "../tune/htmlReport";
import { tuneJson } from "../tune/jsonReport";
import { tuneReport } from "../tune/report";
import { changesTo, TUNED, type Tuned } from "../tune/searchSpace";
import { fileOfModel, putIntoFile, type Written } from "../tune/stackFileEdit";
import { nextSteps, tuneText } from "../tune/textReport";
import { tuneLogs, type TuneOptions, type TuneRun } from "../tune/tuneLogs";
import { type TimeSpan } from "../time";
import {
  collected,
  expectOneReader,
  logsByGroup,
  parseCount,
  momentOption,
  withReplayOptions,
  writeReport,
} from "./options";
import {
  type ConfigSource,
  declaredOffline,
  projectIn,
  stackToRun,
  withStackOptions,
} from "./project";
import { percentText, printable, shellWord } from "../text";
import { newCommand, runCommand } from "./runCommand";

interface Options extends ConfigSource {
  readonly stack?: string;
  readonly model: string;
  readonly logs: readonly string[];
  readonly baselineUntil?: number;
  readonly incident?: readonly TimeSpan[];
  readonly maxMailsPerMonth?: number;
  readonly maxAlarmsPerIncident?: number;
  readonly acceptBaseline?: true;
  readonly keep?: ReadonlySet<Tuned>;
  readonly valid?: readonly Comparison[];
  readonly from?: number;
  readonly to?: number;
  readonly timeField?: string;
  readonly evaluationRangeExtra?: number;
  readonly json?: true;
  readonly html?: string;
  readonly write?: true;
}

/** What commander hands over: an option that was not given is not there. */
type Given = Omit<Options, "logs"> & Partial<Pick<Options, "logs">>;

/** `tune`: tries settings on past logs and suggests one. */
export function main(args: readonly string[]): Promise<number> {
  const command = withReplayOptions(
    withStackOptions(newCommand("tune"))
      .description(
        "Which settings would have told of what was wrong first, with few mails? Tries them on past logs, and suggests some.",
      )
      .argument("[files...]", "more log files, as with --logs")
      .requiredOption("--model <name>", "the model to tune")
      .option(
        "--logs <[target=]file>",
        "a log file of the model, or a pattern of them, or - for standard input; repeatable",
        collected,
      )
      .option(
        "--baseline-until <time>",
        "the model was healthy until then, such as right after training (ISO 8601, UTC unless it says otherwise); by default the longest time without an incident",
        momentOption(),
      )
      .option(
        "--incident <from/to>",
        "something was wrong with the model then, and the alarm should have told; repeatable",
        (text: string, spans: readonly TimeSpan[] | undefined) => [
          ...(spans ?? []),
          parseSpan(text),
        ],
      )
      .option(
        "--max-mails-per-month <n>",
        "false mails that each address may get in a month (default 1)",
        parseAmount,
      )
      .option(
        "--max-alarms-per-incident <n>",
        "how often an alarm may tell of one incident (default 1; with notifyRecovery each is two mails)",
        parseCount,
      )
      .option(
        "--accept-baseline",
        "the model was healthy in the whole baseline, though days of it stand out",
      )
      .option("--keep <settings>", `what stays as it is, of ${TUNED.join(", ")}`, parseKept)
      .option(
        "--valid <comparison>",
        'another cut-off to try of a field that is a score, ">= 0.7"; or a range of them, ">= 0.5..0.9", in round steps; repeatable',
        (text: string, earlier: readonly Comparison[] | undefined) => [
          ...(earlier ?? []),
          ...parseCutOffs(text),
        ],
      ),
  )
    .option("--json", "print the result as JSON")
    .option("--html <file>", "write a page with charts")
    .option("--write", "put the suggestion into the file that has the model")
    .addHelpText(
      "after",
      `\nLogs, told apart by their content:\n${formatsText()}\n\nExit code: 0 a setting is suggested, 1 none keeps to the rule, or the logs are blind, 2 wrong usage or input.\nExample: ${commandText("tune", "--stack dev --model churn --logs 'logs/*.gz' --incident 2026-03-09/2026-03-12")}`,
    );
  return runCommand(command, args, () => {
    const options = command.opts<Given>();
    return tune({ ...options, logs: [...(options.logs ?? []), ...command.args] });
  });
}

async function tune(options: Options): Promise<number> {
  expectOneReader({ "--config": [options.config], "--logs": options.logs });
  const project = projectIn();
  if (options.write === true && options.config !== undefined) {
    throw new InputError("--write changes a stack file, which is not read with --config");
  }
  const stack = stackToRun(options.stack, options);
  const declared = await declaredOffline(stack);
  const alarm = alarmOf(modelNamed(declared, options.model), "rate");
  const model = stack.settings?.models.find(({ name }) => name === alarm.model);
  if (model === undefined)
    throw new InputError(`expected the settings of ${alarm.model}, found none`);
  const home = fileOfModel(stack, alarm.model);
  if (options.write === true) expectWritable(home.path);
  // The model says whose logs they are: only its own log group is left to choose from.
  const logs = logsByGroup(onlyModel(declared, alarm.model), options.logs);
  if (options.html !== undefined) {
    const files = logs.flatMap(({ sources }) => sources.flatMap((source) => source.path ?? []));
    expectOutput(options.html, [...files, options.config ?? []].flat());
  }
  const run = await tuned(declared, alarm, model, logs, {
    ...options,
    incidents: options.incident ?? [],
  });

  const { chosen } = run;
  const given = { files: options.logs, options: readingText(options) };
  const report = tuneReport(run, given);
  const isJson = options.json === true;
  const values = chosen === undefined ? {} : changesTo(run.own, chosen.cell);
  const isSame = Object.keys(values).length === 0;
  const isBlind = run.blind.length > 0;
  // What was worked out is printed, whatever becomes of the files.
  const print = (lines: readonly string[]): void => {
    if (!isJson) process.stdout.write(printable(lines.map((line) => `${line}\n`).join("")));
  };
  print([tuneText(report)]);
  let written: Written | undefined;
  let failure: InputError | undefined;
  try {
    if (options.write === true && !isBlind && !isSame) {
      written = putIntoFile(home, { project, stack, model: alarm.model, values });
    }
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    failure = error;
  }
  if (isJson)
    process.stdout.write(`${JSON.stringify(tuneJson(run, report, written), undefined, 2)}\n`);
  const isDone = written !== undefined || (chosen !== undefined && isSame);
  print([
    ...(written
      ? [
          `Wrote ${written.file}, which was checked again`,
          ...written.diff.map((line) => `  ${line}`),
          "",
        ]
      : []),
    ...(options.write === true && isBlind
      ? [`${home.path} stays as it is: see Blind above.`, ""]
      : []),
    ...(options.write === true && isDone && !written
      ? [`${home.path} has the suggestion already.`, ""]
      : []),
    ...warningText(model, chosen?.cell.threshold),
    ...(chosen === undefined ? [] : [nextSteps(report, given, isDone)]),
  ]);
  if (options.html !== undefined) writeReport(options.html, tuneHtml(run, report));
  if (failure !== undefined) throw failure;
  return chosen === undefined || isBlind ? 1 : 0;
}

/** What a next command has to be told again, lest it reads something else. */
function readingText({ config, timeField }: Options): string {
  return Object.entries({ config, "time-field": timeField })
    .map(([option, value]) => (value === undefined ? "" : ` --${option} ${shellWord(value)}`))
    .join("");
}

/** What becomes of the model's warning, which is another alarm. */
function warningText({ warning, datapoints }: ModelSettings, threshold = 0): string[] {
  if (warning === undefined) return [];
  const points = warning.datapoints === datapoints ? ", with the alarm's data points" : "";
  const isBelow = warning.threshold <= threshold;
  return [
    `The model's warning at ${percentText(warning.threshold)} is not tuned: it stays there${points}.`,
    ...(isBelow ? ["It has to be above the suggested threshold: set it higher first."] : []),
    "",
  ];
}

/** Tunes with a progress bar, of which reading is nearly all. */
async function tuned(
  declared: Declared,
  alarm: DeclaredAlarm,
  model: ModelSettings,
  logs: readonly LogGroupLogs[],
  options: TuneOptions,
): Promise<TuneRun> {
  const progress = new Progress();
  const counted = logs.map(({ logGroup, sources }) => ({
    logGroup,
    sources: countedSources(sources, (done) => {
      progress.update(done, "Reading logs");
    }),
  }));
  try {
    return await tuneLogs(declared, alarm, model, counted, options, (done) => {
      progress.update(done, "Trying settings");
    });
  } finally {
    progress.stop();
  }
}

function parseSpan(text: string): TimeSpan {
  const [from, to, ...others] = text.split("/");
  if (from === undefined || to === undefined || others.length > 0) {
    throw new InvalidArgumentError(
      "expected <from>/<to>, such as 2026-03-09T00:00Z/2026-03-12T13:40Z.",
    );
  }
  const span = { from: momentOption()(from), to: momentOption()(to) };
  if (span.from < span.to) return span;
  throw new InvalidArgumentError("expected an incident that ends after it began.");
}

function parseAmount(text: string): number {
  if (/^\d{1,6}(\.\d+)?$/.test(text)) return Number(text);
  throw new InvalidArgumentError("expected a number from 0, such as 1 or 0.5.");
}

function parseKept(text: string): ReadonlySet<Tuned> {
  const names = text.split(",").map((name) => name.trim());
  const known = names.flatMap((name) => TUNED.find((one) => one === name) ?? []);
  if (known.length === names.length) return new Set(known);
  throw new InvalidArgumentError(`expected some of ${TUNED.join(", ")}, with commas between.`);
}

const CUT_OFFS =
  /^\s*(<=?|>=?)\s*(-?\d{1,12}(?:\.\d{1,9})?)(?:\s*\.\.\s*(-?\d{1,12}(?:\.\d{1,9})?))?\s*$/;

/** Cut-offs of a range, at most. */
const MOST_CUT_OFFS = 10;

function parseCutOffs(text: string): Comparison[] {
  const [, written, first = "", last = first] = CUT_OFFS.exec(text) ?? [];
  const operator = (["<", "<=", ">", ">="] as const).find((one) => one === written);
  const [low, high] = [Number(first), Number(last)];
  if (operator === undefined || low > high) {
    throw new InvalidArgumentError('expected a comparison such as ">= 0.7", or ">= 0.5..0.9".');
  }
  const power = 10 ** Math.floor(Math.log10((high - low) / MOST_CUT_OFFS || 1));
  const step =
    [1, 2, 5, 10].map((one) => one * power).find((one) => (high - low) / one < MOST_CUT_OFFS) ?? 1;
  const bounds = Array.from({ length: MOST_CUT_OFFS }, (_, at) =>
    Number((low + at * step).toFixed(9)),
  ).filter((bound) => bound <= high + step / 1e6);
  return bounds.map((bound) => ({ operator, bound }));
}
