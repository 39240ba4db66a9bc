/** Most lines of a list that people are shown; who wants more looks for something, and a machine finds it. */
const MOST = 60;

/**
 * The lines of a list, or of a long one its beginning and its end.
 * @param line writes an item as a line
 * @param where tells where all of them are
 * @param most how many are shown. @default 60
 */
export function excerpt<T>(
  items: readonly T[],
  line: (item: T) => string,
  where: string,
  most = MOST,
): string[] {
  if (items.length <= most) return items.map(line);
  const half = Math.floor(most / 2);
  const left = items.length - 2 * half;
  return [
    ...items.slice(0, half).map(line),
    `  ... ${left.toLocaleString("en-US")} more (${where}) ...`,
    ...items.slice(-half).map(line),
  ];
}
