/** Text that is a number. */
export const NUMBER = /^\s*[-+]?(?:\d+(?:\.\d*)?|\.\d+)\s*$/;

/**
 * A number, or text that is one: `pulumi config set --path` stores decimals as text.
 * @returns undefined for anything else, infinities included
 */
export function readNumber(input: unknown): number | undefined {
  if (typeof input === "number") return Number.isFinite(input) ? input : undefined;
  return typeof input === "string" && NUMBER.test(input) ? Number(input) : undefined;
}

const UNITS = { d: 86_400, h: 3600, m: 60, s: 1 } as const;

/** A length of time in units, or in seconds. */
export const DURATION =
  /^\s*(?:(\d{1,9})\s*d)?\s*(?:(\d{1,9})\s*h)?\s*(?:(\d{1,9})\s*m)?\s*(?:(\d{1,9})\s*s)?\s*$|^\s*\d+(?:\.0*)?\s*$/;

/**
 * Reads a setting that is a length of time: `15m`, `1h`, `1d12h`, or whole seconds as a number or as text.
 * @returns whole seconds above 0, or undefined where the input is no such length of time
 */
export function readDuration(input: unknown): number | undefined {
  const seconds = readNumber(input) ?? readUnits(input);
  return seconds !== undefined && Number.isSafeInteger(seconds) && seconds > 0
    ? seconds
    : undefined;
}

/**
 * Reads a length of time with units, `15m` or `1d12h`, as it is written in stack files, alarm tests and options alike.
 * @returns whole seconds from 0, or undefined where the text is no length of time
 */
export function readUnits(input: unknown): number | undefined {
  if (typeof input !== "string" || !/\d\s*[dhms]/.test(input)) return undefined;
  const [, ...amounts] = DURATION.exec(input) ?? [];
  if (amounts.length === 0) return undefined;
  const lengths = Object.values(UNITS);
  const seconds = lengths.reduce(
    (sum, length, unit) => sum + Number(amounts[unit] ?? 0) * length,
    0,
  );
  return Number.isSafeInteger(seconds) ? seconds : undefined;
}

/** A length of time as {@link readDuration} takes it: `1d12h`, `15m`. @param seconds whole, from 0 */
export function durationInput(seconds: number): string {
  let rest = seconds;
  const parts = Object.entries(UNITS).map(([unit, length]) => {
    const amount = Math.floor(rest / length);
    rest -= amount * length;
    return amount === 0 ? "" : `${amount}${unit}`;
  });
  return parts.join("") || "0h";
}

/** A duration as a person says it: "1 hour", "15 minutes", "1 day". */
export function durationText(seconds: number): string {
  const [unit, name] =
    seconds % UNITS.d === 0
      ? [UNITS.d, "day"]
      : seconds % UNITS.h === 0
        ? [UNITS.h, "hour"]
        : seconds % UNITS.m === 0
          ? [UNITS.m, "minute"]
          : [UNITS.s, "second"];
  const amount = seconds / unit;
  return `${amount} ${name}${amount === 1 ? "" : "s"}`;
}
