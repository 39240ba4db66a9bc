import { z } from "zod";
import { LogFormat, MissingData } from "../args";
import { SHORTEST_SILENCE } from "../cloudwatch/expressions";
import {
  LOG_GROUP_NAME,
  LONG_PERIOD_WINDOW,
  LONGEST_MUTE,
  MUTE_EXPRESSION_LENGTH,
  NAMESPACE,
  RETENTION_DAYS,
  ROLE_NAME,
  SHORTEST_PERIOD,
  TAG_KEY_LENGTH,
  TAG_VALUE_LENGTH,
  TAGS,
} from "../cloudwatch/limits";
import { isTimezone, type MuteSchedule, muteScheduleFault } from "../cloudwatch/muteSchedule";
import {
  type Comparison,
  type Condition,
  parsePropertyPath,
  PROPERTY_PATH,
  propertyPathText,
} from "../cloudwatch/patterns";
import { DURATION, NUMBER, readDuration } from "./duration";
import { isMap } from "./input";
import type { Datapoints } from "./settings";

declare module "zod" {
  interface GlobalMeta {
    /** What to write, as a noun that follows "expected" in an error: "a whole number of at least 1". */
    expected?: string;
  }
}

/** A number that may be written as text. */
const numeric = (type: z.ZodType<number, number>) =>
  z.union([type, z.string().regex(NUMBER).transform(Number).pipe(type)]);

/** True or false; also as text, the way the engine hands over a stack's top-level values. */
const boolean = z.union([
  z.boolean(),
  z
    .string()
    .regex(/^(?:true|false)$/)
    .transform((text) => text === "true"),
]);

/** Turns off what a stack's `defaults` set; YAML of old reads the bare word `off` as false. */
const off = z.literal(["off", false]);

/** A setting that a model can turn off. */
const orOff = <T extends z.ZodType>(type: T) => z.union([off.transform(() => undefined), type]);

/** The same for a number; other languages than YAML have no place for a word there. */
const orZero = <T extends z.ZodType>(type: T) =>
  z.union([type, z.literal(["off", false, 0]).transform(() => undefined)]);

/** One value or a list of them; duplicates count once. */
function listOf(item: z.ZodType<string>) {
  return z
    .union([item.transform((one) => [one]), z.array(item), off.transform((): string[] => [])])
    .transform((items): readonly string[] => [...new Set(items)]);
}

/** A map, whatever its keys. Zod's own would leave out this one without a word. */
function mapOf<Key extends z.ZodType<string, string>, Value extends z.ZodType>(
  key: Key,
  value: Value,
) {
  return z.preprocess(
    (input, context) => {
      if (!isMap(input) || !Object.hasOwn(input, "__proto__")) return input;
      context.addIssue({ code: "custom", message: "another key", path: ["__proto__"], input });
      return z.NEVER;
    },
    z.record(key, value),
  );
}

const wholeMinutes = z.int().multipleOf(SHORTEST_PERIOD);
const duration = z
  .union([wholeMinutes.positive(), z.string().regex(DURATION)])
  .transform(readDuration);

const DATAPOINTS = "data points as `3 of 5`, `3/5` or `3`, the first not above the second";

/** The setting `datapoints`: `3 of 5`, `3/5`, or `3`, which means 3 of 3. */
export const datapoints = z
  .union([z.int().positive(), z.string().regex(/^\s*\d+\s*(?:(?:of|\/)\s*\d+\s*)?$/)])
  .transform((written): Datapoints => {
    const [toAlarm = NaN, of = toAlarm] =
      String(written)
        .match(/[-\d]+/g)
        ?.map(Number) ?? [];
    return { toAlarm, of };
  })
  .refine(
    ({ toAlarm, of }) => toAlarm >= 1 && toAlarm <= of && Number.isSafeInteger(of),
    DATAPOINTS,
  );

/** SNS endpoints are compared letter by letter; lower case makes one address one subscription. */
const address = z.email().max(254).toLowerCase().meta({ expected: "an e-mail address" });

const topicArn = z
  .string()
  .regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/)
  .meta({
    expected: "the ARN of a standard SNS topic, such as arn:aws:sns:eu-west-1:123456789012:on-call",
  });

/** Log events are kept for ever unless it says otherwise. */
export type OwnedLogGroup = z.output<typeof ownedLogGroup>;

