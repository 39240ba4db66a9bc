import { z } from "zod";
import {
  describeValue,
  type Diagnostic,
  diagnosticOf,
  didYouMean,
  type KeyPath,
  nearest,
  type Problem,
  unknownKey,
} from "../../components/settings/diagnostic";
import { DURATION } from "../../components/settings/duration";
import { ALARM_KINDS } from "../../components/settings/names";
import { isMap, type RawMap } from "../../components/settings/input";
import { ALARM_STATES, type AlarmState } from "../simulator/alarmState";
import { type Position, readYaml, type YamlDocument } from "../../components/settings/yaml";
import {
  isoMinute,
  minuteOf,
  type Moment,
  readDate,
  readMinuteMoment,
  spanText,
  type TimeSpan,
} from "../time";
import { seriesLength, seriesSchema } from "./series";

/**
 * A form that a value has to have.
 * @param expected in words
 * @param form what JSON Schema can say of it, for editors: it must take all that `read` takes
 * @param read undefined where the value does not have the form
 */
function reading<T>(
  expected: string,
  form: Readonly<Record<string, unknown>>,
  read: (input: unknown) => T | undefined,
): z.ZodType<T> {
  const type = z.unknown().transform((input, context): T => {
    const value = read(input);
    if (value !== undefined) return value;
    context.issues.push({ code: "custom", message: expected, input });
    return z.NEVER;
  });
  return type.meta({ expected, ...form });
}

/** A value that is written in a line: text, or a number. */
function lineOf(input: unknown): string {
  return typeof input === "string" || typeof input === "number" ? String(input) : "";
}

/** A time of an expectation, with the words it was given in. */
interface WrittenMoment {
  readonly moment: Moment;
  readonly text: string;
}

function readWritten(input: unknown): WrittenMoment | undefined {
  const moment = readMinuteMoment(input);
  return moment && { moment, text: String(input).trim() };
}

const DATE_FORM = { type: "string", pattern: "^\\s*\\d{4}-\\d\\d-\\d\\d" };
const LENGTH_FORM = { type: "string", pattern: DURATION.source };
const MOMENT_FORM = { anyOf: [{ const: 0 }, LENGTH_FORM, DATE_FORM] };
const MOMENT = "a time such as `12h`, `1d6h30m` or `2026-03-02T14:00Z`";

const moment = reading(MOMENT, MOMENT_FORM, readWritten);

const SPAN_FORM = {
  ...{ type: "array", minItems: 2, maxItems: 2 },
  items: { ...MOMENT_FORM, expected: MOMENT },
};

const span = reading("two times in order, such as [10h, 14h]", SPAN_FORM, (input) => {
  if (!Array.isArray(input) || input.length !== 2) return undefined;
  const [from, to] = [readWritten(input[0]), readWritten(input[1])];
  return from && to && !isBefore(to.moment, from.moment) ? ([from, to] as const) : undefined;
});

/** Whether one moment is before another, as far as that does not depend on the start. */
function isBefore(a: Moment, b: Moment): boolean {
  if ("seconds" in a) return "seconds" in b && a.seconds < b.seconds;
  return "time" in b && a.time < b.time;
}

const state = z.enum(ALARM_STATES, `one of ${ALARM_STATES.join(", ")}`);

const CHANGE = new RegExp(`^\\s*(${ALARM_STATES.join("|")})\\s+at\\s+(.+)$`);
const CHANGES = "a list of changes such as [ALARM at 12h, OK at 20h], or [] for none";

const changes = reading(
  CHANGES,
  { type: "array", items: { type: "string", pattern: CHANGE.source, expected: CHANGES } },
  (input) => {
    if (!Array.isArray(input)) return undefined;
    const read = input.flatMap((change: unknown) => readChange(change) ?? []);
    return read.length === input.length ? read : undefined;
  },
);

