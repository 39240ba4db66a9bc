import { z } from "zod";
import { grouped } from "../lists";
import { checkStack, MODEL_CHECKS } from "./checks";
import { describeValue, type KeyPath, type Problem, unknownKey } from "./diagnostic";
import {
  DEFAULT_KEYS,
  MODEL_KEYS,
  MODEL_NAME,
  type ModelKey,
  modelSchema,
  STACK_KEYS,
  stackSchema,
  topicSchema,
} from "./schema";
import { isMap, isSecret, type RawMap } from "./input";
export { STACK_KEYS } from "./schema";
import { readModelFiles } from "./modelFiles";
import { NAMESPACE } from "./names";
import { modelWarnings } from "./warnings";
import type { ModelSettings, StackContext, StackSettings, WarningSettings } from "./settings";

/** For what is read once: code made for the schema, as zod would do, takes longer than the reading. */
const ONCE = { jitless: true };

/**
 * Reads every key of a map by its own schema, so that one bad value does not hide the next.
 * @param shape the schemas by key
 * @param raw the input
 * @param path where the input stands, for the problems
 * @param known the keys that may be given; others are problems that name the nearest of these
 * @returns what could be read of the keys that are there, and the problems of the others
 */
function readFields<Shape extends Readonly<Record<string, z.ZodType>>>(
  shape: Shape,
  raw: RawMap,
  path: KeyPath,
  known: readonly string[],
): { values: Values<Shape>; problems: Problem[] } {
  const values: Record<string, unknown> = {};
  const problems: Problem[] = [];
  for (const [key, input] of Object.entries(raw)) {
    const type = Object.hasOwn(shape, key) ? shape[key] : undefined;
    if (!known.includes(key)) {
      problems.push(unknownKey([...path, key], key, known));
    } else if (type !== undefined) {
      const result = readField(type, input, [...path, key]);
      if (Array.isArray(result)) problems.push(...result);
      else values[key] = result.value;
    }
  }
  // Each value was read by the type of its own key, which TypeScript cannot follow through a loop.
  return { values: values as Values<Shape>, problems };
}

type Values<Shape extends Readonly<Record<string, z.ZodType>>> = {
  [K in keyof Shape]?: z.output<Shape[K]>;
};

/** Reads one value; the problems where it does not have its form. */
export function readField<T extends z.ZodType>(
  type: T,
  input: unknown,
  path: KeyPath,
): { value: z.output<T> } | Problem[] {
  const result = type.safeParse(input);
  if (result.success) return { value: result.data };
  const found = innermost(result.error.issues).flatMap((issue) =>
    problemsOf(type, input, issue, path),
  );
  // A value may fail several checks that have one expectation in common.
  return withoutRepeats(found);
}

/** What is wrong inside of a union's alternatives, rather than that none of them fits. */
function innermost(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  return issues.flatMap((issue) => {
    if (issue.code !== "invalid_union") return [issue];
    const inner = issue.errors
      .map(innermost)
      .find((some) =>
        some.some(
          ({ path, code }) => path.length > 0 || code === "custom" || code === "unrecognized_keys",
        ),
      );
    return (inner ?? [{ ...issue, path: [], errors: [] }]).map((one) => ({
      ...one,
      path: [...issue.path, ...one.path],
    }));
  });
}

/** Words an issue by what the schema says of the place: "expected" in its `meta`. */
function problemsOf(
  type: z.ZodType,
  input: unknown,
  issue: z.core.$ZodIssue,
  path: KeyPath,
): Problem[] {
  const isKey = issue.code === "invalid_key";
  const within = issue.path.map((key) => (typeof key === "number" ? key : String(key)));
  let [at, found]: [z.core.$ZodType | undefined, unknown] = [type, input];
  for (const key of within) {
    at = at && partOf(at, key, isKey);
    found = isMap(found) || Array.isArray(found) ? Reflect.get(found, key) : undefined;
  }
  const place = [...path, ...within];
  if (issue.code === "unrecognized_keys") {
    const maps = at === undefined ? [] : unwrapped(at);
    const known = maps.flatMap((def) => (def.type === "object" ? Object.keys(def.shape) : []));
    return issue.keys.map((key) => unknownKey([...place, key], key, known));
  }
  const [cause] = isKey ? issue.issues : [issue];
  const expected =
    cause?.code === "custom" ? cause.message : at && z.globalRegistry.get(at)?.expected;
  return [
    {
      path: place,
      expected: expected ?? issue.message,
      found: describeValue(isKey ? within.at(-1) : found),
    },
  ];
}

/** The schema of what a map or list holds at a key, or of the key itself, whatever wraps it. */
function partOf(type: z.core.$ZodType, key: string | number, isKey: boolean) {
  const parts = unwrapped(type).map((def) => {
    if (def.type === "array") return def.element;
    if (def.type === "record") return isKey ? def.keyType : def.valueType;
    return def.type === "object" ? def.shape[key] : undefined;
  });
  return parts.find(Boolean);
}