const ownedLogGroup = z.strictObject({
  retentionDays: numeric(z.literal(RETENTION_DAYS))
    .optional()
    .meta({
      description: "Days after which CloudWatch Logs deletes a log event.",
      expected: `a number of days that CloudWatch Logs offers (${RETENTION_DAYS.join(", ")})`,
    }),
});

/**
 * A filter pattern gives `*` and `%` a meaning of their own, and only `\"` is documented as an
 * escape, so text with those, with backslashes or line breaks cannot be matched exactly.
 */
const CONDITION_TEXT = /^(?!%)[^*\\\u0000-\u001f\ud800-\udfff]+$/u;

/** What the engine makes of a date without quotes; what the log has is surely the date. */
const TIME_OF_DATE = /^\d{4}-\d{2}-\d{2}T00:00:00Z$/;

/** A number to compare a property with. */
const exactNumber = z.number().refine((value) => isExact(value), {
  message: "a number that is exact as it stands, or the same in quotes for a property that is text",
});

/** A text to compare a property with. */
const plainText = z
  .string()
  .regex(CONDITION_TEXT)
  .refine((text) => !TIME_OF_DATE.test(text), {
    message: 'a date in quotes, such as "2026-03-01", which YAML else makes a time of',
  });

const conditionValue = z.union([z.boolean(), exactNumber, plainText]).meta({
  expected:
    "a number, a boolean, or text of at least one character without * \\, tabs and line breaks, no leading %",
});

/** Whether a number is written in digits alone and is the one that the file has. */
function isExact(value: number): boolean {
  return Number.isInteger(value) ? Number.isSafeInteger(value) : !String(value).includes("e");
}

/** `>= 0.8` and the like: a number, and the side of it on which numbers count. */
const COMPARISON = /^\s*(<=?|>=?)\s*([-+]?\d{1,15}(?:\.\d{1,15})?)\s*$/;

const comparison = z
  .string()
  .regex(COMPARISON)
  .transform((written): Comparison => {
    const [, operator = ">=", bound = ""] = COMPARISON.exec(written) ?? [];
    return { operator: operator as Comparison["operator"], bound: Number(bound) };
  });

const where = mapOf(
  z
    .string()
    .regex(PROPERTY_PATH)
    .meta({ expected: "a JSON property path such as `model` or `model.name`" }),
  conditionValue,
).transform((map, context): readonly Condition[] => {
  const conditions = Object.entries(map).map(([key, value]) => ({
    key,
    condition: { path: parsePropertyPath(key) ?? [key], value },
  }));
  // The engine sorts maps and a command's YAML does not: only an order of their own is the same for both.
  const byPath = new Map<string, Condition>();
  for (const { key, condition } of conditions.sort((a, b) => (a.key < b.key ? -1 : 1))) {
    const text = propertyPathText(condition.path);
    if (byPath.has(text)) {
      context.addIssue({
        code: "custom",
        message: "each property path once",
        path: [key],
        input: key,
      });
    }
    byPath.set(text, condition);
  }
  return [...byPath.values()];
});

const CRON = "a cron expression of five fields such as `0 2 * * SUN`: numbers, names, * , - ? L #";
const AT = "a date and time such as 2026-12-24T00:00";

const isExpression = (expression: string): boolean =>
  expression.length <= MUTE_EXPRESSION_LENGTH &&
  muteScheduleFault({ expression, duration: 60, timezone: "UTC" }) === undefined;

