import { z } from "zod";
import { SHORTEST_SILENCE } from "../cloudwatch/expressions";
import {
  LOG_GROUP_NAME,
  LONG_PERIOD_WINDOW,
  NAMESPACE,
  RETENTION_DAYS,
  ROLE_NAME,
  SHORT_PERIOD_WINDOW,
  SHORTEST_PERIOD,
  TAG_KEY_LENGTH,
  TAG_VALUE_LENGTH,
  TAGS,
} from "../cloudwatch/limits";
import {
  type Condition,
  parsePropertyPath,
  type PropertyPath,
  propertyPathText,
} from "../cloudwatch/patterns";
import { readDuration } from "./duration";

/** A value of the form I in a config file or a program's arguments, read as a T. */
export type Form<T, I = T> = z.ZodType<T, I>;

/**
 * A setting's form: what is expected, in words for the error message, and how to read it.
 * @param expected a noun that follows "expected": "a whole number of at least 1"
 * @param read returns the value, or undefined where the input does not have this form
 */
export function form<T, I = T>(
  expected: string,
  read: (input: unknown) => T | undefined,
): Form<T, I> {
  return z.transform<I, T>((input, context) => {
    const value = read(input);
    if (value !== undefined) return value;
    context.addIssue({ code: "custom", message: expected, input });
    return z.NEVER;
  });
}

/**
 * A number, or text that is one: `pulumi config set --path` stores decimals as text.
 * @returns undefined for anything else, infinities included
 */
export function readNumber(input: unknown): number | undefined {
  if (typeof input === "number") return Number.isFinite(input) ? input : undefined;
  if (typeof input !== "string" || !/^\s*[-+]?(\d+(\.\d*)?|\.\d+)\s*$/.test(input))
    return undefined;
  return Number(input);
}

/** True or false; also as text, the way the engine hands over a stack's top-level values. */
const boolean: Form<boolean, boolean | "true" | "false"> = form("true or false", (input) => {
  if (typeof input === "boolean") return input;
  return input === "true" ? true : input === "false" ? false : undefined;
});

