import { closest, distance } from "fastest-levenshtein";

/**
 * The known name that someone who wrote `name` most likely meant.
 * @returns undefined where none is near: more than a third of its letters differ
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0 || name.length > 100) return undefined;
  const lower = name.toLowerCase().replaceAll(/[-_\s]/g, "");
  const byForm = new Map(known.map((candidate) => [candidate.toLowerCase(), candidate]));
  const candidate = closest(lower, [...byForm.keys()]);
  // Two letters in the wrong order are one slip, though two edits.
  const isSwap = sortedLetters(lower) === sortedLetters(candidate);
  return isSwap || distance(lower, candidate) <= Math.max(1, Math.floor(candidate.length / 3))
    ? byForm.get(candidate)
    : undefined;
}

function sortedLetters(name: string): string {
  return Array.from(name).sort().join("");
}
