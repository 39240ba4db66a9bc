import {
  describeValue,
  type Diagnostic,
  diagnosticOf,
  type KeyPath,
  keyText,
  type Problem,
} from "../../components/settings/diagnostic";
import { NAMESPACE } from "../../components/settings/names";
import {
  engineConfig,
  inNamespace,
  isMap,
  isSecret,
  type RawMap,
} from "../../components/settings/input";
import { readStack } from "../../components/settings/read";
import { STACK_KEYS } from "../../components/settings/schema";
import type { StackSettings } from "../../components/settings/settings";
import {
  type AlteredValue,
  alteredProblem,
  type Position,
  readYaml,
  type YamlDocument,
} from "../../components/settings/yaml";
import { InputError } from "../inputError";

/** What Pulumi.yaml says that a stack's config depends on. */
export interface ProjectFile {
  /** The project's name, which physical names start with and config keys without a namespace belong to. */
  readonly name: string;
  /** Folder of the stack files, relative to Pulumi.yaml. */
  readonly stackConfigDir: string;
  /** Config that holds for every stack that does not set it itself, by full key. */
  readonly config: RawMap;
  /** What runs the program: `python`, `yaml` ... @default nodejs */
  readonly runtime?: string | undefined;
  /** The program as Pulumi.yaml names it. */
  readonly main?: string | undefined;
  /** The program's file, if the project has one of its own; else this package's runs. */
  readonly program?: string | undefined;
}

/**
 * Reads Pulumi.yaml.
 * @throws InputError where it is no YAML or has no name
 */
export function readProjectFile(file: string, text: string): ProjectFile {
  const { content, mistake } = readYaml(text);
  if (mistake !== undefined) throw new InputError([{ severity: "error", file, ...mistake }]);
  const { name, stackConfigDir, config: declared, runtime, main } = isMap(content) ? content : {};
  const language = isMap(runtime) ? runtime["name"] : runtime;
  if (typeof name !== "string" || name === "") {
    throw new InputError(`${file}: expected the project's name in name, found none`);
  }
  const config = Object.entries(isMap(declared) ? declared : {}).flatMap(
    ([key, declaration]): [string, unknown][] => {
      const value = isMap(declaration)
        ? (declaration["value"] ?? declaration["default"])
        : declaration;
      return value === undefined ? [] : [[fullKey(key, name), value]];
    },
  );
  // Pulumi takes the folder in `config`, too.
  const folder = typeof declared === "string" ? declared : stackConfigDir;
  return {
    name,
    stackConfigDir: typeof folder === "string" ? folder : ".",
    config: Object.fromEntries(config),
    runtime: typeof language === "string" ? language : undefined,
    main: typeof main === "string" ? main : undefined,
  };
}

/** The engine gives keys without a namespace that of the project. */
function fullKey(key: string, project: string): string {
  return key.includes(":") ? key : `${project}:${key}`;
}

/** A place in a file, as diagnostics have it. */
type Place = Pick<Diagnostic, "file" | "line" | "column" | "key">;

/** A stack file (`Pulumi.dev.yaml`) as the engine reads it, checked as the program checks it. */
export interface StackFile {
  readonly stack: string;
  /** Absent where there are errors. */
  readonly settings?: StackSettings | undefined;
  /** Everything that is wrong, or looks like a mistake, from the top down. */
  readonly diagnostics: readonly Diagnostic[];
  /** Where a setting stands and what it is called. @param key in full, such as `aws:region` */
  readonly at: (key: string, ...path: KeyPath) => Place;
  /** All config by full key, as the engine hands it to the program. */
  readonly config: Readonly<Record<string, string>>;
  /** `aws:region`, if it is set. */
  readonly region: string | undefined;
  /** `aws:profile`, if it is set. */
  readonly profile: string | undefined;
  /** `aws:allowedAccountIds`: the only accounts that the stack may be in; none where all may be. */
  readonly allowedAccounts: readonly string[];
}

/**
 * Reads and checks a stack file, without Pulumi and AWS.
 * @param file its path, for the diagnostics
 * @param text its content
 */
