import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pages as generatedPages } from "../docs/pages";
import { readStackFile } from "../tools/stackFile/stackFile";
import { inFolder } from "./support/folders";
import { commandsIn, fencesIn, inlineCode, withoutFences } from "./support/pages";

const ROOT = join(__dirname, "..");
const MODEL_PAGE = "docs/cloudwatch-model.md";

function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** Everything a form with one group finds in a text, each once. */
function found(text: string, form: RegExp): string[] {
  return [...new Set(Array.from(text.matchAll(form), ([, group]) => group ?? ""))];
}

/** Links to places of this repository that are not there: files, and headings in its pages. */
function missingLinks(page: string): string[] {
  const targets = found(withoutFences(read(page)), /\]\(([^)\s]+)\)/g);
  return targets.filter((target) => {
    // Stack files are the user's to rename and delete.
    if (/^[a-z]+:|^(?:\.\.\/)?Pulumi\.[\w-]+\.yaml$/.test(target)) return false;
    const [file = "", anchor] = target.split("#");
    const path = file === "" ? page : join(dirname(page), file);
    if (!existsSync(join(ROOT, path))) return true;
    return anchor !== undefined && !anchorsOf(read(path)).includes(anchor);
  });
}

/** What GitHub names a page's headings; the second of one name is numbered. */
function anchorsOf(markdown: string): string[] {
  const seen = new Map<string, number>();
  return Array.from(withoutFences(markdown).matchAll(/^#+ (.*)$/gm), ([, heading = ""]) => {
    const text = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const slug = text.replace(/[^\p{L}\p{N}_ -]/gu, "").replaceAll(" ", "-");
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    return before === 0 ? slug : `${slug}-${before}`;
  });
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
    found(
      read(`tools/cli/${file}`),
      /(?:(?:\.option|\.requiredOption|new Option)\(\s*|flags: )"(--[a-z-]+)/g,
    ),
  );
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };

  for (const page of pages) {
    it(`${page} names options, scripts and files that exist`, () => {
      const markdown = read(page);
      const own = commandsIn(markdown)
        .filter((line) => /^np[mx] (run|start|test|classification-rate)\b/.test(line))
        .map((line) => line.replace(/\s#.*$/, ""));
      // npm's own options stand before the script's name.
      const options = own.flatMap((line) =>
        found(line.replace("--silent", ""), /(?:^|\s)(--[a-z][a-z-]*)/g),
      );
      assert.deepEqual(
        options.filter((option) => !known.includes(option)),
        [],
      );
      const run = found(own.join("\n"), /npm (?:run )?(?:--silent |-s )?([a-z:]+)/g);
      assert.deepEqual(
        run.filter((script) => !Object.hasOwn(scripts, script)),
        [],
      );
      assert.deepEqual(missingLinks(page), []);
    });
  }

  it("and the other pages link to what is there", () => {
    const others = ["CONTRIBUTING.md", "CHANGELOG.md", "samples/README.md"];
    assert.deepEqual(others.flatMap(missingLinks), []);
  });

  it("are listed in docs/README.md, by kind", () => {
    const listed = found(read("docs/README.md"), /\]\(([\w-]+\.md)\)/g);
    const missing = pages.filter(
      (page) => page.startsWith("docs/") && !listed.includes(basename(page)),
    );
    assert.deepEqual(missing, ["docs/README.md"]);
  });

  it("show stack files that check takes", async () => {
    const examples = pages.flatMap((page) => {
      const stacks = fencesIn(read(page), "yaml").filter((block) => /^config:/m.test(block));
      return stacks.map((text) => ({ page, text }));
    });
    assert.ok(examples.length > 4, "finds the examples");
    const fraud = "fraud: { logGroup: /fraud, threshold: 97, email: fraud@example.com }\n";
    await inFolder({ "models/prod/fraud-team.yaml": fraud }, () => {
      const project = { name: "p", stackConfigDir: ".", config: {} };
      const wrong = examples.flatMap(({ page, text }) => {
        const { diagnostics } = readStackFile(page, text, project, "s");
        return diagnostics.filter(({ severity }) => severity === "error");
      });
      assert.deepEqual(wrong, []);
      return Promise.resolve();
    });
  });

  it("have the prices, options and arguments that their parts are written from: npm run generate", async () => {
    const folded = (text: string): string => text.replace(/\s+|-{3,}/g, " ");
    for (const [file, text] of Object.entries(await generatedPages())) {
      assert.ok(folded(text) === folded(read(`docs/${file}`)), `docs/${file} is not up to date`);
    }
  });

  it("mention every option of every command somewhere", () => {
    const text = pages.map(read).join("\n");
    assert.deepEqual(
      known.filter((option) => !new RegExp(`${option}(?![a-z-])`).test(text)),
      [],
    );
  });
});

describe("the template and the provider", () => {
  it("take the library from the file that packing it writes", () => {
    interface Manifest {
      readonly version: string;
      readonly dependencies: Readonly<Record<string, string>>;
    }
    const manifest = (path: string) => JSON.parse(read(path)) as Manifest;
    const { version } = manifest("package.json");
    const file = `file:classification-rate-${version}.tgz`;
    const [template, provider] = ["template", "provider"].map((folder) =>
      manifest(`${folder}/package.json`),
    );
    assert.equal(template?.dependencies["classification-rate"], file);
    assert.equal(provider?.dependencies["classification-rate-library"], file);
    assert.equal(provider.version, version);
  });
});
