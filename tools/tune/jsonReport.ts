import { datapointsText } from "../../components/settings/schema";
import { isoMinute } from "../time";
import { tuneWarnings } from "./dataSummary";
import type { Cell } from "./grid";
import { wilsonInterval } from "./suggest";
import { changedSettings, ruleText, whyText } from "./textReport";
import type { TuneRun } from "./tuneLogs";

/** One setting and what it would have done. */
interface JsonCell {
  /** Percent. */
  readonly threshold: number;
  /** `3 of 5`. */
  readonly datapoints: string;
  readonly episodes: number;
  readonly mails: number;
  readonly alarmMinutes: number;
  /** How many incidents it noticed. */
  readonly caught: number;
  readonly falseMails: number;
  /** Minutes from each incident's start to its alarm; null where there was none. */
  readonly delays: readonly (number | null)[];
}

/** Tuning for machines: what `--json` prints. Times are ISO-8601 in UTC. */
export interface JsonTuning {
  readonly stack: string;
  readonly model: string;
  readonly from: string;
  readonly to: string;
  readonly declared: { readonly threshold: number; readonly datapoints: string };
  readonly baseline: {
    readonly from: string;
    readonly to: string;
    readonly predictions: number;
    readonly valid: number;
    /** Percent. */
    readonly rate: number;
  };
  readonly period: {
    readonly seconds: number;
    /** Predictions: one period in twenty has fewer than `quiet`, every other fewer than `typical`. */
    readonly quiet: number;
    readonly typical: number;
    /** Where the healthy rate of a typical period lies by chance (Wilson, 95 %), in percent. */
    readonly interval: readonly [low: number, high: number];
  };
  readonly incidents: readonly { readonly from: string; readonly to: string }[];
  readonly budget: {
    readonly falseMailsPerMonth: number;
    readonly months: number;
    readonly allowed: number;
  };
  readonly grid: readonly JsonCell[];
  /** Null where no setting keeps to the rule. */
  readonly suggestion:
    | (JsonCell & {
        readonly rule: string;
        readonly why: readonly string[];
        /** What differs from what is declared, as the stack file takes it. */
        readonly settings: Readonly<Record<string, string | number>>;
        /** Predictions that a period needs so that chance hardly fires the alarm; null where none are enough. */
        readonly neededPredictions: number | null;
        readonly isBeyondChance: boolean;
        /** Null where it would gain nothing, or cost something. */
        readonly minimumPredictions: number | null;
      })
    | null;
  readonly warnings: readonly string[];
  /** What `--write` changed. */
  readonly written?: { readonly file: string; readonly diff: readonly string[] };
}

export function tuneJson(run: TuneRun, written?: JsonTuning["written"]): JsonTuning {
  const { data, own, truth, budget, span, suggestions, minimum } = run;
  const { chosen } = suggestions;
  const { predictions, valid, rate } = data.baseline;
  return {
    stack: run.stack,
    model: run.alarm.model,
    from: isoMinute(span.from),
    to: isoMinute(span.to),
    declared: { threshold: own.threshold, datapoints: datapointsText(own.datapoints) },
    baseline: { ...isoSpan(truth.baseline), predictions, valid, rate },
    period: {
      seconds: run.periodMinutes * 60,
      ...data.volume,
      interval: wilsonInterval(rate, data.volume.typical),
    },
    incidents: truth.incidents.map(isoSpan),
    budget: {
      falseMailsPerMonth: budget.mailsPerMonth,
      months: budget.months,
      allowed: budget.allowed,
    },
    grid: run.grid.map(jsonCell),
    suggestion:
      chosen === undefined
        ? null
        : {
            ...jsonCell(chosen.cell),
            rule: ruleText(run),
            why: whyText(run, chosen),
            settings: changedSettings(run, chosen.cell),
            neededPredictions: Number.isFinite(chosen.needed) ? chosen.needed : null,
            isBeyondChance: chosen.isBeyondChance,
            minimumPredictions: minimum?.isFree === true ? minimum.predictions : null,
          },
    warnings: tuneWarnings(run),
    ...(written && { written }),
  };
}

function jsonCell(cell: Cell): JsonCell {
  const { threshold, datapoints, episodes, mails, alarmMinutes, caught, falseMails, delays } = cell;
  return {
    threshold,
    datapoints: datapointsText(datapoints),
    episodes,
    mails,
    alarmMinutes,
    caught,
    falseMails,
    delays: delays.map((delay) => delay ?? null),
  };
}

function isoSpan({ from, to }: { readonly from: number; readonly to: number }): {
  from: string;
  to: string;
} {
  return { from: isoMinute(from), to: isoMinute(to) };
}
