import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { bag, Bag, parseJson } from "./aws/json";
import { ACCOUNT_VARIABLE } from "./aws/settings";
import { changesOf, Events, readEvents } from "./events";
import { FakeAccount } from "./fakeAccount";
import { Finished, run } from "./process";
import {
  fillWorkspace,
  npmEnvironment,
  Program,
  REPOSITORY,
  runtimeEnvironment,
} from "./workspace";

/** What an engine is to run. */
export interface EngineOptions {
  readonly program: Program;
  /** The text of Pulumi.yaml. */
  readonly project: string;
  /** The texts of Pulumi.<stack>.yaml by stack. */
  readonly stacks: Readonly<Record<string, string>>;
  /** An account to share with another engine. @default a new, empty one */
  readonly account?: FakeAccount;
  /** More environment variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** Folders of programs that are found before others, such as language hosts. */
  readonly path?: readonly string[];
}

/** How to run one operation. */
export interface OperationOptions {
  /** More arguments, such as `--target`. */
  readonly args?: readonly string[];
  /** Milliseconds. @default 180000 */
  readonly timeout?: number;
  /** Kills the engine when aborted, as a crash would. */
  readonly signal?: AbortSignal;
}

/** How an operation ended. */
export interface OperationResult extends Finished, Events {
  /** What was changed, as `op type name`, sorted; empty when all was as it should be. */
  readonly changes: readonly string[];
  /** The texts of all errors. */
  readonly errors: string;
}

const TIMEOUT = 180_000;

/**
 * The real Pulumi engine in a workspace of its own, offline, with a state of its own, and with the
 * stand-in for AWS as its only plugin. Close it when done.
 *
 * @example
 * const engine = Engine.open({ program: "repository", project, stacks: { dev } });
 * const { changes, errors } = await engine.up("dev");
 */
export class Engine {
  private readonly initialised = new Set<string>();
  private operations = 0;

