import { commandText } from "../../components/commandText";
import { blindText } from "../blindSpots";
import { subjectOf } from "../program/model";
import { conditionText, count, table } from "../text";
import type { NewestPoints } from "../simulator/alarmEvaluation";
import { minutesText, minuteText } from "../time";
import { type StateSpan, stateSpans } from "./alarmChart";
import {
  hasFired,
  mutedText,
  type RehearsedAlarm,
  type RehearsedMail,
  totalsOf,
  totalsText,
} from "./rehearse";
import { answeredText, isBlind, type LogGroupRun, type RehearsalRun } from "./rehearseLogs";

/** How much to print. */
export interface TextOptions {
  /** Which mails to print in full; of the others only the subject. */
  readonly mails: "none" | "first alarm" | "all";
}

/** A rehearsal for a person at a terminal. Times are in UTC. */
export function textReport(run: RehearsalRun, { mails }: TextOptions): string {
  const { stack, options, rehearsal, logs, notes, blind } = run;
  const length = minutesText(options.to - options.from);
  const sections = [
    `Stack ${stack}, rehearsed from ${minuteText(options.from)} to ${minuteText(options.to)} UTC (${length}): ${answeredText(run)}`,
    ...blind.map((spot) => blindText(spot).join("\n")),
    ...(rehearsal.alarms.length >= MANY ? [summary(run)] : []),
    ...logs.map(logText),
    ...rehearsal.alarms.map((alarm) => alarmText(alarm, run)),
    mailsText(run, mails),
    ...(notes.length > 0 ? [["Notes", ...notes.map((note) => `  ${note}`)].join("\n")] : []),
  ];
  return `${sections.join("\n\n")}\n`;
}

/** From so many alarms on, a table gives an overview. */
const MANY = 8;

/** A line for each alarm, those that fired longest first. */
function summary(run: RehearsalRun): string {
  const rows = [...run.rehearsal.alarms]
    .sort((a, b) => b.minutesInAlarm - a.minutesInAlarm)
    .map((rehearsed) => {
      const { alarm, mails, minutesInAlarm, finalState } = rehearsed;
      return [
        `  ${alarm.name}`,
        totalsOf(rehearsed, run.options).rate ?? "",
        hasFired(rehearsed) ? `${minutesText(minutesInAlarm)} in ALARM` : "never in ALARM",
        count(mails.length, "mail"),
        isBlind(run, rehearsed) ? "BLIND" : finalState,
      ];
    });
  return ["Alarms", ...table(rows)].join("\n");
}

function logText({
  logGroup,
  events,
  matched,
  nearMisses,
  undated,
  undatedExamples,
}: LogGroupRun): string {
  return [
    `Log group ${logGroup}: ${count(events, "event")}`,
    ...[...matched].map(
      ([filter, matches]) => `  ${filter} matched ${matches.toLocaleString("en-US")}`,
    ),
    ...(undated > 0
      ? [`  ${count(undated, "line")} without a time that can be read, left out:`]
      : []),
    ...undatedExamples.map((example) => `    ${example}`),
    ...nearMisses.flatMap(({ kind, count: missed, example, advice }) => [
      `  ${count(missed, "event")} carry the field but can never match (${kind}):`,
      `    for example: ${example}`,
      `    what to do: ${advice.replaceAll("\n", "\n      ")}`,
    ]),
  ].join("\n");
}

function alarmText(rehearsed: RehearsedAlarm, run: RehearsalRun): string {
  const { alarm, changes, muted, minutesInAlarm, finalState } = rehearsed;
  const { from, to } = run.options;
  // The last evaluation is at the very end.
  const spans = stateSpans(rehearsed, { from, to: to + 1 });
  return [
    `Alarm ${alarm.name} (model ${subjectOf(alarm)}): ${conditionText(alarm)}`,
    `  ${totalsText(rehearsed, run.options)}`,
    ...chart(rehearsed.newest(), alarm.threshold, spans).map((line) => `  ${line}`),
    ...excerpt(
      changes,
      (change) => {
        const { at, from, to, reason } = change;
        const held = muted.get(change);
        const line = `  ${minuteText(at)}  ${from} -> ${to}: ${reason}`;
        return held === undefined ? line : `${line}\n    ${mutedText(held)}`;
      },
      `--json has all of them; ${commandText("tune")} looks for a setting that is calm`,
    ),
    isBlind(run, rehearsed)
      ? "  All of this says nothing about the model: see Blind above."
      : `  In ALARM for ${minutesText(minutesInAlarm)}; ${finalState} at the end.`,
  ].join("\n");
}

