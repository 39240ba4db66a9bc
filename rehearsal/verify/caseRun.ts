import { rehearse, type Rehearsal, type RehearsedMail } from "../rehearse";
import { RehearsalError, rehearseLogs } from "../rehearseLogs";
import type { LogSource } from "../logs/logSource";
import type { AlarmKind } from "./alarmTest";
import type { DeclaredModel } from "./modelAlarms";
import { seriesLength, type SeriesLine } from "./series";
import { minuteCounts } from "./seriesCounts";
import { seriesPoints } from "./seriesPoints";
import { WatchedAlarm } from "./watchedAlarm";

/** What a case made a model's alarms do. Times are minutes since 1970 (UTC). */
export interface CaseRun {
  readonly start: number;
  readonly end: number;
  readonly alarms: ReadonlyMap<AlarmKind, WatchedAlarm>;
  /** Those sent from the start on, in order. */
  readonly mails: readonly RehearsedMail[];
  /** What was not rehearsed, and who got no mail though told, in words. */
  readonly notes: readonly string[];
}

/**
 * Runs a series. The alarms are evaluated every minute, from one minute after the start to the end,
 * as new ones that know of nothing before the start.
 */
export function runSeries(
  model: DeclaredModel,
  lines: readonly SeriesLine[],
  start: number,
): CaseRun {
  const end = start + seriesLength(lines);
  const points = seriesPoints(model, minuteCounts(lines), start);
  const rehearsal = rehearse(model, model.alarms, points, { from: start + 1, to: end });
  return caseRun(rehearsal, { start, end }, rehearsal.undelivered);
}

/**
 * Runs logs of a model's log group.
 * @param start what comes before it is history; undefined: the minute of the first event
 * @throws LogError where a log cannot be read, RehearsalError where the model's alarms cannot all be replayed
 */
export async function runLogs(
  model: DeclaredModel,
  sources: readonly LogSource[],
  start: number | undefined,
): Promise<CaseRun> {
  const groups = [...new Set(model.filters.map(({ logGroupName }) => logGroupName))];
  const logs = groups.map((logGroup) => ({ logGroup, sources }));
  const { rehearsal, options, notes } = await rehearseLogs(model, logs, {});
  if (rehearsal.alarms.length < model.alarms.length) throw new RehearsalError(notes.join("; "));
  return caseRun(rehearsal, { start: start ?? options.from - 1, end: options.to }, notes);
}

function caseRun(
  { alarms, mails }: Rehearsal,
  { start, end }: { readonly start: number; readonly end: number },
  notes: readonly string[],
): CaseRun {
  const watched = alarms.map((rehearsed) => new WatchedAlarm(rehearsed));
  const isGreeting = ({ alarm, change }: RehearsedMail): boolean =>
    watched.some((one) => one.alarm.name === alarm && one.isGreeting(change));
  return {
    start,
    end,
    alarms: new Map(watched.map((alarm) => [alarm.kind, alarm])),
    mails: mails.filter((mail) => mail.at >= start && !isGreeting(mail)),
    notes,
  };
}
