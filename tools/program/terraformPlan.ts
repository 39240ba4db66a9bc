import { isMap } from "../../components/settings/input";
import { InputError } from "../inputError";
import { count } from "../text";
import { declaredIn } from "./awsResources";
import {
  type Declared,
  NO_ACCOUNT,
  parsedJson,
  placeOfArns,
  type Refused,
  stackOfFile,
  TYPES,
  usualRegion,
} from "./declared";
import { isSet, UNKNOWN, UnknownValue } from "./given";
import { filledInAll, type PlannedResource } from "./newResources";
import { list, map, type Properties, text } from "./properties";

/**
 * Reads what a Terraform plan would deploy from the output of `terraform show -json PLAN`. What is known only after
 * apply follows the references of the plan's configuration.
 * Its form: https://developer.hashicorp.com/terraform/internals/json-format
 * @param content the text of the file
 * @param name the file's name. The stack is called as it is, up to its first dot
 * @throws InputError where it is something else, or holds nothing that could be rehearsed
 */
export function terraformPlan(content: string, name: string): Declared {
  const expected = `${name}: expected the JSON of \`terraform show -json PLAN\``;
  const plan = map(parsedJson(content, expected));
  if (!isMap(plan["planned_values"])) throw new InputError(`${expected}, found no planned values`);
  const instances = instancesIn(map(map(plan["planned_values"])["root_module"]));
  const changes = new Map(
    list(plan["resource_changes"])
      .map(map)
      // What is left of an earlier one has the same address.
      .filter(({ deposed }) => deposed === undefined)
      .map(({ address, change }) => [text(address), map(map(change)["after_unknown"])]),
  );
  const root: Scope = {
    module: map(map(plan["configuration"])["root_module"]),
    prefix: "",
    variables: map(plan["variables"]),
  };
  const addresses = instances.map(({ address }) => text(address));
  const regions = new Map(
    Object.entries(map(map(plan["configuration"])["provider_config"])).map(([key, provider]) => [
      key,
      regionOf(map(provider), root),
    ]),
  );
  const unplaced = new Set<string>();
  const planned = instances.map((instance) => {
    const [scope, definition] = definitionOf(root, text(instance["address"]));
    const unknown = changes.get(text(instance["address"])) ?? {};
    const provider = text(definition["provider_config_key"]);
    const region = regions.get(provider);
    const isPlaced = region !== undefined || isSet(map(instance["values"])["region"]);
    if (!isPlaced && regions.has(provider)) unplaced.add(provider);
    return plannedResource(instance, unknown, { scope, definition, addresses, region });
  });
  const alarm = planned.find(({ type }) => type === TYPES.alarm);
  const arns = planned.map(({ properties }) => properties["arn"]);
  const { accountId = NO_ACCOUNT, ...place } = placeOfArns(arns);
  const region =
    text(alarm?.properties["region"]) || (regions.get("aws") ?? place.region ?? usualRegion());
  const origin = { project: "", stack: stackOfFile(name), region, accountId };
  const following = planned.filter(({ references }) =>
    ACTIONS.map(renamed).some((key) => key in references),
  );
  const assumed = `actions that are known only after apply are taken to be the topics they refer to; ARNs written beside those are not in a plan (${following.map(({ id }) => id).join(", ")})`;
  const notes = [
    ...(following.length > 0 ? [assumed] : []),
    ...[...unplaced].map(
      (key) => `the plan does not show the region of ${key}: taken to be ${region}`,
    ),
  ];
  const resources = filledInAll(planned, origin);
  const refused = leftOut(plan);
  return declaredIn(resources, origin, `${expected} of a configuration`, { refused, notes });
}

/** What properties are called there that are called otherwise here. */
const NAMES: Readonly<Record<string, string>> = {
  alarm_name: "name",
  topic_arn: "topic",
  metric_query: "metricQueries",
};

/** Properties that may be references to other resources of a plan: those that hold one, and those that hold several. */
const REFERENCES = ["log_group_name", "topic_arn", "kms_master_key_id", "metric_name"];
const ACTIONS = ["alarm_actions", "ok_actions", "insufficient_data_actions"];

/** Those that are blocks, which may be dynamic. */
const BLOCKS = ["metric_query", "metric_transformation"];

/** A module of the configuration, as one of its calls makes it. */
interface Scope {
  readonly module: Properties;
  /** What addresses of its resources begin with: `module.alarms["churn"].` */
  readonly prefix: string;
  /** Of the root module: its variables' values. */
  readonly variables?: Properties;
  /** Where it is called, and with what. */
  readonly parent?: Scope;
  readonly call?: Properties;
}

