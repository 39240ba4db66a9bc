import { parse, type ScalarTag, type CollectionTag, YAMLMap } from "yaml";
import { isMap } from "../../components/settings/input";
import { partitionOf } from "../../components/cloudwatch/consoleLinks";
import { InputError } from "../inputError";
import { declaredIn } from "./awsResources";
import {
  type AwsResource,
  type Declared,
  NO_ACCOUNT,
  type Origin,
  reasonOf,
  type Refused,
  stackOfFile,
  TYPES,
  usualRegion,
} from "./declared";
import { UnknownValue } from "./given";
import { filledIn } from "./newResources";
import { list, map, type Properties, text } from "./properties";

/**
 * Reads what a CloudFormation template would deploy, in JSON or YAML, as `cdk synth` writes it or `aws cloudformation
 * get-template` prints it. The stack is called as the file is, up to its first dot.
 * @param content the text of the file
 * @param name the file's name
 * @param given values of parameters, and of what is imported, as `name=value`; other parameters have their defaults
 * @throws InputError where it is something else, or holds nothing that could be rehearsed
 */
export function templated(content: string, name: string, given: readonly string[] = []): Declared {
  const expected = `${name}: expected a CloudFormation template`;
  const whole = map(parsed(content, expected));
  const { TemplateBody: body = whole } = whole;
  const template = map(typeof body === "string" ? parsed(body, expected) : body);
  if (Object.keys(map(template["Resources"])).length === 0) {
    throw new InputError(`${expected}, found no Resources`);
  }
  const origin = {
    ...{ project: "", stack: stackOfFile(name) },
    ...{ region: usualRegion(), accountId: NO_ACCOUNT },
  };
  const read = new Template(template, origin, given);
  const resources = read.resources();
  const [odd] = read.unused;
  if (odd !== undefined) {
    const known = [...Object.keys(map(template["Parameters"])), ...read.imported].join(", ");
    throw new InputError(
      `--parameter ${odd}: expected <name>=<value>, where the name is one of ${name}'s parameters or imports (${known || "it has none"})`,
    );
  }
  return declaredIn(resources, origin, expected, { refused: read.refused, notes: read.notes });
}

function parsed(content: string, expected: string): unknown {
  try {
    return content.trimStart().startsWith("{")
      ? JSON.parse(content)
      : parse(content, { customTags: TAGS, logLevel: "error" });
  } catch (error) {
    throw new InputError(`${expected}, found something else${reasonOf(error)}`);
  }
}

/** The short forms of functions in YAML: `!Ref Topic`, `!Sub "${AWS::Region}"`. */
const TAGS = [
  ...["Ref", "Condition", "GetAtt", "Sub", "Join", "Select", "Split", "If", "Equals", "And", "Or"],
  ...[
    "Not",
    "FindInMap",
    "ImportValue",
    "Base64",
    "Cidr",
    "GetAZs",
    "Transform",
    "ToJsonString",
    "Length",
  ],
].flatMap((name): (ScalarTag | CollectionTag)[] => {
  const key = ["Ref", "Condition"].includes(name) ? name : `Fn::${name}`;
  const tag = `!${name}`;
  const resolve = (node: unknown): YAMLMap => {
    const called = new YAMLMap();
    called.set(key, node);
    return called;
  };
  return [
    { tag, resolve: (value: string) => ({ [key]: value }) },
    { tag, collection: "seq", resolve },
    { tag, collection: "map", resolve },
  ];
});

/** Types that matter here, by what CloudFormation calls them. */
const KNOWN: Readonly<Record<string, string>> = {
  "AWS::CloudWatch::Alarm": TYPES.alarm,
  "AWS::CloudWatch::CompositeAlarm": TYPES.compositeAlarm,
  "AWS::CloudWatch::LogAlarm": TYPES.logAlarm,
  "AWS::CloudWatch::AlarmMuteRule": TYPES.muteRule,
  "AWS::Logs::MetricFilter": TYPES.filter,
  "AWS::Logs::LogGroup": TYPES.logGroup,
  "AWS::SNS::Topic": TYPES.topic,
  "AWS::SNS::Subscription": TYPES.subscription,
  "AWS::KMS::Key": TYPES.key,
  "AWS::Lambda::Function": TYPES.function,
  "AWS::Serverless::Function": TYPES.function,
};

