/** Numbers as CloudWatch reads and writes them: exact decimals in filter patterns, Java's doubles in texts. */

/** An exact decimal number: 0.`digits` x 10^`magnitude`. Zero has no digits. */
export interface Decimal {
  readonly negative: boolean;
  /** Without zeros at either end. */
  readonly digits: string;
  readonly magnitude: number;
}

const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** Largest exponent of a number literal; AWS refuses 1e2147483648, that just this is the limit is assumed. */
const LARGEST_EXPONENT = 2 ** 31 - 1;

/**
 * The number that a text spells, or undefined.
 *
 * The form is CloudWatch Logs' (User Guide, Filter pattern syntax: integers and decimals, either sign,
 * scientific notation), not JavaScript's, which would also take `0x10`, blanks and `Infinity`.
 */
export function parseDecimal(text: string): Decimal | undefined {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = NUMBER.exec(text) ?? [];
  if (whole === "" && fraction === "") return undefined;
  if (Math.abs(Number(exponent)) > LARGEST_EXPONENT) return undefined;
  const all = whole + fraction;
  const digits = all.replace(/^0+/, "");
  const magnitude = whole.length + Number(exponent) - (all.length - digits.length);
  if (digits === "") return { negative: false, digits, magnitude: 0 };
  return { negative: sign === "-", digits: digits.replace(/0+$/, ""), magnitude };
}

/** Below, at or above 0 as `a` is less than, equal to or greater than `b`. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const [signA, signB] = [signOf(a), signOf(b)];
  if (signA !== signB || signA === 0) return signA - signB;
  if (a.magnitude !== b.magnitude) return signA * (a.magnitude - b.magnitude);
  if (a.digits === b.digits) return 0;
  return a.digits < b.digits ? -signA : signA;
}

function signOf({ negative, digits }: Decimal): number {
  if (digits === "") return 0;
  return negative ? -1 : 1;
}

/** The number that a text spells as a double, or NaN: infinite where it is too large for one. */
export function parseNumber(text: string): number {
  return parseDecimal(text) === undefined ? NaN : Number(text);
}

/**
 * A double as Java writes it (`Double.toString`): at least one decimal, scientific from 10^7 up and below 10^-3, as in
 * 90.0, 8.3714617344E10 and 5.0E-7. So state reasons and mails have them, as published ones show.
 */
export function javaDouble(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e7) {
    const text = String(value);
    return text.includes(".") ? text : `${text}.0`;
  }
  const [digits = "", exponent = ""] = value.toExponential().split("e");
  return `${digits.includes(".") ? digits : `${digits}.0`}E${Number(exponent)}`;
}