function mailsText(run: RehearsalRun, inFull: TextOptions["mails"]): string {
  const { rehearsal, blind, declared } = run;
  const { mails } = rehearsal;
  if (mails.length === 0) {
    if (rehearsal.alarms.length === 0 || rehearsal.alarms.some((alarm) => isBlind(run, alarm))) {
      return "Whether e-mails would have been sent is not known: see Blind above.";
    }
    if (blind.length > 0) {
      return "No e-mail would have been sent by what was rehearsed; see Blind above.";
    }
    const held = rehearsal.alarms.reduce((sum, { muted }) => sum + muted.size, 0);
    if (held > 0) {
      return `No e-mail would have been sent: mute rules held back those of ${count(held, "state change")}.`;
    }
    return rehearsal.alarms.length === declared && rehearsal.undelivered.length === 0
      ? "No e-mail would have been sent."
      : "No e-mail would have been sent by what was rehearsed; see Notes below.";
  }
  const title = `${count(mails.length, "e-mail")} would have been sent:`;
  const first = mails.find(({ change }) => change.to === "ALARM");
  const entry = (mail: RehearsedMail): string => {
    if (inFull === "first alarm" && mail === first) return letter(mail);
    const held = mail.at > mail.change.at ? ` (of ${minuteText(mail.change.at)}, muted)` : "";
    return `  ${minuteText(mail.at)}  to ${mail.to}: ${mail.subject}${held}`;
  };
  const entries =
    inFull === "all" ? mails.map(letter) : excerpt(mails, entry, "--json has all of them");
  const hint = inFull === "none" ? ["  (--mails shows them in full)"] : [];
  return [title, ...entries, ...hint].join("\n");
}

function letter({ at, to, subject, body }: RehearsedMail): string {
  const lines = [`To: ${to}`, `Subject: ${subject}`, "", ...body.trimEnd().split("\n")];
  const framed = lines.map((line) => `  │ ${line}`.trimEnd());
  return [`  ┌ ${minuteText(at)} UTC`, ...framed, "  └"].join("\n");
}

/** Most lines of a list that people are shown; who wants more looks for something, and a machine finds it. */
const MOST = 60;

/**
 * The lines of a list, or of a long one its beginning and its end.
 * @param line writes an item as a line
 * @param where tells where all of them are
 */
export function excerpt<T>(
  items: readonly T[],
  line: (item: T) => string,
  where: string,
): string[] {
  if (items.length <= MOST) return items.map(line);
  return [
    ...items.slice(0, MOST / 2).map(line),
    `  ... ${(items.length - MOST).toLocaleString("en-US")} more (${where}) ...`,
    ...items.slice(-MOST / 2).map(line),
  ];
}

const [WIDTH, HEIGHT] = [72, 8];
const [VALUE, THRESHOLD, ALARM] = ["•", "┄", "▀"];
const ALARM_LABEL = "ALARM";

/**
 * A chart for the terminal: the value against the threshold, and below it a bar for the time in
 * ALARM. Each column shows its lowest and its highest value, so that no excursion is lost.
 * @returns lines, none where there is no value to show
 */
export function chart(
  { first, step, values }: NewestPoints,
  threshold: number,
  spans: readonly StateSpan[],
): string[] {
  const columns = Math.min(WIDTH, values.length);
  const inAlarm = spans.filter(([state]) => state === "ALARM");
  const bounds = Array.from({ length: columns }, (_, column) => {
    const start = Math.floor((column * values.length) / columns);
    const end = Math.max(start + 1, Math.floor(((column + 1) * values.length) / columns));
    let [low, high] = [Infinity, -Infinity];
    for (const value of values.subarray(start, end)) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    const [begin, last] = [first + start * step, first + (end - 1) * step];
    const alarmed = inAlarm.some(([, from, to]) => from <= last && to > begin);
    return { low, high, alarmed };
  });
  const lowest = Math.min(threshold, ...bounds.map(({ low }) => low));
  const highest = Math.max(threshold, ...bounds.map(({ high }) => high));
  if (bounds.every(({ low }) => low === Infinity)) return [];

  const span = highest > lowest ? highest - lowest : 1;
  const rowOf = (value: number): number => Math.round(((highest - value) / span) * (HEIGHT - 1));
  const labels = [lowest, highest, threshold].map(label);
  const margin = Math.max(ALARM_LABEL.length, ...labels.map(({ length }) => length));
  const thresholdRow = rowOf(threshold);

  const lines = Array.from({ length: HEIGHT }, (_, row) => {
    const cells = bounds.map(({ low, high }) =>
      row >= rowOf(high) && row <= rowOf(low) ? VALUE : row === thresholdRow ? THRESHOLD : " ",
    );
    const marks = { 0: highest, [HEIGHT - 1]: lowest, [thresholdRow]: threshold };
    const shown = marks[row];
    return `${(shown === undefined ? "" : label(shown)).padStart(margin)} │${cells.join("")}`;
  });
  const alarms = bounds
    .map(({ alarmed }) => (alarmed ? ALARM : " "))
    .join("")
    .trimEnd();
  return [...lines, `${ALARM_LABEL.padStart(margin)} │${alarms}`].map((line) => line.trimEnd());
}

function label(value: number): string {
  return String(Number(value.toFixed(1)));
}
