import {
  parsePropertyPath,
  type PredictionPatterns,
  predictionPatterns,
  propertyPathText,
} from "../../components/cloudwatch/patterns";
import { LogGroupIntake, type NearMiss } from "../../tools/logs";
import type { Predictions } from "./ways";

const FIELD = "prediction_valid";
const AT = Date.UTC(2026, 2, 2, 9, 30);

/** What became of the log events of some predictions. */
export interface Counted {
  /** The first of the settings, in lines of a stack file, under which all of them count; empty: the default ones. */
  readonly setting: string | undefined;
  /** What is said of them under the default settings, where those do not count them. */
  readonly nearMiss: NearMiss | undefined;
}

/** Tries the default settings, then others. */
export function counted(events: readonly string[], predictions: Predictions): Counted {
  const [standard, ...others] = [jsonSetting(FIELD), ...otherPaths(events).map(jsonSetting)];
  const counts = (patterns: PredictionPatterns): boolean => {
    const [valid, total] = intakeOf(patterns, events)
      .counts()
      .map(({ matched }) => matched);
    return valid === predictions.valid && total === predictions.total;
  };
  if (counts(standard.patterns)) return { setting: "", nearMiss: undefined };
  const helping = others.find(({ patterns }) => counts(patterns));
  const [nearMiss] = intakeOf(standard.patterns, events).nearMisses();
  return { setting: helping?.text, nearMiss };
}

interface Setting {
  readonly text: string;
  readonly patterns: PredictionPatterns;
}

function jsonSetting(path: string): Setting {
  const field = parsePropertyPath(path) ?? [];
  return { text: `field: ${path}`, patterns: predictionPatterns({ field, where: [] }) };
}

/** Other places at which JSON events have the field. */
function otherPaths(events: readonly string[]): string[] {
  const found = new Set<string>();
  const walk = (value: unknown, path: readonly (string | number)[]): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      if (name === FIELD && path.length > 0) found.add(propertyPathText([...path, name]));
      walk(inner, [...path, name]);
    }
  };
  for (const event of events) {
    try {
      walk(JSON.parse(event), []);
    } catch {
      // No JSON: no paths.
    }
  }
  return [...found];
}

function intakeOf({ valid, total }: PredictionPatterns, events: readonly string[]): LogGroupIntake {
  const filters = [valid, total].map((pattern, index) => ({
    name: `filter-${index}`,
    logGroupName: "models",
    pattern,
    metricName: `filter-${index}`,
    metricNamespace: "test",
    metricValue: "1",
  }));
  const intake = new LogGroupIntake(filters);
  for (const event of events) intake.add(AT, event);
  return intake;
}
