import type { Command } from "commander";
import { inputName, readInput } from "../files";
import { InputError } from "../inputError";
import type { Declared } from "../program/declared";
import { previewed } from "../program/preview";
import { stackState } from "../program/stackState";
import { templated } from "../program/template";
import { terraformPlan } from "../program/terraformPlan";
import { expectOneReader } from "./options";
import { type ConfigSource, declaredByProgram } from "./project";

/** Where it stands what is declared, beside a stack's file. */
export interface DeclaredSource extends ConfigSource {
  readonly stack?: string;
  readonly state?: string;
  readonly preview?: string;
  readonly template?: string;
  readonly terraformPlan?: string;
}

/** The readers of files that say what is deployed or would be, by the option that names the file. */
const READERS = {
  state: {
    flags: "--state <file>",
    what: "what is deployed: the output of `pulumi stack export`",
    read: stackState,
  },
  preview: {
    flags: "--preview <file>",
    what: "what any Pulumi program would deploy: the output of `pulumi preview --json --show-sames`",
    read: previewed,
  },
  template: {
    flags: "--template <file>",
    what: "what a CloudFormation template would deploy, in JSON or YAML, as `cdk synth` writes it",
    read: templated,
  },
  terraformPlan: {
    flags: "--terraform-plan <file>",
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

/** A file that says what is declared, by the option that names it; undefined where the program says it. */
export interface SourceFile {
  readonly option: Option;
  /** As it is written: `--preview`. */
  readonly flag: string;
  readonly file: string;
}

/**
 * The file that says what is declared.
 * @param logs the logs' files, of which one may be standard input as well
 * @throws InputError where several options do
 */
export function sourceFile(
  source: DeclaredSource,
  logs: readonly string[] = [],
): SourceFile | undefined {
  const given = OPTIONS.filter((option) => source[option] !== undefined);
  const all = [...(source.stack === undefined ? [] : ["stack"]), ...given];
  if (given.length > 0 && (all.length > 1 || source.config !== undefined)) {
    const found = [...all, ...(source.config === undefined ? [] : ["config"])];
    throw new InputError(
      `expected one of ${["stack", ...OPTIONS].map((option) => `--${kebab(option)}`).join(", ")}, found ${found.map((option) => `--${kebab(option)}`).join(" and ")}`,
    );
  }
  const [option] = given;
  const file = option && source[option];
  const flag = `--${kebab(option ?? "config")}`;
  expectOneReader({ [flag]: [file ?? source.config], "--logs": logs });
  if (option === undefined || file === undefined) return undefined;
  return { option, flag, file };
}

/**
 * What is declared: by a file, or by the program under a stack's file.
 * @throws InputError for a file that is not what its option says, and as {@link declaredByProgram}
 */
export async function declaredFrom(source: DeclaredSource): Promise<Declared> {
  const found = sourceFile(source);
  return found === undefined ? declaredByProgram(source.stack, source) : readSource(found);
}

/** What a file declares. */
function readSource({ option, file }: SourceFile): Declared {
  const { read } = READERS[option];
  return read(readInput(file), inputName(file));
}

function kebab(option: string): string {
  return option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
