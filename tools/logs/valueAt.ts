import type { PropertyPath } from "../../components/cloudwatch/patterns";

/** The value at a path into parsed JSON, own properties and elements only; undefined if there is none. */
export function valueAt(value: unknown, path: PropertyPath): unknown {
  let found: unknown = value;
  for (const segment of path) {
    if (typeof segment === "number") found = Array.isArray(found) ? found[segment] : undefined;
    else found = isJsonObject(found) && Object.hasOwn(found, segment) ? found[segment] : undefined;
  }
  return found;
}

/** Is it a JSON object, neither null nor an array? */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
