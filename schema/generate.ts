import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { z } from "zod";
import { NAMESPACE } from "../components/settings/names";
import { isMap } from "../components/settings/input";
import { MODEL_NAME, modelSchema, stackSchema } from "../components/settings/schema";
import { alarmTestsSchema } from "../tools/verify/alarmTest";

/**
 * `npm run generate`: writes what is made of the schemas that the program itself reads its input with, JSON
 * Schema for editors and the tables of the documentation.
 */

const ROOT = join(__dirname, "..");

type JsonSchema = z.core.JSONSchema.BaseSchema;

const modelNames = z.string().regex(MODEL_NAME).meta({
  expected: "a model name of 1 to 64 letters, digits, - and _",
});

/** Without `logGroup` and `threshold` being required: a stack's environments and its defaults may have them. */
const anyModel = modelSchema.partial({ logGroup: true, threshold: true });

const ownKeys = {
  models: z.record(modelNames, anyModel).optional().describe("The stack's models, by name."),
  defaults: anyModel
    .omit({ logGroup: true })
    .optional()
    .describe("Settings of every model that does not say otherwise."),
  ...stackSchema.shape,
};

const namespaced = Object.fromEntries(
  Object.entries(ownKeys).map(([key, type]) => [`${NAMESPACE}:${key}`, type]),
);

/** In JSON Schema: what each of a stack's models has to be. */
function eachModel(schema: object) {
  return { properties: { [`${NAMESPACE}:models`]: { additionalProperties: schema } } };
}

/** What each model has to have where the file has defaults without it; Pulumi.yaml may have defaults, too. */
function unlessInDefaults(schema: object) {
  const defaults = `${NAMESPACE}:defaults`;
  const isLacking = { required: [defaults], properties: { [defaults]: { not: schema } } };
  return { if: isLacking, then: eachModel(schema) };
}

/** A stack file. Keys of other namespaces, and those without one, are other programs' and providers'. */
const stackFileSchema = z
  .looseObject({
    config: z
      .looseObject({ ...namespaced, "aws:allowedAccountIds": z.array(z.unknown()).optional() })
      .nullish()
      .meta({
        propertyNames: { pattern: "^[^:]+(?::[^:]+)?$", expected: "a key such as aws:region" },
        patternProperties: { [`^${NAMESPACE}:(?!(?:${Object.keys(ownKeys).join("|")})$)`]: false },
      }),
    ...Object.fromEntries(
      ["secretsprovider", "encryptedkey", "encryptionsalt"].map((key) => [
        key,
        z.string().nullish(),
      ]),
    ),
  })
  .meta({
    // An environment (Pulumi ESC) may add what is missing.
    if: { properties: { environment: { type: "null" } } },
    then: {
      properties: {
        config: {
          ...eachModel({ required: ["logGroup"] }),
          allOf: [
            unlessInDefaults({ required: ["threshold"] }),
            unlessInDefaults({ anyOf: [{ required: ["email"] }, { required: ["topics"] }] }),
          ],
        },
      },
    },
  });

/** A file of `modelsFrom`. */
const modelsFileSchema = z.record(modelNames, modelSchema.partial({ threshold: true }));

/** A schema as JSON Schema, with `expected` as an error has it. */
function jsonSchema(type: z.ZodType) {
  return z.toJSONSchema(type, {
    io: "input",
    target: "draft-7",
    override: ({ zodSchema, jsonSchema: schema }) => {
      // Its pattern says what an address is; of the format editors have ideas of their own.
      delete schema.format;
      // These are examples of input, also where something else is made of it.
      const { examples } = z.globalRegistry.get(zodSchema) ?? {};
      if (Array.isArray(examples)) schema.examples = examples;
    },
  });
}

/** For editors, which show `errorMessage` in place of their own words: it is for each alternative to have. */
function withMessages(value: unknown, inherited?: string): unknown {
  if (Array.isArray(value)) return value.map((item) => withMessages(item, inherited));
  if (!isMap(value)) return value;
  const { expected: own, ...schema } = value;
  const expected = typeof own === "string" ? own : inherited;
  const entries = Object.entries(schema).map(([key, part]) => {
    const isAlternative = key === "anyOf" || key === "allOf";
    return [key, withMessages(part, isAlternative ? expected : undefined)] as const;
  });
  // Of a map it would stand for what is wrong with any of its keys.
  const isOne = expected !== undefined && schema["type"] !== "object" && !("anyOf" in schema);
  return {
    ...Object.fromEntries(entries),
    ...(isOne && { errorMessage: `Expected ${expected}.` }),
  };
}

