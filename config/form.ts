import { z } from "zod";

/** A value of the form I in a config file or a program's arguments, read as a T. */
export type Form<T, I = T> = z.ZodType<T, I>;

/**
 * A setting's form: what is expected, in words for the error message, and how to read it.
 * @param expected a noun that follows "expected": "a whole number of at least 1"
 * @param read returns the value, or undefined where the input does not have this form
 */
export function form<T, I = T>(
  expected: string,
  read: (input: unknown) => T | undefined,
): Form<T, I> {
  return z.transform<I, T>((input, context) => {
    const value = read(input);
    if (value !== undefined) return value;
    context.addIssue({ code: "custom", message: expected, input });
    return z.NEVER;
  });
}

/**
 * A number, or text that is one: `pulumi config set --path` stores decimals as text.
 * @returns undefined for anything else, infinities included
 */
export function readNumber(input: unknown): number | undefined {
  if (typeof input === "number") return Number.isFinite(input) ? input : undefined;
  if (typeof input !== "string" || !/^\s*[-+]?(\d+(\.\d*)?|\.\d+)\s*$/.test(input))
    return undefined;
  return Number(input);
}

/** True or false; also as text, the way the engine hands over a stack's top-level values. */
export const boolean: Form<boolean, boolean | "true" | "false"> = form("true or false", (input) => {
  if (typeof input === "boolean") return input;
  return input === "true" ? true : input === "false" ? false : undefined;
});

/** A map with text keys: not null, not a list, not a date as some YAML parsers make them. */
export function isMap(input: unknown): input is Readonly<Record<string, unknown>> {
  if (typeof input !== "object" || input === null) return false;
  const prototype: unknown = Object.getPrototypeOf(input);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** A value that `pulumi config set --secret` encrypted. */
export function isSecret(input: Readonly<Record<string, unknown>>): boolean {
  return typeof input["secure"] === "string" && Object.keys(input).length === 1;
}

/** A number within bounds. */
export function numberForm(
  expected: string,
  holds: (value: number) => boolean,
): Form<number, number | string> {
  return form(expected, (input) => {
    const value = readNumber(input);
    return value !== undefined && holds(value) ? value : undefined;
  });
}

/** Text with a test on it. */
export function textForm(expected: string, holds: (value: string) => boolean): Form<string> {
  return form(expected, (input) => (typeof input === "string" && holds(input) ? input : undefined));
}
