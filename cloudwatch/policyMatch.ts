/** Whether a part of a policy's statement is about a request; unknown where it is written in a way not judged here. */
export type Match = "yes" | "no" | "unknown";

/** All have to match: one that does not decides, whatever is unknown about the others. */
export function every(matches: readonly Match[]): Match {
  if (matches.includes("no")) return "no";
  return matches.includes("unknown") ? "unknown" : "yes";
}

/** One has to match. */
export function some(matches: readonly Match[]): Match {
  if (matches.includes("yes")) return "yes";
  return matches.includes("unknown") ? "unknown" : "no";
}

/** The opposite; what is unknown stays so. */
export function not(match: Match): Match {
  if (match === "unknown") return match;
  return match === "yes" ? "no" : "yes";
}

/** IAM takes one value where a list of one is meant. */
export function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined ? [] : [value];
}

/** Numbers and booleans may stand where text is meant. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

/** Whether a text matches a pattern in which `*` stands for any characters and `?` for one. */
export function matchesGlob(pattern: string, text: string): boolean {
  let [at, star, resumeAt] = [0, -1, 0];
  let from = 0;
  while (at < text.length) {
    const sign = pattern[from];
    if (sign === "*") {
      [star, resumeAt] = [from, at];
      from += 1;
    } else if (sign === "?" || sign === text[at]) {
      from += 1;
      at += 1;
    } else if (star >= 0) {
      // The last star takes one character more.
      resumeAt += 1;
      [from, at] = [star + 1, resumeAt];
    } else {
      return false;
    }
  }
  return /^\**$/.test(pattern.slice(from));
}
