import { z } from "zod";
import {
  LOG_GROUP_NAME,
  NAMESPACE,
  RETENTION_DAYS,
  ROLE_NAME,
  SHORTEST_PERIOD,
  SHORT_PERIOD_WINDOW,
  LONG_PERIOD_WINDOW,
  TAGS,
  TAG_KEY_LENGTH,
  TAG_VALUE_LENGTH,
} from "../cloudwatch/limits";
import type { Condition } from "../cloudwatch/predictionPatterns";
import { parsePropertyPath, propertyPathText, type PropertyPath } from "../cloudwatch/propertyPath";
import { SHORTEST_SILENCE } from "../cloudwatch/silenceWindow";
import { readDuration } from "./duration";
import { form, isMap, readNumber, textForm, type Form } from "./form";

/** The forms of single settings that are more than a number, a word or a boolean. */

export const logGroupName = textForm(
  "a log group name of 1 to 512 letters, digits and . - _ / #, not starting with aws/",
  (name) => LOG_GROUP_NAME.test(name) && !name.startsWith("aws/"),
);

export const namespace = textForm(
  "a metric namespace of 1 to 255 ASCII characters without : * $, not starting with AWS/",
  (name) => NAMESPACE.test(name) && name.trim() !== "" && !/^aws\//i.test(name),
);

export const period: Form<number, number | string> = form(
  "a period such as `15m`, `1h` or `1d`, a whole number of minutes",
  (input) => {
    const seconds = readDuration(input);
    return seconds !== undefined && seconds % SHORTEST_PERIOD === 0 ? seconds : undefined;
  },
);

export const silence: Form<number, number | string> = form(
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

export const emails = listOf(emailAddress, "an e-mail address or a list of them");
export const topics = listOf(topicArn, "a list of SNS topic ARNs");

export const field: Form<PropertyPath, string> = form(
  "a JSON property path such as `prediction_valid` or `result.valid`",
  (input) => (typeof input === "string" ? parsePropertyPath(input) : undefined),
);

export const runbook = textForm(
  "an https URL without spaces",
  (url) => /^https:\/\/[^\s\u0000-\u001f]+$/.test(url) && URL.canParse(url),
);

export const writerRole = textForm("the name (not the ARN) of an IAM role", (name) =>
  ROLE_NAME.test(name),
);

/** Keeping log events for ever is what CloudWatch Logs does unless told otherwise. */
export interface LogGroupOptions {
  /** Days after which CloudWatch Logs deletes an event; undefined: never. */
  readonly retentionDays?: number | undefined;
}

export const createLogGroup: Form<
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
    const expected = `a tag of 1 to ${String(TAG_KEY_LENGTH)} letters, digits, blanks and _ . : / = + - @, not starting with aws:`;
    return { expected, found: key };
  }
  const isPlain = typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
  const text = isPlain ? String(value) : undefined;
  if (text === undefined || text.length > TAG_VALUE_LENGTH || !isTagText(text)) {
    const length = `at most ${String(TAG_VALUE_LENGTH)}`;
    return { expected: `text of ${length} letters, digits and _ . : / = + - @`, found: value };
  }
  return { entry: [key, text] as const };
});

export const tags: Form<
  Readonly<Record<string, string>>,
  Record<string, string | number | boolean>
> = tagList.transform((list, context) => {
  if (list.length <= TAGS) return Object.fromEntries(list);
  const message = `at most ${String(TAGS)} tags`;
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
