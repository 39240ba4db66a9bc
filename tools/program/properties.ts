import { isMap } from "../../components/settings/input";

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