/** A map with text keys: not null, not a list, not a date as some YAML parsers make them. */
export function isMap(input: unknown): input is Readonly<Record<string, unknown>> {
  if (typeof input !== "object" || input === null) return false;
  const prototype: unknown = Object.getPrototypeOf(input);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** A value that `pulumi config set --secret` encrypted. */
export function isSecret(input: Readonly<Record<string, unknown>>): boolean {
  return typeof input["secure"] === "string" && Object.keys(input).length === 1;
}

/** A number within bounds. */
function numberForm(
  expected: string,
  holds: (value: number) => boolean,
): Form<number, number | string> {
  return form(expected, (input) => {
    const value = readNumber(input);
    return value !== undefined && holds(value) ? value : undefined;
  });
}

/** Text with a test on it. */
export function textForm(expected: string, holds: (value: string) => boolean): Form<string> {
  return form(expected, (input) => (typeof input === "string" && holds(input) ? input : undefined));
}

/** How many of the newest data points must breach before the alarm fires: "3 of 5". */
export interface Datapoints {
  /** M, the data points that must be at or below the threshold. */
  readonly toAlarm: number;
  /** N, the newest data points that are looked at. */
  readonly of: number;
}

/** The setting `datapoints`: `3 of 5`, `3/5`, or `3`, which means 3 of 3. */
export const datapoints: Form<Datapoints, string | number> = form(
  "data points as `3 of 5`, `3/5` or `3`, the first not above the second",
  readDatapoints,
);

function readDatapoints(input: unknown): Datapoints | undefined {
  const pair = typeof input === "string" ? /^\s*(\d+)\s*(?:of|\/)\s*(\d+)\s*$/.exec(input) : null;
  const toAlarm = readNumber(pair === null ? input : pair[1]);
  const of = pair === null ? toAlarm : readNumber(pair[2]);
  if (toAlarm === undefined || of === undefined) return undefined;
  const whole = Number.isSafeInteger(toAlarm) && Number.isSafeInteger(of);
  return whole && toAlarm >= 1 && toAlarm <= of ? { toAlarm, of } : undefined;
}

/** Data points as the setting writes them. */
export function datapointsText({ toAlarm, of }: Datapoints): string {
  return `${toAlarm} of ${of}`;
}

/** The forms of single settings that are more than a number, a word or a boolean. */

const logGroupName = textForm(
  "a log group name of 1 to 512 letters, digits and . - _ / #, not starting with aws/",
  (name) => LOG_GROUP_NAME.test(name) && !name.startsWith("aws/"),
);

export const namespace = textForm(
  "a metric namespace of 1 to 255 ASCII characters without : * $, not starting with AWS/",
  (name) => NAMESPACE.test(name) && name.trim() !== "" && !/^aws\//i.test(name),
);

const period: Form<number, number | string> = form(
  "a period such as `15m`, `1h` or `1d`, a whole number of minutes",
  (input) => {
    const seconds = readDuration(input);
    return seconds !== undefined && seconds % SHORTEST_PERIOD === 0 ? seconds : undefined;
  },
);

const silence: Form<number, number | string> = form(
  "a duration from `10m` to `7d` in whole minutes",
  (input) => {
    const seconds = readDuration(input);
    if (seconds === undefined || seconds % SHORTEST_PERIOD !== 0) return undefined;
    return seconds >= SHORTEST_SILENCE && seconds <= LONG_PERIOD_WINDOW ? seconds : undefined;
  },
);

/** SNS endpoints are compared letter by letter; lower case makes one address one subscription. */
const emailAddress: Form<string> = form("an e-mail address", (input) =>
  typeof input === "string" && input.length <= 254 && z.regexes.email.test(input)
    ? input.toLowerCase()
    : undefined,
);

const topicArn = textForm(
  "the ARN of a standard SNS topic, such as arn:aws:sns:eu-west-1:123456789012:on-call",
  (arn) => /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/.test(arn),
);

const emails = listOf(emailAddress, "an e-mail address or a list of them");
const topics = listOf(topicArn, "a list of SNS topic ARNs");

const field: Form<PropertyPath, string> = form(
  "a JSON property path such as `prediction_valid` or `result.valid`",
  (input) => (typeof input === "string" ? parsePropertyPath(input) : undefined),
);

const runbook = textForm(
  "an https URL without spaces",
  (url) => /^https:\/\/[^\s\u0000-\u001f]+$/.test(url) && URL.canParse(url),
);

const writerRole = textForm("the name (not the ARN) of an IAM role", (name) =>
  ROLE_NAME.test(name),
);

/** Keeping log events for ever is what CloudWatch Logs does unless told otherwise. */
export interface LogGroupOptions {
  /** Days after which CloudWatch Logs deletes an event; undefined: never. */
  readonly retentionDays?: number | undefined;
}

const createLogGroup: Form<
  LogGroupOptions | undefined,
  boolean | { retentionDays?: number | undefined }
> = z.transform<boolean | { retentionDays?: number | undefined }, LogGroupOptions | undefined>(
  (input: unknown, context) => {
    if (input === true || input === "true") return {};
    if (input === false || input === "false") return undefined;
    if (isMap(input) && Object.keys(input).every((key) => key === "retentionDays")) {
      const days = readNumber(input["retentionDays"]);
      if (days !== undefined && RETENTION_DAYS.includes(days)) return { retentionDays: days };
      if (Object.keys(input).length > 0) {
        const message = `a number of days that CloudWatch Logs offers (${RETENTION_DAYS.join(", ")})`;
        context.addIssue({
          code: "custom",
          message,
          path: ["retentionDays"],
          input: input["retentionDays"],
        });
        return z.NEVER;
      }
    }
    context.addIssue({ code: "custom", message: "true, false or {retentionDays: ...}", input });
    return z.NEVER;
  },
);

/**
 * A filter pattern gives `*` and `%` a meaning of their own, and only `\"` is documented as an
 * escape, so text with those, with backslashes or line breaks cannot be matched exactly.
 */
const conditionText = (text: string): boolean => /^(?!%)[^*\\\u0000-\u001f]+$/.test(text);

export const where: Form<readonly Condition[], Record<string, string | number | boolean>> = mapOf(
  "a map of property path to text, number or boolean",
  (key, value, earlier) => {
    const path = parsePropertyPath(key);
    if (path === undefined) {
      return { expected: "a JSON property path such as `model` or `model.name`", found: key };
    }
    const same = propertyPathText(path);
    if (earlier.some((condition) => propertyPathText(condition.path) === same)) {
      return { expected: "each property path once", found: key };
    }
    const isPlain = typeof value === "boolean" || Number.isFinite(value);
    if (isPlain || (typeof value === "string" && conditionText(value))) {
      return { entry: { path, value: value as Condition["value"] } };
    }
    const expected =
      "a number, a boolean, or text of at least one character without * \\, tabs and line breaks, no leading %";
    return { expected, found: value };
  },
);

const tagList: Form<
  readonly (readonly [string, string])[],
  Record<string, string | number | boolean>
> = mapOf("a map of tag to text", (key, value) => {
  if (!/^(?!aws:)./i.test(key) || key.length > TAG_KEY_LENGTH || !isTagText(key)) {
    const expected = `a tag of 1 to ${TAG_KEY_LENGTH} letters, digits, blanks and _ . : / = + - @, not starting with aws:`;
    return { expected, found: key };
  }
  const isPlain = typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
  const text = isPlain ? String(value) : undefined;
  if (text === undefined || text.length > TAG_VALUE_LENGTH || !isTagText(text)) {
    const length = `at most ${TAG_VALUE_LENGTH}`;
    return { expected: `text of ${length} letters, digits and _ . : / = + - @`, found: value };
  }
  return { entry: [key, text] as const };
});

const tags: Form<
  Readonly<Record<string, string>>,
  Record<string, string | number | boolean>
> = tagList.transform((list, context) => {
  if (list.length <= TAGS) return Object.fromEntries(list);
  const message = `at most ${TAGS} tags`;
  context.addIssue({ code: "custom", message, input: list.length });
  return z.NEVER;
});

function isTagText(text: string): boolean {
  return /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(text);
}

/** One value or a list of them; duplicates count once. An empty list does without a default. */
function listOf<T>(item: Form<T>, expected: string): Form<readonly T[], T | readonly T[]> {
  return z.transform<T | readonly T[], readonly T[]>((input: unknown, context) => {
    const isList = Array.isArray(input);
    const items: readonly unknown[] = isList ? input : [input];
    if (isMap(input) || input === null || input === undefined) {
      context.addIssue({ code: "custom", message: expected, input });
      return z.NEVER;
    }
    const values = new Set<T>();
    items.forEach((entry, position) => {
      const result = item.safeParse(entry);
      if (result.success) values.add(result.data);
      else {
        const message = result.error.issues[0]?.message ?? expected;
        context.addIssue({ code: "custom", message, path: isList ? [position] : [], input: entry });
      }
    });
    return [...values];
  });
}

/** A map whose entries are read one by one; its own keys only, whatever they are called. */
function mapOf<T, I>(
  expected: string,
  read: (
    key: string,
    value: unknown,
    earlier: readonly T[],
  ) => { entry: T } | { expected: string; found: unknown },
): Form<readonly T[], I> {
  return z.transform<I, readonly T[]>((input: unknown, context) => {
    if (!isMap(input)) {
      context.addIssue({ code: "custom", message: expected, input });
      return z.NEVER;
    }
    const entries: T[] = [];
    for (const [key, value] of Object.entries(input)) {
      const result = read(key, value, entries);
      if ("entry" in result) entries.push(result.entry);
      else {
        const { expected: message, found } = result;
        context.addIssue({ code: "custom", message, path: [key], input: found });
      }
    }
    return entries;
  });
}

/** The longest look-back there is, in the words of the error about it. */
export function windowLimitText(seconds: number): string {
  return seconds === SHORT_PERIOD_WINDOW ? "1 day" : "7 days";
}

const TREATMENTS = ["notBreaching", "missing", "ignore", "breaching"] as const;

/** What an alarm makes of a period without a data point. */
type TreatMissingData = (typeof TREATMENTS)[number];

/**
 * The settings of one model: the one place for their types, defaults, checks and error messages.
 * Settings with a `prefault` may be left out; those with `optional` are off unless given.
 */
export const modelSchema = z.strictObject({
  /** Log group that the model logs its predictions to; of the Standard class. Required. */
  logGroup: logGroupName,

  /** Percent; the alarm fires at or below it. A bit below the rate at training time. Required. */
  threshold: numberForm("a percentage above 0 and at most 100", (t) => t > 0 && t <= 100),

  /** Length of one data point: `15m`, `1h`, `1d` or seconds. @default 1h */
  period: period.prefault("1h"),

  /** How many of the newest data points must breach: `3 of 5`, `3/5`, `3`. @default 3 of 5 */
  datapoints: datapoints.prefault("3 of 5"),

  /** Who gets the mail: an address or a list. Required unless `topics` is given. */
  email: emails.optional(),

  /** ARNs of existing SNS topics (chat, paging) that are told as well, in the stack's region. */
  topics: topics.optional(),

  /** Predictions in a period below which it gives no data point. @default one prediction */
  minimumPredictions: numberForm(
    "a whole number from 1 to 1000000000",
    (n) => Number.isInteger(n) && n >= 1 && n <= 1e9,
  ).optional(),

  /**
   * Percent, 50 to 99.9. Alarm on the upper limit of the rate's confidence interval (Wilson, two
   * sided), so that a few unlucky predictions in a quiet hour cannot fire it. @default off
   */
  confidence: numberForm("a percentage from 50 to 99.9", (c) => c >= 50 && c <= 99.9).optional(),

  /** What a period without a data point counts as. @default notBreaching */
  treatMissingData: form<TreatMissingData>(`one of ${TREATMENTS.join(", ")}`, (input) =>
    TREATMENTS.find((treatment) => treatment === input),
  ).prefault("notBreaching"),

  /** Path of the boolean property in the JSON log event. @default prediction_valid */
  field: field.prefault("prediction_valid"),

  /** Only events with these values count: for many models in one log group. @default all events */
  where: where.prefault({}),

  /** A second alarm fires when there was no prediction at all for this long. @default off */
  silence: silence.optional(),

  /** Also mail when the alarm is OK again. @default false */
  notifyRecovery: boolean.prefault(false),

  /** https URL of what to do when it fires; part of the mail. @default none */
  runbook: runbook.optional(),

  /** The stack owns the log group: `true` or `{retentionDays: 30}`. @default false */
  createLogGroup: createLogGroup.prefault(false),

  /** Name of an IAM role that gets leave to write to the log group. @default none */
  writerRole: writerRole.optional(),

  /** false: alarm actions are off, everything stays in place. @default true */
  enabled: boolean.prefault(true),

  /** Tags of every resource of the model that can have them. @default none */
  tags: tags.prefault({}),
});

/** A setting's name. */
export type ModelKey = keyof typeof modelSchema.shape;

/** A model's settings as a person writes them, in a stack's config or in a program. */
export type ModelInput = z.input<typeof modelSchema>;

/** A model's settings, checked, with defaults filled in: seconds, percent and plain values. */
export type ModelValues = z.output<typeof modelSchema>;

/** All settings, in the order of the documentation. */
export const MODEL_KEYS: readonly string[] = Object.keys(modelSchema.shape);

/** The settings that `defaults` may hold: all but the log group, which is each model's own. */
export const DEFAULT_KEYS = MODEL_KEYS.filter((key) => key !== "logGroup");

/** The settings of a whole stack, beside its `models` and their `defaults`. */
export const stackSchema = z.strictObject({
  /** CloudWatch namespace of the metrics. @default classification_rate */
  namespace: namespace.prefault("classification_rate"),

  /** Encrypt the e-mail topics with a key of the stack's own (KMS, billed monthly). @default false */
  encryptTopics: boolean.prefault(false),

  /** Provision the stack's dashboard. @default true */
  dashboard: boolean.prefault(true),
});

/** Settings of a stack, checked, without its models. */
export type StackValues = z.output<typeof stackSchema>;

/** Everything a stack's config may hold in the project's namespace. */
export const STACK_KEYS: readonly string[] = [
  "models",
  "defaults",
  ...Object.keys(stackSchema.shape),
];
