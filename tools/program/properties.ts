import { isMap } from "../../components/settings/input";

/** Reads values of unknown shape: what a program registered or a state file holds. */

export type Properties = Readonly<Record<string, unknown>>;

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

/** What a resource's URN says: `urn:pulumi:<stack>::<project>::<type>::<name>`. */
export function partsOfUrn(urn: string) {
  const [, stack = "", project = ""] = /^urn:pulumi:(.*?)::(.*?)::/.exec(urn) ?? [];
  return { stack, project, name: urn.slice(urn.lastIndexOf("::") + 2) };
}
