import type * as pulumi from "@pulumi/pulumi";

/**
 * What the components take: the keys of a stack's config in the one form each that every Pulumi
 * language has. The doc comments are the descriptions of `settings/schema.ts`, which a test compares.
 */

/**
 * Text, a number or a boolean. Pulumi's analyzer of components knows no such unions, only JSON: what is
 * neither of them is refused like any other wrong setting.
 */
type Scalar = ReturnType<typeof JSON.parse>;

/** What an alarm makes of a period without a data point. */
export const MissingData = {
  /** It counts as one above the threshold. */
  notBreaching: "notBreaching",
  /** It is left out; where all are, the alarm goes to INSUFFICIENT_DATA. */
  missing: "missing",
  /** The alarm stays as it is. */
  ignore: "ignore",
  /** It counts as one at or below the threshold. */
  breaching: "breaching",
} as const;

export type MissingData = (typeof MissingData)[keyof typeof MissingData];

/** In what form a model's log has its predictions. */
export const LogFormat = {
  /** Each log event is a JSON object, and the field one of its properties. */
  json: "json",
  /** The field's name and its value stand anywhere in a line. */
  text: "text",
} as const;

export type LogFormat = (typeof LogFormat)[keyof typeof LogFormat];

/** A log group of the stack's own. */
export interface OwnedLogGroup {
  /** Days after which CloudWatch Logs deletes a log event. Default: never. */
  readonly retentionDays?: number;
}

/** An earlier alarm on a model's rate. */
export interface MonitorWarning {
  /**
   * Percent, above the model's own threshold. The warning fires when the classification rate is at or
   * below it. 0 turns off what defaults set.
   */
  readonly threshold: number;
  /** How many of the newest data points must breach. Left out: as for the alarm. */
  readonly datapoints?: string;
  /**
   * ARNs of existing SNS topics that the warning tells, instead of those of the alarm. Where nobody is
   * named here, the warning goes to whom the alarm goes.
   */
  readonly topics?: pulumi.Input<string>[];
}

/** An earlier alarm on a model's rate, for other people. */
export interface ModelWarning extends MonitorWarning {
  /** E-mail addresses that get the warning's mails, instead of those of the alarm. */
  readonly email?: string[];
}

/** A time in which no mail is sent: again and again (cron), or once (at). */
export interface MuteWindow {
  /** When it begins, again and again: minute, hour, day, month and day of the week, such as 0 2 * * SUN. */
  readonly cron?: string;
  /** When it begins, once: 2026-12-24T00:00. */
  readonly at?: string;
  /** How long it lasts: 4h, 2d12h, from 1m to 15d. */
  readonly duration: string;
  /** Time zone of cron or at, such as Europe/Berlin. Default: UTC. */
  readonly timezone?: string;
}

/** Settings that a model may have, and that a stack's defaults may set for all models. */
export interface CommonSettings {
  /** Length of one data point: 15m, 1h, 1d, in whole minutes. Default: 1h. */
  readonly period?: string;
  /** How many of the newest data points must breach: 3 of 5, or 3 for 3 of 3. Default: 3 of 5. */
  readonly datapoints?: string;
  /**
   * Predictions in a period below which it gives no data point; one is enough unless this is set. 0
   * turns off what defaults set.
   */
  readonly minimumPredictions?: number;
  /**
   * Percent, 50 to 99.9. The alarm compares the upper limit of the rate's confidence interval (Wilson,
   * two-sided), so that a few unlucky predictions in a quiet hour cannot fire it. 0 turns off what
   * defaults set.
   */
  readonly confidence?: number;
  /** What a period without a data point counts as. Default: notBreaching. */
  readonly treatMissingData?: MissingData;
  /** Path of the property in the JSON log event that tells whether a prediction is valid. Default: prediction_valid. */
  readonly field?: string;
  /**
   * What at field makes a prediction valid: true, a number such as 1, a text such as True, or a
   * comparison such as >= 0.8 of a score. Default: true.
   */
  readonly valid?: Scalar;
  /**
   * How predictions are found: json, in log events that are a JSON object each; text, as the field and
   * its value anywhere in a line, behind a prefix, in a Python dict, as prediction_valid=True. Default:
   * json.
   */
  readonly logFormat?: LogFormat;
  /** Only events whose properties have these values count, by property path: for many models in one log group. */
  readonly where?: Record<string, Scalar>;
  /**
   * A second alarm fires when there was no prediction at all for this long, from 10m to 7d. off turns
   * off what defaults set.
   */
  readonly silence?: string;
  /**
   * Windows in which no mail is sent, recurring (cron) or once (at); what is still so at the end of one
   * is mailed then.
   */
  readonly mute?: MuteWindow[];
  /** Also mail when the alarm is OK again; then each new alarm sends one first mail. Default: false. */
  readonly notifyRecovery?: boolean;
  /** https URL of what to do when the alarm fires; part of the mail. off turns off what defaults set. */
  readonly runbook?: string;
  /** The stack creates the log group. It is kept, with its events, when the stack no longer does. */
  readonly createLogGroup?: OwnedLogGroup;
  /** Name of an IAM role that may then write to the log group. off turns off what defaults set. */
  readonly writerRole?: string;
  /** false: no alarm actions and so no mails; everything stays in place. Default: true. */
  readonly enabled?: boolean;
  /** Tags of every resource of the model that can have them. */
  readonly tags?: Record<string, string>;
}

/** Settings that hold for every model that does not set them itself. */
export interface ModelDefaults extends CommonSettings {
  /**
   * Percent. The alarm fires when the classification rate is at or below it; take a bit less than the
   * rate at training time.
   */
  readonly threshold?: number;
  /** E-mail addresses that get the mails; each must confirm once. Addresses and topics together are one to five. */
  readonly email?: string[];
  /** ARNs of existing SNS topics (chat, paging) that are told as well, in the region of the alarms. */
  readonly topics?: pulumi.Input<string>[];
  /** An earlier alarm on the same rate, at a threshold above the model's own, for the same people or others. */
  readonly warning?: ModelWarning;
}

/** A model to watch. */
export interface ModelConfig extends ModelDefaults {
  /** Log group that the model logs its predictions to, of the Standard class. */
  readonly logGroup: pulumi.Input<string>;
  /**
   * Percent. The alarm fires when the classification rate is at or below it; take a bit less than the
   * rate at training time. Required here or in the defaults.
   */
  readonly threshold?: number;
  /**
   * An earlier alarm on the same rate, at a threshold above the model's own, for the same people or
   * others. It replaces that of the defaults as a whole.
   */
  readonly warning?: ModelWarning;
}
