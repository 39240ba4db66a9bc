import { InvalidArgumentError } from "commander";
import { commandText } from "../../components/commandText";
import type { Comparison } from "../../components/cloudwatch/patterns";
import type { ModelSettings } from "../../components/settings/settings";
import { byReason } from "../adopt/report";
import type { LeftAlone } from "../adopt/recognise";
import { blindText } from "../blindSpots";
import { countedSources } from "../logs/logSource";
import type { Declared, DeclaredAlarm } from "../program/declared";
import { alarmOf, modelNamed, onlyModel } from "../program/model";
import { expectOutput, expectWritable } from "../files";
import { formatsText } from "../logs/formats";
import { InputError } from "../inputError";
import { withProgress } from "../progress";
import { type LogGroupLogs } from "../rehearse/rehearseLogs";
import { type ForeignRate, foreignRates } from "../tune/foreign";
import { tuneHtml } from "../tune/htmlReport";
import { foreignJson, tuneJson } from "../tune/jsonReport";
import { type Repeated, tuneReport } from "../tune/report";
import { changesTo, TUNED, type Tuned } from "../tune/searchSpace";
import { fileOfModel, putIntoFile, type Written } from "../tune/stackFileEdit";
import { nextSteps, tuneText, wrapped } from "../tune/textReport";
import { type TunedModel, tuneLogs, type TuneOptions, type TuneRun } from "../tune/tuneLogs";
import { type TimeSpan } from "../time";
import {
  declaredFrom,
  type DeclaredSource,
  type SourceFile,
  sourceFile,
  withSourceOptions,
} from "./declaredFrom";
import {
  collected,
  logsByGroup,
  parseCount,
  momentOption,
  printJson,
  withReplayOptions,
  writeReport,
} from "./options";
import { declaredOffline, projectIn, stackToRun, withStackOptions } from "./project";
import { percentText, printable, shellWord } from "../text";
import { newCommand, runCommand } from "./runCommand";

interface Options extends DeclaredSource, Omit<TuneOptions, "incidents" | "effort"> {
  readonly model?: string;
  readonly logs: readonly string[];
  readonly incident?: readonly TimeSpan[];
  readonly json?: true;
  readonly html?: string;
  readonly write?: true;
}

/** What commander hands over: an option that was not given is not there. */
type Given = Omit<Options, "logs"> & Partial<Pick<Options, "logs">>;

