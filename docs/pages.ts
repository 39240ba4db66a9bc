import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type {
  PropertyDefinition,
  TypeDefinition,
} from "@pulumi/pulumi/provider/experimental/analyzer";
import { isMap } from "../components/settings/input";
import { dashboardPage } from "../components/dashboards";
import { filled, table } from "../schema/generate";
import { COMMANDS, main } from "../tools/cli/main";

/**
 * `npm run generate`: writes the parts of the pages in this folder that follow from something else: what things cost, the
 * commands' options, the components.
 */

/**
 * US dollars a month in us-east-1, without taxes and discounts, as of November 2026. Source: the list prices in AWS's own
 * CloudWatch skill for agents and public copies of its price list; not confirmed at https://aws.amazon.com/cloudwatch/pricing.
 */
const PRICES = {
  /** A metric that a metric filter publishes: up to so many, and so on. */
  metric: [
    { upTo: 10_000, each: 0.3 },
    { upTo: 250_000, each: 0.1 },
  ],
  /** Each metric that an alarm's metric math reads is billed as an alarm. */
  alarmMetric: 0.1,
  dashboard: 3,
} as const;

/** What stacks cost a month, part by part: with rate alarms alone, and with all alarms that models can have. */
function costTable(): string {
  const dollars = (amount: number): string =>
    `$${amount.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
  const rows = [1, 10, 50, 500, 5000].map((models) => {
    let [metrics, below] = [0, 0];
    for (const { upTo, each } of PRICES.metric) {
      metrics += each * Math.max(0, Math.min(2 * models, upTo) - below);
      below = upTo;
    }
    const alarms = 2 * models * PRICES.alarmMetric;
    // One metric for silence, and both once more for a warning.
    const more = 3 * models * PRICES.alarmMetric;
    const dashboards = (dashboardPage(models - 1) + 1) * PRICES.dashboard;
    const least = metrics + alarms + dashboards;
    const most = least + more;
    const amounts = [metrics, alarms, alarms + more, dashboards, least, most, most / models];
    return [models.toLocaleString("en-US"), ...amounts.map(dollars)];
  });
  const head = [
    ...["models", "metrics", "rate alarms", "with silence and warning", "dashboards"],
    ...["least", "most", "most, a model"],
  ];
  return table(head, rows);
}

/** What the commands print with `--help`. */
async function commandsText(): Promise<string> {
  const parts: string[] = [];
  for (const name of Object.keys(COMMANDS)) {
    const help = await printed(() => main(name, ["--help"]));
    parts.push(`### ${name}\n\n\`\`\`text\n${help.trim()}\n\`\`\``);
  }
  return parts.join("\n\n");
}

/** What a command writes to standard output, in lines of 100 characters whatever the terminal. */
async function printed(run: () => Promise<number>): Promise<string> {
  const { stdout } = process;
  let text = "";
  const write = (part: string | Uint8Array): boolean => ((text += String(part)), true);
  Object.assign(stdout, { write, columns: 100, isTTY: true, hasColors: () => false });
  try {
    await run();
  } finally {
    for (const key of ["write", "columns", "isTTY", "hasColors"])
      Reflect.deleteProperty(stdout, key);
  }
  return text;
}

interface ComponentSchema {
  readonly resources: Readonly<Record<string, Shape>>;
  readonly types: Readonly<Record<string, Omit<TypeDefinition, "name">>>;
}

interface Shape {
  readonly description?: string;
  readonly inputProperties: Properties;
  readonly properties: Properties;
}

type Properties = Readonly<Record<string, PropertyDefinition>>;

/** The components as Pulumi's own analyzer reads them for other languages; a test keeps the file current. */
function componentsText(): string {
  const file = join(__dirname, "../provider/schema.json");
  const { resources, types } = JSON.parse(readFileSync(file, "utf8")) as ComponentSchema;
  const nameOf = (token: string): string => token.replace(/^.*:/, "");
  return [
    ...Object.entries(resources).flatMap(([token, shape]) => [
      `### ${nameOf(token)}\n\n${shape.description ?? ""}`,
      `Arguments:\n\n${propertiesTable(shape.inputProperties)}`,
      `Outputs:\n\n${propertiesTable(shape.properties)}`,
    ]),
    ...Object.entries(types).map(
      ([token, { description = "", properties = {}, enum: members }]) => {
        const rows = (members ?? []).map((one) => [
          `\`${String(one.value)}\``,
          one.description ?? "",
        ]);
        const body = members ? table(["value", "meaning"], rows) : propertiesTable(properties);
        return `### ${nameOf(token)}\n\n${description}\n\n${body}`;
      },
    ),
  ].join("\n\n");
}

function propertiesTable(properties: Properties): string {
  const rows = Object.entries(properties).map(([key, property]) => [
    `\`${key}\`${property.optional === true ? "" : " (always)"}`,
    typeText(property),
    property.description ?? "",
  ]);
  return table(["name", "type", "meaning"], rows);
}

function typeText(property: unknown): string {
  if (!isMap(property)) return "any";
  const { type, items, additionalProperties, $ref: ref } = property;
  if (typeof ref === "string") {
    const name = ref.replace(/^.*[:/]/, "");
    return ref.startsWith("#/types/classification-rate")
      ? `[${name}](#${name.toLowerCase()})`
      : name;
  }
  if (type === "array") return `list of ${typeText(items)}`;
  if (type === "object") return `map of ${typeText(additionalProperties)}`;
  return typeof type === "string" ? type : "any";
}

/** The pages with their generated parts as they should be, by path from this folder. */
export async function pages(): Promise<Record<string, string>> {
  const parts = {
    "cost.md": costTable(),
    "commands.md": await commandsText(),
    "components.md": componentsText(),
  };
  return Object.fromEntries(
    Object.entries(parts).map(([file, part]) => {
      const text = readFileSync(join(__dirname, file), "utf8");
      return [file, filled(text, "npm run generate", part)];
    }),
  );
}

async function writePages(): Promise<void> {
  for (const [file, text] of Object.entries(await pages())) {
    writeFileSync(join(__dirname, file), text);
  }
}

if (require.main === module) void writePages();