function readChange(input: unknown): { to: AlarmState; at: WrittenMoment } | undefined {
  const [, name, time] = CHANGE.exec(lineOf(input)) ?? [];
  const to = ALARM_STATES.find((known) => known === name);
  const at = readWritten(time);
  return to && at && { to, at };
}

const NO_RATE = "none";
const RATE = /^\s*(\d+(?:\.(\d*))?)\s*%?(?:\s+to\s+(\d+(?:\.\d*)?)\s*%?)?\s*$/;

const rate = reading(
  "a percentage such as 82.5, two such as `80 to 85`, or `none` for no data point",
  {
    anyOf: [
      { type: "number", minimum: 0, maximum: 100 },
      { type: "string", pattern: `^\\s*${NO_RATE}\\s*$|${RATE.source}` },
    ],
  },
  (input) => {
    const text = lineOf(input).trim();
    if (text === NO_RATE) return { text, low: NaN, high: NaN };
    const [, from, digits = "", to = from] = RATE.exec(text) ?? [];
    const [low, high] = [Number(from), Number(to)];
    if (!(low <= high && high <= 100)) return undefined;
    // A single figure is as precise as it is written: 82.5 is 82.45 to 82.55.
    const half = /\sto\s/.test(text) ? 0 : 0.5 * 10 ** -digits.length + 1e-9;
    return { text, low: low - half, high: high + half };
  },
);

const COUNT = /^\s*\d{1,9}\s*$/;

const count = reading(
  "a whole number from 0",
  {
    anyOf: [
      { type: "integer", minimum: 0, maximum: 999_999_999 },
      { type: "string", pattern: COUNT.source },
    ],
  },
  (input) => (COUNT.test(lineOf(input)) ? Number(input) : undefined),
);

/** One of them or a list, as JSON Schema has it. */
function oneOrMore(form: Readonly<Record<string, unknown>>) {
  return { anyOf: [form, { type: "array", minItems: 1, items: form }] };
}

const addresses = reading(
  "an e-mail address or a list of them",
  oneOrMore({ type: "string", pattern: z.regexes.email.source }),
  (input) => {
    const items: readonly unknown[] = Array.isArray(input) ? input : [input];
    const read = items.map(lineOf).filter((item) => z.regexes.email.test(item));
    return items.length > 0 && read.length === items.length
      ? read.map((item) => item.toLowerCase())
      : undefined;
  },
);

function text(expected: string): z.ZodType<string> {
  return reading(expected, { type: "string", pattern: "\\S" }, (input) =>
    typeof input === "string" && input.trim() !== "" ? input : undefined,
  );
}

/** When an expectation has to hold: at most one of these; none means the whole run. Spans hold both their ends. */
const whenShape = {
  at: moment.optional().describe("At this minute."),
  by: moment.optional().describe("From the start to this time."),
  after: moment.optional().describe("From this time to the end."),
  between: span.optional().describe("From the one time to the other, both included."),
};

/** What has to hold: at least one of these. */
const claimShape = {
  state: state.optional().describe("The alarm's state at the time, or all through the span."),
  never: state.optional().describe("A state that the alarm is not in at any time of the span."),
  becomes: state.optional().describe("A state that the alarm changes to within the span."),
  changes: changes.optional().describe("The changes of state in the span, all of them."),
  rate: rate
    .optional()
    .describe("The newest data point's rate, as precise as it is written; only with at."),
  mails: count
    .optional()
    .describe("How many mails were sent; with mailed or subject, at least one unless this is set."),
  mailed: addresses.optional().describe("Whom: an address or a list, each of whom counts."),
  subject: text("text that stands in the subject of a mail")
    .optional()
    .describe("Text that stands in the mail's subject, in upper or lower case."),
};

/** In JSON Schema: where a map has the one key, it has none of the others. */
function without(others: readonly string[]) {
  return { properties: Object.fromEntries(others.map((key) => [key, false])) };
}

const WHEN = Object.keys(whenShape);