export function readStackFile(
  file: string,
  text: string,
  project: ProjectFile,
  stack: string,
): StackFile {
  const yaml = readYaml(text);
  const wrong = yaml.mistake ?? wrongForm(yaml);
  if (wrong !== undefined) {
    const diagnostic: Diagnostic = { severity: "error", file, ...wrong };
    const nothing = { config: {}, region: undefined, profile: undefined, allowedAccounts: [] };
    return { ...nothing, stack, diagnostics: [diagnostic], at: () => ({ file }) };
  }
  const { config, environment } = isMap(yaml.content) ? yaml.content : {};
  const reading = new Reading(file, yaml, project, stack);
  const read = reading.read(isMap(config) ? config : {}, text.includes("secure"));
  if (environment === undefined || environment === null) return read;
  return withEnvironment(read, { file, ...yaml.locate(["environment"], true) });
}

/** Environments of Pulumi ESC add config that only Pulumi knows: what is missing in the file is not wrong. */
function withEnvironment(read: StackFile, place: Place): StackFile {
  const shown = read.diagnostics.filter(({ found }) => found !== "nothing");
  const message =
    "expected --config for the whole config (`pulumi config --json`), found an environment: what it adds is not looked at";
  const note: Diagnostic = { severity: "warning", ...place, key: "environment", message };
  return { ...read, diagnostics: [...shown, note].sort(byPosition) };
}

/**
 * Reads and checks a stack's whole config as `pulumi config --json` prints it, with what environments add.
 * @param file what it is called in the diagnostics
 */
export function readPulumiConfig(
  file: string,
  text: string,
  project: ProjectFile,
  stack: string,
): StackFile {
  const config = parsedConfig(text);
  if (config === undefined) {
    throw new InputError(
      `${file}: expected what \`pulumi config --json\` prints, found something else`,
    );
  }
  const yaml = { altered: [], locate: () => ({}) };
  return new Reading(file, yaml, project, stack).read(config, true);
}

function parsedConfig(text: string): RawMap | undefined {
  try {
    const content: unknown = JSON.parse(text.replace(/^\ufeff/, ""));
    if (!isMap(content)) return undefined;
    const entries = Object.entries(content).map(([key, entry]) => {
      if (!isMap(entry)) throw new SyntaxError(key);
      const { value, objectValue = value, secret } = entry;
      return [key, secret === true ? { secure: "" } : objectValue];
    });
    return Object.fromEntries(entries) as RawMap;
  } catch {
    return undefined;
  }
}

/** What the engine refuses to load. */
function wrongForm({ content, locate }: YamlDocument): Pick<Diagnostic, "message"> | undefined {
  const wrong = (path: KeyPath, expected: string, found: unknown) => ({
    ...locate(path),
    message: `expected ${expected}, found ${describeValue(found)}`,
  });
  const file = content ?? {};
  if (!isMap(file)) return wrong([], "a map with `config:`", content);
  const config = file["config"] ?? {};
  if (!isMap(config)) return wrong(["config"], "a map of config keys", config);
  for (const key of ["secretsprovider", "encryptedkey", "encryptionsalt"]) {
    const value = file[key] ?? "";
    if (typeof value !== "string") return wrong([key], "a text", value);
  }
  return undefined;
}

/** One reading of a stack file's config. */
class Reading {
  private readonly diagnostics: Diagnostic[] = [];
  /** Where something is wrong already: what else could be said of it follows from that. */
  private readonly wrongPaths: KeyPath[] = [];
  /** The file's keys by full key. */
  private readonly written = new Map<string, string>();

  constructor(
    private readonly file: string,
    private readonly yaml: Pick<YamlDocument, "altered"> & {
      readonly locate: (path: KeyPath, atKey?: boolean) => Partial<Position>;
    },
    private readonly project: ProjectFile,
    private readonly stack: string,
  ) {}

