import { blindText } from "../blindSpots";
import { printable } from "../text";
import { minutesText, minuteText } from "../time";
import { type Comparison, lengthOf } from "./compare";
import { answeredText, isBlind, type RehearsalRun } from "./rehearseLogs";

/** A rehearsal, or what a change does to it, as a table in Markdown for a comment on a pull request. */
export function markdownReport(run: RehearsalRun, comparison?: Comparison): string {
  const { stack, options, blind, notes } = run;
  const against = comparison === undefined ? "" : `, compared with ${code(comparison.stacks[1])}`;
  const parts = [
    `### What the alarms of ${code(stack)} would have done${against}`,
    `${minuteText(options.from)} to ${minuteText(options.to)} UTC: ${answeredText(run)}.`,
    ...blind.map((spot) => fenced(blindText(spot))),
    (comparison === undefined ? aloneRows(run) : comparedRows(comparison)).join("\n"),
    ...(notes.length > 0 ? ["<details><summary>Notes</summary>", fenced(notes), "</details>"] : []),
  ];
  return `${printable(parts.join("\n\n"))}\n`;
}

function aloneRows(run: RehearsalRun): string[] {
  const rows = run.rehearsal.alarms.map((rehearsed) => {
    const { alarm, mails, minutesInAlarm } = rehearsed;
    if (isBlind(run, rehearsed)) return [code(alarm.name), "blind", "blind"];
    return [code(alarm.name), String(mails.length), minutesText(minutesInAlarm)];
  });
  return tableOf(["Alarm", "Mails", "In ALARM"], rows);
}

/** What was so before, and what is so now. */
function comparedRows({ alarms, only, stacks }: Comparison): string[] {
  const changed = (now: string, before: string): string =>
    now === before ? now : `${before} → **${now}**`;
  const rows = alarms.map(({ name, mails, minutes, differences, blind }) => {
    if (blind.length > 0) return [code(name), `blind in ${blind.map(code).join(", ")}`, "", ""];
    return [
      code(name),
      changed(String(mails[0]), String(mails[1])),
      changed(minutesText(minutes[0]), minutesText(minutes[1])),
      differences.length === 0 ? "never" : `for ${minutesText(lengthOf(differences))}`,
    ];
  });
  const lonely = stacks.flatMap((stack, side) =>
    (only[side] ?? []).map((name) => [code(name), `only rehearsed in ${code(stack)}`, "", ""]),
  );
  return tableOf(["Alarm", "Mails", "In ALARM", "States differ"], [...rows, ...lonely]);
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}

/** A name as it is: nothing in it is Markdown, a mention, or the end of a cell. */
function code(name: string): string {
  return `\`${name.replaceAll("`", "'").replaceAll("|", String.raw`\|`)}\``;
}

/** Lines as they are, of logs for instance. */
function fenced(lines: readonly string[]): string {
  return ["```text", ...lines.map((line) => line.replaceAll("```", "'''")), "```"].join("\n");
}
