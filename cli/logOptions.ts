import type { Declared } from "../rehearsal/declared";
import { expandLogs } from "../rehearsal/logs/expandLogs";
import { LogError } from "../rehearsal/logs/logError";
import { fileSource, stdinSource, type LogSource } from "../rehearsal/logs/logSource";
import { queriesOf } from "../cloudwatch/metricAlarm";
import type { LogGroupLogs } from "../rehearsal/rehearseLogs";
import { UsageError } from "./runCommand";

/**
 * Which files are the logs of which log group.
 * @param texts `model=file`, `log group=file` or `file`; patterns are expanded, `-` is standard input
 * @throws UsageError for a target that is not there or a file that has none
 */
export function logsByGroup(declared: Declared, texts: readonly string[]): LogGroupLogs[] {
  if (texts.length === 0) {
    throw new UsageError(
      `expected logs to rehearse: --logs <target>=<file>, where the target is one of ${targetsText(declared)}`,
    );
  }
  const groups = new Map<string, string[]>();
  for (const text of texts) {
    const { logGroup, file } = resolved(declared, text);
    groups.set(logGroup, [...(groups.get(logGroup) ?? []), file]);
  }
  return [...groups].map(([logGroup, files]) => ({ logGroup, sources: sources(files) }));
}

function resolved(declared: Declared, text: string): { logGroup: string; file: string } {
  const targets = targetsOf(declared);
  const split = text.indexOf("=");
  const logGroup = split > 0 ? targets.get(text.slice(0, split)) : undefined;
  if (logGroup !== undefined) return { logGroup, file: text.slice(split + 1) };
  const groups = [...new Set(targets.values())];
  const [only, ...others] = groups;
  if (only !== undefined && others.length === 0 && (split < 0 || text.includes("/", 0))) {
    return { logGroup: only, file: text };
  }
  throw new UsageError(
    `--logs ${text}: expected <target>=<file>, where the target is one of ${targetsText(declared)}`,
  );
}

/** Log groups by every name they go by: their own, and the models that log to them. */
function targetsOf({ filters, alarms }: Declared): Map<string, string> {
  const byMetric = new Map(filters.map((filter) => [filter.metricName, filter.logGroupName]));
  const targets = new Map(filters.map(({ logGroupName }) => [logGroupName, logGroupName]));
  for (const alarm of alarms) {
    const [logGroup] = queriesOf(alarm).flatMap(
      ({ metric }) => (metric && byMetric.get(metric.metricName)) ?? [],
    );
    if (logGroup === undefined) continue;
    for (const name of [alarm.name, alarm.model]) {
      if (!targets.has(name)) targets.set(name, logGroup);
    }
  }
  return targets;
}

function targetsText(declared: Declared): string {
  const models = [...new Set(declared.alarms.map(({ model }) => model))];
  const groups = [...new Set(declared.filters.map(({ logGroupName }) => logGroupName))];
  return [...models, ...groups].join(", ");
}

function sources(files: readonly string[]): LogSource[] {
  try {
    return files.flatMap((file) =>
      file === "-" ? [stdinSource()] : expandLogs([file]).map((path) => fileSource(path)),
    );
  } catch (error) {
    throw error instanceof LogError ? new UsageError(error.message) : error;
  }
}
