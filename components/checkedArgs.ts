import * as pulumi from "@pulumi/pulumi";
import { commandText } from "./commandText";
import {
  describeValue,
  type KeyPath,
  keyText,
  type Problem,
  problemMessage,
  problemText,
} from "./settings/diagnostic";
import { configOf, isMap, type RawMap } from "./settings/input";
import { NAMESPACE } from "./settings/names";
import type * as Reading from "./settings/read";
import type { ModelSettings, StackContext, StackSettings } from "./settings/settings";

/**
 * Loaded by the first component, as the AWS SDK loads its resources by their first use: zod takes longer than
 * all the rest of the library.
 */
const reading = (): typeof Reading =>
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- bundlers follow no other call that waits
  require("./settings/read") as typeof Reading;

/** The keys that a stack's config may have. */
export const stackKeys = (): readonly string[] => reading().STACK_KEYS;

/** Checked settings, in which stand-ins take the place of what is known only at deployment. */
export interface Checked<T> {
  readonly settings: T;
  /** What was given for a value of the settings: the value itself, or the output behind a stand-in. */
  readonly given: (value: string) => pulumi.Input<string>;
}

/**
 * Checks the arguments of a `ClassificationRate`.
 * @throws InputPropertiesError that names every argument that is wrong
 */
export function checkedStack(name: string, args: unknown): Checked<StackSettings> {
  const component = name === NAMESPACE ? undefined : name;
  const { raw, region, given, misplaced } = plain(args);
  const read = reading().readStack(raw, contextOf({ component, region }));
  const problems = besides(misplaced, read.problems);
  const { settings, warnings } = read;
  if (settings === undefined || problems.length > 0) throw stackError(name, raw, problems);
  for (const warning of warnings) {
    void pulumi.log.warn(problemText(component === undefined ? `${name}:` : "", warning));
  }
  return { settings, given };
}

/**
 * Checks the arguments of a `Monitor`.
 * @param name the model's name
 * @throws InputPropertiesError that names every argument that is wrong
 */
export function checkedModel(
  name: string,
  args: unknown,
): Checked<ModelSettings & { readonly namespace: string }> {
  const { raw, region, given, misplaced } = plain(args);
  const { namespace: space, accountId, email, ...model } = raw;
  const { email: warned, ...warning } = isMap(model["warning"]) ? model["warning"] : {};
  const own = isMap(model["warning"]) ? { ...model, warning } : model;
  const { NO_DEFAULTS, readModel, readNamespace } = reading();
  const read = readModel(name, own, [], NO_DEFAULTS, contextOf({ region }));
  const namespace = readNamespace(space);
  const problems = besides(misplaced, [...read.problems.map(aboutTopics), ...namespace.problems]);
  for (const [path, found] of [
    [["email"], email] as const,
    [["warning", "email"], warned] as const,
  ]) {
    if (found === undefined) continue;
    const expected = "topics; an EmailTopic makes one of an address";
    problems.push({ path, expected, found: describeValue(found) });
  }
  const { settings } = read;
  if (settings === undefined || problems.length > 0) {
    throw inputError((count) => `Monitor ${name} has ${count}.`, "", problems);
  }
  return { settings: { ...settings, namespace: namespace.value }, given };
}

/**
 * Checks the arguments of an `EmailTopic`.
 * @throws InputPropertiesError that names every argument that is wrong
 */
export function checkTopic(name: string, args: unknown): void {
  const { raw, misplaced } = plain(args);
  const problems = besides(misplaced, reading().topicProblems(raw));
  if (problems.length > 0) {
    throw inputError((count) => `EmailTopic ${name} has ${count}.`, "", problems);
  }
}

/** What only deployment will tell cannot be checked otherwise, which is then not worth a second word. */
function besides(misplaced: readonly Problem[], others: readonly Problem[]): Problem[] {
  const told = new Set(misplaced.map(({ path }) => keyText("", path)));
  return [...misplaced, ...others.filter(({ path }) => !told.has(keyText("", path)))];
}

/** A monitor is given topics; addresses are what a stack has. */
function aboutTopics(problem: Problem): Problem {
  if (!problem.expected.startsWith("an e-mail address")) return problem;
  return { ...problem, path: ["topics"], expected: "at least one topic" };
}

