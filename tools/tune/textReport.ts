import { commandText } from "../../components/commandText";
import { shellWord, table, wrapped as linesOf } from "../text";
import type { Repeated, TuneReport } from "./report";

/** Characters of a line. */
const LINE = 98;

const MARKS = { suggested: "->", nearest: "~", declared: "=", "": "" };

/** What tuning says to a person at a terminal. Times are in UTC. */
export function tuneText(report: TuneReport): string {
  const { suspects, remedy, frontier, certainty, lines, warnings } = report;
  const sections = [
    ...report.blind,
    suspects.length === 0
      ? []
      : [
          "Days of the baseline that stand out",
          ...suspects.flatMap((text) => wrapped(text, "  ", "    ")),
          ...(remedy ? [...wrapped(remedy.text, "  ", "  "), "", `  ${remedy.command}`] : []),
        ],
    [
      ...wrapped(`Model ${report.model} of stack ${report.stack}, ${report.scope}`, "", "  "),
      ...wrapped(`Declared: ${report.declared}`, "", "  "),
    ],
    ["Data", ...indented(table(report.facts.map((fact) => [...fact])))],
    frontier.rows.length === 0
      ? []
      : [
          "What more mails buy (-> suggested, = declared, ~ nearest)",
          ...indented(
            table(
              [
                ["", ...frontier.heads],
                ...frontier.rows.map((row) => [MARKS[row.kind], ...row.cells]),
              ],
              "right",
            ),
          ),
          ...wrapped(report.legend, "  ", "  "),
        ],
    [
      ...wrapped(report.verdict, "", "  "),
      ...(report.rule ? wrapped(report.rule, "  Rule: ", "        ") : []),
      ...report.reasons.flatMap((text) => wrapped(text, "  ", "  ")),
    ],
    certainty.rows.length === 0
      ? []
      : [
          "How sure that is",
          ...indented(
            table([certainty.heads, ...certainty.rows.map(({ cells }) => cells)], "right"),
          ),
          ...wrapped(report.basis, "  ", "  "),
        ],
    lines.length === 0 ? [] : [report.place, ...lines.map((line) => `      ${line}`)],
    warnings.length === 0
      ? []
      : ["Warnings", ...warnings.flatMap((text) => wrapped(text, "  - ", "    "))],
  ];
  const shown = sections.filter((section) => section.length > 0);
  return `${shown.map((section) => section.join("\n")).join("\n\n")}\n`;
}

/**
 * What to do after a suggestion.
 * @param state of the stack file, which has it already or not; undefined: another program declares the alarm
 */
export function nextSteps(
  { model }: Pick<TuneReport, "model">,
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
          "  - deploy: pulumi up",
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