const expectationSchema = z
  .strictObject(
    {
      ...whenShape,
      alarm: z
        .enum(ALARM_KINDS, `one of ${ALARM_KINDS.join(", ")}`)
        .optional()
        .describe(
          "Which alarm; the rate alarm unless this is set, and for mails all of a model's.",
        ),
      ...claimShape,
    },
    "an expectation such as `{at: 12h, state: ALARM}`",
  )
  .meta({
    anyOf: Object.keys(claimShape).map((key) => ({ required: [key] })),
    dependencies: {
      ...Object.fromEntries(
        WHEN.map((key) => [key, without(WHEN.filter((other) => other !== key))]),
      ),
      rate: ["at"],
    },
  });

const EXPECTATIONS = "a list of expectations such as `- {at: 12h, state: ALARM}`";
const NAME = text("a name");
const PATH = { type: "string", minLength: 1 };

/** What a file may say once for all of its tests. */
const sharedShape = {
  stack: NAME.optional().describe("Whose stack file to test: prod is Pulumi.prod.yaml."),
  model: NAME.optional().describe("A model of that stack."),
  /** A minute since 1970. */
  start: reading("a date and time such as 2026-03-02T00:00Z", DATE_FORM, readDate)
    .optional()
    .describe("When the series starts, or from when on a log counts."),
};

const testSchema = z
  .strictObject(
    {
      ...sharedShape,
      name: NAME.describe("What the test is about, for the report; a name of its own in its file."),
      series: seriesSchema.optional().describe("What the model logs. Either this or log."),
      log: reading("the path of a log file or a list of them", oneOrMore(PATH), (input) => {
        const items: readonly unknown[] = Array.isArray(input) ? input : [input];
        const paths = items
          .filter((item) => typeof item === "string")
          .filter((path) => path !== "");
        return items.length > 0 && paths.length === items.length ? paths : undefined;
      })
        .optional()
        .describe("Log files, as paths from the current folder."),
      timeField: text("a property path such as `time` or `meta.at`")
        .optional()
        .describe("Where bare JSON lines of log have their time, as for --time-field."),
      expect: z
        .array(expectationSchema, EXPECTATIONS)
        .min(1, EXPECTATIONS)
        .describe("What must hold."),
    },
    "a test: its name, a series and what to expect",
  )
  .meta({
    anyOf: [{ required: ["series"] }, { required: ["log"] }],
    dependencies: { series: without(["log"]), timeField: ["log"] },
  });

const TESTS = "a list of tests, each with a name, a series and what to expect";

/** A file of alarm tests, as editors check it. */
export const alarmTestsSchema = z
  .strictObject(
    { ...sharedShape, tests: z.array(testSchema, TESTS).min(1, TESTS) },
    "a map with `tests:`",
  )
  .meta({
    allOf: ["stack", "model"].map((key) => ({
      anyOf: [{ required: [key] }, { properties: { tests: { items: { required: [key] } } } }],
    })),
  });

/** The same without a look into the tests, which are read one by one. */
const fileSchema = alarmTestsSchema.extend({ tests: z.array(z.unknown(), TESTS).min(1, TESTS) });

/** The first minute of a series that does not say when it starts: a Monday. */
export const DEFAULT_START = Date.UTC(2026, 2, 2) / 60_000;

/** What must hold of a test; it may claim several things at once. */
export interface Expectation extends z.output<typeof expectationSchema> {
  readonly path: KeyPath;
  readonly position: Position;
}

/** What a model logs, and what its alarms must make of it. */
export interface AlarmTest extends Omit<z.output<typeof testSchema>, "expect"> {
  readonly path: KeyPath;
  readonly position: Position;
  readonly stack: string;
  readonly model: string;
  readonly expectations: readonly Expectation[];
}

/** A name that a test or its whole file gives, and where. */
export interface Named {
  readonly name: string;
  readonly path: KeyPath;
}