  private constructor(
    private readonly folder: string,
    readonly account: FakeAccount,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  static open({ program, project, stacks, account, env, path: first }: EngineOptions): Engine {
    const engine = Engine.empty({ ...runtimeEnvironment(project), ...env }, account, first);
    fillWorkspace(engine.workspace, program);
    engine.write("Pulumi.yaml", project);
    for (const [stack, yaml] of Object.entries(stacks)) engine.writeStack(stack, yaml);
    return engine;
  }

  /**
   * What `pulumi new` makes of a template, with a stack dev: installs the packages that it asks for.
   * @param name the new project's
   */
  static async fromTemplate(template: string, name: string): Promise<Engine> {
    const engine = Engine.empty(npmEnvironment());
    fs.mkdirSync(engine.workspace);
    const { exitCode, stdout, stderr } = await engine.command(
      ["new", template, "--name", name, "--yes"],
      { timeout: 3 * TIMEOUT },
    );
    if (exitCode !== 0) throw new Error(`pulumi new failed: ${stdout}${stderr}`);
    engine.initialised.add("dev");
    return engine;
  }

  private static empty(
    env: Readonly<Record<string, string>>,
    account?: FakeAccount,
    first: readonly string[] = [],
  ): Engine {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "engine-test-"));
    for (const name of ["home", "state"]) fs.mkdirSync(path.join(folder, name));
    const played = account ?? FakeAccount.in(folder);
    const usual = environment(folder, played);
    const PATH = [...first, usual["PATH"]].join(path.delimiter);
    return new Engine(folder, played, { ...usual, PATH, ...env });
  }

  /** The folder of the project. */
  get workspace(): string {
    return path.join(this.folder, "project");
  }

  /** Removes the workspace and its state. */
  close(): void {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  /** Replaces a file of the workspace, for example the program. */
  write(name: string, content: string): void {
    const file = path.join(this.workspace, name);
    // A link would lead the write into the repository.
    fs.rmSync(file, { force: true });
    fs.writeFileSync(file, content);
  }

  /** Replaces a stack's file; the salt of its secrets stays. */
  writeStack(stack: string, yaml: string): void {
    const name = `Pulumi.${stack}.yaml`;
    const file = path.join(this.workspace, name);
    const old = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
    const salt = /^encryptionsalt:.*$/m.exec(old)?.[0] ?? "";
    this.write(name, `${yaml.trimEnd()}\n${salt}\n`);
  }

  /** The text of a stack's file as the CLI left it. */
  readStack(stack: string): string {
    return fs.readFileSync(path.join(this.workspace, `Pulumi.${stack}.yaml`), "utf8");
  }

  /** Brings the stack up without the preview an update starts with; see {@link preview}. */
  async up(stack: string, options?: OperationOptions): Promise<OperationResult> {
    return this.operate("up", stack, ["--yes", "--skip-preview"], options);
  }

  async preview(stack: string, options?: OperationOptions): Promise<OperationResult> {
    return this.operate("preview", stack, [], options);
  }

  async refresh(stack: string, options?: OperationOptions): Promise<OperationResult> {
    return this.operate("refresh", stack, ["--yes", "--skip-preview"], options);
  }

  async destroy(stack: string, options?: OperationOptions): Promise<OperationResult> {
    return this.operate("destroy", stack, ["--yes", "--skip-preview"], options);
  }

  /** All outputs of the stack, secrets in clear. */
  async stackOutput(stack: string): Promise<Bag> {
    return this.json(stack, "stack", "output", "--json", "--show-secrets");
  }

  /** The stack's state as the engine keeps it. */
  async stackExport(stack: string): Promise<Bag> {
    return this.json(stack, "stack", "export");
  }

  /** `pulumi config set`; with a path the key may point into a value, as `models.churn.threshold`. */
  async configSet(stack: string, key: string, value: string, isPath = false): Promise<Finished> {
    const flags = isPath ? ["--path"] : [];
    return this.pulumi(stack, ["config", "set", ...flags, key, value]);
  }

  /** Any other command of the CLI, on the stack. */
  async pulumi(
    stack: string,
    args: readonly string[],
    options: OperationOptions = {},
  ): Promise<Finished> {
    await this.initialise(stack);
    return this.command([...args.slice(0, 1), "--stack", stack, ...args.slice(1)], options);
  }

  /** `pulumi package add`: the components of a folder with PulumiPlugin.yaml. */
  async packageAdd(folder: string): Promise<Finished> {
    return this.command(["package", "add", folder], { timeout: 3 * TIMEOUT });
  }

  /** One of the project's own commands, such as `check`, in its folder. */
  async own(...args: readonly string[]): Promise<Finished> {
    const script = path.join(REPOSITORY, "tools", "cli", "run.cjs");
    const options = { cwd: this.workspace, env: this.env, timeout: TIMEOUT };
    return run(process.execPath, [script, ...args], options);
  }

  private async operate(
    operation: string,
    stack: string,
    flags: readonly string[],
    options: OperationOptions = {},
  ): Promise<OperationResult> {
    this.operations += 1;
    const log = path.join(this.folder, `events-${this.operations}.jsonl`);
    const args = [operation, ...flags, "--event-log", log, ...(options.args ?? [])];
    const finished = await this.pulumi(stack, args, options);
    const planned = operation === "preview" || (options.args ?? []).includes("--preview-only");
    const { steps, diagnostics } = readEvents(log, planned);
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    return {
      ...finished,
      steps,
      diagnostics,
      changes: changesOf(steps),
      errors: errors.map(({ message }) => message).join("\n"),
    };
  }

  private async json(stack: string, ...args: string[]): Promise<Bag> {
    const { exitCode, stdout, stderr } = await this.pulumi(stack, args);
    if (exitCode !== 0) throw new Error(`pulumi ${args.join(" ")} failed: ${stderr}`);
    return bag(parseJson(stdout));
  }

  /** A stack must exist before anything can be done with it. */
  private async initialise(stack: string): Promise<void> {
    if (this.initialised.has(stack)) return;
    const { exitCode, stderr } = await this.command(["stack", "init", stack, "--no-select"]);
    if (exitCode !== 0) throw new Error(`pulumi stack init failed: ${stderr}`);
    this.initialised.add(stack);
  }

  private async command(
    args: readonly string[],
    { timeout = TIMEOUT, signal }: OperationOptions = {},
  ): Promise<Finished> {
    return run("pulumi", [...args, "--non-interactive", "--color", "never"], {
      cwd: this.workspace,
      env: this.env,
      timeout,
      ...(signal !== undefined && { signal }),
    });
  }
}

/** Everything the engine may see: nothing of the user's settings, credentials or network. */
function environment(folder: string, account: FakeAccount): NodeJS.ProcessEnv {
  const standIn = path.join(__dirname, "aws", "bin");
  const node = path.dirname(process.execPath);
  return {
    PATH: [engineFolder(), standIn, node, process.env["PATH"]].join(path.delimiter),
    HOME: path.join(folder, "home"),
    TMPDIR: os.tmpdir(),
    PULUMI_HOME: path.join(folder, "home", ".pulumi"),
    PULUMI_BACKEND_URL: `file://${path.join(folder, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: "",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    // Makes --event-log available.
    PULUMI_DEBUG_COMMANDS: "true",
    [ACCOUNT_VARIABLE]: account.path,
  };
}

let engineFolderFound: string | undefined;

/** Finds or builds the engine, once for all tests. */
function engineFolder(): string {
  engineFolderFound ??= built();
  return engineFolderFound;
}

/** Finds or builds the engine, or what programs in other languages need. @returns the folder */
export function built(...what: readonly "languages"[]): string {
  const script = path.join(REPOSITORY, "tests", "engine", "build.mjs");
  const printed = execFileSync(process.execPath, [script, ...what], {
    ...{ encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
  });
  return printed.trimEnd().split("\n").at(-1) ?? "";
}