/** What properties are called there that are called otherwise here. */
const NAMES: Readonly<Record<string, string>> = {
  AlarmName: "name",
  FilterName: "name",
  TopicName: "name",
  FunctionName: "name",
  LogGroupName: "logGroupName",
  FilterPattern: "pattern",
  OKActions: "okActions",
  Metrics: "metricQueries",
  TopicArn: "topic",
  EvaluateLowSampleCountPercentile: "evaluateLowSampleCountPercentiles",
};

/** Transforms of AWS's own that add no alarms and filters; loops of the second one are resources of their own. */
const HARMLESS = /^AWS::(Serverless|LanguageExtensions|SecretsManager|CodeDeployBlueGreen)/;

/** Where what a macro or a loop comes to can be had. */
const PROCESSED =
  "once it is deployed, `aws cloudformation get-template --template-stage Processed` prints what it comes to";

/** A template whose functions are worked out as far as they can be. */
class Template {
  readonly notes: string[] = [];
  readonly refused: Refused[] = [];
  /** What other stacks export to it, by name. */
  readonly imported = new Set<string>();
  readonly #resources: Properties;
  readonly #parameters: Properties;
  readonly #given: ReadonlyMap<string, string>;
  readonly #read = new Map<string, AwsResource | undefined>();
  readonly #within = new Set<string>();

