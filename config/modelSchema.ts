import { z } from "zod";
import { datapoints } from "./datapoints";
import { boolean, form, numberForm } from "./form";
import {
  createLogGroup,
  emails,
  field,
  logGroupName,
  period,
  runbook,
  silence,
  tags,
  topics,
  where,
  writerRole,
} from "./forms";

const TREATMENTS = ["notBreaching", "missing", "ignore", "breaching"] as const;

/** What an alarm makes of a period without a data point. */
export type TreatMissingData = (typeof TREATMENTS)[number];

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