const muteWindow = z
  .strictObject({
    cron: z
      .string()
      .regex(/^\s*\S+(?:\s+\S+){4}\s*$/)
      .transform((text) => text.trim().replace(/\s+/g, " ").toUpperCase())
      .refine(
        (text) => !/[/W@()]/.test(text.replaceAll("WED", "")) && isExpression(`cron(${text})`),
        CRON,
      )
      .optional()
      .meta({ description: "When it begins, again and again.", expected: CRON }),
    at: z
      .string()
      .regex(/^\s*\d{4}-\d\d-\d\dT\d\d:\d\d\s*$/)
      .transform((text) => text.trim())
      .refine((text) => isExpression(`at(${text})`), AT)
      .optional()
      .meta({ description: "When it begins, once.", expected: AT }),
    duration: duration.pipe(wholeMinutes.positive().max(LONGEST_MUTE)).meta({
      description: "How long it lasts, from 1m to 15d.",
      expected: "a duration from `1m` to `15d` in whole minutes",
    }),
    timezone: z
      .string()
      .refine(isTimezone, "a time zone such as Europe/Berlin")
      .prefault("UTC")
      .meta({
        description: "Time zone of cron or at.",
        expected: "a time zone such as Europe/Berlin",
      }),
  })
  .refine(({ cron, at }) => (cron === undefined) !== (at === undefined), "either cron or at")
  .transform(({ cron, at, ...others }): MuteSchedule => ({
    expression: at === undefined ? `cron(${cron ?? ""})` : `at(${at})`,
    ...others,
  }))
  .meta({
    expected: "a window such as {cron: 0 2 * * SUN, duration: 4h}",
    oneOf: [{ required: ["cron"] }, { required: ["at"] }],
  });

const HTTPS_URL = "an https URL without spaces";

/** Keys that JavaScript's objects have of their own: Pulumi's SDK trips over a tag of that name. */
const isOrdinary = (key: string): boolean => !(key in {}) && key !== "then";

const tags = mapOf(
  z
    .string()
    .max(TAG_KEY_LENGTH)
    .regex(/^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/iu)
    .refine(isOrdinary, { message: "a tag that JavaScript's own objects do not have" })
    .meta({
      expected: `a tag of 1 to ${TAG_KEY_LENGTH} letters, digits, blanks and _ . : / = + - @, not starting with aws:`,
    }),
  z
    .union([z.string(), z.number(), z.boolean()])
    .transform(String)
    .pipe(
      z
        .string()
        .max(TAG_VALUE_LENGTH)
        .regex(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u),
    )
    .meta({ expected: `text of at most ${TAG_VALUE_LENGTH} letters, digits and _ . : / = + - @` }),
)
  .refine((map) => Object.keys(map).length <= TAGS, `at most ${TAGS} tags`)
  .meta({ maxProperties: TAGS });

const PERCENTAGE = "a percentage above 0 and at most 100";
const ADDRESSES = "an e-mail address or a list of them";
const TOPICS = "ARNs of standard SNS topics, such as [arn:aws:sns:eu-west-1:123456789012:on-call]";

const percentage = numeric(z.number().gt(0).lte(100));

/** The setting `warning` of a model. */
export const warningSchema = z.strictObject({
  threshold: orZero(percentage).meta({
    description:
      "Percent, above the model's own threshold. The warning fires when the classification rate is at or below it.",
    expected: PERCENTAGE,
  }),
  datapoints: datapoints.optional().meta({
    description: "How many of the newest data points must breach. Left out: as for the alarm.",
    expected: DATAPOINTS,
  }),
  email: listOf(address).optional().meta({
    description: "E-mail addresses that get the warning's mails, instead of those of the alarm.",
    expected: ADDRESSES,
  }),
  topics: listOf(topicArn).optional().meta({
    description:
      "ARNs of existing SNS topics that the warning tells, instead of those of the alarm. Where nobody is named here, the warning goes to whom the alarm goes.",
    expected: TOPICS,
  }),
});

/**
 * The settings of one model: the one place for their types, defaults, checks, error messages and
 * descriptions. Settings with a `prefault` may be left out; those with `optional` are off unless given.
 */
