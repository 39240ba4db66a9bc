import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, extname, join, relative } from "node:path";
import { InputError } from "./inputError";

/** The folder of this package: sources lie in it, compiled ones in its dist/. */
const PACKAGE = join(__dirname, extname(__filename) === ".ts" ? ".." : "../..");

/** The path of a file of this package. */
export function packagePath(...names: string[]): string {
  return join(PACKAGE, ...names);
}

/** Where to read on, as seen from the current folder. @param name a file of docs/ */
export function docsPath(name: string): string {
  return extname(__filename) === ".ts"
    ? `docs/${name}`
    : relative(process.cwd(), packagePath("docs", name));
}

/**
 * The content of a text file.
 * @throws InputError that says why it cannot be read
 */
export function readText(file: string): string {
  return contentOf(file).toString("utf8");
}

function contentOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new InputError(
      `${file}: cannot be read, ${fileReason(error)} (working in ${process.cwd()})`,
    );
  }
}

/** What a file that was named is called in messages. */
export function inputName(file: string): string {
  return file === "-" ? "standard input" : file;
}

/**
 * The content of a text file, or of standard input where `-` is given for it, in UTF-8 or, as PowerShell's `>` writes
 * what a command prints, in UTF-16.
 * @throws InputError that says why it cannot be read
 */
export function readInput(file: string): string {
  const content = file === "-" ? readFileSync(0) : contentOf(file);
  const isUtf16 = content[0] === 0xff && content[1] === 0xfe;
  return content.toString(isUtf16 ? "utf16le" : "utf8").replace(/^\ufeff/, "");
}

/**
 * Makes sure that a file can be written later, before what goes into it is worked out.
 * @throws InputError where it cannot
 */
export function expectWritable(file: string): void {
  try {
    if (file === "") throw new Error("it has no name");
    if (file === "-") throw new Error("- is no file (on Linux and macOS /dev/stdout can be one)");
    const found = statSync(file, { throwIfNoEntry: false });
    if (found === undefined && lstatSync(file, { throwIfNoEntry: false }) !== undefined) {
      throw new Error("it is a link to what is not there");
    }
    if (found?.isDirectory() === true) throw new Error("that is a folder");
    if (found !== undefined) expectPermission(file, found.mode);
    if (found?.isFile() !== false) accessSync(dirname(file), constants.W_OK);
  } catch (error) {
    throw unwritable(file, error);
  }
}

/**
 * Makes sure, before the work, that a file can be written after it, and is none that the work reads.
 * @param inputs paths of files that are read; what is YAML (stack files, models in files, alarm tests) need not be among
 * them, as no report is
 * @throws InputError where it cannot, or is
 */
export function expectOutput(file: string, inputs: readonly string[]): void {
  const identity = (path: string): string | undefined => {
    const found = statSync(path, { throwIfNoEntry: false });
    return found?.isFile() === true ? `${found.dev} ${found.ino}` : undefined;
  };
  const own = identity(file);
  const isRead = inputs.some((path) => own !== undefined && identity(path) === own);
  if (isRead || (own !== undefined && /\.ya?ml$/.test(file))) {
    throw new InputError(`${file}: expected a file to write a report to, found one that is read`);
  }
  expectWritable(file);
}

/**
 * Writes a file as a whole or not at all: whoever reads it never finds a part, and a full disk leaves the old content.
 * A link's target is written, a file's permissions stay. What is no file, such as a pipe, is written to.
 * @param expected the content that the file must still have, if it is to be replaced only then
 * @throws InputError where it cannot be written
 */
export function writeWhole(file: string, content: string, expected?: string): void {
  let draft: string | undefined;
  try {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found !== undefined) expectPermission(file, found.mode);
    if (found?.isFile() === false) {
      writeFileSync(file, content);
      return;
    }
    const target = found === undefined ? file : realpathSync(file);
    draft = `${target}.${process.pid}.tmp`;
    writeDraft(draft, Buffer.from(content), found?.mode);
    if (expected !== undefined && readFileSync(target, "utf8") !== expected) {
      throw new Error("it has changed meanwhile");
    }
    renameSync(draft, target);
  } catch (error) {
    if (draft !== undefined) rmSync(draft, { force: true });
    throw unwritable(file, error);
  }
}

/** Root may write to what nobody has permission to write to, as in most containers; whoever made it read-only meant it. */
function expectPermission(file: string, mode: number): void {
  if ((mode & 0o222) === 0) throw new Error("it is read-only");
  accessSync(file, constants.W_OK);
}

/** Writes all of it, which one call need not do, and looks at what is on the disk. */
function writeDraft(draft: string, content: Buffer, mode: number | undefined): void {
  const handle = openSync(draft, "w");
  try {
    if (mode !== undefined) fchmodSync(handle, mode & 0o7777);
    for (let written = 0; written < content.length;) {
      const more = writeSync(handle, content, written);
      if (more === 0) throw new Error("there is no room left for it");
      written += more;
    }
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  if (!readFileSync(draft).equals(content)) throw new Error("not all of it was written");
}

function unwritable(file: string, error: unknown): InputError {
  return new InputError(`${file === "" ? '""' : file}: cannot be written, ${fileReason(error)}`);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EISDIR: "that is a folder",
  ENOTDIR: "that is no folder",
  EACCES: "permission is denied",
  EPERM: "permission is denied",
  EROFS: "the disk is read-only",
  ENOSPC: "there is no room left for it",
};

/** Why the system did not do something with a file, in words. */
export function fileReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error ? String(error.code) : "";
  return REASONS[code] ?? error.message;
}
