/** A line that an edit took out or put in. */
export interface ChangedLine {
  readonly sign: "-" | "+";
  /** In the file it belongs to, from 1. */
  readonly line: number;
  readonly text: string;
}

/** What differs between two versions of a text that were changed in a few lines, in order. */
export function changedLines(before: string, after: string): ChangedLine[] {
  const [old, now] = [before, after].map((text) => text.split(/\r?\n/));
  return differences(old ?? [], now ?? [], 0, 0);
}

/** Cuts equal lines off both ends, and what is left where a line is in both. */
function differences(
  old: readonly string[],
  now: readonly string[],
  oldStart: number,
  nowStart: number,
): ChangedLine[] {
  let start = 0;
  while (start < Math.min(old.length, now.length) && old[start] === now[start]) start += 1;
  let end = 0;
  const most = Math.min(old.length, now.length) - start;
  while (end < most && old.at(-1 - end) === now.at(-1 - end)) end += 1;
  const removed = old.slice(start, old.length - end);
  const added = now.slice(start, now.length - end);
  // Edits may lie apart; a line that stands once in both tells them from each other.
  const anchor = removed.findIndex((line) => line.trim() !== "" && added.includes(line));
  const [oldAt, nowAt] = [oldStart + start, nowStart + start];
  if (anchor >= 0) {
    const other = added.indexOf(removed[anchor] ?? "");
    return [
      ...differences(removed.slice(0, anchor), added.slice(0, other), oldAt, nowAt),
      ...differences(
        removed.slice(anchor + 1),
        added.slice(other + 1),
        oldAt + anchor + 1,
        nowAt + other + 1,
      ),
    ];
  }
  return [
    ...removed.map((text, index) => ({ sign: "-" as const, line: oldAt + index + 1, text })),
    ...added.map((text, index) => ({ sign: "+" as const, line: nowAt + index + 1, text })),
  ];
}