  constructor(
    private readonly template: Properties,
    private readonly origin: Origin,
    given: readonly string[],
  ) {
    this.#resources = map(template["Resources"]);
    this.#parameters = map(template["Parameters"]);
    this.#given = new Map(
      given.map((one) => [one.replace(/=.*$/s, ""), one.slice(one.indexOf("=") + 1)]),
    );
    for (const transform of [template["Transform"] ?? []].flat()) {
      const name = text(transform) || text(map(transform)["Name"]);
      const why = `the transform ${name} is not applied: what it adds is not seen`;
      if (HARMLESS.test(name)) this.notes.push(why);
      else this.#refuse(`${why} (${PROCESSED})`);
    }
  }

  /** Names that values were given for and that nothing here has. */
  get unused(): string[] {
    const isKnown = (name: string): boolean => name in this.#parameters || this.imported.has(name);
    return [...this.#given.keys()].filter((name) => !isKnown(name));
  }

  #refuse(why: string): void {
    this.refused.push({ isAlarm: true, text: why });
  }

  resources(): AwsResource[] {
    return Object.keys(this.#resources).flatMap((id) => {
      const definition = map(this.#resources[id]);
      const type = text(definition["Type"]);
      if (/^AWS::(CloudFormation::Stack|Serverless::Application)$|::MODULE$/.test(type)) {
        this.#refuse(`nested stack ${id} is not read: its template is another file`);
      } else if (type === "") {
        const why = id.startsWith("Fn::") ? PROCESSED : "it has no type";
        this.#refuse(`${id} is not read: ${why}`);
      }
      const resource = this.#resource(id);
      if (resource === undefined) return [];
      return [resource, ...this.#subscriptionsIn(resource, map(definition["Properties"]))];
    });
  }

  /** One resource; undefined where it is none that matters, or its condition does not hold. */
  #resource(id: string): AwsResource | undefined {
    if (this.#read.has(id)) return this.#read.get(id);
    // What refers to itself in a circle is unknown.
    this.#read.set(id, undefined);
    const definition = map(this.#resources[id]);
    const type = KNOWN[text(definition["Type"])];
    const { Condition: condition } = definition;
    const holds = condition === undefined ? true : this.#holds({ Condition: condition });
    if (type === undefined || holds === false) return undefined;
    if (holds === undefined) {
      const why = `whether ${text(condition)} holds is not known (--parameter gives values)`;
      this.notes.push(`${id} is taken to be there: ${why}`);
    }
    const given = provided(type, map(this.#value(definition["Properties"] ?? {})));
    const draft = { type, name: `${this.origin.stack}-${id}`, properties: given };
    const resource = { ...draft, properties: { ...given, ...filledIn(draft, this.origin) } };
    this.#read.set(id, resource);
    return resource;
  }

  /** A topic may have its subscriptions inside. */
  #subscriptionsIn({ type, name, properties }: AwsResource, given: Properties): AwsResource[] {
    if (type !== TYPES.topic) return [];
    return list(given["Subscription"]).map((inner) => ({
      type: TYPES.subscription,
      name,
      properties: {
        topic: properties["arn"],
        ...provided(TYPES.subscription, map(this.#value(inner))),
      },
    }));
  }

  /** What a value comes to. What cannot be told stands in it as an {@link UnknownValue}. */
  #value(value: unknown): unknown {
    if (Array.isArray(value)) {
      return value.map((item) => this.#value(item)).filter((item) => item !== undefined);
    }
    if (!isMap(value)) return lookedUp(value);
    const [[key, argument] = ["", undefined], ...others] = Object.entries(value);
    if (others.length === 0 && (key === "Ref" || key.startsWith("Fn::"))) {
      return lookedUp(this.#call(key, argument));
    }
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, this.#value(item)]),
    );
  }

  #call(name: string, argument: unknown): unknown {
    switch (name) {
      case "Ref":
        return this.#ref(text(argument));
      case "Fn::GetAtt":
        return this.#attribute([argument].flat().map(text).join("."));
      case "Fn::Sub":
        return this.#sub(argument);
      case "Fn::If": {
        const [condition, one, other] = list(argument);
        const holds = this.#holds({ Condition: condition });
        if (holds !== undefined) return this.#value(holds ? one : other);
        return new UnknownValue(`what the condition ${text(condition)} decides`);
      }
    }
    // All others go by what their arguments come to.
    const values = this.#value(argument);
    const open = unknownIn(values);
    if (open !== undefined) return open;
    const [one, two, three] = list(values);
    switch (name) {
      case "Fn::Join":
        return joined([two].flat(), text(one));
      case "Fn::Select":
        return list(two)[Number(one)] ?? unknown(name);
      case "Fn::Split":
        return text(two).split(text(one));
      case "Fn::FindInMap": {
        const found = map(map(map(this.template["Mappings"])[text(one)])[text(two)]);
        return found[text(three)] ?? unknown(`${name} (${list(values).map(text).join(", ")})`);
      }
      case "Fn::ImportValue":
        this.imported.add(text(values));
        return this.#given.get(text(values)) ?? missing("what another stack exports", text(values));
      default:
        return unknown(name);
    }
  }

  #ref(name: string): unknown {
    const { region, accountId, stack } = this.origin;
    const pseudo: Properties = {
      ...{ "AWS::Region": region, "AWS::AccountId": accountId, "AWS::StackName": stack },
      ...{ "AWS::Partition": partitionOf(region), "AWS::NoValue": undefined },
    };
    if (Object.hasOwn(pseudo, name)) return pseudo[name];
    const parameter = this.#parameters[name];
    if (parameter !== undefined) {
      const { Default: usual, Type: type } = map(parameter);
      const isInTemplate = !text(type).startsWith("AWS::SSM::");
      const value = this.#given.get(name) ?? (isInTemplate ? usual : undefined);
      if (value === undefined) return missing("a parameter without a value", name);
      return text(type).includes("List") ? text(value).split(/\s*,\s*/) : value;
    }
    const resource = this.#resource(name);
    if (resource === undefined) return new UnknownValue(`what ${name} refers to`);
    const { type, properties } = resource;
    if (type === TYPES.topic) return properties["arn"];
    return properties[type === TYPES.key ? "keyId" : "name"];
  }

  #attribute(name: string): unknown {
    const [id = "", ...path] = name.split(".");
    const attribute = path.join(".");
    const { properties } = this.#resource(id) ?? {};
    if (/^(Arn|TopicArn)$/.test(attribute) && properties !== undefined) return properties["arn"];
    if (attribute === "TopicName" && properties !== undefined) return properties["name"];
    // What is called as a property is that, as far as resources that matter here go.
    const given = map(map(this.#resources[id])["Properties"])[attribute];
    const value = this.#unlessWithin(name, () => this.#value(given));
    return value ?? new UnknownValue(`the ${attribute} of ${id}`);
  }

  /** @returns undefined where something refers to itself in a circle */
  #unlessWithin<T>(place: string, read: () => T): T | undefined {
    if (this.#within.has(place)) return undefined;
    this.#within.add(place);
    const value = read();
    this.#within.delete(place);
    return value;
  }

  #sub(argument: unknown): unknown {
    const [pattern, own] = Array.isArray(argument) ? list(argument) : [argument];
    const variables = map(this.#value(own ?? {}));
    const parts = text(pattern).split(/(\$\{[^}]+\})/);
    const values = parts.map((part) => {
      const name = /^\$\{([^}]+)\}$/.exec(part)?.[1]?.trim();
      if (name === undefined) return part;
      if (name.startsWith("!")) return `\${${name.slice(1)}}`;
      if (Object.hasOwn(variables, name)) return variables[name];
      return name.includes(".") ? this.#attribute(name) : this.#ref(name);
    });
    return joined(values, "");
  }

  /** Whether a condition holds; undefined where nobody can tell yet. */
  #holds(condition: unknown): boolean | undefined {
    const [[name, argument] = ["", undefined]] = Object.entries(map(condition));
    const all = (): (boolean | undefined)[] => list(argument).map((one) => this.#holds(one));
    switch (name) {
      case "Condition": {
        const own = map(this.template["Conditions"])[text(argument)];
        return this.#unlessWithin(`Condition ${text(argument)}`, () => this.#holds(own));
      }
      case "Fn::Not": {
        const [holds] = all();
        return holds === undefined ? undefined : !holds;
      }
      case "Fn::And":
        return all().includes(false) ? false : all().includes(undefined) ? undefined : true;
      case "Fn::Or":
        return all().includes(true) ? true : all().includes(undefined) ? undefined : false;
      case "Fn::Equals": {
        const [one, other] = list(argument).map((item) => this.#value(item));
        const isKnown = !(one instanceof UnknownValue) && !(other instanceof UnknownValue);
        return isKnown ? text(one) === text(other) : undefined;
      }
      default:
        return undefined;
    }
  }
}

function unknown(name: string): UnknownValue {
  return new UnknownValue(`the result of ${name}`);
}

function missing(what: string, name: string): UnknownValue {
  return new UnknownValue(`${what}: --parameter ${name}=<value> gives it`);
}

/** A value, unless CloudFormation looks it up when it deploys (a dynamic reference). */
function lookedUp(value: unknown): unknown {
  return typeof value === "string" && value.includes("{{resolve:")
    ? new UnknownValue(`looked up by CloudFormation, ${value}`)
    : value;
}

/** What is unknown of a list or in it, which then is so as a whole. */
function unknownIn(value: unknown): UnknownValue | undefined {
  return [value].flat().find((item) => item instanceof UnknownValue);
}

/** A text of parts; unknown where one is. */
function joined(parts: readonly unknown[], separator: string): unknown {
  return unknownIn(parts) ?? parts.map(text).join(separator);
}

/** Properties of a resource, as the AWS provider of Pulumi has them. */
function provided(type: string, given: Properties): Properties {
  const renamed = renamedIn(given);
  switch (type) {
    case TYPES.filter: {
      const { metricTransformations, ...filter } = renamed;
      const { metricName, metricNamespace, metricValue, dimensions, ...others } = map(
        list(metricTransformations)[0],
      );
      return {
        ...filter,
        metricTransformation: unknownIn(metricTransformations) ?? {
          ...others,
          ...{ name: metricName, namespace: metricNamespace, value: metricValue },
          dimensions: keyed(dimensions, "key"),
        },
      };
    }
    case TYPES.alarm:
      return {
        ...renamed,
        dimensions: keyed(renamed["dimensions"], "name"),
        metricQueries: [renamed["metricQueries"] ?? []].flat().map((query) => {
          if (query instanceof UnknownValue) return query;
          const { metricStat, returnData = true, ...others } = map(query);
          if (!isMap(metricStat)) return { ...others, returnData, metric: metricStat };
          const { metric, ...stat } = map(metricStat);
          const { dimensions, ...named } = map(metric);
          const whole = { ...named, ...stat, dimensions: keyed(dimensions, "name") };
          return { ...others, returnData, metric: whole };
        }),
      };
    case TYPES.logGroup: {
      const { logGroupName, ...others } = renamed;
      return { ...others, name: logGroupName };
    }
    case TYPES.subscription: {
      const { filterPolicy, ...others } = renamed;
      return isMap(filterPolicy)
        ? { ...others, filterPolicy: JSON.stringify(filterPolicy) }
        : renamed;
    }
    default: {
      const { subscription: _, ...others } = renamed;
      return others;
    }
  }
}

function renamedIn(value: unknown): Properties {
  const renamed = (item: unknown): unknown =>
    Array.isArray(item) ? item.map(renamed) : isMap(item) ? renamedIn(item) : item;
  return Object.fromEntries(
    Object.entries(map(value)).map(([key, item]) => [
      NAMES[key] ?? key.charAt(0).toLowerCase() + key.slice(1),
      renamed(item),
    ]),
  );
}

/** A map of what is a list of names and values there. */
function keyed(dimensions: unknown, key: string): unknown {
  if (!Array.isArray(dimensions) || unknownIn(dimensions))
    return unknownIn(dimensions) ?? dimensions;
  return Object.fromEntries(dimensions.map(map).map((one) => [text(one[key]), one["value"]]));
}
