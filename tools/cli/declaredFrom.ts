import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { inputName, readInput, readText } from "../files";
import { InputError } from "../inputError";
import type { Declared } from "../program/declared";
import { previewed } from "../program/preview";
import { jsonMap } from "../program/properties";
import { stackState } from "../program/stackState";
import { templated } from "../program/template";
import { terraformPlan } from "../program/terraformPlan";
import { expectOneReader } from "./options";
import { type ConfigSource, declaredByProgram, projectIn, stacksIn } from "./project";

/** Where it stands what is declared, beside a stack's file. */
export interface DeclaredSource extends ConfigSource {
  readonly stack?: string;
  readonly state?: string;
  readonly preview?: string;
  readonly template?: string;
  readonly terraformPlan?: string;
}

/** The readers of files that say what is deployed or would be, by the option that names the file; each has a key that marks it. */
const READERS = {
  state: {
    flags: "--state <file>",
    mark: "deployment",
    what: "what is deployed: the output of `pulumi stack export`",
    read: stackState,
  },
  preview: {
    flags: "--preview <file>",
    mark: "steps",
    what: "what any Pulumi program would deploy: the output of `pulumi preview --json --show-sames`",
    read: previewed,
  },
  template: {
    flags: "--template <file>",
    mark: "Resources",
    what: "what a CloudFormation template would deploy, in JSON or YAML, as `cdk synth` writes it",
    read: templated,
  },
  terraformPlan: {
    flags: "--terraform-plan <file>",
    mark: "planned_values",
    what: "what Terraform would deploy: the output of `terraform show -json PLAN`",
    read: terraformPlan,
  },
} as const;

type Option = keyof typeof READERS;

const OPTIONS = Object.keys(READERS) as Option[];

/** Adds the options for what others declare; each takes - for standard input. */
export function withSourceOptions(command: Command): Command {
  return OPTIONS.reduce(
    (all, option) =>
      all.option(READERS[option].flags, `${READERS[option].what}, or - for standard input`),
    command,
  );
}

/** A file that says what is declared, or the stack's config. */
interface SourceFile {
  /** Its reader; undefined for the config, under which the program says it. */
  readonly option: Option | undefined;
  /** The option that names it, as it is written: `--preview`. */
  readonly flag: string;
  readonly file: string;
}

/**
 * The file that says what is declared; undefined where a stack's own file and its program do.
 * @param logs the logs' files, of which one may be standard input as well
 * @throws InputError where several options do
 */
export function sourceFile(
  source: DeclaredSource,
  logs: readonly string[] = [],
): SourceFile | undefined {
  const all = ["stack", ...OPTIONS, "config"] as const;
  const given = all.filter((one) => source[one] !== undefined);
  const option = OPTIONS.find((one) => given.includes(one));
  if (option !== undefined && given.length > 1) {
    const expected = all.slice(0, -1).map(flagOf).join(", ");
    throw new InputError(`expected one of ${expected}, found ${given.map(flagOf).join(" and ")}`);
  }
  const [flag, file] = [flagOf(option ?? "config"), source[option ?? "config"]];
  expectOneReader({ [flag]: [file], "--logs": logs });
  return file === undefined ? undefined : { option, flag, file };
}

/**
 * What is declared: by a file, or by the program under a stack's file.
 * @throws InputError for a file that is not what its option says, and as {@link declaredByProgram}
 */
export async function declaredFrom(source: DeclaredSource): Promise<Declared> {
  const found = sourceFile(source);
  if (found?.option === undefined) return declaredByProgram(source.stack, source);
  return READERS[found.option].read(readInput(found.file), inputName(found.file));
}

/**
 * What was declared before a change: by another stack, or by a file of any kind, told by its content.
 * @param base the stack's name, or the file's
 * @param source what it is compared with. An earlier version of a stack's file goes with its stack and program.
 * @throws InputError where it is neither, and as {@link declaredFrom}
 */
export async function declaredBefore(base: string, source: DeclaredSource): Promise<Declared> {
  const { stack, folder = "." } = source;
  if (statSync(base, { throwIfNoEntry: false })?.isFile() !== true) {
    const stacks = existsSync(join(folder, "Pulumi.yaml")) ? stacksIn(projectIn(folder)) : [];
    if (stacks.includes(base)) return declaredByProgram(base, { folder });
    const others = stacks.length > 0 ? `one of the stacks ${stacks.join(", ")}` : "a stack";
    throw new InputError(`--base ${base}: expected a file or ${others}, found neither`);
  }
  const content = readText(base);
  const keys = content.trimStart().startsWith("{")
    ? Object.keys(jsonMap(content))
    : [...content.matchAll(/^(\w+):/gm)].map(([, key]) => key);
  const option = OPTIONS.find((one) => keys.includes(READERS[one].mark));
  if (option !== undefined) return READERS[option].read(content, base);
  if (keys.includes("config")) return declaredByProgram(stack, { folder, file: base });
  throw new InputError(
    `${base}: expected a stack's file, or ${OPTIONS.map((one) => READERS[one].what).join("; ")}. Found something else`,
  );
}

function flagOf(option: string): string {
  return `--${option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
