import { execFileSync, spawn } from "node:child_process";

/** How a command ended. */
export interface Finished {
  /** -1 when a signal ended it. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** How to run a command. */
export interface RunOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Milliseconds after which it and its children are killed. */
  readonly timeout: number;
  /** Kills it and its children at once, as a crash or a closed laptop would. */
  readonly signal?: AbortSignal;
}

/** Runs a command without a terminal or input, and waits for its end. */
export async function run(
  command: string,
  args: readonly string[],
  { cwd, env, timeout, signal }: RunOptions,
): Promise<Finished> {
  const start = performance.now();
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const kill = (): void => {
    if (child.pid !== undefined) family(child.pid).forEach(end);
  };
  const timer = setTimeout(kill, timeout);
  signal?.addEventListener("abort", kill, { once: true });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      resolve(code ?? -1);
    });
  });
  clearTimeout(timer);
  signal?.removeEventListener("abort", kill);
  const seconds = (performance.now() - start) / 1000;
  return { exitCode, stdout: stdout(), stderr: stderr(), seconds };
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: string[] = [];
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => chunks.push(chunk));
  return () => chunks.join("");
}

/** A process and all that descend from it: the engine gives its plugins process groups of their own. */
function family(pid: number): number[] {
  const table = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
  const processes = table.trim().split("\n").map(numbers);
  const members = [pid];
  for (const member of members) {
    members.push(...processes.filter(([, parent]) => parent === member).map(([id = 0]) => id));
  }
  return members;
}

function numbers(line: string): number[] {
  return line.trim().split(/\s+/).map(Number);
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself meanwhile.
  }
}
