import { isMap, isSecret } from "./form";
import { MODEL_CHECKS } from "./modelChecks";
import { DEFAULT_KEYS, MODEL_KEYS, modelSchema, type ModelKey } from "./modelSchema";
import { describeValue, type KeyPath, type Problem } from "./problem";
import { ONCE, readField, readFields, type RawMap } from "./readFields";
import type { ModelSettings, StackContext } from "./settings";

const MODEL_NAME = /^[A-Za-z0-9_-]{1,64}$/;
const REQUIRED = ["logGroup", "threshold"] as const;
const BUILT_IN = modelSchema.omit({ logGroup: true, threshold: true }).parse({}, ONCE);

type Fields = ReturnType<typeof readFields<typeof modelSchema.shape>>["values"];

/** What a model has where it says nothing itself. */
type Filled = Omit<ModelSettings, "name" | "logGroup" | "threshold"> & { threshold?: number };

/** A stack's `defaults`, read once for all models. */
export interface Defaults {
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
export function readDefaults(raw: unknown): { defaults: Defaults; problems: Problem[] } {
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
export type ModelReading =
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
  const values = Object.assign({ name }, base, others, { emails, topics });

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
    const at =
      key === null ? path : !isOwn(key) && isDefault(key) ? ["defaults", key] : [...path, key];
    return [{ path: at, expected: conflict.expected, found: conflict.found }];
  });

  const problems = [...named, ...missing, ...own.problems, ...conflicts];
  if (problems.length > 0 || !isComplete(values)) return { problems };
  return { settings: values, problems: [] };
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