export const modelSchema = z.strictObject({
  logGroup: z
    .string()
    .regex(LOG_GROUP_NAME)
    .meta({
      description: "Log group that the model logs its predictions to, of the Standard class.",
      expected:
        "a log group name of 1 to 512 letters, digits and . - _ / #, not starting with aws/",
      examples: ["/aws/lambda/churn-classifier"],
    }),

  threshold: percentage.meta({
    description:
      "Percent. The alarm fires when the classification rate is at or below it; take a bit less than the rate at training time.",
    expected: PERCENTAGE,
    examples: [90, 97.5],
  }),

  period: duration
    .pipe(wholeMinutes.positive())
    .prefault("1h")
    .meta({
      description: "Length of one data point: 15m, 1h, 1d, in whole minutes.",
      expected: "a period such as `15m`, `1h` or `1d`, a whole number of minutes",
      examples: ["15m", "1h", "1d"],
    }),

  datapoints: datapoints.prefault("3 of 5").meta({
    description: "How many of the newest data points must breach: 3 of 5, or 3 for 3 of 3.",
    expected: DATAPOINTS,
    examples: ["3 of 5", "3"],
  }),

  email: listOf(address)
    .optional()
    .meta({
      description:
        "E-mail addresses that get the mails; each must confirm once. Addresses and topics together are one to five.",
      expected: ADDRESSES,
      examples: ["ml-team@example.com"],
    }),

  topics: listOf(topicArn)
    .optional()
    .meta({
      description:
        "ARNs of existing SNS topics (chat, paging) that are told as well, in the region of the alarms.",
      expected: TOPICS,
      examples: [["arn:aws:sns:eu-west-1:123456789012:on-call"]],
    }),

  minimumPredictions: orZero(numeric(z.int().min(1).max(1e9)))
    .optional()
    .meta({
      description:
        "Predictions in a period below which it gives no data point; one is enough unless this is set.",
      expected: "a whole number from 1 to 1000000000",
      examples: [50],
    }),

  confidence: orZero(numeric(z.number().min(50).max(99.9)))
    .optional()
    .meta({
      description:
        "Percent, 50 to 99.9. The alarm compares the upper limit of the rate's confidence interval (Wilson, two-sided), so that a few unlucky predictions in a quiet hour cannot fire it.",
      expected: "a percentage from 50 to 99.9",
      examples: [95],
    }),

  treatMissingData: z
    .enum(MissingData)
    .prefault("notBreaching")
    .meta({
      description: "What a period without a data point counts as.",
      expected: `one of ${Object.values(MissingData).join(", ")}`,
    }),

  field: z
    .string()
    .regex(PROPERTY_PATH)
    .transform((text) => parsePropertyPath(text) ?? [])
    .prefault("prediction_valid")
    .meta({
      description:
        "Path of the property in the JSON log event that tells whether a prediction is valid.",
      expected: "a JSON property path such as `prediction_valid` or `result.valid`",
      examples: ["prediction_valid", "result.valid"],
    }),

  valid: z
    .union([z.literal(true), exactNumber, comparison, plainText.regex(/^[^<>=!]/)])
    .prefault(true)
    .meta({
      description:
        "What at field makes a prediction valid: true, a number such as 1, a text such as True, or a comparison such as >= 0.8 of a score.",
      expected:
        'true, a number, a text, or a comparison such as ">= 0.8" (with <, <=, > or >= and a number)',
      examples: [true, 1, "True", ">= 0.8"],
    }),

  logFormat: z.enum(LogFormat).prefault("json").meta({
    description:
      "How predictions are found: json, in log events that are a JSON object each; text, as the field and its value anywhere in a line, behind a prefix, in a Python dict, as prediction_valid=True.",
    expected: "json or text",
  }),

  where: z
    .union([where, off.transform((): readonly Condition[] => [])])
    .prefault({})
    .meta({
      description:
        "Only events whose properties have these values count, by property path: for many models in one log group.",
      expected: "a map of property path to text, number or boolean",
      examples: [{ "model.name": "churn" }],
    }),

  silence: orOff(duration.pipe(wholeMinutes.min(SHORTEST_SILENCE).max(LONG_PERIOD_WINDOW)))
    .optional()
    .meta({
      description:
        "A second alarm fires when there was no prediction at all for this long, from 10m to 7d.",
      expected: "a duration from `10m` to `7d` in whole minutes",
      examples: ["6h"],
    }),

  warning: z
    .union([
      off.transform(() => undefined),
      warningSchema.transform(({ threshold, ...others }) =>
        threshold === undefined ? undefined : { threshold, ...others },
      ),
    ])
    .optional()
    .meta({
      description:
        "An earlier alarm on the same rate, at a threshold above the model's own, for the same people or others.",
      expected:
        "`{threshold: 95}` or the like, and in it datapoints, email and topics where they differ from the alarm's",
      examples: [{ threshold: 95, email: "data-science@example.com" }],
    }),

  mute: z
    .union([z.array(muteWindow), off.transform((): readonly MuteSchedule[] => [])])
    .prefault([])
    .meta({
      description:
        "Windows in which no mail is sent, recurring (cron) or once (at); what is still so at the end of one is mailed then.",
      expected: "a list of windows such as {cron: 0 2 * * SUN, duration: 4h}",
      examples: [
        [{ cron: "0 2 * * SUN", duration: "4h", timezone: "Europe/Berlin" }],
        [{ at: "2026-12-24T00:00", duration: "3d" }],
      ],
    }),

  notifyRecovery: boolean.prefault(false).meta({
    description: "Also mail when the alarm is OK again; then each new alarm sends one first mail.",
    expected: "true or false",
  }),

  runbook: orOff(
    z
      .string()
      .regex(/^https:\/\/[^\s\u0000-\u001f]+$/)
      .refine((url) => URL.canParse(url), HTTPS_URL),
  )
    .optional()
    .meta({
      description: "https URL of what to do when the alarm fires; part of the mail.",
      expected: HTTPS_URL,
      examples: ["https://wiki.example.com/runbooks/classification-rate"],
    }),

  createLogGroup: z
    .union([boolean, off, ownedLogGroup])
    .transform((owned): OwnedLogGroup | undefined =>
      owned === true ? {} : owned === false || owned === "off" ? undefined : owned,
    )
    .prefault(false)
    .meta({
      description:
        "The stack creates the log group. It is kept, with its events, when the stack no longer does.",
      expected: "true, false or {retentionDays: ...}",
      examples: [true, { retentionDays: 30 }],
    }),

  writerRole: orOff(z.string().regex(ROLE_NAME))
    .optional()
    .meta({
      description: "Name of an IAM role that may then write to the log group.",
      expected: "the name (not the ARN) of an IAM role",
      examples: ["churn-classifier"],
    }),

  enabled: boolean.prefault(true).meta({
    description: "false: no alarm actions and so no mails; everything stays in place.",
    expected: "true or false",
  }),

  tags: z
    .union([tags, off.transform((): Record<string, string> => ({}))])
    .prefault({})
    .meta({
      description: "Tags of every resource of the model that can have them.",
      expected: "a map of tag to text",
      examples: [{ team: "fraud" }],
    }),
});

