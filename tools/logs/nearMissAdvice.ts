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
  /** A number as text, where numbers are compared. */
  | "text-number"
  /** true or false, where numbers or texts are compared. */
  | "boolean"
  /** Another value than what filters ask for. */
  | "other-type"
  /** The name in other letters, such as predictionValid. */
  | "other-case"
  /** At another path. */
  | "nested"
  /** Inside an array: several predictions in one event. */
  | "in-array"
  /** JSON objects one after the other in one event. */
  | "several-objects"
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

/** What AWS's PyTorch, Hugging Face and MXNet containers put before each line of a worker. */
const MODEL_SERVER = /\[[A-Z]+ *\] W-\d+\S*[- ].* - $/;
/** A Kubernetes node's own log line. */
const CRI = /^\S+ (?:stdout|stderr) [FP] $/;
/** Characters that nobody sees, beside blanks. */
const INVISIBLE = /^\s*[\ufeff\u200b-\u200f\u2060\u0000-\u0008\u000e-\u001f]\s*$/;

/** Text stands before the JSON, or behind it. */
export function prefixed(before: string, behind: string): Obstacle {
  const kind = "prefixed";
  if (INVISIBLE.test(before)) {
    const code = (before.trimStart().codePointAt(0) ?? before.codePointAt(0) ?? 0xfeff).toString(
      16,
    );
    const mark = `U+${code.toUpperCase().padStart(4, "0")}`;
    const name = code === "feff" ? `${mark}, a byte order mark` : mark;
    const advice =
      `An invisible character stands before the JSON (${name}), so the event as a whole is not JSON. Write UTF-8 ` +
      'without a mark: in Python encoding="utf-8" instead of "utf-8-sig".';
    return { kind, advice };
  }
  if (MODEL_SERVER.test(before)) {
    const advice =
      "The model server (TorchServe, multi-model-server) puts time, level and worker before everything that your " +
      "code prints or logs. Write past it, to the container's own standard output: in Python " +
      'open("/proc/1/fd/1", "w"), or send the events with boto3\'s put_log_events.';
    return { kind, advice };
  }
  if (CRI.test(before)) {
    const advice =
      "A Kubernetes node puts time and stream before each line of a container. Have the agent that ships the lines " +
      "take that away: in Fluent Bit the parser cri, and Merge_Log On in the kubernetes filter.";
    return { kind, advice };
  }
  const advice =
    `Text stands ${before.trim() === "" && behind.trim() !== "" ? "behind" : "before"} the JSON, so the event as a whole is not JSON. Log the JSON alone: in Python ` +
    "print(json.dumps(...)) instead of logger.info(...), or a formatter of just %(message)s; on Lambda also " +
    "its JSON log format with logger.info(..., extra={...}).";
  return { kind, advice };
}

export const COLOURED: Obstacle = {
  kind: "prefixed",
  advice:
    "Colour codes for a terminal stand in the line, so that it is no JSON, and names are torn from their values. Turn colours off where " +
    "the output is no terminal: NO_COLOR=1, or colors=False and the like of the logger.",
};

export const SEVERAL: Obstacle = {
  kind: "several-objects",
  advice:
    "Several JSON objects stand in one event, which as a whole is not JSON then. Log one event for each prediction: " +
    "each object in a line of its own, and where an agent joins lines (multiline, batches), have it not.",
};

export const ENCODED_TWICE: Obstacle = {
  kind: "json-in-string",
  advice:
    "The event is a JSON string that holds JSON: it was encoded twice. Log the object, not a string: " +
    "drop one json.dumps(...) or JSON.stringify(...).",
};

export const ESCAPED: Obstacle = {
  kind: "json-in-string",
  advice:
    'The quotes of the JSON are escaped (\\"), as within a string: it was encoded twice, or a shell or an agent has ' +
    "escaped it. Log the object itself, once through json.dumps(...) or JSON.stringify(...).",
};

export const HTML_ESCAPED: Obstacle = {
  kind: "broken-json",
  advice:
    "The quotes of the JSON are written as in HTML (&quot;), so that it is no JSON. Log the object through " +
    "json.dumps(...) or JSON.stringify(...) alone, past the template or the escaping for web pages.",
};

