import { commandText } from "../../components/commandText";
import { blindText } from "../blindSpots";
import { grouped } from "../../components/lists";
import { count, printable, wrapped } from "../text";
import { type Check, fire, type Status, tallyOf } from "./check";

/** Whom the checks are about. */
interface Examined {
  readonly stack: string;
  /** Twelve digits: the account that the credentials belong to. */
  readonly account: string;
  readonly region: string;
  readonly checks: readonly Check[];
}

/** The checks for machines, what `--json` prints: null where models share something, or there is nothing to do. */
export function jsonReport({ checks, ...where }: Examined) {
  return {
    ...where,
    checks: checks.map(({ model = null, what, subject, status, found, ...more }) => {
      const { blind = null, advice = null, command = null } = more;
      return { model, what, subject, status, found, blind, advice, command };
    }),
    ...tallyOf(checks),
  };
}

/** Characters in a line of what has to be read; what is well has one line, however long, and commands are copied. */
const WIDTH = 120;

/** Longer names stand alone, or they would push everybody's findings to the right. */
const SUBJECT_WIDTH = 56;

const WORDS: Readonly<Record<Status, string>> = {
  ok: "ok",
  warning: "warning",
  failure: "FAILURE",
};

/** The checks for a person at a terminal: a line each, and below it what to do. */
export function textReport(examined: Examined): string {
  const { stack, account, region, checks } = examined;
  const whatWidth = widest(checks.map(({ what }) => what));
  const blocks = [...grouped(checks, titleOf)].map(([title, group]) => {
    const subjects = group.map(({ subject }) => subject);
    const short = subjects.filter(({ length }) => length <= SUBJECT_WIDTH);
    const columns = { what: whatWidth, subject: widest(short) };
    return [title, ...group.flatMap((check) => checkLines(check, columns))].join("\n");
  });
  const blind = checks.flatMap((check) => (check.blind ? blindText(check.blind).slice(0, 1) : []));
  const header = [`Stack ${stack} in account ${account}, region ${region}`, ...blind].join("\n");
  return `${[header, ...blocks, wrapped(summary(examined), WIDTH).join("\n")].join("\n\n")}\n`;
}

/** What topics, addresses and keys are called in checks; several models may share them. */
const NOTIFYING = new Set([
  ...["topic", "topic policy", "topic encryption"],
  ...["subscription", "key", "key policy"],
]);

function titleOf({ model, what }: Check): string {
  if (NOTIFYING.has(what)) return "Topics and addresses";
  return model === undefined ? "Stack" : `Model ${model}`;
}

interface Columns {
  readonly what: number;
  readonly subject: number;
}

function checkLines(check: Check, columns: Columns): string[] {
  const { what, status, blind, advice, command } = check;
  const [subject, found] = [oneLine(check.subject), oneLine(check.found)];
  const word = WORDS[status].padEnd(widest(Object.values(WORDS)));
  const start = `  ${word}  ${what.padEnd(columns.what)}  `;
  const line = `${start}${subject.padEnd(columns.subject)}  ${found}`;
  const indent = " ".repeat(start.length);
  return [
    ...(status === "ok" || line.length <= WIDTH
      ? [line]
      : [start + subject, ...indented(found, indent)]),
    ...(blind ? blindText(blind).slice(1) : []).map((text) => indent + text),
    ...(advice === undefined ? [] : indented(oneLine(advice), indent, "-> ")),
    ...(command === undefined ? [] : [`${indent}$ ${oneLine(command)}`]),
  ];
}

/** @param sign stands before the first line; the others are aligned with it */
function indented(text: string, indent: string, sign = ""): string[] {
  return wrapped(text, WIDTH - indent.length - sign.length).map(
    (line, index) => `${indent}${index === 0 ? sign : " ".repeat(sign.length)}${line}`,
  );
}

/** Some of it was written by others, and each check keeps to its own lines. */
function oneLine(text: string): string {
  return printable(text).replaceAll("\n", " ");
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => text.length));
}

function summary({ stack, checks }: Examined): string {
  const { failures, warnings } = tallyOf(checks);
  const all = count(checks.length, "check");
  const warned = count(warnings, "warning");
  if (failures > 0) {
    return `${count(failures, "failure")}, ${warned}, ${all}: an alarm may not fire, or its mail not arrive. Do what stands behind -> at each FAILURE, then look again: ${commandText("doctor", `--stack ${stack}`)}`;
  }
  const model = checks.find((check) => check.model !== undefined)?.model;
  const next =
    model === undefined ? "" : ` To see a mail arrive: ${fire(stack, { model, name: model })}`;
  if (warnings > 0) {
    return `${warned}, ${all}: nothing was found that keeps mails from being sent, but read what stands behind ->.${next}`;
  }
  return `${all}, all well.${next}`;
}
