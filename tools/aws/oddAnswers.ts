import { NormalizedSchema } from "@smithy/core/schema";
import { getSmithyContext } from "@smithy/core/transport";
import type { MiddlewareStack, StaticOperationSchema, StaticStructureSchema } from "@smithy/types";

/**
 * An answer that is not in the form that AWS documents. It comes from something between here and AWS, or from a stand-in
 * for it: the SDK passes on what it gets, whatever its types say.
 */
export class OddAnswer extends Error {
  override readonly name = "OddAnswer";
}

/** Has each answer of a client held against AWS's own model of it, so that the SDK's types can be relied on. */
export function checked<In extends object, Out extends object, C>(
  client: C & { readonly middlewareStack: MiddlewareStack<In, Out> },
): C {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      const { operationSchema } = getSmithyContext(context);
      if (Array.isArray(operationSchema)) {
        const schema = NormalizedSchema.of((operationSchema as StaticOperationSchema)[5]);
        const { $metadata: _, ...answer } = result.output as Record<string, unknown>;
        const odd = oddity(schema, answer, "");
        if (odd !== undefined) throw new OddAnswer(odd);
      }
      return result;
    },
    { step: "initialize", name: "checkAnswer" },
  );
  return client;
}

/**
 * An answer that the AWS CLI printed as JSON, held against the same model.
 * @returns what is odd, or undefined
 */
export function oddJson(schema: StaticStructureSchema, answer: unknown): string | undefined {
  return oddity(NormalizedSchema.of(schema), answer, "");
}

/** What is not as the schema has it: `MetricAlarms[0].Threshold is "odd"`; undefined where all is. */
function oddity(schema: NormalizedSchema, value: unknown, path: string): string | undefined {
  if (value === undefined) return undefined;
  if (schema.isListSchema() && Array.isArray(value)) {
    const member = schema.getValueSchema();
    return first(value.entries(), ([index, item]) => oddity(member, item, `${path}[${index}]`));
  }
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (isObject && (schema.isStructSchema() || schema.isMapSchema())) {
    const members = new Map(schema.isStructSchema() ? schema.structIterator() : []);
    return first(Object.entries(value), ([name, item]) => {
      const member = schema.isMapSchema() ? schema.getValueSchema() : members.get(name);
      return member && oddity(member, item, path === "" ? name : `${path}.${name}`);
    });
  }
  return isSimple(schema, value) ? undefined : `${path} is ${JSON.stringify(value).slice(0, 100)}`;
}

function isSimple(schema: NormalizedSchema, value: unknown): boolean {
  if (schema.isListSchema() || schema.isStructSchema() || schema.isMapSchema()) return false;
  if (schema.isTimestampSchema()) return value instanceof Date && !Number.isNaN(value.getTime());
  if (schema.isStringSchema()) return typeof value === "string";
  if (schema.isBooleanSchema()) return typeof value === "boolean";
  return !schema.isNumericSchema() || typeof value === "number";
}

function first<T>(items: Iterable<T>, find: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
