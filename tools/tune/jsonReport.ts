import { datapointsText } from "../../components/settings/schema";
import { isoMinute, type TimeSpan } from "../time";
import { tuneWarnings } from "./dataSummary";
import type { Cell } from "./grid";
import type { Written } from "./stackFileEdit";
import { type Suggestion, wilsonInterval } from "./suggest";
import { changedSettings, ruleText, whyText } from "./textReport";
import type { TuneRun } from "./tuneLogs";

/** Tuning for machines: what `--json` prints. Times are ISO-8601 in UTC, rates in percent. */
export type JsonTuning = ReturnType<typeof tuneJson>;

/** @param written what `--write` changed */
export function tuneJson(run: TuneRun, written?: Written) {
  const { data, own, truth, budget, span, suggestions } = run;
  const { predictions, valid, rate } = data.baseline;
  const { mailsPerMonth: falseMailsPerMonth, months, allowed } = budget;
  return {
    stack: run.stack,
    model: run.alarm.model,
    ...isoSpan(span),
    /** What the logs say nothing about. */
    blind: run.blind,
    declared: { threshold: own.threshold, datapoints: datapointsText(own.datapoints) },
    baseline: { ...isoSpan(truth.baseline), predictions, valid, rate },
    period: {
      seconds: run.periodMinutes * 60,
      /** Predictions: one period in twenty has fewer than `quiet`, every other fewer than `typical`. */
      ...data.volume,
      /** Where the healthy rate of a typical period lies by chance (Wilson, 95 %). */
      interval: wilsonInterval(rate, data.volume.typical),
    },
    incidents: truth.incidents.map(isoSpan),
    /** Days of the baseline that stand out; there is no suggestion then unless they were accepted. */
    suspects: run.suspects.map(({ from, to, ...figures }) => ({
      ...isoSpan({ from, to }),
      ...figures,
    })),
    budget: { falseMailsPerMonth, months, allowed, alarmsPerIncident: budget.perIncident },
    grid: run.grid.map(jsonCell),
    /** Null where no setting keeps to the rule. */
    suggestion: suggestions.chosen ? jsonSuggestion(run, suggestions.chosen) : null,
    warnings: tuneWarnings(run),
    ...(written && { written }),
  };
}

function jsonSuggestion(run: TuneRun, chosen: Suggestion) {
  const { cell, needed, isBeyondChance } = chosen;
  const { minimum } = run;
  return {
    ...jsonCell(cell),
    rule: ruleText(run),
    why: whyText(run, chosen),
    /** What differs from what is declared, as the stack file takes it. */
    settings: changedSettings(run, cell),
    /** Predictions that a period needs so that chance hardly fires the alarm; null where none are enough. */
    neededPredictions: Number.isFinite(needed) ? needed : null,
    isBeyondChance,
    /** Null where it would gain nothing, or cost something. */
    minimumPredictions: minimum?.isFree === true ? minimum.predictions : null,
  };
}

function jsonCell({ threshold, datapoints, delays, ...cell }: Cell) {
  const { episodes, mails, alarmMinutes, caught, falseMails } = cell;
  return {
    threshold,
    datapoints: datapointsText(datapoints),
    episodes,
    mails,
    alarmMinutes,
    caught,
    falseMails,
    /** Minutes from each incident's start to its alarm; null where there was none. */
    delays: delays.map((delay) => delay ?? null),
  };
}

function isoSpan({ from, to }: TimeSpan) {
  return { from: isoMinute(from), to: isoMinute(to) };
}
