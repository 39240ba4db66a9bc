import type { z } from "zod";
import { describeValue, type KeyPath, type Problem } from "./problem";
import { nearest } from "./nearest";

/** Input as it comes from YAML or JSON: a map, its values anything. */
export type RawMap = Readonly<Record<string, unknown>>;

/** For what is read once: code made for the schema, as zod would do, takes longer than the reading. */
export const ONCE = { jitless: true };

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
  const values: Record<string, unknown> = {};
  const problems: Problem[] = [];
  for (const [key, input] of Object.entries(raw)) {
    const type = Object.hasOwn(shape, key) ? shape[key] : undefined;
    if (!known.includes(key)) {
      problems.push(unknownKey([...path, key], key, known));
    } else if (type !== undefined) {
      const result = type.safeParse(input);
      if (result.success) values[key] = result.data;
      else problems.push(...problemsOf(type, input, [...path, key]));
    }
  }
  // Each value was read by the type of its own key, which TypeScript cannot follow through a loop.
  return { values: values as Values<Shape>, problems };
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
  const result = type.safeParse(input);
  return result.success ? { value: result.data } : problemsOf(type, input, path);
}

/** Reads a value once more, with its wrong parts noted, which would slow down reading right ones. */
function problemsOf(type: z.ZodType, input: unknown, path: KeyPath): Problem[] {
  const { error } = type.safeParse(input, { reportInput: true });
  return (error?.issues ?? []).map((issue) => ({
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