/** The arguments of an e-mail topic that can be checked; `keyArn` is known only at deployment. */
export const topicSchema = z.strictObject({
  address,
  topicName: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,256}$/)
    .meta({ expected: "a topic name of 1 to 256 letters, digits, - and _" }),
});

/** What a model may be called. */
export const MODEL_NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** A setting's name. */
export type ModelKey = keyof typeof modelSchema.shape;

/** A model's settings, checked, with defaults filled in: seconds, percent and plain values. */
export type ModelValues = z.output<typeof modelSchema>;

/** All settings, in the order of the documentation. */
export const MODEL_KEYS: readonly string[] = Object.keys(modelSchema.shape);

/** The settings that `defaults` may hold: all but the log group, which is each model's own. */
export const DEFAULT_KEYS = MODEL_KEYS.filter((key) => key !== "logGroup");

/** The settings of a whole stack, beside its `models` and their `defaults`. */
export const stackSchema = z.strictObject({
  modelsFrom: listOf(z.string().min(1))
    .optional()
    .meta({
      description:
        "Files with more models, or patterns of files such as models/*.yaml, from the project's folder: for more than the 128 KiB that a stack's config may have.",
      expected: "the path of a file with models, or a list of them",
      examples: ["models/prod.yaml", ["models/prod/*.yaml"]],
    }),

  namespace: z.string().regex(NAMESPACE).prefault("classification_rate").meta({
    description: "CloudWatch namespace of the metrics.",
    expected:
      "a metric namespace of 1 to 255 ASCII characters without : * $, not starting with AWS/",
  }),

  encryptTopics: boolean.prefault(false).meta({
    description: "Encrypt the e-mail topics with a key of the stack's own, which AWS KMS bills.",
    expected: "true or false",
  }),

  dashboard: boolean.prefault(true).meta({
    description: "Provision a dashboard of all models.",
    expected: "true or false",
  }),
});

/** Settings of a stack, checked, without its models. */
export type StackValues = z.output<typeof stackSchema>;

/** Everything a stack's config may hold in the package's namespace. */
export const STACK_KEYS: readonly string[] = [
  "models",
  "defaults",
  ...Object.keys(stackSchema.shape),
];