export const TYPOGRAPHIC: Obstacle = {
  kind: "broken-json",
  advice:
    "Typographic quotes (\u201c...\u201d) stand where JSON has plain ones, as word processors and web pages make them. Let " +
    "json.dumps(...) or JSON.stringify(...) write the object, not a text of your own.",
};

/** Names that AWS FireLens adds to each line of a container. */
const FIRELENS = ["container_name", "container_id", "ecs_cluster", "ecs_task_arn"];

export function jsonInString(
  event: Readonly<Record<string, unknown>>,
  path: PropertyPath,
  field: WatchedField,
): Obstacle {
  const place = `The JSON is the text of the property ${shown(path)}, where filters cannot look. `;
  const isLog = path.at(-1) === "log";
  const advice =
    isLog && FIRELENS.some((name) => name in event)
      ? `${place}FireLens sends it so. Have its Fluent Bit parse it: in firelensConfiguration the options ` +
        "config-file-type: file and config-file-value: /fluent-bit/configs/parse-json.conf, or a parser filter of your " +
        "own; the properties then stand at the top."
      : isLog
        ? `${place}If Fluent Bit sends the logs, set Merge_Log On in its kubernetes filter (with Merge_Log_Key NAME ` +
          `write field: NAME.${shown(field.path)}).`
        : `${place}Log the object, not a string: in Python print(json.dumps(...)), or logger.info("prediction", ` +
          `extra={"${field.name}": ...}) instead of logger.info(json.dumps(...)); in Node.js console.log(object) ` +
          `without JSON.stringify, and then write field: ${shown([...path, ...field.path])}`;
  return { kind: "json-in-string", advice };
}

/** The value is there but not one that the filters compare. */
export function wrongValue(
  event: Readonly<Record<string, unknown>>,
  field: WatchedField,
  value: unknown,
  kind: NearMissKind,
): Obstacle {
  const isMetric = "_aws" in event && field.asks === "boolean";
  if (kind === "in-array" && !isMetric) return inArray(field, field.path);
  const what = isMetric
    ? "is a metric of the embedded metric format here, and so a number. Add it to the same event as a property that is " +
      `true or false: set_property("${field.name}", ok), or add_metadata(...) of Powertools.`
    : wrongValueText(field, value, kind);
  return { kind, advice: `${shown(field.path)} ${what}` };
}

function wrongValueText(field: WatchedField, value: unknown, kind: NearMissKind): string {
  const wanted = WANTED[field.asks];
  switch (kind) {
    case "text-boolean":
      return (
        `is the text ${jsonText(value)}, not a JSON boolean. Log true or false without quotes: the boolean itself, not str(...) or ` +
        "String(...) of it."
      );
    case "number-boolean":
      return (
        `is the number ${jsonText(value)}, not a JSON boolean. Log true or false: bool(...) in Python (also around NumPy's values), ` +
        "Boolean(...) in JavaScript."
      );
    case "null":
      return `is null, which counts as no prediction. Log ${wanted}, or leave the property out where there was no prediction.`;
    case "text-number":
      return (
        `is the text ${jsonText(value)}, and text is never compared with a number. Log the number itself, without quotes: float(...) ` +
        "in Python, Number(...) in JavaScript, not a format of it."
      );
    case "boolean":
      return (
        `is ${jsonText(value)}, a JSON boolean, which no filter compares with anything. Log ${wanted}, such as ` +
        `${JSON.stringify(field.values[0])}.`
      );
    default:
      return field.asks === "boolean"
        ? `is ${typeName(value)}, not a JSON boolean. Log true or false, such as the result of probability >= cut-off, or ` +
            "name the property that is one under field."
        : `is ${typeName(value)}, which these filters never compare. Log ${wanted}, or name the property that is one under field.`;
  }
}

function jsonText(value: unknown): string {
  return visibleText(JSON.stringify(value));
}

const WANTED: Readonly<Record<WatchedField["asks"], string>> = {
  boolean: "true or false",
  number: "a number",
  equality: "a number or a text",
  text: "true or false",
};

