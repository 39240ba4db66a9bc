import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const ROOT = join(__dirname, "..");
const MODEL_PAGE = "docs/cloudwatch-model.md";

function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** Everything a form with one group finds in a text, each once. */
function found(text: string, form: RegExp): string[] {
  return [...new Set(Array.from(text.matchAll(form), ([, group]) => group ?? ""))];
}

function withoutFences(markdown: string): string {
  return markdown.replace(/^```[\s\S]*?^```$/gm, "");
}

function inlineCode(markdown: string): string[] {
  return found(withoutFences(markdown), /`([^`]+)`/g);
}

/** Targets of links to files of this repository, without their anchors. */
function relativeLinks(markdown: string): string[] {
  const targets = found(withoutFences(markdown), /\]\(([^)\s]+)\)/g);
  return targets
    .filter((target) => !/^([a-z]+:|#)/.test(target))
    .map((target) => target.replace(/#.*$/, ""));
}

function missingLinks(page: string): string[] {
  const folder = join(ROOT, dirname(page));
  // Stack files are the user's to rename and delete.
  return relativeLinks(read(page)).filter(
    (target) => !/^Pulumi\.[\w-]+\.yaml$/.test(target) && !existsSync(join(folder, target)),
  );
}

/** The commands of this project's that a page writes, in code blocks and in the text; continued lines in one. */
function ownCommands(markdown: string): string[] {
  const blocks = found(markdown, /^```sh\n([\s\S]*?)^```$/gm).join("\n");
  const lines = blocks.replace(/\\\n/g, " ").split("\n");
  return [...lines, ...inlineCode(markdown)].filter((line) =>
    /^\s*npm (run|start|test)\b/.test(line),
  );
}

/** `file.ts` `name`, `Type.member`: each file with the names that follow it. */
function namesByFile(markdown: string): { readonly file: string; readonly name: string }[] {
  const mentions = withoutFences(markdown).matchAll(/`([\w./-]+\.ts)`\s((?:`[\w.]+`(?:, )?)+)/g);
  return Array.from(mentions).flatMap(([, file = "", names = ""]) =>
    found(names, /`([\w.]+)`/g).map((name) => ({ file, name })),
  );
}

function definesName(source: string, name: string): boolean {
  const [owner = "", member] = name.split(".");
  const kinds = "const|let|function|async function|class|abstract class|interface|type|enum";
  const start = source.search(new RegExp(`^(?:export )?(${kinds}) ${owner}\\b`, "m"));
  if (start < 0 || member === undefined) return start >= 0;
  const body = source.slice(start, source.indexOf("\n}", start));
  return new RegExp(`^  (readonly )?${member}\\??[:(]`, "m").test(body);
}

describe("the page on the model of CloudWatch", () => {
  const page = read(MODEL_PAGE);

  it("names files that exist", () => {
    const paths = inlineCode(page).filter((code) => /^[\w.-]+\/[\w./-]*(\.[a-z]+|\/)$/.test(code));
    assert.ok(paths.length > 20, "finds the files");
    assert.deepEqual(
      paths.filter((path) => !existsSync(join(ROOT, path))),
      [],
    );
  });

  it("names what those files define", () => {
    const names = namesByFile(page);
    assert.ok(names.length > 40, "finds the names");
    assert.deepEqual(
      names.filter(({ file, name }) => !definesName(read(file), name)),
      [],
    );
  });

  it("counts the collected cases", () => {
    interface Case {
      readonly authority: string;
      readonly disputed?: boolean;
    }
    const rows = Array.from(
      page.matchAll(/^\| `(tests\/vectors\/[\w-]+\.json)`\s*((?:\|\s*\d+\s*)+)\|$/gm),
      ([, file = "", counts = ""]) => [file, ...(counts.match(/\d+/g) ?? []).map(Number)],
    );
    const files = readdirSync(join(ROOT, "tests/vectors")).map((file) => `tests/vectors/${file}`);
    const expected = files.sort().map((file) => {
      const content = JSON.parse(read(file)) as
        readonly Case[] | { readonly cases: readonly Case[] };
      const cases = "cases" in content ? content.cases : content;
      const by = (authority: string) => cases.filter((one) => one.authority === authority).length;
      const disputed = cases.filter((one) => one.disputed === true).length;
      return [
        ...[file, cases.length, by("recorded"), by("aws")],
        ...[by("derived"), by("independent"), disputed],
      ];
    });
    assert.deepEqual(rows, expected);
  });
});

describe("the pages of docs/, and README.md", () => {
  const pages = [
    "README.md",
    ...readdirSync(join(ROOT, "docs")).flatMap((file) =>
      file.endsWith(".md") ? [`docs/${file}`] : [],
    ),
  ];
  const commands = readdirSync(join(ROOT, "tools/cli")).filter((file) => file.endsWith(".ts"));
  const known = commands.flatMap((file) =>
    found(read(`tools/cli/${file}`), /(?:\.option|\.requiredOption|new Option)\(\s*"(--[a-z-]+)/g),
  );
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };

  for (const page of pages) {
    it(`${page} names options, scripts and files that exist`, () => {
      const markdown = read(page);
      const own = ownCommands(markdown).map((line) => line.replace(/\s#.*$/, ""));
      // npm's own options stand before the script's name.
      const options = own.flatMap((line) =>
        found(line.replace("--silent", ""), /(?:^|\s)(--[a-z][a-z-]*)/g),
      );
      assert.deepEqual(
        options.filter((option) => !known.includes(option)),
        [],
      );
      const run = found(own.join("\n"), /npm (?:run )?(?:--silent |-s )?([a-z:]+)/g);
      assert.ok(run.length > 0, "finds the scripts");
      assert.deepEqual(
        run.filter((script) => !Object.hasOwn(scripts, script)),
        [],
      );
      assert.deepEqual(missingLinks(page), []);
    });
  }

  it("mention every option of every command somewhere", () => {
    const text = pages.map(read).join("\n");
    assert.deepEqual(
      known.filter((option) => !new RegExp(`${option}(?![a-z-])`).test(text)),
      [],
    );
  });
});
