/** What can be kept in the account's file and sent to the engine. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** The properties of one resource. */
export type Bag = Record<string, Json>;

/** Stands for a value that is not known yet, in a preview. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The engine has one such mark for each type a value may turn out to have. */
const UNKNOWN_MARKS: ReadonlySet<Json> = new Set<Json>([
  UNKNOWN,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** Whether the value itself will only be known later. */
export function isUnknown(value: Json | undefined): boolean {
  return value !== undefined && UNKNOWN_MARKS.has(value);
}

/** Whether the value or any part of it will only be known later. */
export function hasUnknown(value: Json | undefined): boolean {
  if (value === undefined || value === null) return false;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isBag(value) ? Object.values(value).some(hasUnknown) : isUnknown(value);
}

/** Whether the value is an object with named parts. */
export function isBag(value: Json | undefined): value is Bag {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value as text, or "" when it is none. */
export function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

/** The value as a list, or an empty one. */
export function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

/** The value as an object, or an empty one. */
export function bag(value: Json | undefined): Bag {
  return isBag(value) ? value : {};
}

/** The value's text entries, for tags. */
export function strings(value: Json | undefined): Record<string, string> {
  const entries = Object.entries(bag(value));
  return Object.fromEntries(entries.map(([key, entry]) => [key, text(entry)]));
}

/** One text for values that are equal: names of an object in order. */
export function canonical(value: Json | undefined): string {
  return JSON.stringify(sorted(value ?? null));
}

/** Reads JSON text; undefined when it is none. */
export function parseJson(source: string): Json | undefined {
  try {
    return toJson(JSON.parse(source));
  } catch {
    return undefined;
  }
}

/** Takes over a value of unknown origin; what JSON cannot hold becomes null. */
export function toJson(value: unknown): Json {
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "number" || typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== "object") return null;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, toJson(part)]));
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isBag(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, part]) => [key, sorted(part)]));
}