function stackError(
  name: string,
  raw: RawMap,
  problems: readonly Problem[],
): pulumi.InputPropertiesError {
  // Arguments that a program has in its code are no config, for which `check` would have lines.
  const config = configOf(pulumi.runtime.allConfig(), NAMESPACE);
  const isCode = Object.keys(config).length === 0 && Object.keys(raw).length > 0;
  if (name !== NAMESPACE || isCode) {
    return inputError((count) => `ClassificationRate ${name} has ${count}.`, "", problems);
  }
  // The component of an ordinary stack, whose arguments are the stack's config.
  const headline = (count: string): string =>
    `The config of stack ${pulumi.getStack()} has ${count}; nothing was changed. \`${commandText("check")}\` shows the lines.`;
  return inputError(headline, `${NAMESPACE}:`, problems);
}

function contextOf(known: Pick<StackContext, "component" | "region">): StackContext {
  return { project: pulumi.getProject(), stack: pulumi.getStack(), ...known };
}

/** Arguments that may be outputs: all others become part of names, patterns or texts. */
const isLater = (path: KeyPath): boolean => {
  const [key, list] = [path.at(-1), path.at(-2)];
  if (typeof key === "number") return list === "topics";
  return key === "logGroup" || (path.length === 1 && (key === "accountId" || key === "keyArn"));
};

/** Arguments as the settings' checks take them: without outputs, and without what is undefined. */
function plain(args: unknown): {
  raw: RawMap;
  region: string | undefined;
  given: Checked<unknown>["given"];
  misplaced: Problem[];
} {
  const all: RawMap = typeof args === "object" && args !== null ? { ...args } : {};
  const { region = new pulumi.Config("aws").get("region"), ...others } = all;
  const known = typeof region === "string" ? region : undefined;
  const outputs = new Map<string, pulumi.Input<string>>();
  const misplaced: Problem[] = [];
  const isOutput = (value: unknown): boolean =>
    pulumi.Output.isInstance(value) || value instanceof Promise;
  if (region !== undefined && known === undefined && !isOutput(region)) {
    const expected = "a region such as eu-west-1";
    misplaced.push({ path: ["region"], expected, found: describeValue(region) });
  }
  const walk = (value: unknown, path: KeyPath): unknown => {
    if (isOutput(value)) {
      if (!isLater(path)) {
        const expected =
          path.at(-1) === "topics" ? "a list, in which ARNs may be outputs" : "a plain value";
        const found = "an output or promise, whose value is known only at deployment";
        misplaced.push({ path, expected, found });
        return undefined;
      }
      const name = `known-at-deployment-${outputs.size + 1}`;
      const isTopic = typeof path.at(-1) === "number";
      const standIn = isTopic ? `arn:aws:sns:${known ?? "region"}:000000000000:${name}` : name;
      outputs.set(standIn, value as pulumi.Input<string>);
      return standIn;
    }
    if (Array.isArray(value)) return value.map((item, at) => walk(item, [...path, at]));
    if (!isMap(value)) return value;
    const entries = Object.entries(value)
      .map(([inner, item]) => [inner, walk(item, [...path, inner])] as const)
      .filter(([, item]) => item !== undefined);
    return Object.fromEntries(entries);
  };
  const raw = walk(others, []);
  return {
    raw: isMap(raw) ? raw : {},
    region: known,
    given: (value) => outputs.get(value) ?? value,
    misplaced,
  };
}

/**
 * All that is wrong with a component's arguments. Where the component is used from another language, the
 * engine adds every problem to the message, by property. A program in Node.js and its unit tests know
 * nothing of such errors: the message says it all, and the mark of a `RunError` keeps the stack trace out.
 * @param headline says how many problems there are, and where
 * @param prefix what stands before each property's path in the message
 */
function inputError(
  headline: (count: string) => string,
  prefix: string,
  problems: readonly Problem[],
): pulumi.InputPropertiesError {
  const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
  // A program is a stack, a unit test has no engine; what serves other languages has an engine and no stack.
  const { getEngine, getStackResource } = pulumi.runtime;
  const isServed = getStackResource() === undefined && getEngine() !== undefined;
  const lines = isServed ? [] : problems.map((problem) => problemText(prefix, problem));
  const error = new pulumi.InputPropertiesError({
    message: [headline(count), ...lines].join("\n"),
    errors: problems.map((problem) => ({
      propertyPath: keyText("", problem.path),
      reason: problem.file === undefined ? problemMessage(problem) : problemText("", problem),
    })),
  });
  return Object.assign(error, { __pulumiRunError: true });
}
