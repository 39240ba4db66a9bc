import { isMap } from "../../components/settings/schema";

/** Reads values of unknown shape: what a program registered or a state file holds. */

type Properties = Readonly<Record<string, unknown>>;

/** A map; empty where the value is none. */
export function map(value: unknown): Properties {
  return isMap(value) ? value : {};
}

/** The map that a text of JSON holds; empty where it holds none. */
export function jsonMap(json = ""): Properties {
  try {
    return map(JSON.parse(json));
  } catch {
    return {};
  }
}

/** A list; empty where the value is none. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Text; numbers and booleans as text, anything else as empty text. */
export function text(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

/** A list of texts. */
export function texts(value: unknown): string[] {
  return list(value).map(text);
}

/** A map of texts, or undefined where there is none or it is empty. */
export function textMap(value: unknown): Record<string, string> | undefined {
  const entries = Object.entries(map(value)).map(([key, item]) => [key, text(item)] as const);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

/** A value that may be left out: a program does not give it, a state has null or empty text for it. */
export function optional(value: unknown): unknown {
  return value === null || value === "" ? undefined : value;
}
