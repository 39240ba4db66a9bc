import type { FilterPattern } from "./parser";

/** A word of a line, as a space-delimited pattern sees it. */
interface LineValue {
  readonly text: string;
  /** Where it begins in the line, with the quote or bracket that it begins with. */
  readonly start: number;
}

type FieldsPattern = Extract<FilterPattern, { kind: "fields" }>;

/**
 * `"..."` and `[...]` are one value each, without the signs, if they close; behind the closing sign the next value begins,
 * blank or not. Anything else goes on to the next blank (recorded; that line feeds part values as blanks and tabs
 * do, that a sign inside a word is an ordinary character and that brackets do not nest is assumed).
 */
const VALUE = /"([^"]*)"|\[([^\]]*)\]|\S+/g;

/** The values of a line, in order. */
function lineValues(line: string): LineValue[] {
  return Array.from(line.matchAll(VALUE), (found) => ({
    text: found[1] ?? found[2] ?? found[0],
    start: found.index,
  }));
}

/**
 * What a line has for each field of a pattern, those before the `...` first (recorded). Without `...` the last field takes
 * the rest of the line as it is written, if there are more values than fields.
 * @returns undefined if the line has too few values
 */
export function fieldValues(
  { before, after }: FieldsPattern,
  line: string,
): readonly LineValue[] | undefined {
  const values = lineValues(line);
  const wanted = before.length + (after?.length ?? 0);
  if (values.length < wanted) return undefined;
  if (after !== undefined) {
    return [...values.slice(0, before.length), ...values.slice(values.length - after.length)];
  }
  if (values.length === wanted) return values;
  const last = values[wanted - 1];
  if (last === undefined) return undefined;
  return [...values.slice(0, wanted - 1), { text: line.slice(last.start), start: last.start }];
}

/**
 * What AWS extracts from a matching line: `$name` for fields that have one; `$n`, the place among the line's values from
 * 1, for those that have none and for what `...` stands for (recorded).
 */
export function extractedValues(pattern: FieldsPattern, line: string): Map<string, string> {
  const all = lineValues(line);
  const own = fieldValues(pattern, line) ?? [];
  const fields = [...pattern.before, ...(pattern.after ?? [])];
  const names = new Map(own.map(({ start }, index) => [start, fields[index]?.name]));
  const texts = new Map(own.map(({ start, text }) => [start, text]));
  const seen = pattern.after === undefined ? own : all;
  return new Map(
    seen.map(({ start, text }, index) => [
      `$${names.get(start) ?? index + 1}`,
      texts.get(start) ?? text,
    ]),
  );
}
