import { InvalidArgumentError } from "commander";
import { commandText } from "../../components/commandText";
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
import { putIntoStackFile, type Written } from "../tune/stackFileEdit";
import { changedSettings, nextSteps, tuneText } from "../tune/textReport";
import { tuneLogs, type TuneOptions, type TuneRun } from "../tune/tuneLogs";
import { type TimeSpan } from "../time";
import {
  collected,
  expectOneReader,
  logsByGroup,
  momentOption,
  parseCount,
  writeReport,
} from "./options";
import {
  type ConfigSource,
  declaredOffline,
  projectIn,
  stackToRun,
  withStackOptions,
} from "./project";
import { percentText, printable } from "../text";
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

/** `tune`: tries thresholds on past logs and suggests one. */
export function main(args: readonly string[]): Promise<number> {
  const command = withStackOptions(newCommand("tune"))
    .description(
      "How often would each threshold have fired, and what would it have caught? Suggests one.",
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
      (text: string, spans: readonly TimeSpan[] | undefined) => [...(spans ?? []), parseSpan(text)],
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
    .option("--from <time>", "ignore earlier events", momentOption())
    .option("--to <time>", "evaluate up to this time", momentOption())
    .option("--time-field <path>", "property with the time, for bare JSON lines")
    .option(
      "--evaluation-range-extra <n>",
      "data points that CloudWatch reads beyond the evaluation periods (AWS does not say how many; default: as published time lines show, 2, and 5 at 60 s)",
      parseCount,
    )
    .option("--json", "print the result, with the whole grid, as JSON")
    .option("--html <file>", "write a page with a chart")
    .option("--write", "put the suggestion into the stack file")
    .addHelpText(
      "after",
      `\nLogs, told apart by their content:\n${formatsText()}\n\nExit code: 0 a setting is suggested, 1 none keeps to the rule, or the logs are blind, 2 wrong usage or input.\nExample: ${commandText("tune", "--stack dev --model churn --logs 'logs/*.gz' --baseline-until 2026-03-09")}`,
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
  const { path, text, settings } = stack;
  if (options.write === true) expectWritable(path);
  const declared = await declaredOffline(stack);
  const alarm = alarmOf(modelNamed(declared, options.model), "rate");
  // The model says whose logs they are: only its own log group is left to choose from.
  const logs = logsByGroup(onlyModel(declared, alarm.model), options.logs);
  if (options.html !== undefined) {
    const files = logs.flatMap(({ sources }) => sources.flatMap((source) => source.path ?? []));
    expectOutput(options.html, [...files, options.config ?? []].flat());
  }
  const model = settings?.models.find(({ name }) => name === alarm.model);
  const run = await tuned(declared, alarm, logs, {
    ...options,
    incidents: options.incident ?? [],
    confidence: model?.confidence,
    minimumPredictions: model?.minimumPredictions,
  });

  const { chosen } = run.suggestions;
  const values = chosen === undefined ? {} : changedSettings(run, chosen.cell);
  const isBlind = run.blind.length > 0;
  let written: Written | undefined;
  let failure: InputError | undefined;
  if (options.write === true && !isBlind && Object.keys(values).length > 0) {
    const change = { project, stack: declared.stack, model: alarm.model, values };
    try {
      written = putIntoStackFile(path, text, change);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      failure = error;
    }
  }
  // What was worked out is printed, whatever becomes of the files.
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(tuneJson(run, written), undefined, 2)}\n`);
  } else {
    const isDone = written !== undefined || Object.keys(values).length === 0;
    const lines = [
      tuneText(run),
      ...(written
        ? [
            `Wrote ${written.file}, which was checked again`,
            ...written.diff.map((line) => `  ${line}`),
            "",
          ]
        : []),
      ...(options.write === true && isBlind
        ? [`${path} stays as it is: see Blind above.`, ""]
        : []),
      ...(options.write === true && chosen && isDone && !written
        ? [`${path} has the suggestion already.`, ""]
        : []),
      ...warningText(model, chosen?.cell.threshold),
      nextSteps(run, options.logs, isDone),
    ];
    process.stdout.write(printable(lines.join("\n")));
  }
  if (options.html !== undefined) writeReport(options.html, tuneHtml(run));
  if (failure !== undefined) throw failure;
  return chosen === undefined || isBlind ? 1 : 0;
}

/** What becomes of the model's warning, which is another alarm. */
function warningText(model: ModelSettings | undefined, threshold = 0): string[] {
  if (model?.warning === undefined) return [];
  const { warning, datapoints } = model;
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
    return await tuneLogs(declared, alarm, counted, options, (done) => {
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
