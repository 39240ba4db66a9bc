/** The median of some figures. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? NaN)) / 2;
}

/** One comparison: our time as a share of the other's. */
export interface Ratio {
  readonly what: string;
  /** The ratios of the pairs of runs, ours by the other's. */
  readonly ratios: readonly number[];
  /** What the ratio should be at most. */
  readonly aim: number;
}

/**
 * Runs two commands in turn, so that a machine that slows down slows both, after one pair that does
 * not count.
 * @param ours, other return seconds
 */
export async function compare(
  { what, aim, runs }: { what: string; aim: number; runs: number },
  ours: () => Promise<number>,
  other: () => Promise<number>,
): Promise<Ratio> {
  const ratios: number[] = [];
  for (let run = 0; run <= runs; run += 1) {
    const ratio = (await ours()) / (await other());
    if (run > 0) ratios.push(ratio);
  }
  return { what, ratios, aim };
}

/** A line of the result: median, spread and aim. */
export function ratioLine({ what, ratios, aim }: Ratio): string {
  const [low, high] = [Math.min(...ratios), Math.max(...ratios)];
  const figure = median(ratios);
  const spread = `${low.toFixed(2)} to ${high.toFixed(2)}`;
  const verdict = figure <= aim ? "met" : "missed";
  return `${what.padEnd(64)} ${figure.toFixed(2)}x  (${spread}; aim at most ${aim.toFixed(2)}x: ${verdict})`;
}
