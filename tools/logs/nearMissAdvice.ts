import { type PropertyPath, propertyPathText } from "../../components/cloudwatch/patterns";
import { visibleText } from "../text";
import type { WatchedField } from "./watchedFields";

/** The ways in which a line can carry a field and still never match. */
export type NearMissKind =
  /** Text before the JSON, or behind it. */
  | "prefixed"
  /** JSON as the text of a JSON string. */
  | "json-in-string"
  /** "true" or "false" in quotes. */
  | "text-boolean"
  /** 1 or 0. */
  | "number-boolean"
  /** null. */
  | "null"
  /** Another value that is neither true nor false. */
  | "other-type"
  /** The name in other letters, such as predictionValid. */
  | "other-case"
  /** At another path. */
  | "nested"
  /** Inside an array: several predictions in one event. */
  | "in-array"
  /** A dict as Python prints it. */
  | "python-repr"
  /** JSON with an error in it, cut off, or spread over several events. */
  | "broken-json"
  /** Text such as `prediction_valid=true`. */
  | "text";

/** One thing that keeps a line from matching. */
export interface Obstacle {
  readonly kind: NearMissKind;
  /** What to change. */
  readonly advice: string;
}

/** A path as it is shown: its characters come from a log and could be anything. */
function shown(path: PropertyPath): string {
  return visibleText(propertyPathText(path));
}

export function prefixed(where: "before" | "behind"): Obstacle {
  const advice =
    `Text stands ${where} the JSON, so the event as a whole is not JSON. Log the JSON alone: in Python ` +
    "print(json.dumps(...)) instead of logger.info(...), or a formatter of just %(message)s; on Lambda also " +
    "its JSON log format with logger.info(..., extra={...}).";
  return { kind: "prefixed", advice };
}

export function jsonInString(path: PropertyPath, field: WatchedField): Obstacle {
  if (path.length === 0) {
    const advice =
      "The event is a JSON string that holds JSON: it was encoded twice. Log the object, not a string: " +
      "drop one json.dumps(...) or JSON.stringify(...).";
    return { kind: "json-in-string", advice };
  }
  const place = `The JSON is the text of the property ${shown(path)}, where filters cannot look. `;
  const advice =
    path.at(-1) === "log"
      ? `${place}If Fluent Bit sends the logs, set Merge_Log On in its kubernetes filter (with Merge_Log_Key NAME ` +
        `write field: NAME.${shown(field.path)}).`
      : `${place}Log the object, not a string: in Python print(json.dumps(...)), or logger.info("prediction", ` +
        `extra={"${field.name}": ...}) instead of logger.info(json.dumps(...)); in Node.js console.log(object) ` +
        `without JSON.stringify, and then write field: ${shown([...path, ...field.path])}`;
  return { kind: "json-in-string", advice };
}

/** The value is there but neither true nor false. */
export function wrongValue(field: WatchedField, value: unknown, kind: NearMissKind): Obstacle {
  const path = shown(field.path);
  switch (kind) {
    case "text-boolean":
      return {
        kind,
        advice:
          `${path} is the text ${visibleText(JSON.stringify(value))}, not a JSON boolean. Log true or false ` +
          "without quotes: the boolean itself, not str(...) or String(...) of it.",
      };
    case "number-boolean":
      return {
        kind,
        advice:
          `${path} is the number ${String(value)}, not a JSON boolean. Log true or false: bool(...) in ` +
          "Python (also around NumPy's values), Boolean(...) in JavaScript.",
      };
    case "null":
      return {
        kind,
        advice:
          `${path} is null, which counts as no prediction. Log true or false, or leave the property out ` +
          "where there was no prediction.",
      };
    default:
      return {
        kind,
        advice:
          `${path} is ${typeName(value)}, not a JSON boolean. Log true or false, such as the result of ` +
          `probability >= cut-off, or name the property that is one under field.`,
      };
  }
}

function typeName(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  if (typeof value === "string") return "a text";
  return typeof value === "number" ? "a number" : "an object";
}

export function otherCase(field: WatchedField, path: PropertyPath): Obstacle {
  const advice =
    `The property is written ${shown(path)}, and names count letter by letter. Write field: ${shown(path)}, ` +
    `or log it as ${shown(field.path)}`;
  return { kind: "other-case", advice };
}

/** @param whereToo - Whether the filters' other conditions, too, hold only beside the property. */
export function nested(field: WatchedField, path: PropertyPath, whereToo: boolean): Obstacle {
  const where = whereToo
    ? `, the paths under where: likewise (${shown(path.slice(0, -1))}. ...)`
    : "";
  const advice =
    `The property stands at ${shown(path)}. Write field: ${shown(path)}${where}, or log it at ` +
    shown(field.path);
  return { kind: "nested", advice };
}

export function inArray(field: WatchedField, path: PropertyPath): Obstacle {
  const place = path.length === 0 ? "The event is an array" : `${shown(path)} is in an array`;
  const advice =
    `${place}, and an event counts once at most. Log one event for each prediction, with its ` +
    shown(field.path);
  return { kind: "in-array", advice };
}

export const PYTHON_REPR: Obstacle = {
  kind: "python-repr",
  advice:
    "This is a dict as Python prints it, not JSON. print(json.dumps(prediction)) instead of " +
    "print(prediction) or logger.info(prediction).",
};

export function brokenJson(text: string): Obstacle {
  const kind = "broken-json";
  if (/[[:,]\s*-?(?:NaN|Infinity)\b/.test(text)) {
    const advice =
      "NaN and Infinity are not JSON, so the event is not. Log null or a text instead: " +
      "json.dumps(..., allow_nan=False) tells where they come from.";
    return { kind, advice };
  }
  if (!text.includes("{") || !text.includes("}")) {
    const advice =
      "The JSON is cut off, or spread over several lines, each of which is an event of its own. Log it in one " +
      "line, without indent, and in less than 1 MB.";
    return { kind, advice };
  }
  const advice =
    "This looks like JSON but is not valid. Let json.dumps(...) or JSON.stringify(...) write it, and nothing " +
    "else into the same line.";
  return { kind, advice };
}

export function plainText(field: WatchedField): Obstacle {
  const advice =
    `This is text, not JSON. Log one JSON object a line, such as {"${field.name}": true}: in Python ` +
    `print(json.dumps({"${field.name}": ...})).`;
  return { kind: "text", advice };
}
