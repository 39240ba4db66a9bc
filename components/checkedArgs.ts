import * as pulumi from "@pulumi/pulumi";
import { commandText } from "./commandText";
import {
  describeValue,
  keyText,
  type Problem,
  problemMessage,
  problemText,
} from "./settings/diagnostic";
import { isMap, type RawMap } from "./settings/input";
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
export function checkedStack(name: string, args: object): Checked<StackSettings> {
  const component = name === NAMESPACE ? undefined : name;
  const { raw, region, given } = plain(args);
  const { settings, problems, warnings } = reading().readStack(
    raw,
    contextOf({ component, region }),
  );
  if (settings === undefined) throw stackError(name, problems);
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
  args: object,
): Checked<ModelSettings & { readonly namespace: string }> {
  const { raw, region, given } = plain(args);
  const { namespace: space, accountId, email, ...model } = raw;
  const { email: warned, ...warning } = isMap(model["warning"]) ? model["warning"] : {};
  const own = isMap(model["warning"]) ? { ...model, warning } : model;
  const { NO_DEFAULTS, readModel, readNamespace } = reading();
  const read = readModel(name, own, [], NO_DEFAULTS, contextOf({ region }));
  const namespace = readNamespace(space);
  const problems = [...read.problems.map(aboutTopics), ...namespace.problems];
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

/** A monitor is given topics; addresses are what a stack has. */
function aboutTopics(problem: Problem): Problem {
  if (!problem.expected.startsWith("an e-mail address")) return problem;
  return { ...problem, path: ["topics"], expected: "at least one topic" };
}

function stackError(name: string, problems: readonly Problem[]): pulumi.InputPropertiesError {
  if (name !== NAMESPACE) {
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

/** Arguments as the settings' checks take them: without outputs, and without what is undefined. */
function plain(args: object): {
  raw: RawMap;
  region: string | undefined;
  given: Checked<unknown>["given"];
} {
  const { region = new pulumi.Config("aws").get("region"), ...others } = args as RawMap;
  const known = typeof region === "string" ? region : undefined;
  const outputs = new Map<string, pulumi.Input<string>>();
  const walk = (value: unknown, key: string): unknown => {
    if (pulumi.Output.isInstance(value) || value instanceof Promise) {
      const name = `known-at-deployment-${outputs.size + 1}`;
      const isLogGroup = key === "logGroup";
      const standIn = isLogGroup ? name : `arn:aws:sns:${known ?? "region"}:000000000000:${name}`;
      outputs.set(standIn, value as pulumi.Input<string>);
      return standIn;
    }
    if (Array.isArray(value)) return value.map((item) => walk(item, key));
    if (!isMap(value)) return value;
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    return Object.fromEntries(entries.map(([inner, item]) => [inner, walk(item, inner)]));
  };
  const raw = walk(others, "");
  return {
    raw: isMap(raw) ? raw : {},
    region: known,
    given: (value) => outputs.get(value) ?? value,
  };
}

/**
 * All that is wrong with a component's arguments. Where the component is used from another language, the
 * engine adds every problem to the message, by property. A program in Node.js knows nothing of such
 * errors: its message says it all, and the mark of a `RunError` keeps the stack trace out.
 * @param headline says how many problems there are, and where
 * @param prefix what stands before each property's path in the message
 */
function inputError(
  headline: (count: string) => string,
  prefix: string,
  problems: readonly Problem[],
): pulumi.InputPropertiesError {
  const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
  const isProgram = pulumi.runtime.getStackResource() !== undefined;
  const lines = isProgram ? problems.map((problem) => problemText(prefix, problem)) : [];
  const error = new pulumi.InputPropertiesError({
    message: [headline(count), ...lines].join("\n"),
    errors: problems.map((problem) => ({
      propertyPath: keyText("", problem.path),
      reason: problem.file === undefined ? problemMessage(problem) : problemText("", problem),
    })),
  });
  return Object.assign(error, { __pulumiRunError: true });
}
