import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { main as adopt } from "../../tools/cli/adopt";
import { main as check } from "../../tools/cli/check";
import { main as rehearse } from "../../tools/cli/rehearse";
import { main as tune } from "../../tools/cli/tune";
import { main as verify } from "../../tools/cli/verify";
import { captured, inFolder, type Run } from "../support/folders";
import { commandsIn, fencesIn } from "../support/pages";
import { alarm, FILTERS } from "../tools/adopt/scene";

const ROOT = join(__dirname, "../..");
const PAGES = [
  "README.md",
  ...readdirSync(join(ROOT, "docs")).flatMap((file) =>
    file.endsWith(".md") ? [`docs/${file}`] : [],
  ),
];

const MAINS: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  ...{ adopt, check, rehearse, tune, verify },
};

/** Commands that no test here runs, and why; the first that fits counts. */
const NOT_RUN: readonly (readonly [RegExp, string])[] = [
  [
    /^(pulumi|npm ci && npm start|npm ci\b)/,
    "run by the engine tests, and by hand in a fresh clone",
  ],
  [/^aws /, "needs an AWS account"],
  [
    /^npm run (-s )?(doctor|fire|history)\b/,
    "needs AWS; tests/tools run each option against a stand-in",
  ],
  [/^npm run (-s )?adopt -- --region/, "needs AWS; tests/tools/cli runs it against a stand-in"],
  [
    /^npm (test|audit|run (test:|bench|engine|lint|format|docs|generate))/,
    "the project's own upkeep: .ci/run",
  ],
  [/^npm (run )?start\b/, "tests/tools/cli/start.test.ts"],
  [/^npm (pack|install)\b/, "tests/package packs and installs"],
  [/^npx mocha/, "the unit tests, which npm test runs"],
  [/^npm run -s$/, "no command, only npm's option"],
  [/state\.json/, "tests/tools/cli/rehearseState.test.ts has states"],
  [/--terraform-plan plan\.json/, "tests/process/tuneForeign.test.ts has a plan"],
  [/^npm run rehearse -- --json$/, "names an option alone"],
  [/[|$]/, "a pipe or a loop: its parts are run elsewhere"],
];

/** A line as a shell parts it into words. */
function words(line: string): string[] {
  return Array.from(
    line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g),
    ([, a, b, c]) => a ?? b ?? c ?? "",
  );
}

const OWN = /^(?:npm run (?:-s |--silent )?|npx classification-rate )(\w+)(?: --(?= |$))?(.*)$/;

