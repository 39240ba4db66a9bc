/**
 * Reading logs: from whatever files a log group was saved to, to what its metric filters make of them.
 *
 *     const [{ intake, summaries }] = await readLogGroups([{ filters, sources: [fileSource("churn.json.gz")] }]);
 *     intake.counts(); // data points, a minute each
 *     intake.nearMisses(); // lines that were meant to count, and did not
 */
export { countsFileText, type CountsHeader, type MinuteCounts } from "./countsFile";
export { readEventTime } from "./logEvents";
export type { LogSink, LogSummary, UndatedLine, UndatedReason } from "./logFormat";
export { MAX_LINE_LENGTH } from "./logFormat";
export { type FilterCount, type IntakeOptions, LogGroupIntake } from "./logGroupIntake";
export {
  countedSources,
  expandLogs,
  fileSource,
  LogError,
  type LogErrorReason,
  type LogSource,
  stdinSource,
} from "./logSource";
export type { NearMiss, NearMissKind } from "./nearMisses";
export { readLog, type ReadLogOptions } from "./readLog";
export {
  type LogGroupRead,
  type LogGroupToRead,
  readLogGroups,
  type ReadingOptions,
} from "./readLogGroups";
export { type WatchedField, watchedFields } from "./watchedFields";
