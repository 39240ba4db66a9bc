/**
 * Which positions of series to draw when there are more than a chart can show: of each stretch, the lowest and the
 * highest value of every series, and the first missing one, so that neither an excursion nor a gap is lost. First and
 * last position are always among them.
 *
 * @param columns series of the same length, NaN for missing
 * @param limit the most positions to keep, at least two and three for each series
 * @returns positions in ascending order
 */
export function keptPositions(columns: readonly ArrayLike<number>[], limit: number): number[] {
  const length = columns[0]?.length ?? 0;
  if (length <= limit) return Array.from({ length }, (_, position) => position);
  const stretches = Math.floor((limit - 2) / (3 * columns.length));
  const kept = new Set([0, length - 1]);
  for (let stretch = 0; stretch < stretches; stretch += 1) {
    const start = Math.floor((stretch * length) / stretches);
    const end = Math.floor(((stretch + 1) * length) / stretches);
    for (const column of columns) keepExtremes(column, start, end, kept);
  }
  return [...kept].sort((a, b) => a - b);
}

function keepExtremes(
  column: ArrayLike<number>,
  start: number,
  end: number,
  kept: Set<number>,
): void {
  let [low, high] = [Infinity, -Infinity];
  let [lowest, highest, missing] = [-1, -1, -1];
  for (let position = start; position < end; position += 1) {
    const value = column[position] ?? NaN;
    if (Number.isNaN(value) && missing < 0) missing = position;
    if (value < low) [low, lowest] = [value, position];
    if (value > high) [high, highest] = [value, position];
  }
  for (const position of [lowest, highest, missing]) if (position >= 0) kept.add(position);
}
