import type { Declared } from "../program/declared";
import { isoMinute, type TimeSpan } from "../time";
import type { FrontierRow, Judged } from "./search";
import { settingInput } from "./searchSpace";
import { falseMails } from "./suggest";
import type { ForeignRates } from "./foreign";
import type { TuneReport } from "./report";
import type { Written } from "./stackFileEdit";
import type { TuneRun } from "./tuneLogs";

/** Tuning for machines: what `--json` prints. Times are ISO-8601 in UTC, rates in percent, lengths of time in minutes. */
export type JsonTuning = ReturnType<typeof tuneJson>;

/** @param written what `--write` changed */
export function tuneJson(run: TuneRun, report: TuneReport, written?: Written) {
  const { data, truth, budget, span, chosen, nearest, frontier } = run;
  const { mailsPerMonth: falseMailsPerMonth, months, allowed, perIncident } = budget;
  const judged = (one: Judged | undefined) => (one === undefined ? null : jsonRow(run, one));
  return {
    stack: run.stack,
    model: run.alarm.model,
    ...isoSpan(span),
    /** What the logs say nothing about. */
    blind: run.blind,
    baseline: { ...isoSpan(truth.baseline), ...data.baseline },
    /** Predictions of a declared period: one in twenty has fewer than `quiet`, every other fewer than `typical`. */
    volumes: data.volumes,
    incidents: truth.incidents.map(isoSpan),
    /** Days of the baseline that stand out; there is no suggestion then unless they were accepted. */
    suspects: run.suspects.map(({ from, to, ...figures }) => ({
      ...isoSpan({ from, to }),
      ...figures,
    })),
    budget: { falseMailsPerMonth, months, allowed, alarmsPerIncident: perIncident },
    /** How many settings were tried. */
    tried: run.tried,
    declared: jsonRow(run, run.declared),
    /** Null where no setting keeps to the rule. */
    suggestion: judged(chosen),
    /** What comes nearest to the budgets, where nothing keeps to them. */
    nearest: judged(nearest),
    /** What of the suggestion differs from what is declared, as the stack file or CloudWatch takes it. */
    changes: report.changes,
    rule: report.rule,
    reasons: report.reasons,
    frontier: frontier.map((row) => jsonRow(run, row)),
    warnings: report.warnings,
    ...(written && { written }),
  };
}

/** The same of alarms that other programs declare. */
export function foreignJson(
  { stack, notes }: Pick<Declared, "stack" | "notes">,
  tunings: readonly JsonTuning[],
  { blind, leftAlone }: Pick<ForeignRates, "blind" | "leftAlone">,
) {
  return {
    stack,
    /** What may be a rate, too, or could not be read. */
    blind,
    /** Of each alarm that is recognised and has logs: as above. */
    tunings,
    leftAlone,
    notes,
  };
}

function jsonRow({ budget }: TuneRun, row: FrontierRow | Judged) {
  const { cell, redrawn, falseMailsAYear } = row;
  const { episodes, mails, alarmMinutes, caught, delays } = cell;
  return {
    ...settingInput(cell),
    episodes,
    mails,
    alarmMinutes,
    caught,
    /** Minutes from each incident's start to its alarm; null where there was none. */
    delays: delays.map((delay) => delay ?? null),
    /** To each address, of alarms that belong to no incident. */
    falseMails: falseMails(cell, budget.mailsRecovery),
    /** To each address, by chance alone, simulated. */
    falseMailsAYear,
    /** The part of incidents, drawn again, that are told as seldom as they may be; null without incidents. */
    holds: redrawn?.kept ?? null,
    ...("smallestFall" in row && {
      /** Percent points noticed within a day with 90 % probability; null where none is. */
      smallestFall: row.smallestFall ?? null,
    }),
  };
}

function isoSpan({ from, to }: TimeSpan) {
  return { from: isoMinute(from), to: isoMinute(to) };
}