/** What a schema is beneath all that wraps it: each of its alternatives. */
function unwrapped(type: z.core.$ZodType): z.core.$ZodTypes["_zod"]["def"][] {
  const { def } = (type as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "optional":
    case "prefault":
      return unwrapped(def.innerType);
    case "pipe":
      return [def.in, def.out].flatMap(unwrapped);
    case "union":
      return def.options.flatMap(unwrapped);
    default:
      return [def];
  }
}

const REQUIRED = ["logGroup", "threshold"] as const;
const BUILT_IN = modelSchema.omit({ logGroup: true, threshold: true }).parse({}, ONCE);

type Fields = ReturnType<typeof readFields<typeof modelSchema.shape>>["values"];

/** What a model has where it says nothing itself. */
type Filled = Omit<ModelSettings, "name" | "logGroup" | "threshold" | "warning"> &
  Pick<Fields, "threshold" | "warning">;

/** A stack's `defaults`, read once for all models. */
interface Defaults {
  readonly raw: RawMap;
  readonly values: Fields;
  /** The same over what is built in. */
  readonly filled: Filled;
  /** Whether every one of them could be read. */
  readonly isSound: boolean;
  /** Set where there are defaults and none of them can be read: any setting may be among them. */
  readonly unreadable?: true;
}

/** For a model that is set up on its own. */
export const NO_DEFAULTS: Defaults = { raw: {}, values: {}, filled: filled({}), isSound: true };

/**
 * Reads a stack's `defaults`.
 * @param raw undefined where the config has none
 */
function readDefaults(raw: unknown): { defaults: Defaults; problems: Problem[] } {
  if (raw === undefined) return { defaults: NO_DEFAULTS, problems: [] };
  const path = ["defaults"];
  if (!isMap(raw) || isSecret(raw)) {
    const expected = "a map of settings that hold for all models";
    return {
      defaults: { ...NO_DEFAULTS, isSound: false, unreadable: true },
      problems: [{ path, expected, found: describeValue(raw) }],
    };
  }
  const { values, problems } = readFields(modelSchema.shape, raw, path, DEFAULT_KEYS);
  const defaults = { raw, values, filled: filled(values), isSound: problems.length === 0 };
  return { defaults, problems: problems.map(explainLogGroup) };
}

function filled(values: Fields): Filled {
  const { email = [], topics = [], ...others } = { ...BUILT_IN, ...values };
  return { ...others, emails: email, topics };
}

/** What came of reading a model: its settings, or the problems that keep it from having any. */
type ModelReading =
  | { readonly settings: ModelSettings; readonly problems: readonly [] }
  | { readonly settings?: never; readonly problems: readonly Problem[] };

/**
 * Reads and checks one model.
 * @param name the model's key in the config
 * @param raw its settings as they stand there
 * @param path where it stands, such as `["models", "churn"]`
 */
export function readModel(
  name: string,
  raw: unknown,
  path: KeyPath,
  defaults: Defaults,
  context: StackContext,
): ModelReading {
  const named = checkName(name, path);
  if (!isMap(raw)) {
    const expected = "a map with at least logGroup and threshold";
    return { problems: [...named, { path, expected, found: describeValue(raw) }] };
  }
  const own = readFields(modelSchema.shape, raw, path, MODEL_KEYS);
  const isOwn = (key: ModelKey): boolean => Object.hasOwn(raw, key);
  const isDefault = (key: ModelKey): boolean => Object.hasOwn(defaults.raw, key);
  const base = defaults.filled;
  // Spreading would take several times as long, which tells with a thousand models.
  const { email: emails = base.emails, topics = base.topics, ...others } = own.values;
  const read = Object.assign({ name }, base, others, { emails, topics });
  const values = Object.assign(read, { warning: read.warning && warningOf(read.warning, read) });

  const missing = REQUIRED.filter((key) => {
    const mayBeDefault = key !== "logGroup" && defaults.unreadable === true;
    return !isOwn(key) && !isDefault(key) && !mayBeDefault;
  }).flatMap((key) => {
    const reading = readField(modelSchema.shape[key], undefined, [...path, key]);
    return Array.isArray(reading) ? reading : [];
  });
  const isReadable = (key: ModelKey): boolean => {
    if (isOwn(key)) return Object.hasOwn(own.values, key);
    return isDefault(key) ? key in defaults.values : defaults.unreadable !== true;
  };
  const isSound = own.problems.length === 0 && defaults.isSound;
  // The names made of an impossible name are not worth a word.
  const checks = named.length > 0 ? [] : MODEL_CHECKS;
  const conflicts = checks.flatMap((check): Problem[] => {
    const applies = isSound || check.keys.every(isReadable);
    const conflict = applies ? check.find(values, context) : undefined;
    if (conflict === undefined) return [];
    const { key = check.keys.find(isOwn) ?? check.keys.find(isDefault) ?? check.keys[0] ?? null } =
      conflict;
    const place = key !== null && !isOwn(key) && isDefault(key) ? ["defaults"] : path;
    const at = [...place, ...[key, conflict.within].filter((part) => typeof part === "string")];
    return [{ path: at, expected: conflict.expected, found: conflict.found }];
  });

  const problems = [...named, ...missing, ...own.problems, ...conflicts];
  if (problems.length > 0 || !isComplete(values)) return { problems };
  return { settings: values, problems: [] };
}