/** An alarm test file: the tests that could be read, and what is wrong with the others. */
export interface TestFile {
  readonly file: string;
  readonly tests: readonly AlarmTest[];
  /** The stacks and models of all tests, also of those that could not be read. */
  readonly names: readonly {
    readonly stack: Named | undefined;
    readonly model: Named | undefined;
  }[];
  readonly problems: readonly Diagnostic[];
  /** Finds the place of a problem. */
  readonly diagnostic: (problem: Problem) => Diagnostic;
}

/** Reads an alarm test file. @param content the text of the file */
export function readTests(file: string, content: string): TestFile {
  const yaml = readYaml(content);
  const diagnostic = (problem: Problem): Diagnostic => ({
    ...diagnosticOf(problem),
    file,
    ...yaml.locate(problem.path, problem.atKey),
  });
  const result = { file, tests: [], names: [], diagnostic };
  if (yaml.mistake !== undefined) {
    return { ...result, problems: [{ severity: "error", file, ...yaml.mistake }] };
  }
  const whole = problemsOf(fileSchema, yaml.content, []);
  const raw = isMap(yaml.content) ? yaml.content : {};
  const shared = { ...raw, start: readDate(raw["start"]) };
  const inputs: readonly unknown[] = Array.isArray(raw["tests"]) ? raw["tests"] : [];
  const read = inputs.map((input, index) => readTest(input, ["tests", index], shared, yaml));
  const tests = read.flatMap(({ test }) => test ?? []);
  const twice = tests
    .filter(({ name }, at) => tests.findIndex((other) => other.name === name) < at)
    .map(({ name, path }) => ({
      path: [...path, "name"],
      expected: "a name of its own",
      found: `${describeValue(name)} a second time`,
    }));
  const early = tests.flatMap((test) => {
    const { series, start: from = DEFAULT_START } = test;
    return series ? timesOutside(test, { from, to: from + seriesLength(series) }) : [];
  });
  const problems = [...whole, ...read.flatMap((one) => one.problems), ...twice, ...early];
  return {
    ...result,
    tests,
    names: read.flatMap(({ names }) => names ?? []),
    problems: problems.map(diagnostic),
  };
}

function readTest(
  input: unknown,
  path: KeyPath,
  shared: RawMap & { readonly start: number | undefined },
  yaml: YamlDocument,
): { test?: AlarmTest; names?: TestFile["names"][number]; problems: Problem[] } {
  const problems = problemsOf(testSchema, input, path);
  if (!isMap(input)) return { problems };
  const missing = (key: string, expected: string): void => {
    problems.push({ path: [...path, key], expected, found: "nothing" });
  };
  const named = (key: "stack" | "model"): Named | undefined => {
    const own = Object.hasOwn(input, key);
    const name = own ? input[key] : shared[key];
    if (name === undefined) missing(key, `the name of the ${key}, here or for the whole file`);
    return typeof name === "string" ? { name, path: own ? [...path, key] : [key] } : undefined;
  };
  const names = { stack: named("stack"), model: named("model") };
  const [hasSeries, hasLog] = [Object.hasOwn(input, "series"), Object.hasOwn(input, "log")];
  if (!hasSeries && !hasLog) missing("series", "a series or a log");
  if (hasSeries && hasLog) {
    const expected = "either a series or a log";
    problems.push({ path: [...path, "log"], expected, found: "a series beside it", atKey: true });
  }
  if (Object.hasOwn(input, "timeField") && !hasLog) {
    const expected = "timeField beside the log whose lines have their time there";
    problems.push({ path: [...path, "timeField"], expected, found: "no log", atKey: true });
  }
  const expectations: readonly unknown[] = Array.isArray(input["expect"]) ? input["expect"] : [];
  expectations.forEach((one, at) => {
    if (isMap(one)) problems.push(...combinations(one, [...path, "expect", at]));
  });
  const { data } = testSchema.safeParse(input);
  const [stack, model] = [names.stack?.name, names.model?.name];
  if (problems.length > 0 || !data || stack === undefined || model === undefined) {
    return { names, problems };
  }
  const { expect, start = shared.start, ...rest } = data;
  const placed = (where: KeyPath) => ({ path: where, position: yaml.locate(where) });
  const test = {
    ...rest,
    ...placed(path),
    name: rest.name.trim(),
    stack,
    model,
    start,
    expectations: expect.map((one, at) => ({ ...one, ...placed([...path, "expect", at]) })),
  };
  return { test, names, problems };
}

