import { closest, distance } from "fastest-levenshtein";

/** Keys and list positions: from the namespace of a stack's config down, or from the top of another file. */
export type KeyPath = readonly (string | number)[];

/** Something to say about a place in a file that a person wrote, the same for every command and every kind of file. */
export interface Diagnostic {
  /** A warning leaves the file usable. */
  readonly severity: "error" | "warning";
  readonly file?: string;
  /** From 1; absent where it is about the file as a whole. */
  readonly line?: number;
  readonly column?: number;
  /** The setting, such as `classification-rate:models.churn.threshold` or `tests[0].log`. */
  readonly key?: string;
  /** All of it in one line, without place and key: `expected ..., found ... (did you mean ...?)`. */
  readonly message: string;
  /** What would be right, as a noun: "a percentage above 0 and at most 100". */
  readonly expected?: string;
  /** What stands there, as {@link describeValue} shows it, or another finding. */
  readonly found?: string;
  /** What to try, if there is a likely remedy. */
  readonly hint?: string;
}

/**
 * A setting that is wrong, or looks like a mistake, as a check finds it: {@link diagnosticOf} makes a
 * diagnostic of it.
 */
export interface Problem extends Pick<Diagnostic, "hint" | "file" | "line" | "column"> {
  /** @default error */
  readonly severity?: Diagnostic["severity"];
  /** The key's parts without a namespace, to find its place in the file with. */
  readonly path: KeyPath;
  /** Set where the key itself is wrong, not its value: that is where to point. */
  readonly atKey?: true;
  readonly expected: string;
  readonly found: string;
}

/**
 * A problem in the form in which all commands show it; its place in a file is for the caller to add.
 * @param prefix what stands before the path in the key, such as `classification-rate:`
 */
export function diagnosticOf(problem: Problem, prefix = ""): Diagnostic {
  const { path, atKey, ...said } = problem;
  const { file } = said;
  // A file of models begins with their names; what is wrong with the file as a whole has no key in it.
  const [start, inFile] = file === undefined ? [prefix, path] : ["", path.slice(1)];
  const hasKey = file === undefined ? path.length > 0 : path[0] === "models";
  const key = hasKey ? { key: keyText(start, inFile) } : {};
  return { severity: "error", ...said, ...key, message: problemMessage(problem) };
}

/** The problem of a key that nothing reads. */
export function unknownKey(path: KeyPath, key: string, known: readonly string[]): Problem {
  const meant = nearest(key, known);
  return {
    path,
    expected: meant === undefined ? `one of the settings ${known.join(", ")}` : "a known setting",
    found: `the unknown setting ${describeValue(key)}`,
    atKey: true,
    ...didYouMean(meant),
  };
}

/** The hint at a word, if there is a likely one. */
export function didYouMean(meant: string | undefined): Pick<Problem, "hint"> {
  return meant === undefined ? {} : { hint: `did you mean ${meant}?` };
}

/** A diagnostic in one line: `Pulumi.dev.yaml:12:18 classification-rate:models.churn.threshold: expected ...`. */
export function diagnosticText({ severity, file, line, column, key, message }: Diagnostic): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(":");
  const about = [severity === "warning" && "warning", key].filter(Boolean).join(" ");
  return [place, about === "" ? message : `${about}: ${message}`].filter(Boolean).join(" ");
}

/** A problem in one line: `classification-rate:models.churn.threshold: expected ..., found 900`. */
export function problemText(prefix: string, problem: Problem): string {
  if (problem.file !== undefined) return diagnosticText(diagnosticOf(problem));
  const key = keyText(prefix, problem.path).replace(/: *$/, "");
  return [key, problemMessage(problem)].filter(Boolean).join(": ");
}

/** The same without the key: `expected ..., found 900`. */
export function problemMessage({ expected, found, hint }: Problem): string {
  return `expected ${expected}, found ${found}${hint === undefined ? "" : ` (${hint})`}`;
}

/** A config key as `pulumi config set --path` takes it: `classification-rate:models.churn.email[0]`. */
export function keyText(prefix: string, path: KeyPath): string {
  const keys = path.map((key, position) => {
    if (typeof key === "number") return `[${key}]`;
    if (/^[\w-]{1,80}$/.test(key)) return position === 0 ? key : `.${key}`;
    return `["${printable(key).replaceAll('"', '\\"')}"]`;
  });
  return `${prefix}${keys.join("")}`;
}

/** A value as an error shows it: text in quotes, long ones cut, maps and lists by their size. */
export function describeValue(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null (an empty value)";
  if (typeof value === "string") return value === "" ? "empty text" : `"${printable(value)}"`;
  if (Array.isArray(value)) {
    return value.length === 0 ? "an empty list" : `a list of ${value.length}`;
  }
  if (typeof value === "object") {
    const keys = Object.keys(value);
    if (keys.length === 0) return "an empty map";
    const shown = keys.slice(0, 3).map(printable).join(", ");
    return `a map of ${shown}${keys.length > 3 ? ", ..." : ""}`;
  }
  return typeof value === "number" || typeof value === "boolean" ? String(value) : typeof value;
}

/** Keeps an error on one line of sensible length, whatever the input holds. */
function printable(text: string): string {
  const oneLine = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, "\ufffd");
  return oneLine.length > 80 ? `${oneLine.slice(0, 79)}…` : oneLine;
}

/**
 * The known name that someone who wrote `name` most likely meant.
 * @returns undefined where none is near: more than a third of its letters differ
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0 || name.length > 100) return undefined;
  const lower = name.toLowerCase().replaceAll(/[-_\s]/g, "");
  const byForm = new Map(known.map((candidate) => [candidate.toLowerCase(), candidate]));
  const candidate = closest(lower, [...byForm.keys()]);
  // Two letters in the wrong order are one slip, though two edits.
  const isSwap = sortedLetters(lower) === sortedLetters(candidate);
  return isSwap || distance(lower, candidate) <= Math.max(1, Math.floor(candidate.length / 3))
    ? byForm.get(candidate)
    : undefined;
}

function sortedLetters(name: string): string {
  return Array.from(name).sort().join("");
}
