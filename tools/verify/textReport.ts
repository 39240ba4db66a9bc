import { commandText } from "../../components/commandText";
import { RATE, UPPER_LIMIT } from "../../components/cloudwatch/expressions";
import { queriesOf } from "../simulator/metricAlarm";
import { blindText } from "../blindSpots";
import { conditionText, count, rounded, shellWord, table } from "../text";
import { atText, type DecidingPoints, type Mismatch, sinceText } from "./checkExpectation";
import { type TestResult, tally, type Verification } from "./verify";
import type { WatchedPoint } from "./watchedAlarm";

/** Data points that are shown; a silence alarm has forty. */
const SHOWN = 8;

/** The data points that decided, one a line, the newest last. @param start the case's start */
function pointsTable({ alarm, at, points }: DecidingPoints, start: number): string[] {
  const shown = points.slice(-SHOWN);
  const older = points.slice(0, points.length - shown.length);
  const ids = new Set(queriesOf(alarm).map(({ id }) => id));
  const hasRate = ids.has(RATE);
  const header = [
    "",
    "period",
    ...(hasRate ? ["valid"] : []),
    "predictions",
    ...(hasRate ? ["rate"] : []),
    ...(ids.has(UPPER_LIMIT) ? ["upper limit"] : []),
    "",
  ];
  const row = (point: WatchedPoint): string[] => [
    "",
    `${sinceText(point.from, start)} - ${sinceText(point.to, start)}`,
    ...(hasRate ? [point.valid?.toLocaleString("en-US") ?? "-"] : []),
    point.total?.toLocaleString("en-US") ?? "-",
    ...(hasRate ? [point.rate === undefined ? "-" : rounded(point.rate)] : []),
    ...(ids.has(UPPER_LIMIT) ? [point.value === undefined ? "-" : rounded(point.value)] : []),
    point.breaching ? "breaching" : point.value === undefined ? "no data point" : "",
  ];
  const breaching = older.filter((point) => point.breaching).length;
  const before =
    older.length === 0
      ? []
      : [`  (before these ${count(older.length, "older one")}, ${breaching} breaching)`];
  return [
    `Alarm ${alarm.name}: ${conditionText(alarm)}`,
    `Its data points at ${atText(at, start)}:`,
    ...before,
    ...table([header, ...shown.map(row)]),
  ];
}

/** Tables of data points under one case; more would bury the first. */
const TABLES = 3;

/** A file that says what is declared, with the arguments that name it. */
interface Source {
  readonly file: string;
  readonly args: readonly string[];
}

/**
 * A verification for a person at a terminal: a line a case, and below it what does not hold.
 * @param source what declares the alarms; undefined for the stacks' files
 */
export function textReport(verification: Verification, source?: Source): string {
  const blocks = verification.files.map(({ file, results }) =>
    [file, ...results.flatMap(testLines)].join("\n"),
  );
  return `${[...blocks, summary(verification, source)].join("\n\n")}\n`;
}

function testLines(result: TestResult): string[] {
  const { test, passed } = result;
  const title = `${test.model}: ${test.name}`;
  if (passed) return [`  ✔ ${title}`];
  const details = failureLines(result).map((line) => `      ${line}`.trimEnd());
  return [`  ✘ ${title}`, ...details];
}

/** What is not known of a test, what does not hold of it, expected and found side by side, and the data points that decided. */
export function failureLines({ mismatches, start, notes, blind }: TestResult): string[] {
  const rows = mismatches.map(({ position, when, expected, found }) => [
    `line ${position.line}`,
    when,
    expected,
    found,
  ]);
  const tables = blind.length > 0 ? [] : decidingTables(mismatches, start);
  const spots = blind.flatMap(blindText);
  return [
    ...spots,
    ...(spots.length > 0 && rows.length > 0 ? [""] : []),
    ...(rows.length > 0 ? table([["", "when", "expected", "found"], ...rows]) : []),
    ...tables.slice(0, TABLES).flatMap((lines) => ["", ...lines]),
    ...(notes.length > 0 ? ["", ...notes.map((note) => `Note: ${note}`)] : []),
  ];
}

/** Each evaluation once, though several claims may rest on it. */
function decidingTables(mismatches: readonly Mismatch[], start: number): string[][] {
  const tables = new Map<string, string[]>();
  for (const { deciding } of mismatches) {
    if (deciding === undefined) continue;
    const lines = pointsTable(deciding, start);
    tables.set(lines.join("\n"), lines);
  }
  return [...tables.values()];
}

function summary(verification: Verification, source: Source | undefined): string {
  const { files, seconds } = verification;
  const { passed, failed } = tally(verification);
  const where = `in ${count(files.length, "file")} (${seconds.toFixed(1)} s)`;
  if (failed === 0) {
    return `${count(passed, "test")} passed ${where}. The alarms do what their tests expect.`;
  }
  const failing = files.flatMap(({ file, results }) =>
    results.filter((result) => !result.passed).map((result) => ({ ...result, file })),
  );
  const wrong = failing.filter(
    ({ mismatches, blind }) => mismatches.length > 0 && blind.length === 0,
  );
  const declaring =
    source === undefined
      ? unique(wrong.map(({ test }) => `Pulumi.${test.stack}.yaml`)).join(" or ")
      : `what ${source.file} declares`;
  return [
    `${count(failed, "test")} failed, ${passed} passed ${where}.`,
    ...(wrong.length > 0
      ? [
          `What to do: if ${declaring} was changed by mistake, change it back; if on purpose, change what the tests expect.`,
        ]
      : []),
    ...(wrong.length < failed
      ? [
          "A test whose log says nothing about its model fails: it would pass whatever the model does.",
        ]
      : []),
    `To run only what failed: ${commandText(
      "verify",
      [...(source?.args ?? []), ...unique(failing.map(({ file }) => file))]
        .map(shellWord)
        .join(" "),
    )}`,
  ].join("\n");
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}
