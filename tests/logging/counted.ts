import {
  parsePropertyPath,
  type PredictionFields,
  type PredictionPatterns,
  predictionPatterns,
  propertyPathText,
} from "../../components/cloudwatch/patterns";
import { LogGroupIntake } from "../../tools/logs/logGroupIntake";
import type { NearMiss } from "../../tools/logs/nearMisses";
import type { Predictions } from "./ways";

const FIELD = "prediction_valid";
const AT = Date.UTC(2026, 2, 2, 9, 30);

/** What became of the log events of some predictions. */
export interface Counted {
  /** The first of the settings, as in a stack file, under which all of them count; empty: the default ones. */
  readonly setting: string | undefined;
  /** What is said of them under the default settings, where those do not count them. */
  readonly nearMiss: NearMiss | undefined;
}

/** Tries the default settings, then others, from the narrowest to the one that looks into text. */
export function counted(events: readonly string[], predictions: Predictions): Counted {
  const counts = (patterns: PredictionPatterns): boolean => {
    const [valid, total] = intakeOf(patterns, events)
      .counts()
      .map(({ matched }) => matched);
    return valid === predictions.valid && total === predictions.total;
  };
  const standard = patternsOf({});
  if (counts(standard)) return { setting: "", nearMiss: undefined };
  const helping = settingsFor(events).find(({ change }) => counts(patternsOf(change)));
  const [nearMiss] = intakeOf(standard, events).nearMisses();
  return { setting: helping?.text, nearMiss };
}

interface Setting {
  readonly text: string;
  readonly change: Partial<PredictionFields>;
}

/** Settings that such events suggest. */
function settingsFor(events: readonly string[]): Setting[] {
  const paths = new Set<string>();
  const values = new Set<string | number>();
  const walk = (value: unknown, path: readonly (string | number)[]): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      if (name === FIELD && path.length > 0) paths.add(propertyPathText([...path, name]));
      if (name === FIELD && path.length === 0) {
        if (typeof inner === "string" || typeof inner === "number") values.add(inner);
      }
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
  return [
    ...Array.from(paths, (path) => ({
      text: `field: ${path}`,
      change: { field: parsePropertyPath(path) ?? [] },
    })),
    ...Array.from(values, (valid) => ({
      text: `valid: ${JSON.stringify(valid)}`,
      change: { valid },
    })),
    {
      text: 'field: probability, valid: ">= 0.8"',
      change: { field: ["probability"], valid: { operator: ">=", bound: 0.8 } },
    },
    { text: "logFormat: text", change: { logFormat: "text" } },
  ];
}

function patternsOf(change: Partial<PredictionFields>): PredictionPatterns {
  return predictionPatterns({ field: [FIELD], where: [], ...change });
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