/** Runs one of this project's commands in the current folder; undefined for others. */
async function run(command: string): Promise<Run | undefined> {
  const [line = "", into] = command.replace(/\s#.*$/, "").split(/ > /);
  const [, name = "", rest = ""] = OWN.exec(line) ?? [];
  const main = MAINS[name];
  if (main === undefined) return undefined;
  const result = await captured(() => main(words(rest)));
  if (into !== undefined) writeFileSync(into.trim(), result.stdout);
  return result;
}

const STACK = `config:
  aws:region: eu-west-1
  classification-rate:defaults: { email: ml-team@example.com }
  classification-rate:models:
    churn: { logGroup: /logs/churn, threshold: 90, silence: 6h }
    fraud: { logGroup: /logs/fraud, threshold: 90 }
    digits: { logGroup: /logs/digits, threshold: 89 }
`;

const LOG = Array.from({ length: 3000 }, (_, minute) =>
  JSON.stringify({
    timestamp: Date.parse("2026-11-20T00:00:00Z") + minute * 60_000,
    message: JSON.stringify({ prediction_valid: minute % 20 !== 0 }),
  }),
).join("\n");

/** What the pages' commands expect to find in their folder. */
const FILES = {
  "Pulumi.yaml": "name: classification-rate\nruntime: nodejs\n",
  "Pulumi.dev.yaml": STACK,
  "Pulumi.prod.yaml": STACK,
  "Pulumi.drift.yaml": STACK,
  "tests/alarms/prod.yaml": `stack: prod
model: churn
tests:
  - { name: well, series: [6h: 200/h at 95%, 6h: 200/h at 50%], expect: [{ mailed: ml-team@example.com }] }
`,
  "churn.json": LOG,
  "churn.jsonl": LOG,
  "preview.json": readFileSync(join(ROOT, "tests/tools/program/plans/preview.json"), "utf8"),
  "churn.counts.jsonl": LOG,
  "logs/churn.jsonl": LOG,
  "logs/fraud.gz": LOG,
  "alarms.json": JSON.stringify({ MetricAlarms: [alarm()] }),
  "filters.json": JSON.stringify({ metricFilters: FILTERS }),
  "subscriptions.json": '{ "Subscriptions": [] }',
  "nights.json": JSON.stringify({
    Name: "nights",
    Rule: { Schedule: { Expression: "cron(0 22 * * *)", Duration: "PT8H" } },
    MuteTargets: { AlarmNames: ["churn"] },
  }),
};

describe("the commands in README.md and docs/", function () {
  // Some forty commands in one case.
  this.timeout(300_000);
  const all = PAGES.filter((page) => page !== "docs/tutorial.md").flatMap((page) =>
    commandsIn(readFileSync(join(ROOT, page), "utf8")),
  );
  const commands = [...new Set(all.map((command) => command.replace(/\s+#.*$/, "").trim()))];

  it("are run by a test, or known not to be, with the reason", () => {
    const unknown = commands.filter(
      (command) =>
        !NOT_RUN.some(([form]) => form.test(command)) &&
        !Object.hasOwn(MAINS, OWN.exec(command)?.[1] ?? ""),
    );
    assert.deepEqual(unknown, []);
    assert.ok(commands.length > 40, "finds the commands");
  });

  it("take the options that they are shown with, and do their work", async () => {
    await inFolder(FILES, async (folder) => {
      mkdirSync(join(folder, "samples"));
      const sample = readFileSync(join(ROOT, "samples/digits.jsonl.gz"));
      writeFileSync(join(folder, "samples/digits.jsonl.gz"), sample);
      for (const command of commands) {
        // The commands' names in running text are no whole commands.
        const isNamed =
          /^(npm run|npx classification-rate) \w+$/.test(command) &&
          !/(check|verify)$/.test(command);
        if (isNamed || NOT_RUN.some(([form]) => form.test(command))) continue;
        const result = await run(command);
        assert.ok(result !== undefined && result.code < 2, `${command}\n${result?.stderr ?? ""}`);
      }
    });
  });

  it("of the tutorial lead from a log line to a test, in their order", async () => {
    const page = readFileSync(join(ROOT, "docs/tutorial.md"), "utf8");
    const [script = ""] = fencesIn(page, "js");
    const [stack = "", tests = ""] = fencesIn(page, "yaml");
    const files = {
      "Pulumi.yaml": FILES["Pulumi.yaml"],
      "predict.mjs": script,
      "Pulumi.tutorial.yaml": stack,
      "tests/alarms/tutorial.yaml": tests,
    };
    await inFolder(files, async () => {
      const printed: string[] = [];
      for (const command of fencesIn(page, "sh").flatMap((block) => block.trim().split("\n"))) {
        if (command === "npm ci") continue;
        if (command.startsWith("node ")) {
          writeFileSync("churn.jsonl", execFileSync("node", ["predict.mjs"], { maxBuffer: 1e8 }));
          continue;
        }
        const result = await run(command);
        assert.equal(result?.code, 0, `${command}\n${result?.stderr ?? ""}`);
        printed.push(result.stdout);
      }
      const mail = fencesIn(page, "text")[0]?.trim() ?? "";
      assert.ok(printed.join("\n").includes(mail), "sends the mail that the page shows");
      assert.match(readFileSync("Pulumi.tutorial.yaml", "utf8"), /threshold: (8|9)\d/);
    });
  });
});
