import { commandText } from "../../components/commandText";
import { InvalidArgumentError } from "commander";
import { AwsCallError } from "../aws/awsCall";
import type { AwsSession } from "../aws/awsSession";
import { type Clock, systemClock } from "../aws/clock";
import { type LiveLogGroup, logGroupNamed } from "../aws/logCalls";
import { predictionCountsQuery } from "../history/countsQuery";
import {
  fetchCounts,
  type FetchedCounts,
  HistoryCancelledError,
  QueryError,
} from "../history/fetchCounts";
import { countedModel, type CountedModel } from "../history/modelCounts";
import {
  cancelledText,
  estimateText,
  fetchedText,
  GB,
  historySummary,
  logGroupNotes,
  nextText,
  nothingText,
  sumsOf,
} from "../history/report";
import { scanEstimate } from "../history/scanEstimate";
import { countsFileText } from "../logs/countsFile";
import { isoMinute, type TimeSpan } from "../time";
import { withProgress } from "../progress";
import {
  expectAllowedAccount,
  type LiveOptions,
  type LiveStack,
  onLiveStack,
  withLiveOptions,
} from "./liveStack";
import { momentOption, pastMinutes, printJson } from "./options";
import { expectOutput, writeWhole } from "../files";
import { newCommand, runCommand } from "./runCommand";
import { confirm, INTERRUPTED, interruptible } from "./terminal";
import { InputError } from "../inputError";

interface Options extends LiveOptions {
  readonly model: string;
  readonly from: number;
  readonly to?: number;
  readonly out?: string;
  readonly yes?: true;
  readonly askAbove: number;
  readonly json?: true;
}

/** `history`: past counts per minute, for rehearse and tune. */
export function main(args: readonly string[], clock: Clock = systemClock): Promise<number> {
  const command = withLiveOptions(
    newCommand("history").description(
      "Fetches a model's past counts per minute through CloudWatch Logs Insights, for rehearse and tune. AWS charges for what is scanned.",
    ),
  )
    .requiredOption("--model <name>", "the model to count")
    .requiredOption(
      "--from <time>",
      "count from then on: how long ago, such as 30d, or a time (ISO 8601, UTC unless it says otherwise)",
      momentOption(clock.now.bind(clock)),
    )
    .option("--to <time>", "count up to then (default: now)", momentOption(clock.now.bind(clock)))
    .option("--out <file>", "write the counts there, as a whole or not at all (default: stdout)")
    .option(
      "--ask-above <GB>",
      "ask first if more is likely to be scanned (default 100)",
      parseGigabytes,
      100,
    )
    .option("--yes", "do not ask")
    .option("--json", "print a summary as JSON; needs --out")
    .addHelpText(
      "after",
      `\nExit code: 0 counted, 1 no predictions, or a query failed, 2 wrong usage, no credentials or no network, 130 cancelled.\nExample: ${commandText("history", "--stack prod --model churn --from 30d --out churn.jsonl")}`,
    );
  return runCommand(command, args, () => {
    const options = command.opts<Options>();
    if (options.json === true && options.out === undefined) {
      throw new InputError("expected --out <file> with --json, which has stdout for itself");
    }
    if (options.out !== undefined) expectOutput(options.out, [options.config ?? []].flat());
    return onLiveStack(options, (live) => history(live, options, clock));
  });
}

async function history(live: LiveStack, options: Options, clock: Clock): Promise<number> {
  expectAllowedAccount(live);
  const { session, declared } = live;
  const now = clock.now();
  const span = pastMinutes(options.from, options.to, now);
  const counted = countedModel(declared, options.model);
  const query = predictionCountsQuery(counted.fields);
  try {
    const logGroup = await logGroupOf(session, counted.logGroup);
    if (logGroup !== undefined) {
      logGroupNotes(counted.logGroup, logGroup, span, now).forEach(say);
    }
    if (!(await mayScan(session, counted.logGroup, span, logGroup, options))) return 1;
    const fetched = await interruptible((signal) =>
      withProgress((show) => {
        const progress = (done: number): void => {
          show(done, "Waiting for Logs Insights");
        };
        progress(0);
        const question = { logGroup: counted.logGroup, query, span };
        const sleep = clock.sleep.bind(clock);
        return fetchCounts(session, question, { signal, progress, sleep });
      }),
    );
    if (sumsOf(fetched.minutes).total === 0) {
      say(nothingText(counted, span, query));
      return 1;
    }
    deliver(counted, span, query, fetched, options);
    return 0;
  } catch (error) {
    if (error instanceof HistoryCancelledError) {
      say(cancelledText(error));
      return INTERRUPTED;
    }
    if (!(error instanceof QueryError)) throw error;
    say(error.message);
    return 1;
  }
}

/** undefined where the credentials may not ask, which is no reason to give up. */
async function logGroupOf(session: AwsSession, name: string): Promise<LiveLogGroup | undefined> {
  try {
    const found = await logGroupNamed(session, name);
    if (found !== undefined) return found;
  } catch (error) {
    if (!(error instanceof AwsCallError) || error.kind !== "access denied") throw error;
    say(`Retention and class of log group ${name} are not known: ${error.message}`);
    return undefined;
  }
  throw new QueryError(
    `there is no log group ${name} in ${session.region}: is it the right account and region, and has the model ever logged?`,
  );
}

/** Asks before a big scan. */
async function mayScan(
  session: AwsSession,
  logGroup: string,
  span: TimeSpan,
  live: LiveLogGroup | undefined,
  { askAbove, yes }: Options,
): Promise<boolean> {
  const estimate = await scanEstimate(session, logGroup, span, live?.storedBytes);
  if (estimate.bytes !== undefined && estimate.bytes <= askAbove * GB) return true;
  say(estimateText(estimate));
  if (yes === true || (await confirm("Scan it?"))) return true;
  say("Nothing was scanned");
  return false;
}

function deliver(
  what: CountedModel,
  span: TimeSpan,
  query: string,
  fetched: FetchedCounts,
  { out, json }: Options,
): void {
  const { stack, model, logGroup, patterns } = what;
  const [from, to] = [isoMinute(span.from), isoMinute(span.to)];
  const header = { logGroup, stack, model, from, to, patterns, query };
  const content = countsFileText(header, fetched.minutes);
  if (out === undefined) process.stdout.write(content);
  else writeWhole(out, content);
  if (json === true && out !== undefined) {
    printJson(historySummary(what, span, query, fetched, out));
  }
  say(fetchedText(what, span, fetched));
  if (out !== undefined) {
    say(`Wrote ${out}`);
    say(nextText(what, span, out));
  }
}

/** Results are on stdout; all that is said about them is not. */
function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function parseGigabytes(text: string): number {
  if (/^\d{1,9}(\.\d+)?$/.test(text)) return Number(text);
  throw new InvalidArgumentError("expected a number of GB from 0, such as 100.");
}
