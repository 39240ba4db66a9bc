import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { globSync } from "tinyglobby";
import { parse } from "yaml";
import { TextDocument } from "vscode-languageserver-textdocument";
import { getLanguageService } from "yaml-language-server";
import { readProjectFile, readStackFile } from "../../tools/stackFile/stackFile";
import { readTests } from "../../tools/verify/alarmTest";

const ROOT = join(__dirname, "../..");
const MARK = /# here$/m;

/** A file with a mistake at the line that is marked. */
interface Broken {
  readonly about: string;
  readonly stack?: string;
  readonly alarmTests?: string;
  /** Whether a schema can know. @default true */
  readonly editor?: boolean;
}

/** The language server of editors, in this process; schemas are found by the comment that files begin with. */
const service = getLanguageService({
  schemaRequestService: (uri) => readFile(fileURLToPath(uri), "utf8"),
  workspaceContext: { resolveRelativePath: (path, folder) => new URL(path, folder).href },
});
service.configure({ validate: true, completion: true, hover: true });

let version = 0;

/** What is found in a file of this folder, by line from 1. */
async function found(file: string, content: string): Promise<{ line: number; message: string }[]> {
  version += 1;
  const uri = pathToFileURL(join(ROOT, file)).href;
  const document = TextDocument.create(uri, "yaml", version, content);
  const diagnostics = await service.doValidation(document, false);
  return diagnostics.map(({ range, message }) => ({ line: range.start.line + 1, message }));
}

/** The lines that the command names. */
function refusedLines({ stack, alarmTests = "" }: Broken): (number | undefined)[] {
  const project = readProjectFile("Pulumi.yaml", "name: classification-rate");
  const found =
    stack === undefined
      ? readTests("a.yaml", alarmTests).problems
      : readStackFile("Pulumi.dev.yaml", stack, project, "dev").diagnostics;
  return found.filter(({ severity }) => severity === "error").map(({ line }) => line);
}

describe("an editor with yaml-language-server", () => {
  const shipped = ["Pulumi.*.yaml", "samples/Pulumi.*.yaml", "tests/alarms/*.yaml"];
  for (const file of globSync(shipped, { cwd: ROOT })) {
    it(`finds nothing in ${file}`, async () => {
      assert.deepEqual(await found(file, readFileSync(join(ROOT, file), "utf8")), []);
    });
  }

  const broken = parse(readFileSync(join(__dirname, "brokenFiles.yaml"), "utf8")) as Broken[];
  for (const file of broken) {
    const { about, stack, alarmTests = "", editor = true } = file;
    it(`${editor ? "marks" : "leaves to the command"} ${about}`, async () => {
      const content = stack ?? alarmTests;
      const line = content.slice(0, content.search(MARK)).split("\n").length;
      assert.deepEqual(refusedLines(file), [line], "the command");
      const schema = stack === undefined ? "alarm-tests" : "stack";
      const comment = `# yaml-language-server: $schema=schema/${schema}.json\n`;
      const marks = await found(`${about}.yaml`, comment + content);
      assert.deepEqual(
        [...new Set(marks.map((one) => one.line))],
        editor ? [line + 1] : [],
        JSON.stringify(marks),
      );
    });
  }
});
