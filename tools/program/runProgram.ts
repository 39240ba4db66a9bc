// Before the SDK, which it makes start sooner.
import "./quickSdk";
import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";
import { InputError } from "../inputError";
import { declaredBy } from "./awsResources";
import type { AwsResource, Declared, Origin } from "./declared";
import { filledIn } from "./newResources";

/** What a program is run with: what the engine would read from Pulumi.yaml and the stack's file. */
interface ProgramRun extends Origin {
  /** By full key; structured values as JSON, as the engine hands them over. */
  readonly config: Readonly<Record<string, string>>;
  /** The file of the program. @default this package's own */
  readonly program?: string | undefined;
}

/**
 * Runs the whole program in this process against a monitor in memory and collects what it
 * declares. Nothing is deployed and nobody is called; what AWS would fill in (ARNs) is made up in the
 * form AWS gives it.
 * Pulumi's runtime is one for the whole process, so runs wait for each other.
 * @throws what the program throws, such as the problems of its config
 */
export function runProgram(run: ProgramRun): Promise<Declared> {
  const running = lastRun.then(() => runAlone(run));
  lastRun = running.catch(() => undefined);
  return running;
}

const load = createRequire(__filename);
const PROGRAM = load.resolve("../../index");
/** TypeScript without a build, by the compiler of whose program it is. */
const { quickStart } = load("../cli/quickStart.cjs") as {
  quickStart: (name: string, program: string) => void;
};

let lastRun: Promise<unknown> = Promise.resolve();

async function runAlone(run: ProgramRun): Promise<Declared> {
  const { program = PROGRAM } = run;
  if (program === PROGRAM) return runWith(pulumi, PROGRAM, run);
  if (program.endsWith(".ts")) quickStart("program", program);
  try {
    // The program's own SDK is the one that it registers with.
    const sdk = createRequire(program)("@pulumi/pulumi") as typeof pulumi;
    return await runWith(sdk, program, run);
  } catch (error) {
    if (error instanceof InputError) throw error;
    const [reason] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw new InputError(
      `${program} cannot be run here: ${reason ?? ""}\nA preview knows all that it asks of AWS: \`pulumi preview --json --show-sames --stack ${run.stack} > preview.json\`, then --preview preview.json instead of --stack`,
    );
  }
}

async function runWith(sdk: typeof pulumi, program: string, run: ProgramRun): Promise<Declared> {
  const resources: AwsResource[] = [];
  await sdk.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        const given = inputs as Record<string, unknown>;
        const properties = { ...given, ...filledIn({ type, name, properties: given }, run) };
        const region = typeof given["region"] === "string" ? given["region"] : undefined;
        if (type.startsWith("aws:")) resources.push({ type, name, region, properties });
        return { id: name, state: properties };
      },
      call: () => ({ region: run.region, id: run.region, accountId: run.accountId }),
    },
    run.project,
    run.stack,
    false,
  );
  sdk.runtime.setAllConfig({ ...run.config });
  // A program runs while it is loaded, so each run loads it anew.
  Reflect.deleteProperty(load.cache, program);
  // The SDK records a stack trace for every promise of a resource; with thousands of models that is most of the time.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 1;
  const ended = saidOnStderr();
  try {
    load(program);
    await sdk.runtime.disconnect();
  } catch (error) {
    throw sdk.RunError.isInstance(error) ? new InputError(wrongSettings(error)) : error;
  } finally {
    ended();
    Error.stackTraceLimit = stackTraceLimit;
  }
  return declaredBy(resources, run);
}

/**
 * Lets all that a program says go to stderr, as stdout is for a command's result. Where there is no
 * engine, the SDK marks its messages with `[runtime]`, which says nothing to a reader.
 * @returns ends it
 */
function saidOnStderr(): () => void {
  const toStderr = process.stderr.write.bind(process.stderr);
  // A callback is last; an encoding may stand before it.
  const write = (said: Uint8Array | string, ...more: ((error?: Error | null) => void)[]): boolean =>
    toStderr(
      Buffer.from(said)
        .toString()
        .replace(/^(\w+: )\[runtime\] /, "$1"),
      more.at(-1),
    );
  const ends = [process.stdout, process.stderr].map((stream) => {
    const before = Object.getOwnPropertyDescriptor(stream, "write");
    Object.defineProperty(stream, "write", { value: write, configurable: true, writable: true });
    return () => {
      Reflect.deleteProperty(stream, "write");
      if (before !== undefined) Object.defineProperty(stream, "write", before);
    };
  });
  return () => {
    for (const end of ends) end();
  };
}

/** What the program itself finds wrong with its config, of which the message of our own components has all. */
function wrongSettings(error: Error): string {
  const all = pulumi.InputPropertiesError.isInstance(error) ? error.errors : [];
  const faults = all
    .filter(({ reason }) => !error.message.includes(reason))
    .map(({ propertyPath, reason }) => `${propertyPath}: ${reason}`);
  return [error.message, ...faults].join("\n");
}
