import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { filled } from "../schema/generate";

/**
 * `npm run generate`: writes the forms of what commands print with `--json` into json.md, from the types and comments of the
 * functions that make it.
 */

const ROOT = join(__dirname, "..");

/** The functions whose results are printed, by command. */
const FORMS = [
  ["check", "stackFile/checkReport.ts", "checkJson", ""],
  ["rehearse", "rehearse/jsonReport.ts", "jsonReport", ""],
  ["tune", "tune/jsonReport.ts", "tuneJson", ""],
  [
    "tune",
    "tune/jsonReport.ts",
    "foreignJson",
    "with `--state`, `--preview`, `--template` or `--terraform-plan`",
  ],
  ["verify", "verify/jsonReport.ts", "jsonReport", ""],
  ["doctor", "doctor/report.ts", "jsonReport", ""],
  ["fire", "fire/report.ts", "fireJson", ""],
  ["history", "history/report.ts", "historySummary", "with `--out`"],
  ["adopt", "adopt/report.ts", "jsonReport", ""],
] as const;

/** The page as it should be. */
export function jsonPage(): string {
  const files = FORMS.map(([, file]) => join(ROOT, "tools", file));
  const read: { config?: unknown } = ts.readConfigFile(join(ROOT, "tsconfig.json"), (path) =>
    ts.sys.readFile(path),
  );
  const { options } = ts.parseJsonConfigFileContent(read.config, ts.sys, ROOT);
  const program = ts.createProgram([...new Set(files)], options);
  const checker = program.getTypeChecker();
  const forms = new Forms(checker);
  const parts = FORMS.map(([command, , name, when], index) => {
    const source = program.getSourceFile(files[index] ?? "");
    const module = source && checker.getSymbolAtLocation(source);
    const made = module && checker.getExportsOfModule(module).find((one) => one.name === name);
    const [call] = made ? checker.getTypeOfSymbol(made).getCallSignatures() : [];
    if (call === undefined) throw new Error(`expected the function ${name} of ${command}`);
    const title = when === "" ? `## ${command}` : `## ${command}, ${when}`;
    return `${title}\n\n\`\`\`text\n${forms.of(call.getReturnType(), command)}\n\`\`\``;
  });
  return filled(readFileSync(PAGE, "utf8"), "npm run generate", parts.join("\n\n"));
}

/** Types as JSON has their values: what is undefined is left out, a Date is text. */
class Forms {
  /** Where an object's form stands already. */
  readonly #places = new Map<ts.Type, string>();

  constructor(private readonly checker: ts.TypeChecker) {}

  /** @param place the command and the keys to the value: `tune.declared` */
  of(type: ts.Type, place: string, indent = ""): string {
    const { checker } = this;
    if (type.isUnion() && !(type.flags & ts.TypeFlags.Boolean)) {
      const parts = type.types.flatMap((one) =>
        one.flags & ts.TypeFlags.Undefined ? [] : this.of(one, place, indent),
      );
      const boolean = parts.includes("true") && parts.includes("false") ? ["boolean"] : [];
      const others = parts.filter((part) => !/^(true|false)$/.test(part) || boolean.length === 0);
      return [...new Set([...others, ...boolean])].sort(nullLast).join(" | ");
    }
    if (checker.isArrayType(type) || checker.isTupleType(type)) {
      const [item] = checker.getTypeArguments(type as ts.TypeReference);
      const text = item === undefined ? "unknown" : this.of(item, place, indent);
      return item?.isUnion() === true && text.includes("|") ? `(${text})[]` : `${text}[]`;
    }
    if (type.getProperty("toISOString") !== undefined) return "string";
    if (!(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))) {
      return checker.typeToString(type);
    }
    const known = this.#places.get(type);
    const properties = type.getProperties();
    if (known !== undefined && properties.length > 2) return known;
    this.#places.set(type, place);
    const inner = `${indent}  `;
    const lines = properties.flatMap((property) => {
      const own = checker.getTypeOfSymbol(property);
      const comment = ts.displayPartsToString(property.getDocumentationComment(checker));
      const isOptional =
        (property.flags & ts.SymbolFlags.Optional) !== 0 ||
        (own.isUnion() && own.types.some(({ flags }) => flags & ts.TypeFlags.Undefined));
      const form = this.of(own, `${place}.${property.name}`, inner);
      return [
        ...(comment === "" ? [] : [`${inner}// ${commentText(comment)}`]),
        `${inner}${property.name}${isOptional ? "?" : ""}: ${form}`,
      ];
    });
    const entries = checker.getIndexInfoOfType(type, ts.IndexKind.String);
    const more =
      entries === undefined ? [] : [`[name]: ${this.of(entries.type, `${place}[name]`, inner)}`];
    if (lines.length === 0) return `{ ${more.join("")} }`;
    return `{\n${[...lines, ...more.map((line) => inner + line)].join("\n")}\n${indent}}`;
  }
}

function commentText(comment: string): string {
  return comment.replaceAll(/\{@link (\w+)\}/g, "$1").replaceAll(/\s+/g, " ");
}

function nullLast(a: string, b: string): number {
  return Number(a === "null") - Number(b === "null");
}

const PAGE = join(__dirname, "json.md");

if (require.main === module) writeFileSync(PAGE, jsonPage());
