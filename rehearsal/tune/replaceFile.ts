import {
  closeSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";

/**
 * Replaces a file's content at once: whoever reads it, or whatever breaks off, sees the old content or the new. It keeps
 * its mode; a link keeps leading to it.
 */
export function replaceFile(path: string, content: string): void {
  const target = realpathSync(path);
  const temporary = `${target}.${String(process.pid)}.tmp`;
  try {
    const file = openSync(temporary, "wx", statSync(target).mode);
    try {
      writeSync(file, content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