  /** @param mayHaveSecrets spares a look at every value */
  read(config: RawMap, mayHaveSecrets: boolean): StackFile {
    const all: Record<string, unknown> = { ...this.project.config };
    for (const [key, value] of Object.entries(config)) {
      const full = fullKey(key, this.project.name);
      if (!/^[^:]+:[^:]+$/.test(full)) this.addKey(key, "a key such as aws:region", key);
      else if (this.written.has(full)) this.addKey(key, "each key once", `${full} again`);
      this.written.set(full, key);
      all[full] = value;
    }
    for (const value of this.yaml.altered) this.checkAltered(value);
    const raw = inNamespace(all, NAMESPACE);
    const isEmpty = Object.keys(raw).length === 0;
    // A program of its own may say itself what it watches; keys like ours are its own then.
    const isElsewhere = this.project.program !== undefined && isEmpty;
    if (!isElsewhere && (isEmpty || this.project.name !== NAMESPACE)) this.checkNamespace(isEmpty);
    for (const path of mayHaveSecrets ? findSecrets(raw, []) : []) {
      const expected = "a plain value (addresses, names and thresholds are visible in AWS anyway)";
      this.add({ path: this.inFile(path), expected, found: "a secret (`secure:`)" });
    }
    const allowed = all["aws:allowedAccountIds"] ?? [];
    if (!Array.isArray(allowed)) {
      const expected = 'a list of accounts such as ["123456789012"]';
      this.add({ path: ["aws:allowedAccountIds"], expected, found: describeValue(allowed) });
    }
    const [region, profile] = [all["aws:region"], all["aws:profile"]];
    const known = {
      region: typeof region === "string" && /^[a-z0-9-]+$/.test(region) ? region : undefined,
      profile: typeof profile === "string" ? profile : undefined,
      allowedAccounts: Array.isArray(allowed) ? allowed.map(String) : [],
    };
    const settings = isElsewhere ? undefined : this.settings(raw, known.region);
    return {
      stack: this.stack,
      settings,
      diagnostics: this.diagnostics.sort(byPosition),
      at: (key, ...path) => this.at([this.written.get(key) ?? key, ...path]),
      config: engineConfig(all),
      ...known,
    };
  }

  private settings(raw: RawMap, region: string | undefined): StackSettings | undefined {
    const { name } = this.project;
    const reading = readStack(raw, { project: name, stack: this.stack, region });
    const wrongBefore = [...this.wrongPaths];
    for (const problem of [...reading.problems, ...(reading.warnings ?? [])]) {
      if (problem.file !== undefined) {
        this.diagnostics.push(diagnosticOf(problem));
        continue;
      }
      const path = this.inFile(problem.path);
      if (!wrongBefore.some((wrong) => startsWith(path, wrong))) this.add({ ...problem, path });
    }
    const isWell = this.diagnostics.every(({ severity }) => severity !== "error");
    return isWell ? reading.settings : undefined;
  }

  /** What stands without quotes and is read as something else. */
  private checkAltered(value: AlteredValue): void {
    const [root, ...path] = value.path;
    if (root !== "config") return;
    const [key] = path;
    const isOwn = String(key).startsWith(`${NAMESPACE}:`) || !String(key).includes(":");
    const problem = alteredProblem(value, isOwn ? path : []);
    if (problem !== undefined) this.add({ path, ...problem });
  }

  /** Settings under the project's name, where they belonged once, or under none. */
  private checkNamespace(isEmpty: boolean): void {
    for (const [full, written] of this.written) {
      const setting = full.slice(this.project.name.length + 1);
      const isMeant = full.startsWith(`${this.project.name}:`) && STACK_KEYS.includes(setting);
      if (isMeant && (isEmpty || written !== full)) {
        const meant = `${NAMESPACE}:${setting}`;
        this.addKey(written, meant, written);
        this.wrongPaths.push([meant]);
      }
    }
  }

  /** A path from the namespace down, as the file has it. */
  private inFile([first = "", ...rest]: KeyPath): KeyPath {
    const full = `${NAMESPACE}:${first}`;
    return [this.written.get(full) ?? full, ...rest];
  }

  private addKey(key: string, expected: string, found: string): void {
    this.add({ path: [key], atKey: true, expected, found });
  }

  /** @param found with a path from `config` down, as the file has it */
  private add(found: Problem): void {
    const { path, atKey = false } = found;
    this.wrongPaths.push(path);
    this.diagnostics.push({ ...diagnosticOf(found), ...this.at(path, atKey) });
  }

  private at([first = "", ...rest]: KeyPath, atKey = false): Place {
    const full = fullKey(String(first), this.project.name);
    const start = full.indexOf(":") + 1;
    return {
      key: keyText(full.slice(0, start), [full.slice(start), ...rest]),
      file: this.file,
      ...this.yaml.locate(["config", first, ...rest], atKey),
    };
  }
}

/** The paths of all values that `pulumi config set --secret` encrypted. */
function findSecrets(value: unknown, path: KeyPath): KeyPath[] {
  if (Array.isArray(value)) return value.flatMap((item, at) => findSecrets(item, [...path, at]));
  if (!isMap(value)) return [];
  if (isSecret(value)) return [path];
  return Object.entries(value).flatMap(([key, item]) => findSecrets(item, [...path, key]));
}

function startsWith(path: KeyPath, start: KeyPath): boolean {
  return start.every((key, position) => path[position] === key);
}

function byPosition(one: Diagnostic, other: Diagnostic): number {
  return (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0);
}
