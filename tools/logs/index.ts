/**
 * Reading logs for a rehearsal: from whatever file a log group was saved to, to what its metric filters
 * make of it.
 *
 *     const intake = new LogGroupIntake(filters);
 *     const summary = await readLog(fileSource("churn.json.gz"), {}, intake);
 *     intake.counts(); // data points, a minute each
 *     intake.nearMisses(); // lines that were meant to count, and did not
 */
export { EARLIEST_TIME, LATEST_TIME } from "../time";
export { expandLogs } from "./expandLogs";
export { type FilterCount, type IntakeOptions, LogGroupIntake } from "./intake";
export { LogError, type LogErrorReason } from "./logError";
export type { FastSink, LogSink, MessageText } from "./logSink";
export { fileSource, type LogSource, stdinSource } from "./logSource";
export type { NearMiss, NearMissKind } from "./nearMisses";
export { type LogSummary, readLog, type ReadLogOptions } from "./readLog";
export { MAX_LINE_BYTES, type UndatedLine, type UndatedReason } from "./tally";
export { visibleText } from "../text";
export { readEventTime } from "./eventTime";
