import { commandText } from "../../components/commandText";
import type { LiveLogGroup } from "../aws/logCalls";
import { type MinuteCounts } from "../logs/countsFile";
import { isoMinute, MINUTE, minuteText, minutesText, type TimeSpan } from "../time";
import { count, shellWord } from "../text";
import type { FetchedCounts, HistoryCancelledError } from "./fetchCounts";
import type { CountedModel } from "./modelCounts";
import type { ScanEstimate } from "./scanEstimate";

/** What was counted, for machines: what `--json` prints. Times are ISO 8601 in UTC. */
export function historySummary(
  { stack, model, logGroup }: CountedModel,
  { from, to }: TimeSpan,
  query: string,
  { minutes, windows, bytesScanned }: FetchedCounts,
  file: string,
) {
  const { valid, total: predictions } = sumsOf(minutes);
  return {
    ...{ stack, model, logGroup, from: isoMinute(from), to: isoMinute(to), query },
    ...{ windows, minutes: minutes.length, predictions, valid, bytesScanned, file },
  };
}

/** US dollars for a GB that Logs Insights scans: the list price of us-east-1, not confirmed at AWS's price page. */
const PRICE_PER_GB = 0.005;

/** Bytes. */
export const GB = 1e9;
const MINUTES_PER_DAY = 1440;

/** Predictions and valid ones of all minutes together. */
export function sumsOf(minutes: readonly MinuteCounts[]): { valid: number; total: number } {
  const sumOf = (which: "valid" | "total") => minutes.reduce((sum, one) => sum + one[which], 0);
  return { valid: sumOf("valid"), total: sumOf("total") };
}

/** What a log group as it is set up has to do with what can be counted. */
export function logGroupNotes(
  name: string,
  { logGroupClass, retentionDays }: LiveLogGroup,
  { from }: TimeSpan,
  now: Date,
): string[] {
  const notes: string[] = [];
  if (logGroupClass !== "STANDARD") {
    notes.push(
      `Log group ${name} is of the class ${logGroupClass}: Logs Insights discovers fields of JSON in the class STANDARD only, and metric filters need it, too. Expect no counts.`,
    );
  }
  if (retentionDays !== undefined) {
    const kept = Math.floor(now.getTime() / MINUTE) - retentionDays * MINUTES_PER_DAY;
    if (from < kept) {
      notes.push(
        `Log group ${name} keeps events for ${count(retentionDays, "day")}: there are none before ${minuteText(kept)} UTC. That is missing data, not silence.`,
      );
    }
  }
  return notes;
}

/** What a scan will read and cost, as far as that is known. */
export function estimateText({ bytes, basis }: ScanEstimate): string {
  if (bytes === undefined) {
    return `It is not known how much will be scanned: ${basis}. Logs Insights costs about $${PRICE_PER_GB} per GB (list price of us-east-1).`;
  }
  return `About ${bytesText(bytes)} will be scanned, for ${priceText(bytes)} (${basis}).`;
}

function priceText(bytes: number): string {
  const price = (bytes / GB) * PRICE_PER_GB;
  return price > 0 && price < 0.01 ? "less than $0.01" : `about $${price.toFixed(2)}`;
}

function bytesText(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let [unit, amount] = [0, bytes];
  while (amount >= 1000 && unit < units.length - 1) {
    unit += 1;
    amount /= 1000;
  }
  return `${unit === 0 ? String(amount) : amount.toFixed(1)} ${units[unit] ?? ""}`;
}

/** How a cancelled command ended. */
export function cancelledText({ stopped }: HistoryCancelledError): string {
  const queries = stopped === 1 ? "1 running query was" : `${stopped} running queries were`;
  return `Cancelled: ${queries} stopped, nothing is written`;
}

/** What was counted, for a person. */
export function fetchedText(
  what: CountedModel,
  span: TimeSpan,
  { minutes, windows, bytesScanned }: FetchedCounts,
): string {
  const { valid, total } = sumsOf(minutes);
  const length = minutesText(span.to - span.from);
  return [
    `Model ${what.model} of stack ${what.stack}, log group ${what.logGroup}, ${minuteText(span.from)} to ${minuteText(span.to)} UTC (${length})`,
    `  ${count(total, "prediction")} in ${count(minutes.length, "minute")}, ${valid.toLocaleString("en-US")} valid: classification rate ${((100 * valid) / total).toFixed(1)} %`,
    `  scanned ${bytesText(bytesScanned)}, for ${priceText(bytesScanned)} (list price of us-east-1), in ${windows === 1 ? "1 query" : `${windows} queries`}`,
  ].join("\n");
}

/** Why there may be nothing, and how to find out. */
export function nothingText(what: CountedModel, span: TimeSpan, query: string): string {
  return [
    `No predictions of model ${what.model} in ${what.logGroup}, ${minuteText(span.from)} to ${minuteText(span.to)} UTC. What to check:`,
    `  - are there log events at that time? aws logs filter-log-events --log-group-name ${what.logGroup} --start-time ${span.from * MINUTE} --limit 5`,
    `  - do they match the metric filters? ${commandText("doctor", `--stack ${what.stack} --model ${what.model}`)}`,
    "  - the query, for the console of Logs Insights:",
    ...query.split("\n").map((line) => `      ${line}`),
  ].join("\n");
}

/** The commands that read a counts file. Silence up to its end counts, too. */
export function nextText({ model, stack }: CountedModel, span: TimeSpan, file: string): string {
  const to = `--to ${isoMinute(span.to)}`;
  return [
    "What next:",
    `  ${commandText("rehearse", `--stack ${stack} --logs ${shellWord(`${model}=${file}`)} ${to}`)}`,
    `  ${commandText("tune", `--stack ${stack} --model ${model} --logs ${shellWord(file)} ${to}`)}`,
  ].join("\n");
}