/** `tune`: tries settings on past logs and suggests one. */
export function main(args: readonly string[]): Promise<number> {
  const command = withReplayOptions(
    withSourceOptions(withStackOptions(newCommand("tune")))
      .description(
        "Which settings would have told of what was wrong first, with few mails? Tries them on past logs, and suggests some.",
      )
      .argument("[files...]", "more log files, as with --logs")
      .option(
        "--model <name>",
        "the model to tune; with --state, --preview, --template or --terraform-plan, all alarms that are recognised as a rate unless it names one",
      )
      .option(
        "--logs <[target=]file>",
        "a log file of the model, or a pattern of them, or - for standard input; the target, a model or a log group, may be left out where there is one log group; repeatable",
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
    .option("--html <file>", "write a page with charts, of one model")
    .option("--write", "put the suggestion into the stack file that has the model")
    .addHelpText(
      "after",
      `\nLogs, told apart by their content:\n${formatsText()}\n\nExit code: 0 a setting is suggested, for each alarm, 1 none keeps to the rule, or the answer is blind, 2 wrong usage or input.\nExample: ${commandText("tune", "--stack dev --model churn --logs 'logs/*.gz' --incident 2026-03-09/2026-03-12")}`,
    );
  return runCommand(command, args, () => {
    const given = command.opts<Given>();
    const options = { ...given, logs: [...(given.logs ?? []), ...command.args] };
    const source = sourceFile(options, options.logs);
    return source?.option === undefined
      ? tuneStack(options, args)
      : tuneForeign(options, source, args);
  });
}

/** Tunes a model of a stack's file. */
async function tuneStack(options: Options, args: readonly string[]): Promise<number> {
  const { config, model: name, write } = options;
  const project = projectIn();
  if (write === true && config !== undefined) {
    throw new InputError("--write changes a stack file, which is not read with --config");
  }
  const stack = stackToRun(options.stack, options);
  const declared = await declaredOffline(stack);
  const alarm = alarmOf(modelNamed(declared, name), "rate");
  const model = stack.settings?.models.find((one) => one.name === alarm.model);
  if (model === undefined)
    throw new InputError(`expected the settings of ${alarm.model}, found none`);
  const home = fileOfModel(stack, alarm.model);
  if (write === true) expectWritable(home.path);
  // The model says whose logs they are: only its own log group is left to choose from.
  const logs = logsByGroup(onlyModel(declared, alarm.model), options.logs);
  expectPage(options, logs, [config ?? []].flat());
  const run = await tuned(declared, alarm, model, logs, options);

  const { chosen } = run;
  const source = `--stack ${shellWord(stack.stack)}${config === undefined ? "" : ` --config ${shellWord(config)}`}`;
  const repeated = { args, source, files: options.logs, reading: readingText(options) };
  const report = tuneReport(run, repeated);
  const isSame = Object.keys(report.changes).length === 0;
  const isBlind = run.blind.length > 0;
  // What was worked out is printed, whatever becomes of the files.
  print(options, [tuneText(report)]);
  let written: Written | undefined;
  let failure: InputError | undefined;
  try {
    if (write === true && chosen !== undefined && !isBlind && !isSame) {
      const values = changesTo(run.own, chosen.cell);
      written = putIntoFile(home, { project, stack, model: alarm.model, values });
    }
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    failure = error;
  }
  if (options.json === true) printJson(tuneJson(run, report, written));
  const isDone = written !== undefined || (chosen !== undefined && isSame);
  print(options, [
    ...(written
      ? [
          `Wrote ${written.file}, which was checked again`,
          ...written.diff.map((line) => `  ${line}`),
          "",
        ]
      : []),
    ...(write === true && isBlind ? [`${home.path} stays as it is: see Blind above.`, ""] : []),
    ...(write === true && isDone && !written
      ? [`${home.path} has the suggestion already.`, ""]
      : []),
    ...warningText(model, chosen?.cell.threshold),
    ...(chosen === undefined ? [] : [nextSteps(report, repeated, isDone ? "done" : "open")]),
  ]);
  if (options.html !== undefined) writeReport(options.html, tuneHtml(run, report));
  if (failure !== undefined) throw failure;
  return chosen === undefined || isBlind ? 1 : 0;
}

/** Tunes the alarms of any program that are recognised as classification rates, one after the other. */
async function tuneForeign(
  options: Options,
  { flag, file, args: named }: SourceFile,
  args: readonly string[],
): Promise<number> {
  const { model: wanted, html } = options;
  if (options.write === true) {
    throw new InputError(
      `--write changes a stack file; change what ${flag} shows in the program that declares it`,
    );
  }
  const declared = await declaredFrom(options);
  const { rates, leftAlone, blind } = foreignRates(declared, wanted);
  const logs = logsByGroup(
    {
      ...declared,
      alarms: rates.map(({ alarm }) => alarm),
      filters: [...new Set(rates.flatMap(({ rate }) => [rate.valid, rate.total]))],
    },
    options.logs,
  );
  if (html !== undefined && rates.length > 1) {
    const names = rates.map(({ alarm }) => alarm.model).join(", ");
    throw new InputError(`--html is a page of one model: expected --model with one of ${names}`);
  }
  expectPage(options, logs, [file]);
  const runs: { run: TuneRun; foreign: ForeignRate }[] = [];
  const failed: LeftAlone[] = [];
  const unasked: LeftAlone[] = [];
  for (const foreign of rates) {
    const { rate, alarm, model } = foreign;
    const { logGroupName } = rate.total;
    const what = `alarm ${alarm.name}`;
    const own = logs.filter(({ logGroup }) => logGroup === logGroupName);
    if (own.length === 0) {
      unasked.push({ what, why: `no logs of ${logGroupName} are given`, isFinding: false });
      continue;
    }
    const only = { ...declared, filters: [rate.valid, rate.total], refused: [], notes: [] };
    try {
      runs.push({ foreign, run: await tuned(only, alarm, model, own, options) });
    } catch (error) {
      if (!(error instanceof InputError) || rates.length === 1) throw error;
      failed.push({ what, why: error.message, isFinding: true });
    }
  }
  const source = named.map(shellWord).join(" ");
  const found = runs.map(({ run, foreign }) => {
    const { model } = foreign.alarm;
    const repeated: Repeated = {
      args: wanted === undefined ? [...args, "--model", model] : args,
      ...{ source, files: options.logs, reading: readingText(options) },
    };
    return { run, repeated, report: tuneReport(run, repeated, foreign) };
  });
  const spots = [...blind, ...failed.map(failureSpot)];
  const others = [...leftAlone, ...failed, ...unasked];
  if (options.json === true) {
    const all = found.map(({ run, report }) => tuneJson(run, report));
    printJson(foreignJson(declared, all, { blind: spots, leftAlone: others }));
  }
  print(options, [
    ...spots.flatMap((spot) => [...blindText(spot), ""]),
    ...found.flatMap(({ run, report, repeated }) => [
      tuneText(report),
      ...(run.chosen === undefined ? [] : [nextSteps(report, repeated, undefined)]),
    ]),
    ...section("Not tuned", byReason(others.filter(({ isFinding }) => !isFinding))),
    ...section("Notes", declared.notes),
  ]);
  const [first] = found;
  if (html !== undefined && first) writeReport(html, tuneHtml(first.run, first.report));
  const isWell = runs.every(({ run }) => run.chosen !== undefined && run.blind.length === 0);
  return isWell && spots.length === 0 ? 0 : 1;
}

function failureSpot({ what, why }: LeftAlone) {
  return { what: `${what} is not tuned`, models: [], lines: [], properties: [], causes: [why] };
}

function section(title: string, lines: readonly string[]): string[] {
  const items = lines.flatMap((line) => wrapped(line, "  - ", "    "));
  return items.length === 0 ? [] : [title, ...items, ""];
}

/** Prints lines unless JSON is printed. */
function print({ json }: Options, lines: readonly string[]): void {
  if (json !== true) process.stdout.write(printable(lines.map((line) => `${line}\n`).join("")));
}

/** @throws InputError where the page cannot be written, or would be written over what is read */
function expectPage(
  { html }: Options,
  logs: readonly LogGroupLogs[],
  inputs: readonly string[],
): void {
  const files = logs.flatMap(({ sources }) => sources.flatMap(({ path }) => path ?? []));
  if (html !== undefined) expectOutput(html, [...files, ...inputs]);
}

/** What a rehearsal has to be told again, lest it reads the logs otherwise. */
function readingText({ timeField, from, to, evaluationRangeExtra }: Options): string {
  const time = (moment: number | undefined): string | undefined =>
    moment === undefined ? undefined : new Date(moment).toISOString();
  return Object.entries({
    ...{ "time-field": timeField, from: time(from), to: time(to) },
    "evaluation-range-extra": evaluationRangeExtra,
  })
    .map(([option, value]) =>
      value === undefined ? "" : ` --${option} ${shellWord(String(value))}`,
    )
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
function tuned(
  declared: Declared,
  alarm: DeclaredAlarm,
  model: TunedModel,
  logs: readonly LogGroupLogs[],
  { incident: incidents = [], ...options }: Options,
): Promise<TuneRun> {
  const given: TuneOptions = { ...options, incidents };
  return withProgress((show) => {
    const counted = logs.map(({ logGroup, sources }) => ({
      logGroup,
      sources: countedSources(sources, (done) => {
        show(done, "Reading logs");
      }),
    }));
    return tuneLogs(declared, alarm, model, counted, given, (done) => {
      show(done, "Trying settings");
    });
  });
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
