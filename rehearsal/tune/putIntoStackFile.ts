import { readFileSync } from "node:fs";
import { checkStackFile } from "../../config/checkStackFile";
import type { ProjectFile } from "../../config/projectFile";
import { changedLines } from "./changedLines";
import { replaceFile } from "./replaceFile";
import { editStackFile, StackFileEditError, type ModelEdit } from "./stackFileEdit";

/** What to change, and what the file is checked against. */
export interface StackFileChange extends Pick<ModelEdit, "model" | "values"> {
  readonly project: ProjectFile;
  readonly stack: string;
}

/** A change that was made. */
export interface Written {
  readonly file: string;
  /** The lines that differ: `- 12:      threshold: 89`. */
  readonly diff: readonly string[];
}

/**
 * Puts values of a model into its stack file: checks what would be written, replaces the file at once, and checks what
 * stands there.
 * @param before the content that the values were worked out from
 * @throws StackFileEditError where the file is another by now, or would have a problem; it stays as it is then
 */
export function putIntoStackFile(path: string, before: string, change: StackFileChange): Written {
  const { project, model, values } = change;
  if (readFileSync(path, "utf8") !== before) {
    throw new StackFileEditError(`${path} was changed in the meantime; nothing was written`);
  }
  const after = editStackFile(before, { project: project.name, model, values });
  check(path, after, change);
  try {
    replaceFile(path, after);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StackFileEditError(`${path}: cannot be written, ${why}`);
  }
  check(path, readFileSync(path, "utf8"), change);
  const diff = changedLines(before, after).map(
    ({ sign, line, text }) => `${sign} ${String(line)}: ${text}`,
  );
  return { file: path, diff };
}

function check(path: string, text: string, { project, stack }: StackFileChange): void {
  const { findings } = checkStackFile(text, project.name, stack, project.config);
  const [finding] = findings;
  if (finding === undefined) return;
  const { line, column, message } = finding;
  throw new StackFileEditError(
    `${path}:${String(line)}:${String(column)} with the suggestion: ${message}`,
  );
}
