import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { motoProgram } from "./motoProgram";

/** Milliseconds until moto must answer; it loads a good part of botocore. */
const PATIENCE = 60_000;

/** moto, a stand-in for AWS from PyPI, as a server on this machine. */
export class MotoServer {
  private constructor(
    private readonly process: ChildProcess,
    /** Such as `http://127.0.0.1:40001`. */
    readonly endpoint: string,
  ) {}

  /** @throws Error where it cannot be installed or does not start */
  static async start(): Promise<MotoServer> {
    const { command, args } = motoProgram();
    // Port 0: whichever is free.
    const child = spawn(command, [...args, "-H", "127.0.0.1", "-p", "0"], {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, PYTHONUNBUFFERED: "1" },
    });
    process.once("exit", () => child.kill());
    return new MotoServer(child, await endpointOf(child));
  }

  /** Forgets everything that was put into it. */
  async reset(): Promise<void> {
    const { ok, status } = await fetch(`${this.endpoint}/moto-api/reset`, { method: "POST" });
    if (!ok) throw new Error(`moto does not forget: ${status}`);
  }

  async stop(): Promise<void> {
    const ended = once(this.process, "exit");
    this.process.kill();
    await ended;
  }
}

/** moto says where it runs once it answers. */
function endpointOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    const fail = (why: string): void => {
      child.kill();
      reject(new Error(`moto does not start: ${why}\n${said}`));
    };
    const timer = setTimeout(() => {
      fail("no answer");
    }, PATIENCE);
    child.once("error", (error) => {
      fail(error.message);
    });
    child.once("exit", (code) => {
      fail(`exit code ${code}`);
    });
    child.stderr?.on("data", (data: Buffer) => {
      // Its log of requests follows; nobody reads it.
      if (said.length < 10_000) said += data.toString();
      const [, endpoint] = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(said) ?? [];
      if (endpoint === undefined) return;
      clearTimeout(timer);
      resolve(endpoint);
    });
  });
}