function schemaFile(title: string, type: z.ZodType): string {
  return `${JSON.stringify(withMessages(jsonSchema(type.meta({ title }))), undefined, 2)}\n`;
}

/** What must be there in one of two ways, which `required` cannot say of one key. */
const NEEDS: Readonly<Record<string, string>> = { email: "required unless `topics`" };

/** A setting as a table has it, by the table's columns. */
type Setting = Readonly<Record<"key" | "takes" | "default" | "for example" | "meaning", string>>;

/** The settings of a map, each followed by those within it. */
function settingsOf({ properties = {}, required = [] }: JsonSchema, prefix = ""): Setting[] {
  return Object.entries(properties).flatMap(([key, schema]) => {
    if (typeof schema !== "object") return [];
    const { description = "", examples = [], default: value = {} } = schema;
    const isNone = typeof value === "object";
    const setting = {
      key: code(`${prefix}${key}`),
      takes: escaped(String(schema["expected"])),
      default:
        NEEDS[`${prefix}${key}`] ??
        (required.includes(key) ? "required" : isNone ? "none" : code(flow(value))),
      "for example": examples.slice(0, 2).map(flow).map(code).join(", "),
      meaning: escaped(description),
    };
    const within = [schema, ...(schema.anyOf ?? [])].flatMap((part): JsonSchema[] => {
      const { items } = part as { readonly items?: JsonSchema };
      return [part, ...(items === undefined ? [] : [items])];
    });
    return [setting, ...within.flatMap((part) => settingsOf(part, `${prefix}${key}.`))];
  });
}

/** A value as a stack file has it on one line. */
function flow(value: unknown): string {
  return stringify(value, { collectionStyle: "flow", flowCollectionPadding: false }).trim();
}

function code(text: string): string {
  return `\`${text}\``;
}

/** Text outside of code, as Markdown takes it. */
function escaped(text: string): string {
  const parts = text.split(/(`[^`]*`)/);
  return parts
    .map((part) => (part.startsWith("`") ? part : part.replace(/[*<]/g, "\\$&")))
    .join("");
}

function settingsTable(settings: readonly Setting[], ...columns: (keyof Setting)[]): string {
  const rows = settings.map((setting) => columns.map((column) => setting[column]));
  return table(columns, rows);
}

/** A table in Markdown, which Prettier sets. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows].map((cells) =>
    cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | "),
  );
  return lines.map((line) => `| ${line} |`).join("\n");
}

/** Puts a text between a page's two comments of that name. */
export function filled(page: string, name: string, text: string): string {
  const [start, end] = [`<!-- generated: ${name} -->`, "<!-- /generated -->"];
  const from = page.indexOf(start);
  const to = page.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`expected ${start} and ${end} in a page, found neither`);
  return `${page.slice(0, from + start.length)}\n\n${text}\n\n${page.slice(to)}`;
}

/** All files that are made of the schemas, by path, with their content. */
export function generated(): Readonly<Record<string, string>> {
  const page = (file: string) => readFileSync(join(ROOT, file), "utf8");
  const [model, stack] = [settingsOf(jsonSchema(modelSchema)), settingsOf(jsonSchema(stackSchema))];
  const ofModel = model.filter(({ key }) => !key.includes("."));
  const short = ["key", "takes", "default", "meaning"] as const;
  const long = ["key", "takes", "default", "for example", "meaning"] as const;
  const configuration = filled(
    page("docs/configuration.md"),
    "models",
    settingsTable(model, ...long),
  );
  return {
    "schema/stack.json": schemaFile("Stack file of classification-rate", stackFileSchema),
    "schema/models.json": schemaFile("Models of classification-rate", modelsFileSchema),
    "schema/alarm-tests.json": schemaFile("Alarm tests of classification-rate", alarmTestsSchema),
    "README.md": filled(page("README.md"), "models", settingsTable(ofModel, ...short)),
    "docs/configuration.md": filled(configuration, "stack", settingsTable(stack, ...long)),
  };
}

if (require.main === module) {
  for (const [file, text] of Object.entries(generated())) writeFileSync(join(ROOT, file), text);
}
