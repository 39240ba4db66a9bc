import { AwsCallError } from "../aws/awsCall";
import type { AwsSession } from "../aws/awsSession";
import { sumsBackwards } from "../aws/metricCalls";
import { MINUTE, type TimeSpan } from "../time";

/** How much a scan is likely to read. */
export interface ScanEstimate {
  /** undefined where it is not known. */
  readonly bytes: number | undefined;
  /** Where the figure is from, or why there is none. */
  readonly basis: string;
}

const HOUR = 60;

/**
 * Estimates what a query over a log group reads: all that came in at that time, which CloudWatch counts in AWS/Logs
 * IncomingBytes, uncompressed as Insights reads it (CloudWatch Logs User Guide, "Monitoring with CloudWatch metrics").
 * Data points of an hour are kept for 455 days. Without any, what the log group takes up is better than nothing.
 * @param storedBytes of the whole log group, compressed; undefined where that is not known
 * @throws AwsCallError unless it is for a missing permission
 */
export async function scanEstimate(
  session: AwsSession,
  logGroup: string,
  span: TimeSpan,
  storedBytes: number | undefined,
): Promise<ScanEstimate> {
  let why: string;
  let known = storedBytes;
  try {
    const bytes = await incomingBytes(session, logGroup, span);
    if (bytes !== undefined) return { bytes, basis: "what AWS/Logs IncomingBytes counted then" };
    why = "AWS/Logs IncomingBytes has no data for that time";
  } catch (error) {
    if (!(error instanceof AwsCallError) || error.kind !== "access denied") throw error;
    // Nothing stored as yet says little: AWS works that out now and then.
    if (known === 0) known = undefined;
    why = `your credentials may not do ${error.action}`;
  }
  if (known === undefined) return { bytes: undefined, basis: why };
  return {
    bytes: known,
    basis: `what the log group takes up, which is compressed, and all that it keeps: it may be more or less; ${why}`,
  };
}

/** undefined where there is no data point. */
async function incomingBytes(
  session: AwsSession,
  LogGroupName: string,
  { from, to }: TimeSpan,
): Promise<number | undefined> {
  const incoming = { namespace: "AWS/Logs", metricName: "IncomingBytes" };
  const metric = { ...incoming, dimensions: { LogGroupName } };
  const hours = {
    from: Math.floor(from / HOUR) * HOUR * MINUTE,
    to: Math.ceil(to / HOUR) * HOUR * MINUTE,
    period: 3600,
  };
  let bytes: number | undefined;
  for await (const { sum } of sumsBackwards(session, metric, hours)) bytes = (bytes ?? 0) + sum;
  return bytes;
}
