import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** What came of running a command. */
export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs something in a new folder with these files; the folder is gone afterwards.
 * @param files content by path
 */
export async function inFolder<T>(
  files: Readonly<Record<string, string | Uint8Array>>,
  run: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "classification-rate-"));
  const before = process.cwd();
  try {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    process.chdir(folder);
    return await run(folder);
  } finally {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  }
}

/** Runs a command's `main` in this process and catches what it prints. */
export async function captured(main: () => Promise<number>): Promise<Run> {
  const { stdout, stderr } = process;
  const printed = { stdout: "", stderr: "" };
  const into =
    (stream: keyof typeof printed) =>
    (text: string | Uint8Array): boolean => {
      printed[stream] += String(text);
      return true;
    };
  // Own properties, which hide the streams' methods until they are deleted.
  Object.assign(stdout, { write: into("stdout") });
  Object.assign(stderr, { write: into("stderr") });
  try {
    return { code: await main(), ...printed };
  } finally {
    Reflect.deleteProperty(stdout, "write");
    Reflect.deleteProperty(stderr, "write");
  }
}