/** A warning tells whom the alarm tells unless it names somebody. */
function warningOf(
  { threshold, email: emails = [], topics = [], datapoints }: NonNullable<Filled["warning"]>,
  model: Pick<Filled, "datapoints" | "emails" | "topics">,
): WarningSettings {
  const told = emails.length + topics.length > 0 ? { emails, topics } : model;
  return {
    threshold,
    datapoints: datapoints ?? model.datapoints,
    emails: told.emails,
    topics: told.topics,
  };
}

function isComplete(values: Partial<ModelSettings>): values is ModelSettings {
  return values.logGroup !== undefined && values.threshold !== undefined;
}

/** Of all settings this one is not unknown, only in the wrong place. */
function explainLogGroup(problem: Problem): Problem {
  if (problem.path[1] !== "logGroup") return problem;
  return { ...problem, expected: "a log group at each model, not in defaults" };
}

function checkName(name: string, path: KeyPath): Problem[] {
  // JavaScript gives this one key a meaning of its own; the stack's outputs would lose the model.
  if (MODEL_NAME.test(name) && name !== "__proto__") return [];
  return [
    {
      path,
      expected: "a model name of 1 to 64 letters, digits, - and _ (and not __proto__)",
      found: describeValue(name),
      atKey: true,
    },
  ];
}

/** Reads the namespace of a model that is set up on its own. */
export function readNamespace(input: unknown): { value: string; problems: Problem[] } {
  const value = STACK_DEFAULTS.namespace;
  if (input === undefined) return { value, problems: [] };
  const reading = readField(stackSchema.shape.namespace, input, ["namespace"]);
  return Array.isArray(reading) ? { value, problems: reading } : { ...reading, problems: [] };
}

/** What is wrong with the arguments of an e-mail topic. */
export function topicProblems({ keyArn: _, ...raw }: RawMap): Problem[] {
  const required = { address: undefined, topicName: undefined };
  const known = [...Object.keys(required), "keyArn", "region"];
  return readFields(topicSchema.shape, { ...required, ...raw }, [], known).problems;
}

const STACK_DEFAULTS = stackSchema.parse({}, ONCE);

/** A stack's settings, or everything that is wrong with them. */
type StackReading =
  | {
      readonly settings: StackSettings;
      readonly problems: readonly [];
      /** What looks like a mistake and is none to AWS. */
      readonly warnings: readonly Problem[];
    }
  | { readonly settings?: never; readonly problems: readonly Problem[]; readonly warnings?: never };

/**
 * Reads and checks what a stack's config holds in the project's namespace.
 * @param raw the keys `models`, `defaults` and so on with their values as YAML or JSON has them
 */
export function readStack(
  raw: Readonly<Record<string, unknown>>,
  context: StackContext,
): StackReading {
  const { models: rawModels, defaults: rawDefaults } = raw;
  const own = readFields(stackSchema.shape, raw, [], STACK_KEYS);
  const { defaults, problems: badDefaults } = readDefaults(rawDefaults);
  const problems = [...own.problems, ...badDefaults];
  const { component = NAMESPACE } = context;
  if (!MODEL_NAME.test(component)) {
    const expected = "a component name of 1 to 64 letters, digits, - and _";
    problems.push({ path: [], expected, found: describeValue(component) });
  }

  const { modelsFrom = [] } = own.values;
  const configured = isMap(rawModels) ? rawModels : {};
  if (!isMap(rawModels) && (rawModels !== undefined || modelsFrom.length === 0)) {
    const expected = "a map of model name to settings (`{}` for no model)";
    problems.push({ path: ["models"], expected, found: describeValue(rawModels) });
  }
  const files = readModelFiles(modelsFrom, Object.keys(configured));
  const all = { ...files.models, ...configured };
  const names = Object.keys(all).sort();
  const models: ModelSettings[] = [];
  problems.push(...files.problems);
  for (const name of names) {
    const model = readModel(name, all[name], ["models", name], defaults, context);
    if (model.settings !== undefined) models.push(model.settings);
    problems.push(...model.problems.map(files.placed));
  }
  problems.push(...checkStack(names, models, context).map(files.placed));
  if (problems.length > 0) return { problems: withoutRepeats(problems) };
  const { region: _, ...owner } = context;
  const { modelsFrom: __, ...others } = own.values;
  const settings = { ...STACK_DEFAULTS, ...others, ...owner, models };
  return { settings, problems: [], warnings: modelWarnings(settings).map(files.placed) };
}

/** A default that does not fit is one problem, not one for each model that it reaches. */
function withoutRepeats(problems: readonly Problem[]): Problem[] {
  const same = grouped(problems, ({ path, expected }) => JSON.stringify([path, expected]));
  return [...same.values()].map(([first]) => first);
}