/** The name in other letters, in a line of text. */
export function otherName(field: WatchedField, name: string): Obstacle {
  const setting = /^[A-Za-z0-9_-]+$/.test(name) ? `Write field: ${name}, or log` : "Log";
  const advice = `The name is written ${visibleText(name)}, and counts letter by letter. ${setting} it as ${field.name}`;
  return { kind: "other-case", advice };
}

/** Another word than true or false stands behind the name in a line of text. */
export function wrongWord(field: WatchedField, word: string): Obstacle {
  const found = `Behind ${field.name} stands ${visibleText(word)}, and logFormat: text looks for true, True, false or False there. `;
  if (/^(?:null|none|nan)$/i.test(word)) {
    return { kind: "null", advice: `${found}This counts as no prediction: log true or false.` };
  }
  if (/^\w+$/.test(word) && !word.endsWith("_")) {
    const kind = /^[01]$/.test(word) ? "number-boolean" : "text-boolean";
    const isValid = /^(?:true|yes|1)$/i.test(word);
    const valid = isValid ? word : (VALID_WORDS[word] ?? "true");
    return { kind, advice: `${found}Log a boolean, or set valid: "${valid}" beside it` };
  }
  const advice = `${found}Log a plain boolean: bool(...) around that of NumPy, PyTorch or the like.`;
  return { kind: "text-boolean", advice };
}

/** Where a word says that a prediction is not valid, what says that one is. */
const VALID_WORDS: Readonly<Record<string, string>> = {
  ...{ "0": "1", no: "yes", No: "Yes", NO: "YES", FALSE: "TRUE" },
};

/** Nothing but signs may stand between the name and its value in a line of text. */
export function wordBetween(field: WatchedField, between: string): Obstacle {
  const advice =
    `Between ${field.name} and its value stands "${visibleText(between)}", and logFormat: text looks past signs only. ` +
    `Log it as ${field.name}=true`;
  return { kind: "text", advice };
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
  const inside = path.some((segment) => typeof segment === "number");
  const place =
    path.length === 0
      ? "The event is an array"
      : `${shown(path)} is ${inside ? "in an array" : "an array, of a batch's predictions"}`;
  const advice =
    `${place}, and an event counts once at most. Log one event for each prediction, with its ` +
    shown(field.path);
  return { kind: "in-array", advice };
}

/** @param text - The dict as it was printed. */
export function pythonRepr(text: string): Obstacle {
  const boxed = /\b(?:True_|False_|\w+\((?:True|False)\b)|numpy=(?:True|False)/.exec(text)?.[0];
  const bool =
    boxed === undefined
      ? ""
      : ` And bool(...) around the boolean of NumPy, PyTorch or the like, which json.dumps does not take: ${boxed}...`;
  const advice =
    "This is a dict as Python prints it, not JSON. print(json.dumps(prediction)) instead of " +
    `print(prediction) or logger.info(prediction).${bool}`;
  return { kind: "python-repr", advice };
}

/** @param word - The field's value as it stands there. */
export function brokenJson(text: string, word: string): Obstacle {
  const advice = /^(?:-?nan|none|nil|undefined)$/i.test(word)
    ? `The field's value is ${word}, which is not JSON, so the event is not, and which says nothing about a prediction. ` +
      "Log a value that counts, or leave the event out where there was no prediction; let json.dumps(...) or " +
      "JSON.stringify(...) write it."
    : /[[:,]\s*-?(?:NaN|Infinity)\b/.test(text)
      ? "NaN and Infinity are not JSON, so the event is not. Log null or a text instead: " +
        "json.dumps(..., allow_nan=False) tells where they come from."
      : !text.includes("{") || !text.includes("}")
        ? "The JSON is cut off, or spread over several lines, each of which is an event of its own. Log it in one " +
          "line, without indent, and in less than 1 MB."
        : "This looks like JSON but is not valid. Let json.dumps(...) or JSON.stringify(...) write it, and nothing " +
          "else into the same line.";
  return { kind: "broken-json", advice };
}

export function plainText(field: WatchedField): Obstacle {
  const advice =
    `This is text, not JSON. Log one JSON object a line, such as {"${field.name}": ${JSON.stringify(field.values[0] ?? true)}}: in Python ` +
    `print(json.dumps({"${field.name}": ...})), or a JSON renderer or formatter of the logger.`;
  return { kind: "text", advice };
}
