import type { LogSource } from "../../tools/logs/logSource";
import { randomNumbers } from "../../tools/tune/chance";

const HOUR = 3_600_000;

/** The first moment of every generated log: a Monday. */
export const GENERATED_FROM = Date.parse("2026-03-02T00:00Z");

/** What a model does in an hour, counted from the beginning. */
interface Story {
  readonly hours: number;
  readonly perHour: (hour: number) => number;
  /** The chance of a valid prediction. */
  readonly chance: (hour: number, random: () => number) => number;
  /** Hours from the beginning: when something was wrong. */
  readonly incident?: readonly [from: number, to: number];
}

/** 60 predictions an hour by night, up to 600 at 13:00: the traffic of the sample. */
const daily = (hour: number): number => {
  const clock = hour % 24;
  return clock < 6 || clock >= 20 ? 60 : 60 + 540 * (1 - Math.abs(clock - 13) / 7);
};

/** Four models, of which each log is drawn anew with its seed. */
export const STORIES = {
  /** Healthy all the time. */
  steady: { hours: 240, perHour: () => 120, chance: () => 0.95 },
  /** What the sample is about: from Monday on it falls for 30 hours, and is repaired on Thursday at 13:40. */
  drifting: {
    hours: 336,
    perHour: daily,
    chance: (hour) =>
      hour < 168 || hour >= 253.67 ? 0.958 : Math.max(0.738, 0.958 - (0.22 * (hour - 168)) / 30),
    incident: [168, 253.67],
  },
  /** Hardly anybody asks at night; one day everything is worse at once. */
  sparse: {
    hours: 264,
    perHour: (hour) => (hour % 24 < 8 ? 3 : 150),
    chance: (hour) => (hour >= 180 && hour < 228 ? 0.8 : 0.94),
    incident: [180, 228],
  },
  /** Few predictions, a lower rate, and hours that differ by themselves. */
  noisy: {
    hours: 336,
    perHour: () => 40,
    chance: (hour, random) => (hour >= 250 && hour < 310 ? 0.62 : 0.85) + 0.03 * (2 * random() - 1),
    incident: [250, 310],
  },
} as const satisfies Record<string, Story>;

/** The log of a story. */
export function generatedLog(story: Story, seed: number): LogSource {
  const random = randomNumbers(seed);
  const lines: string[] = [];
  for (let hour = 0; hour < story.hours; hour += 1) {
    const chance = story.chance(hour, random);
    for (let quarter = 0; quarter < 4; quarter += 1) {
      const expected = story.perHour(hour) / 4;
      // About as uneven as arrivals are.
      const predictions = Math.round(
        expected + Math.sqrt(expected) * (random() + random() - 1) * 2,
      );
      for (let at = 0; at < predictions; at += 1) {
        const time = hour + (quarter + at / predictions) / 4;
        const message = `{"prediction_valid": ${String(random() < chance)}}`;
        lines.push(
          JSON.stringify({ timestamp: Math.round(GENERATED_FROM + time * HOUR), message }),
        );
      }
    }
  }
  return {
    name: `seed-${seed}.jsonl`,
    async *open() {
      await Promise.resolve();
      yield Buffer.from(lines.map((line) => `${line}\n`).join(""));
    },
  };
}

/** When something was wrong, milliseconds since 1970. */
export function incidentsOf({ incident }: Story): { from: number; to: number }[] {
  if (incident === undefined) return [];
  const [from, to] = incident.map((hour) => GENERATED_FROM + hour * HOUR);
  return [{ from: from ?? 0, to: to ?? 0 }];
}