function instancesIn(module: Properties): Properties[] {
  const own = list(module["resources"])
    .map(map)
    .filter(({ mode }) => mode === "managed");
  return [...own, ...list(module["child_modules"]).map(map).flatMap(instancesIn)];
}

/** The parts of an address: its dots beyond those in keys of `for_each`. */
function partsOf(address: string): string[] {
  return address.match(/(?:\["(?:[^"\\]|\\.)*"\]|[^.])+/g) ?? [];
}

/** A part without its `[0]` or `["key"]`, and that. */
function keyed(part: string): [name: string, key: string] {
  const start = part.indexOf("[");
  return start < 0 ? [part, ""] : [part.slice(0, start), part.slice(start)];
}

function called(scope: Scope, part: string): Scope {
  const call = map(map(scope.module["module_calls"])[keyed(part)[0]]);
  const prefix = `${scope.prefix}module.${part}.`;
  return { module: map(call["module"]), prefix, parent: scope, call };
}

/** Where in the configuration a resource is defined, and as what. */
function definitionOf(root: Scope, address: string): [Scope, Properties] {
  let [scope, parts] = [root, partsOf(address)];
  for (; parts[0] === "module"; parts = parts.slice(2)) scope = called(scope, parts[1] ?? "");
  const [own] = keyed(parts.join("."));
  const found = list(scope.module["resources"])
    .map(map)
    .find((resource) => resource["address"] === own);
  return [scope, found ?? {}];
}

interface Context {
  readonly scope: Scope;
  readonly definition: Properties;
  /** Of all resources that are planned. */
  readonly addresses: readonly string[];
  /** Of its provider. */
  readonly region: string | undefined;
}

function plannedResource(instance: Properties, unknown: Properties, context: Context) {
  const { definition, region } = context;
  const address = text(instance["address"]);
  const expressions = map(definition["expressions"]);
  const values: Record<string, unknown> = { ...map(instance["values"]) };
  const references: Record<string, readonly string[]> = {};
  for (const [key, isUnknown] of Object.entries(unknown)) {
    // What the configuration does not set and AWS will fill in says nothing of an alarm. It leaves out dynamic blocks.
    const isFilledIn = expressions[key] === undefined && !BLOCKS.includes(key);
    if (!isSet(isUnknown) || isFilledIn) continue;
    values[key] = withUnknown(values[key], isUnknown);
    if (!REFERENCES.includes(key) && !ACTIONS.includes(key)) continue;
    const targets = resolved(referencesIn(expressions[key]), context, address);
    const namesOf = (isShown: boolean): string[] => [
      ...new Set(targets.filter((one) => one.isShown === isShown).map(({ name }) => name)),
    ];
    const [shown, open] = [namesOf(true), namesOf(false)];
    if (open.length > 0 || shown.length === 0) {
      const why = open.length > 0 ? `, from ${open.join(", ")}, which a plan does not show` : "";
      values[key] = new UnknownValue(`known only after apply${why}`);
      continue;
    }
    references[renamed(key)] = shown;
    if (ACTIONS.includes(key)) values[key] = shown.map(() => UNKNOWN);
  }
  const properties = map(provided(values));
  return {
    id: address,
    type: typeOf(text(instance["type"])),
    // In what names may have: no brackets.
    name: address.replaceAll(/[^\w.]+/g, "-").replaceAll(/-(?=\.|$)/g, ""),
    properties: region === undefined ? properties : { region, ...properties },
    references,
  } satisfies PlannedResource;
}

/** A value with what is not known yet marked in it. */
function withUnknown(value: unknown, unknown: unknown): unknown {
  if (unknown === true) return UNKNOWN;
  if (Array.isArray(unknown)) {
    const items = list(value);
    return unknown.map((one, index) => withUnknown(items[index], one));
  }
  if (!isMap(unknown)) return value;
  const inner = Object.entries(unknown).map(([key, one]) => [
    key,
    withUnknown(map(value)[key], one),
  ]);
  return { ...map(value), ...(Object.fromEntries(inner) as Properties) };
}

/** The references of an expression, or of those in a block. Terraform names each with all that it begins with. */
function referencesIn(expression: unknown): string[] {
  if (Array.isArray(expression)) return expression.flatMap(referencesIn);
  const { references, ...others } = map(expression);
  const all = list(references).map(text);
  const longest = all.filter(
    (one) => !all.some((other) => other.startsWith(`${one}.`) || other.startsWith(`${one}[`)),
  );
  return [...longest, ...Object.values(others).flatMap(referencesIn)];
}

/** What a reference comes to: the address of a resource that is planned, or what a plan does not show. */
interface Target {
  readonly name: string;
  readonly isShown: boolean;
}

/** What references come to, through outputs and variables of modules. */
function resolved(
  references: readonly string[],
  context: Pick<Context, "scope" | "definition" | "addresses">,
  address: string,
): Target[] {
  const { scope, definition, addresses } = context;
  const isEach = references.some((one) => /^(each\.key|count\.index)$/.test(one));
  return references.flatMap((reference): Target[] => {
    const [first = "", second = "", output = ""] = partsOf(reference);
    switch (first) {
      case "each":
        if (second === "key") return [];
        return resolved(referencesIn(definition["for_each_expression"]), context, address);
      case "count":
      case "path":
      case "terraform":
        return [];
      case "var": {
        const { parent, call = {} } = scope;
        if (parent === undefined) return [];
        const given = referencesIn(map(call["expressions"])[keyed(second)[0]]);
        const caller = { scope: parent, definition: call, addresses };
        return resolved(given, caller, scope.prefix.slice(0, -1));
      }
      case "module": {
        const inner = called(scope, second);
        const { expression } = map(map(inner.module["outputs"])[keyed(output)[0]]);
        if (expression === undefined) return [{ name: reference, isShown: false }];
        const callee = { scope: inner, definition: {}, addresses };
        return resolved(referencesIn(expression), callee, inner.prefix.slice(0, -1));
      }
      default: {
        const [name, key] = keyed(second);
        const base = `${scope.prefix}${first}.${name}`;
        const instances = addresses.filter(
          (one) => one === base + key || (key === "" && one.startsWith(`${base}[`)),
        );
        const own = base + keyed(partsOf(address).at(-1) ?? "")[1];
        const meant = isEach && instances.includes(own) ? [own] : instances;
        if (meant.length === 0) return [{ name: reference, isShown: false }];
        return meant.map((one) => ({ name: one, isShown: true }));
      }
    }
  });
}

/** Properties as Pulumi's AWS provider has them: in camel case, and a block of which there is one as a map. */
function provided(value: unknown, isList = true): unknown {
  if (Array.isArray(value)) {
    const items: unknown[] = value.map((item) => provided(item));
    if (isList || !value.every(isMap)) return items;
    return items[0];
  }
  if (!isMap(value) || value instanceof UnknownValue) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      renamed(key),
      // The keys of these are the user's own.
      MAPS.includes(key) ? item : provided(item, key === "metric_query"),
    ]),
  );
}

