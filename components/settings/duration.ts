import { readNumber } from "./schema";

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * Reads a duration: `15m`, `1h`, `1d`, or whole seconds as a number or as text.
 * @returns whole seconds above 0, or undefined where the input is not a duration
 */
export function readDuration(input: unknown): number | undefined {
  const seconds = readNumber(input) ?? readUnits(input);
  return seconds !== undefined && Number.isSafeInteger(seconds) && seconds > 0
    ? seconds
    : undefined;
}

function readUnits(input: unknown): number | undefined {
  if (typeof input !== "string") return undefined;
  const [, amount, unit] = /^\s*(\d+)\s*([smhd])\s*$/.exec(input) ?? [];
  if (amount === undefined || !isUnit(unit)) return undefined;
  return Number(amount) * SECONDS[unit];
}

function isUnit(unit: string | undefined): unit is keyof typeof SECONDS {
  return unit !== undefined && Object.hasOwn(SECONDS, unit);
}

/** A duration as a person says it: "1 hour", "15 minutes", "1 day". */
export function durationText(seconds: number): string {
  const [unit, name] =
    seconds % SECONDS.d === 0
      ? [SECONDS.d, "day"]
      : seconds % SECONDS.h === 0
        ? [SECONDS.h, "hour"]
        : seconds % SECONDS.m === 0
          ? [SECONDS.m, "minute"]
          : [SECONDS.s, "second"];
  const amount = seconds / unit;
  return `${amount} ${name}${amount === 1 ? "" : "s"}`;
}
