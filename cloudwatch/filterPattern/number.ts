const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * The number that `text` spells, or NaN.
 *
 * The form is CloudWatch Logs' (User Guide, Filter and pattern syntax: integers and decimals, either
 * sign, scientific notation), not JavaScript's, which would also take `0x10`, blanks and `Infinity`.
 */
export function parseNumber(text: string): number {
  return NUMBER.test(text) ? Number(text) : Number.NaN;
}
