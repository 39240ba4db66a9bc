import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Analyzer, type PropertyDefinition } from "@pulumi/pulumi/provider/experimental/analyzer";
import { generateSchema } from "@pulumi/pulumi/provider/experimental/schema";
import { z } from "zod";
import { modelSchema, stackSchema, warningSchema } from "../../components/settings/schema";

/** A tsconfig.json of the components alone: the whole repository's types would take long. */
const FOLDER = join(__dirname, "schema");
const PROVIDER = join(__dirname, "../../provider");
const SCHEMA = join(PROVIDER, "schema.json");
const NAMES = new Set(["ClassificationRate", "Monitor", "EmailTopic"]);

type Properties = Readonly<Record<string, PropertyDefinition>>;

/** What Pulumi's own analyzer, which makes the SDKs of other languages, reads from the components. */
function analysis() {
  const entry = { name: "classification-rate", main: "../../../components/index.ts" };
  return new Analyzer(FOLDER, entry.name, entry, new Set(NAMES)).analyze();
}

/** Texts without line breaks, which stand where the source happens to have them. */
function folded<T>(value: T): T {
  const text = JSON.stringify(value, (key, item: unknown) =>
    key === "description" && typeof item === "string" ? item.replace(/\s+/g, " ") : item,
  );
  return JSON.parse(text) as T;
}

describe("the components in other languages", () => {
  const { components, typeDefinitions, dependencies } = folded(analysis());
  const shapes: [string, Properties][] = [
    ...Object.values(components).flatMap(({ name, inputs, outputs }): [string, Properties][] => [
      [`${name}Args`, inputs],
      [name, outputs],
    ]),
    ...Object.values(typeDefinitions).map(({ name, properties = {} }): [string, Properties] => [
      name,
      properties,
    ]),
  ];
  const described = (name: string): Properties => new Map(shapes).get(name) ?? {};

  it("have the schema that the provider gives of them", () => {
    const { name, version, description } = JSON.parse(
      readFileSync(join(PROVIDER, "package.json"), "utf8"),
    ) as Record<"name" | "version" | "description", string>;
    const schema = folded(
      generateSchema(name, version, description, components, typeDefinitions, dependencies),
    );
    // Pulumi's own function forgets them.
    for (const [token, type] of Object.entries(schema.types)) {
      Object.assign(type, { description: typeDefinitions[token.split(":")[2] ?? ""]?.description });
    }
    // Delete the file to have it written anew.
    if (!existsSync(SCHEMA)) writeFileSync(SCHEMA, `${JSON.stringify(schema, undefined, 2)}\n`);
    assert.deepEqual(folded(schema), JSON.parse(readFileSync(SCHEMA, "utf8")));
  });

  it("say what every property is", () => {
    for (const [name, properties] of shapes) {
      for (const [key, { description = "" }] of Object.entries(properties)) {
        assert.match(description, /^[A-Zfh].*\.$/, `${name}.${key}`);
        assert.doesNotMatch(description, /object Object|@|`/, `${name}.${key}`);
      }
    }
    const members = Object.values(typeDefinitions).flatMap((type) => type.enum ?? []);
    assert.equal(members.length, 6);
    assert.ok(members.every(({ description }) => description !== undefined));
  });

  it("have names that no language doubles", () => {
    for (const name of Object.keys(typeDefinitions)) assert.doesNotMatch(name, /Args$/);
  });

  it("describe each setting as the schema of the stack's config does, with its default", () => {
    const agree = (name: string, shape: Readonly<Record<string, z.ZodType>>, others: string[]) => {
      const properties = described(name);
      assert.deepEqual(Object.keys(properties).sort(), [...Object.keys(shape), ...others].sort());
      for (const [key, type] of Object.entries(shape)) {
        const { description = "" } = properties[key] ?? {};
        const expected = type.meta()?.description ?? "nothing";
        assert.ok(description.startsWith(expected), `${name}.${key}: ${description}\n${expected}`);
        const written = z.toJSONSchema(type, { io: "input" }).default;
        const isPlain = ["string", "number", "boolean"].includes(typeof written);
        const isOff = key === "createLogGroup";
        const told = / Default: (\S[^.]*)\.$/.exec(description)?.[1];
        assert.equal(told, isPlain && !isOff ? String(written) : undefined, `${name}.${key}`);
      }
    };
    const { logGroup, ...defaults } = modelSchema.shape;
    const { email, ...monitor } = modelSchema.shape;
    agree("ModelConfig", modelSchema.shape, []);
    agree("ModelDefaults", defaults, []);
    agree("ClassificationRateArgs", stackSchema.shape, ["models", "defaults", "region"]);
    const { topics, ...others } = monitor;
    assert.ok(topics, "which a monitor says in words of its own");
    agree("ModelWarning", warningSchema.shape, []);
    const { email: warned, ...warning } = warningSchema.shape;
    assert.ok(warned, "for which a monitor has topics");
    agree("MonitorWarning", warning, []);
    agree("MonitorArgs", others, ["topics", "namespace", "accountId", "region"]);
  });

  it("have every setting in a schema for editors", () => {
    const schema = z.toJSONSchema(modelSchema, { io: "input" });
    for (const [key, property] of Object.entries(schema.properties ?? {})) {
      assert.ok(typeof property === "object" && property.description, key);
      assert.ok("type" in property || "anyOf" in property || "enum" in property, key);
    }
    assert.deepEqual(schema.required, ["logGroup", "threshold"]);
  });
});