const MAPS = ["dimensions", "tags", "tags_all"];

function renamed(key: string): string {
  return NAMES[key] ?? key.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * A type as Pulumi calls it, whose AWS provider is made from Terraform's: `aws_sns_topic` is `aws:sns/topic:Topic`. Other
 * providers' only look alike, so that their alarms and filters are named.
 */
function typeOf(type: string): string {
  const [provider = "", service = "", ...words] = type.split("_");
  const name = words.map(capitalised).join("");
  return provider === "aws"
    ? `aws:${service}/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`
    : `${provider}:${capitalised(service)}${name}`;
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** The region of a provider, as far as a plan shows it. */
function regionOf(provider: Properties, root: Scope): string | undefined {
  const { region } = map(provider["expressions"]);
  // The variables of a module are not those of the configuration.
  const variables = provider["module_address"] === undefined ? map(root.variables) : {};
  const variable = referencesIn(region)
    .map((one) => /^var\.(\w+)$/.exec(one)?.[1])
    .find((name) => name !== undefined);
  const value = map(region)["constant_value"] ?? map(variables[variable ?? ""])["value"];
  return text(value) || undefined;
}

/** What a plan says that it is not all of. */
function leftOut(plan: Properties): Refused[] {
  const deferred = list(plan["deferred_changes"]).length;
  return [
    ...(plan["errored"] === true ? ["planning ended in an error: what it came to is not all"] : []),
    ...(plan["errored"] !== true && plan["complete"] === false && deferred === 0
      ? ["the plan is of some resources only (-target): what it leaves out is not seen"]
      : []),
    ...(deferred > 0 ? [`${count(deferred, "change")} that Terraform has put off: not seen`] : []),
  ].map((text) => ({ isAlarm: true, text }));
}