/** What an expectation lacks, or says beside something that it does not go with. */
function combinations(input: RawMap, path: KeyPath): Problem[] {
  const given = (shape: object): string[] =>
    Object.keys(shape).filter((key) => Object.hasOwn(input, key));
  const times = given(whenShape);
  const problems: Problem[] = times.slice(1).map((key) => ({
    path: [...path, key],
    expected: `one of ${Object.keys(whenShape).join(", ")} only`,
    found: "another one beside it",
    atKey: true,
  }));
  const isOdd = Object.keys(input).some((key) => !Object.hasOwn(expectationSchema.shape, key));
  if (given(claimShape).length === 0 && !isOdd) {
    const expected = `something that must hold (${Object.keys(claimShape).join(", ")})`;
    problems.push({ path, expected, found: describeValue(input) });
  }
  if (!Object.hasOwn(input, "rate")) return problems;
  const atRate = { path: [...path, "rate"], atKey: true } as const;
  if (!Object.hasOwn(input, "at") && !isOdd) {
    const found = times.length > 0 ? "no single time" : "no time";
    problems.push({ ...atRate, expected: "rate together with at", found });
  }
  if (input["alarm"] === "silence") {
    const found = "the silence alarm, which looks at no rate";
    problems.push({ ...atRate, expected: "rate of an alarm on the rate", found });
  }
  return problems;
}

/** The times of a test's expectations that are not within its run; of a log that shows only when it has been read. */
export function timesOutside({ expectations }: AlarmTest, { from, to }: TimeSpan): Problem[] {
  const expected = `a time within the case, from 0h (${isoMinute(from).slice(0, 16)}Z) to ${spanText(to - from)}`;
  return expectations.flatMap(({ path, at, by, after, between = [], changes = [] }) => {
    const times = [
      ...Object.entries({ at, by, after }),
      ...between.map((time) => ["between", time] as const),
      ...changes.map((change) => ["changes", change.at] as const),
    ];
    return times.flatMap(([key, time]) => {
      if (time === undefined) return [];
      const minute = minuteOf(time.moment, from);
      return minute >= from && minute <= to
        ? []
        : [{ path: [...path, key], expected, found: time.text }];
    });
  });
}

/** Everything that a schema finds wrong with a value. @param path where the value stands */
function problemsOf(schema: z.ZodObject, value: unknown, path: KeyPath): Problem[] {
  const { error } = schema.safeParse(value);
  return (error?.issues ?? []).flatMap((issue): Problem[] => {
    const keys = issue.path.map((key) => (typeof key === "number" ? key : String(key)));
    const at = [...path, ...keys];
    const input = keys.reduce((within, key) => entryOf(within, key), value);
    const found = describeValue(input);
    switch (issue.code) {
      case "unrecognized_keys":
        return issue.keys.map((key) => unknownKey([...at, key], key, knownKeys(schema, keys)));
      case "invalid_value": {
        const meant = nearest(String(input), issue.values.map(String));
        return [{ path: at, expected: issue.message, found, ...didYouMean(meant) }];
      }
      case "custom":
        return [{ path: at, expected: issue.message, found, ...issue.params }];
      default:
        return [{ path: at, expected: issue.message, found }];
    }
  });
}

function entryOf(value: unknown, key: string | number): unknown {
  if (Array.isArray(value)) return (value as readonly unknown[])[Number(key)];
  return isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** Only a test's expectations are objects within another. */
function knownKeys(schema: z.ZodObject, path: KeyPath): string[] {
  return Object.keys(path.length === 0 ? schema.shape : expectationSchema.shape);
}
