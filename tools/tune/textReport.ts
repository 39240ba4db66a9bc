import { commandText } from "../../components/commandText";
import { shellWord, table, wrapped as linesOf } from "../text";
import type { Repeated, TuneReport } from "./report";

/** Characters of a line. */
const LINE = 98;

const MARKS = { suggested: "->", nearest: "~", declared: "=", "": "" };

/** What tuning says to a person at a terminal. Times are in UTC. */
export function tuneText(report: TuneReport): string {
  const { remedy, frontier, certainty, rule } = report;
  const titled = (title: string, lines: readonly string[], ...notes: string[]): string[] =>
    lines.length === 0
      ? []
      : [title, ...lines, ...notes.flatMap((text) => wrapped(text, "  ", "  "))];
  const rows = frontier.rows.map(({ kind, cells }) => [MARKS[kind], ...cells]);
  const sections = [
    ...report.blind,
    [
      ...titled(
        "Days of the baseline that stand out",
        report.suspects.flatMap((text) => wrapped(text, "  ", "    ")),
      ),
      ...(remedy ? [...wrapped(remedy.text, "  ", "  "), "", `  ${remedy.command}`] : []),
    ],
    [
      ...wrapped(`Model ${report.model} of stack ${report.stack}, ${report.scope}`, "", "  "),
      ...wrapped(`Declared: ${report.declared}`, "", "  "),
    ],
    titled("Data", indented(table(report.facts.map((fact) => [...fact])))),
    titled(
      "What more mails buy (-> suggested, = declared, ~ nearest)",
      tableOf(["", ...frontier.heads], rows),
      report.legend,
    ),
    [
      ...wrapped(report.verdict, "", "  "),
      ...(rule ? wrapped(rule, "  Rule: ", "        ") : []),
      ...report.reasons.flatMap((text) => wrapped(text, "  ", "  ")),
    ],
    titled(
      "How sure that is",
      tableOf(
        certainty.heads,
        certainty.rows.map(({ cells }) => cells),
      ),
      report.basis,
    ),
    titled(
      report.place,
      report.lines.map((line) => `      ${line}`),
    ),
    titled(
      "Warnings",
      report.warnings.flatMap((text) => wrapped(text, "  - ", "    ")),
    ),
  ];
  const shown = sections.filter((section) => section.length > 0);
  return `${shown.map((section) => section.join("\n")).join("\n\n")}\n`;
}

function tableOf(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return rows.length === 0 ? [] : indented(table([heads, ...rows], "right"));
}

/**
 * What to do after a suggestion.
 * @param state of the stack file, which has it already or not; undefined: another program declares the alarm
 */
export function nextSteps(
  { model, stack }: Pick<TuneReport, "model" | "stack">,
  { files, source, reading }: Repeated,
  state: "done" | "open" | undefined,
): string {
  // Here the model said whose logs they are; to a rehearsal each file has to say so itself.
  const logs = files.map(
    (file) => ` --logs ${shellWord(file.includes("=") ? file : `${model}=${file}`)}`,
  );
  const rehearse = commandText("rehearse", `${source}${logs.join("")}${reading}`);
  return [
    "What next:",
    ...(state === undefined
      ? [
          "  - set it where the alarm is declared, and write the file that says so anew",
          `  - see it at work then: ${rehearse}`,
          `  - pin it with a test: ${commandText("verify", source)}`,
        ]
      : [
          ...(state === "done"
            ? []
            : ["  - put it into the stack file, or run this again with --write"]),
          `  - see it at work: ${rehearse}`,
          `  - pin it with a test: ${commandText("verify")}`,
          `  - deploy: pulumi up --stack ${shellWord(stack)}`,
        ]),
    "",
  ].join("\n");
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`.trimEnd());
}

/** Breaks a text into lines of readable length. */
export function wrapped(text: string, first: string, others: string): string[] {
  return linesOf(text, LINE - others.length).map((line, at) => (at === 0 ? first : others) + line);
}
