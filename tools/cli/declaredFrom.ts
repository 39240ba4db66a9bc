import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { inputName, readInput } from "../files";
import { InputError } from "../inputError";
import type { Declared } from "../program/declared";
import { previewed } from "../program/preview";
import { jsonMap } from "../program/properties";
import { stackState } from "../program/stackState";
import { templated } from "../program/template";
import { terraformPlan } from "../program/terraformPlan";
import { collected, expectOneReader } from "./options";
import { type ConfigSource, declaredByProgram, projectIn, stacksIn } from "./project";

/** Where it stands what is declared, beside a stack's file. */
export interface DeclaredSource extends ConfigSource {
  readonly stack?: string;
  readonly state?: string;
  readonly preview?: string;
  readonly template?: string;
  readonly terraformPlan?: string;
  readonly parameter?: readonly string[];
}

/** The readers of files that say what is deployed or would be, by the option that names the file; each has keys that mark it. */
const READERS = {
  state: {
    flags: "--state <file>",
    marks: ["deployment"],
    what: "what is deployed: the output of `pulumi stack export`",
    read: stackState,
  },
  preview: {
    flags: "--preview <file>",
    marks: ["steps", "changeSummary", "diagnostics"],
    what: "what any Pulumi program would deploy: the output of `pulumi preview --json --show-sames`",
    read: previewed,
  },
  template: {
    flags: "--template <file>",
    marks: ["Resources", "TemplateBody"],
    what: "what a CloudFormation template would deploy, in JSON or YAML, as `cdk synth` writes it",
    read: templated,
  },
  terraformPlan: {
    flags: "--terraform-plan <file>",
    marks: ["planned_values"],
    what: "what Terraform would deploy: the output of `terraform show -json PLAN`",
    read: terraformPlan,
  },
} as const;

type Option = keyof typeof READERS;

const OPTIONS = Object.keys(READERS) as Option[];

/** What else is given by mistake, by a key of it or by what it begins with, and what to give instead. */
const MISTAKEN: readonly (readonly [mark: string | RegExp, found: string])[] = [
  [
    "checkpoint",
    "a backend's own file: `pulumi stack export > state.json`, then --state state.json",
  ],
  ["lineage", "a Terraform state, which holds nothing that is planned: `terraform plan -out PLAN`"],
  ["values", "a Terraform state: `terraform show -json` takes the file of a plan"],
  ["artifacts", "the CDK's list of what it wrote: name a *.template.json beside it"],
  ["MetricAlarms", "what the AWS CLI prints of alarms: `adopt` reads it"],
  [
    "runtime",
    "a project's file: `pulumi preview --json --show-sames > preview.json`, then --preview",
  ],
  ["config", "a stack's file: --stack names its stack"],
  [/^PK/, "a plan as Terraform keeps it: `terraform show -json PLAN` prints it"],
  [
    /^\{"@level"/,
    "a log of Terraform's: `terraform plan -out PLAN`, then `terraform show -json PLAN`",
  ],
  [/^[ \-+~]*resource "/m, "Terraform for people: `terraform show -json PLAN` prints a plan"],
  [/^\{"sequence":/, "a stream of events: unset PULUMI_ENABLE_STREAMING_JSON_PREVIEW"],
  [/^\s*(Previewing|Updating) /, "what `pulumi preview` prints for people: --json is missing"],
];

/** The option that a file is for, or else what it is, as far as its content tells. */
function kindOf(content: string): Option | { readonly found: string } | undefined {
  const keys = keysOf(content);
  const option = OPTIONS.find((one) => READERS[one].marks.some((mark) => keys.includes(mark)));
  const [, found] =
    MISTAKEN.find(([mark]) =>
      typeof mark === "string" ? keys.includes(mark) : mark.test(content),
    ) ?? [];
  return option ?? (found === undefined ? undefined : { found });
}

/** The keys that a file of JSON or YAML has at its top. */
function keysOf(content: string): string[] {
  return content.trimStart().startsWith("{")
    ? Object.keys(jsonMap(content))
    : [...content.matchAll(/^["']?(\w+)["']?:/gm)].flatMap(([, key]) => key ?? []);
}

/** Adds the options for what others declare; each takes - for standard input. */
export function withSourceOptions(command: Command): Command {
  return OPTIONS.reduce(
    (all, option) =>
      all.option(
        READERS[option].flags,
        `${READERS[option].what}, or - for standard input`,
        (file: string, earlier?: string) => {
          if (earlier === undefined) return file;
          throw new InvalidArgumentError(`expected one file, found ${earlier} as well.`);
        },
      ),
    command,
  ).option(
    "--parameter <name=value>",
    "a value for a parameter of the template, or for what it imports from another stack; repeatable",
    (text: string, earlier?: readonly string[]) => {
      if (/^[^=]+=/.test(text)) return collected(text, earlier);
      throw new InvalidArgumentError("expected <name>=<value>.");
    },
  );
}

/** A file that says what is declared, or the stack's config. */
export interface SourceFile {
  /** Its reader; undefined for the config, under which the program says it. */
  readonly option: Option | undefined;
  /** The option that names it, as it is written: `--preview`. */
  readonly flag: string;
  readonly file: string;
  /** The arguments that name it, for a command to run next. */
  readonly args: readonly string[];
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
  if (source.parameter !== undefined && option !== "template") {
    throw new InputError("--parameter goes with --template");
  }
  const [flag, file] = [flagOf(option ?? "config"), source[option ?? "config"]];
  expectOneReader({ [flag]: [file], "--logs": logs });
  if (file === undefined) return undefined;
  const parameters = (source.parameter ?? []).flatMap((one) => ["--parameter", one]);
  return { option, flag, file, args: [flag, file, ...parameters] };
}

/**
 * What is declared: by a file, or by the program under a stack's file.
 * @throws InputError for a file that is not what its option says, and as {@link declaredByProgram}
 */
export async function declaredFrom(source: DeclaredSource): Promise<Declared> {
  const found = sourceFile(source);
  if (found?.option === undefined) return declaredByProgram(source.stack, source);
  const { option } = found;
  const [content, name] = [readInput(found.file), inputName(found.file)];
  const kind = kindOf(content);
  if (kind === undefined || kind === option) {
    return readAs(option, content, name, source.parameter);
  }
  const what =
    typeof kind === "string" ? `a file for ${flagOf(kind)}, ${READERS[kind].what}` : kind.found;
  throw new InputError(`${name}: expected ${READERS[option].what}. Found ${what}`);
}

/** @throws InputError as the reader, and for what no reader can get through */
function readAs(
  option: Option,
  content: string,
  name: string,
  parameters?: readonly string[],
): Declared {
  try {
    return READERS[option].read(content, name, parameters);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InputError(`${name}: expected ${READERS[option].what}. Found lists nested too deep`);
  }
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
  const content = readInput(base);
  const kind = kindOf(content);
  if (typeof kind === "string") {
    // A change may add parameters.
    const known = source.parameter?.filter((one) => content.includes(one.replace(/=.*/s, "")));
    return readAs(kind, content, base, known);
  }
  if (keysOf(content).includes("config")) return declaredByProgram(stack, { folder, file: base });
  throw new InputError(
    `${base}: expected a stack's file, or ${OPTIONS.map((one) => READERS[one].what).join("; ")}. Found ${kind?.found ?? "something else"}`,
  );
}

function flagOf(option: string): string {
  return `--${option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
