import { z } from "zod";
import { form, readNumber, textForm, type Form } from "../../config/form";
import {
  ALARM_KINDS,
  STATES,
  type AlarmKind,
  type ExpectedChange,
  type ExpectedRate,
  type WrittenMoment,
} from "./alarmTest";
import type { AlarmState } from "../../cloudwatch/alarmState";
import { readMoment } from "./span";

const state: Form<AlarmState> = form(`one of ${STATES.join(", ")}`, (input) =>
  STATES.find((name) => name === input),
);

const alarm: Form<AlarmKind> = form(`one of ${ALARM_KINDS.join(", ")}`, (input) =>
  ALARM_KINDS.find((kind) => kind === input),
);

const moment: Form<WrittenMoment> = form(
  "a time such as `12h`, `1d6h30m` or `2026-03-02T14:00Z`",
  readWritten,
);

function readWritten(input: unknown): WrittenMoment | undefined {
  const read = readMoment(input);
  return read === undefined ? undefined : { moment: read, text: String(input).trim() };
}

const span: Form<readonly [WrittenMoment, WrittenMoment]> = form(
  "two times in order, such as [10h, 14h]",
  (input) => {
    if (!Array.isArray(input) || input.length !== 2) return undefined;
    const [from, to] = [readWritten(input[0]), readWritten(input[1])];
    if (from === undefined || to === undefined) return undefined;
    return isBefore(to, from) ? undefined : [from, to];
  },
);

/** Whether one moment is before another, as far as that does not depend on the start. */
function isBefore({ moment: a }: WrittenMoment, { moment: b }: WrittenMoment): boolean {
  if ("after" in a) return "after" in b && a.after < b.after;
  return "minute" in b && a.minute < b.minute;
}

const changes: Form<readonly ExpectedChange[]> = form(
  "a list of changes such as [ALARM at 12h, OK at 20h], or [] for none",
  (input) => {
    if (!Array.isArray(input)) return undefined;
    const read = input.map(readChange);
    const good = read.flatMap((change) => change ?? []);
    return good.length === read.length ? good : undefined;
  },
);

function readChange(input: unknown): ExpectedChange | undefined {
  const [, name, time] =
    typeof input === "string" ? (/^\s*(\w+)\s+at\s+(.+)$/.exec(input) ?? []) : [];
  const to = STATES.find((known) => known === name);
  const at = readWritten(time);
  return to === undefined || at === undefined ? undefined : { to, at };
}

const rate: Form<ExpectedRate> = form(
  "a percentage such as 82.5, two such as `80 to 85`, or `none` for no data point",
  (input) => {
    if (input === "none") return { kind: "none" };
    const [, low, high] =
      typeof input === "string"
        ? (/^\s*([\d.]+)\s*%?\s+to\s+([\d.]+)\s*%?\s*$/.exec(input) ?? [])
        : [];
    const [from, to] = [readPercent(low), readPercent(high)];
    if (from !== undefined && to !== undefined) {
      return from <= to ? { kind: "between", low: from, high: to } : undefined;
    }
    const figure = readPercent(typeof input === "string" ? input.replace(/\s*%\s*$/, "") : input);
    return figure === undefined ? undefined : { kind: "figure", rate: figure };
  },
);

function readPercent(input: unknown): number | undefined {
  const value = readNumber(input);
  return value !== undefined && value >= 0 && value <= 100 ? value : undefined;
}

const address = (input: unknown): string | undefined =>
  typeof input === "string" && z.regexes.email.test(input) ? input.toLowerCase() : undefined;

const mailed: Form<readonly string[]> = form("an e-mail address or a list of them", (input) => {
  const items: readonly unknown[] = Array.isArray(input) ? input : [input];
  const addresses = items.flatMap((item) => address(item) ?? []);
  return items.length > 0 && addresses.length === items.length ? addresses : undefined;
});

/** What an expectation may say: the one place for its settings, their forms and error messages. */
export const expectationSchema = z.strictObject({
  /** A moment. This, `by`, `after` and `between` exclude each other; none means the whole run. */
  at: moment.optional(),
  /** From the start to this time. */
  by: moment.optional(),
  /** From this time to the end. */
  after: moment.optional(),
  /** From the first time to the second. */
  between: span.optional(),
  /** Which alarm. @default the rate alarm; for mails all of the model's alarms */
  alarm: alarm.optional(),
  /** The state at the time, or all through the span. */
  state: state.optional(),
  /** A state that the alarm is not in at the time, or at any time of the span. */
  never: state.optional(),
  /** A state that the alarm changes to at the time or within the span. */
  becomes: state.optional(),
  /** The changes of state in the span, all of them. */
  changes: changes.optional(),
  /** The newest data point's rate; only with `at`. */
  rate: rate.optional(),
  /** How many mails were sent. @default at least one, where `mailed` or `subject` are given */
  mails: form("a whole number from 0", (input) => {
    const value = readNumber(input);
    return value !== undefined && Number.isInteger(value) && value >= 0 ? value : undefined;
  }).optional(),
  /** Whom: an address or a list, each of whom counts. */
  mailed: mailed.optional(),
  /** Text that stands in the mail's subject, in upper or lower case. */
  subject: textForm(
    "text that stands in the subject of a mail",
    (text) => text.trim() !== "",
  ).optional(),
});

/** All settings of an expectation. */
export const EXPECTATION_KEYS = expectationSchema.keyof().options;

/** The settings that say when; at most one of them. */
export const TIME_KEYS = ["at", "by", "after", "between"] as const;

/** The settings that claim something; at least one of them. */
export const CLAIM_KEYS = [
  "state",
  "never",
  "becomes",
  "changes",
  "rate",
  "mails",
  "mailed",
  "subject",
] as const;

/** The words that a setting takes, where there are only a few. */
export const SETTING_WORDS: Readonly<Record<string, readonly string[]>> = {
  alarm: ALARM_KINDS,
  state: STATES,
  never: STATES,
  becomes: STATES,
};
