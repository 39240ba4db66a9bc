import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { readStackFile } from "../../tools/stackFile/stackFile";

const PROJECT = { name: "classification-rate", stackConfigDir: ".", config: {} };

/** Stack files with about everything that YAML has; what stands at `other:` no schema of ours looks at. */
const FILES = [
  `config:
  aws:region: eu-west-1
  other:values: &all
    number: 12
    rate: 97.5
    text: 'it''s'
    more: "a\\tb"
    list: [1, two, ~, true, {a: b}]
    empty:
  other:copy:
    <<: *all
    number: 13
  models: # the project's
    churn:
      logGroup: /aws/churn
      threshold: 90
      email: a@our.company
`,
  `encryptionsalt: v1:abc
x: &base {period: 1h, email: [a@our.company]}
config:
  classification-rate:defaults: *base
  classification-rate:models:
    a: {logGroup: /a, threshold: 90, where: {model: a, env: prod, n: 3}}
    b: {<<: [*base, {period: 2h}], logGroup: /b, threshold: "91"}
  other:words: [yes, No, on, 'off', y, n, null, Null]
  other:block: |
    two
      lines
  other:folded: >-
    one
    line
`,
];

const ODD =
  "012 0x1F 0b11 0o17 1_000 09 +5 .5 5. 1e3 1E-7 1e21 -0.0 .inf -.INF .nan 1e400 12345678901234567890 2026-01-01 2026-01-01T10:00:00Z 1:30 yes ~ null True FALSE << = *base &a !!str !!int !x | >- - ? : # , [ ] { } ' \" % @ ` \\".split(
    " ",
  );
const CHARACTERS = Array.from(
  " \t\n\r:#-,[]{}'\"&*!|>%@`?.~_01a\\\u00e9\u0085\u2028\u{1f600}\u0007",
);

/** One small change of a text, as a slip of the hand or another tool makes it. */
const change = fc.tuple(
  fc.constantFrom("insert", "replace", "delete", "word", "value", "line", "swap"),
  fc.nat(100_000),
  fc.constantFrom(...CHARACTERS),
  fc.constantFrom(...ODD),
);

function changed(
  text: string,
  [kind, at, character, odd]: [string, number, string, string],
): string {
  const place = at % (text.length + 1);
  const lines = text.split("\n");
  const line = at % lines.length;
  switch (kind) {
    case "insert":
      return text.slice(0, place) + character + text.slice(place);
    case "replace":
      return text.slice(0, place) + character + text.slice(place + 1);
    case "delete":
      return text.slice(0, place) + text.slice(place + 1 + (at % 3));
    case "word":
      return `${text.slice(0, place)} ${odd} ${text.slice(place)}`;
    case "value":
      return lines
        .map((each, index) => (index === line ? each.replace(/: .*$/, `: ${odd}`) : each))
        .join("\n");
    case "line":
      return [...lines.slice(0, line), lines[line] ?? "", ...lines.slice(line)].join("\n");
    default:
      return [
        ...lines.slice(0, line),
        lines[line + 1] ?? "",
        lines[line] ?? "",
        ...lines.slice(line + 2),
      ].join("\n");
  }
}

interface Loaded {
  readonly config?: Readonly<Record<string, string>>;
  readonly error?: string;
}

describe("stack files, read by the commands and by the engine's own loader", function () {
  let folder: string;
  let load: (texts: readonly string[]) => Loaded[];

  before(function () {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "engine-loader-"));
    const program = loader(folder);
    assert.ok(
      program !== undefined,
      "expected Go, which builds the engine's own loader, found none",
    );
    load = (texts) => {
      const input = texts.map((text) => `${JSON.stringify(text)}\n`).join("");
      const options = { input, encoding: "utf8", maxBuffer: 1 << 28 } as const;
      const lines = execFileSync(program, [PROJECT.name], options).trimEnd().split("\n");
      return lines.map((line) => JSON.parse(line) as Loaded);
    };
  });
  after(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it("say the same after any of 1,000 changes, or refuse what the engine takes or refuses", () => {
    const few = fc.array(change, { minLength: 1, maxLength: 2 });
    const sample = fc.sample(fc.tuple(fc.constantFrom(...FILES), few), {
      seed: 20261125,
      numRuns: 1000,
    });
    const texts = [...FILES, ...sample.map(([text, changes]) => changes.reduce(changed, text))];
    const answers = load(texts);
    let same = 0;
    for (const [index, text] of texts.entries()) {
      const { diagnostics, config } = readStackFile("Pulumi.dev.yaml", text, PROJECT, "dev");
      const isRefused = diagnostics.some(({ severity }) => severity === "error");
      const engine = answers[index];
      if (isRefused) continue;
      assert.equal(engine?.error, undefined, text);
      assert.deepEqual(meaning(config), meaning(engine?.config ?? {}), text);
      same += 1;
    }
    assert.ok(same > texts.length / 5, `${same} of ${texts.length} were taken by both`);
  });
});

/** Config without what JSON leaves open, such as the order of a map. */
function meaning(config: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, parsed(value)]));
}

function parsed(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

const SDK = "github.com/pulumi/pulumi/sdk/v3@v3.259.0";

/** Builds the program that loads stack files as the engine does. @returns undefined without Go */
function loader(into: string): string | undefined {
  const go = (...args: string[]): void => {
    execFileSync("go", args, { cwd: into, stdio: ["ignore", "ignore", "pipe"] });
  };
  try {
    go("version");
  } catch {
    return undefined;
  }
  fs.copyFileSync(path.join(__dirname, "loader", "main.go"), path.join(into, "main.go"));
  go("mod", "init", "loader");
  go("get", SDK);
  go("mod", "tidy");
  go("build", "-o", "loader", ".");
  return path.join(into, "loader");
}
