import type { z } from "zod";
import { describeValue, type KeyPath, type Problem } from "./problem";
import { nearest } from "./nearest";

/** Input as it comes from YAML or JSON: a map, its values anything. */
export type RawMap = Readonly<Record<string, unknown>>;

/**
 * Reads every key of a map by its own form, so that one bad value does not hide the next.
 * @param shape the forms by key
 * @param raw the input
 * @param path where the input stands, for the problems
 * @param known the keys that may be given; others are problems that name the nearest of these
 * @returns what could be read of the keys that are there, and the problems of the others
 */
export function readFields<Shape extends Readonly<Record<string, z.ZodType>>>(
  shape: Shape,
  raw: RawMap,
  path: KeyPath,
  known: readonly string[],
): { values: Values<Shape>; problems: Problem[] } {
  const values = new Map<string, unknown>();
  const problems: Problem[] = [];
  for (const [key, input] of Object.entries(raw)) {
    const type = Object.hasOwn(shape, key) ? shape[key] : undefined;
    if (!known.includes(key)) {
      problems.push(unknownKey([...path, key], key, known));
    } else if (type !== undefined) {
      const result = readField(type, input, [...path, key]);
      if (Array.isArray(result)) problems.push(...result);
      else values.set(key, result.value);
    }
  }
  // Each value was read by the type of its own key, which TypeScript cannot follow through a loop.
  return { values: Object.fromEntries(values) as Values<Shape>, problems };
}

type Values<Shape extends Readonly<Record<string, z.ZodType>>> = {
  [K in keyof Shape]?: z.output<Shape[K]>;
};

/** Reads one value; the problems where it does not have its form. */
export function readField<T extends z.ZodType>(
  type: T,
  input: unknown,
  path: KeyPath,
): { value: z.output<T> } | Problem[] {
  const result = type.safeParse(input, { reportInput: true });
  if (result.success) return { value: result.data };
  return result.error.issues.map((issue) => ({
    path: [...path, ...issue.path.map((key) => (typeof key === "number" ? key : String(key)))],
    expected: issue.message,
    found: describeValue(issue.input),
  }));
}

/** The problem of a key that nothing reads. */
function unknownKey(path: KeyPath, key: string, known: readonly string[]): Problem {
  const meant = nearest(key, known);
  return {
    path,
    expected: meant === undefined ? `one of the settings ${known.join(", ")}` : "a known setting",
    found: `the unknown setting ${describeValue(key)}`,
    atKey: true,
    ...(meant !== undefined && { hint: `did you mean ${meant}?` }),
  };
}
