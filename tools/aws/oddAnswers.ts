import { NormalizedSchema } from "@smithy/core/schema";
import type { $SchemaRef } from "@smithy/types";

/**
 * What is not as AWS's model has it in an answer: `MetricAlarms[0].Threshold is "odd"`; undefined where all is. The SDK
 * passes on what it gets, whatever its types say, and what the AWS CLI printed may have been changed.
 */
export function oddityIn(schema: $SchemaRef, answer: unknown): string | undefined {
  return oddity(NormalizedSchema.of(schema), answer, "");
}

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
