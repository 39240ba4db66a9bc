import { form, readNumber, type Form } from "./form";

/** How many of the newest data points must breach before the alarm fires: "3 of 5". */
export interface Datapoints {
  /** M, the data points that must be at or below the threshold. */
  readonly toAlarm: number;
  /** N, the newest data points that are looked at. */
  readonly of: number;
}

/** The setting `datapoints`: `3 of 5`, `3/5`, or `3`, which means 3 of 3. */
export const datapoints: Form<Datapoints, string | number> = form(
  "data points as `3 of 5`, `3/5` or `3`, the first not above the second",
  readDatapoints,
);

function readDatapoints(input: unknown): Datapoints | undefined {
  const pair = typeof input === "string" ? /^\s*(\d+)\s*(?:of|\/)\s*(\d+)\s*$/.exec(input) : null;
  const toAlarm = readNumber(pair === null ? input : pair[1]);
  const of = pair === null ? toAlarm : readNumber(pair[2]);
  if (toAlarm === undefined || of === undefined) return undefined;
  const whole = Number.isSafeInteger(toAlarm) && Number.isSafeInteger(of);
  return whole && toAlarm >= 1 && toAlarm <= of ? { toAlarm, of } : undefined;
}

/** Data points as the setting writes them. */
export function datapointsText({ toAlarm, of }: Datapoints): string {
  return `${String(toAlarm)} of ${String(of)}`;
}
