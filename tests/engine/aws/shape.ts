import { Bag, canonical, hasUnknown, isBag, isUnknown, Json, parseJson } from "./json";

/** One input of a resource, as the provider's schema describes it. */
export interface Field {
  readonly type: "string" | "number" | "boolean" | "list" | "set" | "map" | "object" | "json";
  readonly required?: boolean;
  /** A change replaces the resource. */
  readonly forceNew?: boolean;
  /** AWS fills it in when it is not given, so that leaving it out is no change. */
  readonly computed?: boolean;
  readonly default?: Json;
  /** Elements of a list or set, values of a map. */
  readonly of?: Field;
  /** Parts of an object. */
  readonly fields?: Shape;
  /** Most characters of a text, most elements of a list. */
  readonly max?: number;
  /** Smallest number. */
  readonly min?: number;
  readonly oneOf?: readonly Json[];
  readonly pattern?: RegExp;
  /** Inputs that may not stand beside this one. */
  readonly conflictsWith?: readonly string[];
}

/** The inputs of a resource by name. */
export type Shape = Readonly<Record<string, Field>>;

/** What is wrong with one input. */
export interface Failure {
  readonly property: string;
  readonly reason: string;
}

/**
 * What the real provider finds before it talks to AWS: types, missing and unknown names, lengths,
 * values outside a list, inputs that exclude each other. Values not known yet pass.
 */
export function checkShape(shape: Shape, inputs: Bag): Failure[] {
  return [...checkObject(shape, inputs, ""), ...checkConflicts(shape, inputs)];
}

/**
 * The form in which two values that mean the same are equal: defaults filled in, empty and zero
 * values left out (the provider cannot tell them from absent ones), sets in one order.
 */
export function normalise(shape: Shape, inputs: Bag): Bag {
  const result: Bag = {};
  for (const [name, field] of Object.entries(shape)) {
    const value = normaliseValue(field, inputs[name]);
    if (value !== undefined) result[name] = value;
  }
  return result;
}

/** The normal form of one value; undefined when it means "not given". */
export function normaliseValue(field: Field, given: Json | undefined): Json | undefined {
  const value = given ?? field.default;
  if (value === undefined || value === null || isUnknown(value)) return value ?? undefined;
  if (Array.isArray(value)) return normaliseList(field, value);
  if (isBag(value)) {
    const parts = field.fields === undefined ? value : normalise(field.fields, value);
    return Object.keys(parts).length === 0 ? undefined : parts;
  }
  const zero = value === "" || value === 0 || value === false;
  return zero && field.default === undefined ? undefined : value;
}

/** Whether the two values mean the same to the provider; an unknown value never does. */
export function sameValue(field: Field, a: Json | undefined, b: Json | undefined): boolean {
  if (hasUnknown(a) || hasUnknown(b)) return false;
  const [left, right] = [a, b].map((value) => normaliseValue(field, value));
  if (field.type !== "json") return canonical(left) === canonical(right);
  return canonicalDocument(left) === canonicalDocument(right);
}

function canonicalDocument(document: Json | undefined): string {
  return canonical(typeof document === "string" ? parseJson(document) : document);
}

function normaliseList(field: Field, values: Json[]): Json | undefined {
  if (values.length === 0) return undefined;
  const of = field.of;
  const elements = values.map((each) =>
    of === undefined ? each : (normaliseValue(of, each) ?? each),
  );
  if (field.type !== "set") return elements;
  const byText = new Map(elements.map((each) => [canonical(each), each]));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}

function checkObject(shape: Shape, inputs: Bag, path: string): Failure[] {
  const unknownNames = Object.keys(inputs).filter((name) => shape[name] === undefined);
  const failures: Failure[] = unknownNames.map((name) => ({
    property: path + name,
    reason: `the stand-in for AWS does not know the property "${path}${name}"`,
  }));
  for (const [name, field] of Object.entries(shape)) {
    failures.push(...checkField(field, inputs[name] ?? undefined, path + name));
  }
  return failures;
}

function checkField(field: Field, value: Json | undefined, path: string): Failure[] {
  if (value === undefined || value === null) {
    const reason = `Missing required property '${path}'`;
    return field.required === true ? [{ property: path, reason }] : [];
  }
  if (isUnknown(value)) return [];
  if (!hasType(field, value)) {
    const found = `got ${JSON.stringify(value)} of type ${typeName(value)}`;
    return [{ property: path, reason: `expected ${field.type} type, ${found}` }];
  }
  const problem = limitProblem(field, value);
  const failures = problem === undefined ? [] : [{ property: path, reason: problem }];
  return [...failures, ...checkParts(field, value, path)];
}

function checkParts(field: Field, value: Json, path: string): Failure[] {
  const of = field.of;
  if (Array.isArray(value)) {
    if (of === undefined) return [];
    return value.flatMap((each, index) => checkField(of, each, `${path}[${index}]`));
  }
  if (!isBag(value)) return [];
  if (field.fields !== undefined) return checkObject(field.fields, value, `${path}.`);
  if (of === undefined) return [];
  return Object.entries(value).flatMap(([key, each]) => checkField(of, each, `${path}.${key}`));
}

function checkConflicts(shape: Shape, inputs: Bag): Failure[] {
  return Object.entries(shape).flatMap(([name, field]) => {
    if (normaliseValue(field, inputs[name]) === undefined) return [];
    const others = (field.conflictsWith ?? []).filter((other) => (inputs[other] ?? null) !== null);
    return others.map((other) => ({
      property: name,
      reason: `"${name}": conflicts with ${other}`,
    }));
  });
}

function limitProblem(field: Field, value: Json): string | undefined {
  const { max, min, oneOf, pattern } = field;
  if (oneOf !== undefined && !oneOf.includes(value)) {
    return `expected to be one of ${JSON.stringify(oneOf)}, got ${JSON.stringify(value)}`;
  }
  if (typeof value === "number" && min !== undefined && value < min) {
    return `expected to be at least (${min}), got ${value}`;
  }
  if (max !== undefined && size(value) > max) {
    return `expected length to be at most ${max}, got ${String(size(value))}`;
  }
  if (typeof value !== "string") return undefined;
  if (field.type === "json" && parseJson(value) === undefined) return "contains an invalid JSON";
  if (pattern === undefined || pattern.test(value)) return undefined;
  return `${JSON.stringify(value)} is not of the form ${pattern.source}`;
}

/** Texts are measured in UTF-8 bytes, the stricter of the two ways AWS counts. */
function size(value: Json): number {
  if (typeof value === "string") return Buffer.byteLength(value);
  return Array.isArray(value) ? value.length : 0;
}

function hasType(field: Field, value: Json): boolean {
  switch (field.type) {
    case "json":
      return typeof value === "string";
    case "list":
    case "set":
      return Array.isArray(value);
    case "map":
    case "object":
      return isBag(value);
    default:
      return typeof value === field.type;
  }
}

function typeName(value: Json): string {
  return Array.isArray(value) ? "list" : typeof value;
}
