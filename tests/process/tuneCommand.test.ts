import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { main as rehearse } from "../../tools/cli/rehearse";
import { main } from "../../tools/cli/tune";
import type { JsonTuning } from "../../tools/tune/jsonReport";
import { captured, inFolder, type Run } from "../support/folders";

const START = Date.parse("2026-11-22T00:00:00Z");

const STACK = `config:
  aws:region: eu-west-1
  classification-rate:defaults: { email: team@example.com }
  classification-rate:models:
    churn:
      logGroup: /logs/churn
      threshold: 60   # a guess
      period: 1h
    fraud:
      logGroup: /logs/fraud
      threshold: 97.5
`;

/** Three days, 100 predictions an hour: a rate of 95 %, and 75 % in the last half day. */
const LOG = Array.from({ length: 72 * 100 }, (_, index) => {
  const every = index < 60 * 100 ? 20 : 4;
  const message = JSON.stringify({ prediction_valid: (index * 7) % every !== 0 });
  return `${JSON.stringify({ timestamp: START + index * 36_000, message })}\n`;
}).join("");

/** The same, each line the event itself. */
const BARE_LOG = LOG.replace(
  /^\{"timestamp":(\d+),"message":"\{\\"prediction_valid\\":(\w+)\}"\}$/gm,
  '{"time":$1,"prediction_valid":$2}',
);

const FILES = {
  "Pulumi.yaml": "name: classification-rate\nruntime: nodejs\n",
  "Pulumi.dev.yaml": STACK,
  "logs/a.jsonl": LOG,
};

const USUAL = [
  ...["--model", "churn", "--logs", "logs/*", "--incident", "2026-11-24T12:00Z/2026-11-25"],
  ...["--keep", "period,confidence,minimumPredictions"],
];

function tune(args: readonly string[], then?: () => void): Promise<Run> {
  return inFolder(FILES, async () => {
    const run = await captured(() => main(args));
    then?.();
    return run;
  });
}

function json({ stdout }: Run): JsonTuning {
  return JSON.parse(stdout) as JsonTuning;
}

describe("npm run tune", () => {
  it("alone names the drift of the sample, and the command that takes it for what it was", async () => {
    const args = ["--stack", "dev", "--model", "digits", "--logs", "digits.jsonl.gz"];
    const before = process.cwd();
    process.chdir("samples");
    const { code, stdout } = await captured(() => main(args)).finally(() => {
      process.chdir(before);
    });
    assert.equal(code, 1);
    assert.match(
      stdout,
      /2026-03-09 to 2026-03-12: 80\.6 % of 24,894 predictions, against 95\.8 % on the other days/,
    );
    assert.match(stdout, /healthy time is then 2026-03-02 00:02 to 2026-03-09 00:00/);
    const command = `npm run tune -- ${args.slice(0, 4).join(" ")} --logs digits.jsonl.gz --incident 2026-03-09T00:00Z/2026-03-13T00:00Z`;
    assert.ok(stdout.includes(command), stdout);
  });

  it("says in its help which logs it reads, and no default that says nothing", async () => {
    const { code, stdout } = await captured(() => main(["--help"]));
    assert.equal(code, 0);
    assert.match(
      stdout,
      /Logs, told apart by their content:\n.*\n {2}- CSV of the CloudWatch console\n/s,
    );
    assert.doesNotMatch(stdout, /default: \[\]/);
  });

  it("suggests a threshold, shows the line for the stack file and what to do next", async () => {
    const { code, stdout, stderr } = await tune([...USUAL, "--stack", "dev"]);
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    assert.match(stdout, /^Model churn of stack dev, 2026-11-22 00:01 to 2026-11-25 00:00 UTC/);
    assert.match(stdout, /baseline .*, rate 95 %/);
    assert.match(stdout, /Suggestion: \d\d(\.\d+)? % in \d+ of \d+ periods of 1 hour\n/);
    assert.match(stdout, /At the model churn in the file of the stack[^\n]*\n +threshold: \d\d/);
    assert.match(stdout, /What next:\n {2}- put it/);
    assert.ok(stdout.split("\n").length < 80);
  });

  for (const [what, log, options] of [
    ["also where a stack has several log groups", LOG, []],
    ["also for bare lines with a time of their own", BARE_LOG, ["--time-field", "time"]],
  ] as const) {
    it(`prints a next command that works, ${what}`, async () => {
      await inFolder({ ...FILES, "logs/a.jsonl": log }, async () => {
        const { stdout } = await captured(() => main([...USUAL, ...options, "--stack", "dev"]));
        const [, command = ""] = /see it at work: npm run rehearse -- (.*)/.exec(stdout) ?? [];
        const args = command.split(" ").map((word) => word.replace(/^'(.*)'$/, "$1"));
        const { code, stderr } = await captured(() => rehearse(args));
        assert.deepEqual([code, stderr], [0, ""], command);
      });
    });
  }

  it("prints all as JSON, and nothing else", async () => {
    const run = await tune([...USUAL, "--json"]);
    const { stack, model, from, to, tried, suggestion, changes, incidents, declared, frontier } =
      json(run);
    assert.equal(run.stderr, "");
    assert.deepEqual(
      { stack, model, from, to },
      {
        stack: "dev",
        model: "churn",
        from: "2026-11-22T00:01:00Z",
        to: "2026-11-25T00:00:00Z",
      },
    );
    assert.equal(incidents.length, 1);
    assert.ok(tried > 300 && frontier.length > 0);
    assert.deepEqual([declared.threshold, declared.caught, declared.delays], [60, 0, [null]]);
    assert.equal(suggestion?.caught, 1);
    assert.ok(suggestion.threshold > 70 && suggestion.threshold < 95);
    assert.equal(changes["threshold"], suggestion.threshold);
  });

  it("writes the value into the stack file, and only that", async () => {
    let after = "";
    const { code, stdout } = await tune([...USUAL, "--write"], () => {
      after = readFileSync("Pulumi.dev.yaml", "utf8");
    });
    assert.equal(code, 0);
    const [, threshold = "", datapoints = ""] =
      /Suggestion: (\S+) % in (\d+ of \d+)/.exec(stdout) ?? [];
    assert.equal(
      after,
      STACK.replace("60   # a guess", `${threshold}   # a guess\n      datapoints: ${datapoints}`),
    );
    const [lines, written] = [
      "      threshold: ",
      "Wrote Pulumi.dev.yaml, which was checked again\n  - 7:",
    ];
    assert.ok(stdout.indexOf(lines) < stdout.indexOf(written) && stdout.includes(written));
    assert.doesNotMatch(stdout, /- put it into/);
  });

  it("leaves a model's warning alone, and says where it is in the way", async () => {
    const stack = STACK.replace("period: 1h", "period: 1h\n      warning: { threshold: 60.5 }");
    const files = { ...FILES, "Pulumi.dev.yaml": stack };
    const { code, stdout, stderr } = await inFolder(files, () =>
      captured(() => main([...USUAL, "--write"])),
    );
    assert.equal(code, 2);
    assert.match(
      stdout,
      /\nThe model's warning at 60\.5 % is not tuned: .*\nIt has to be above the suggested threshold/,
    );
    assert.match(
      stderr,
      /^Pulumi\.dev\.yaml:\d+:\d+ with the suggestion: expected a warning at a higher/,
    );
  });

  it("writes a page", async () => {
    let page = "";
    const { stderr } = await tune([...USUAL, "--html", "tune.html", "--json"], () => {
      page = readFileSync("tune.html", "utf8");
    });
    assert.equal(stderr, "Wrote tune.html\n");
    assert.match(page, /<title>Settings of model churn, stack dev<\/title>/);
  });

  it("has exit code 1 where no setting keeps to the rule, and leaves the file", async () => {
    let after = "";
    // As good as the rest of the time: nothing to catch.
    const args = [
      "--incident",
      "2026-11-23T00:00Z/2026-11-23T02:00Z",
      "--to",
      "2026-11-24",
      "--keep",
      "period,datapoints,confidence,minimumPredictions",
    ];
    const run = await tune(["--model", "churn", "--write", ...args, "logs/a.jsonl"], () => {
      after = readFileSync("Pulumi.dev.yaml", "utf8");
    });
    assert.equal(run.code, 1);
    assert.match(run.stdout, /No suggestion: no setting (keeps to both budgets|that was tried)/);
    assert.equal(after, STACK);
  });

  it("shows what the logs hold instead where no prediction counts", async () => {
    const log = LOG.replaceAll(String.raw`:true}`, String.raw`:\"true\"}`).replaceAll(
      String.raw`:false}`,
      String.raw`:\"false\"}`,
    );
    const run = await inFolder({ ...FILES, "logs/a.jsonl": log }, () =>
      captured(() => main(["--model", "churn", "logs/a.jsonl"])),
    );
    assert.deepEqual([run.code, run.stdout], [2, ""]);
    assert.match(run.stderr, /^Blind: none of 7,200 events .*; nothing is known of churn\n/);
    assert.match(run.stderr, /for example:\n.*prediction_valid/);
    assert.match(run.stderr, /expected predictions of model churn/);
  });

  it("says of chance nothing where a typical hour has no prediction", async () => {
    const log = LOG.split("\n").map((line, at) =>
      at % 1000 === 0 ? line : line.replace(/prediction_valid/, "other"),
    );
    const { stdout } = await inFolder({ ...FILES, "logs/a.jsonl": log.join("\n") }, () =>
      captured(() => main(["--model", "churn", "--keep", "period", "logs/a.jsonl"])),
    );
    assert.match(stdout, /^ *typical hour +0 predictions$/m);
    assert.doesNotMatch(stdout, /NaN/);
  });

  it("says first that most predictions do not count, and writes no suggestion then", async () => {
    let after = "";
    let at = 0;
    const log = LOG.replace(/:(true|false)\}/g, (all, value: string) =>
      (at += 1) % 5 > 1 ? `:\\"${value}\\"}` : all,
    );
    const { code, stdout } = await inFolder({ ...FILES, "logs/a.jsonl": log }, async () => {
      const run = await captured(() => main([...USUAL, "--write"]));
      after = readFileSync("Pulumi.dev.yaml", "utf8");
      return run;
    });
    assert.equal(code, 1);
    assert.match(stdout, /^Blind: only 2,880 of 7,200 events/);
    assert.match(stdout, /Pulumi\.dev\.yaml stays as it is/);
    assert.equal(after, STACK);
  });

  it("refuses, before the work, to write over what it reads, or where nothing can be", async () => {
    const wrong: [string, RegExp][] = [
      ["logs/a.jsonl", /found one that is read/],
      ["Pulumi.dev.yaml", /found one that is read/],
      ["nowhere/x.html", /cannot be written, there is no such file or folder/],
    ];
    for (const [file, message] of wrong) {
      const { code, stdout, stderr } = await tune([...USUAL, "--html", file]);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, message);
    }
  });

  it("explains wrong usage and input in one message", async () => {
    const wrong: [string[], RegExp][] = [
      [["logs/a.jsonl"], /expected one of the models churn, fraud, found no --model/],
      [["--model", "chrun", "logs/a.jsonl"], /expected one of the models churn, fraud, found/],
      [["--model", "churn"], /expected logs/],
      [["--model", "churn", "logs/b.jsonl"], /b\.jsonl: there is no such file/],
      [["--model", "churn", "--incident", "2026-11-22", "x"], /expected <from>\/<to>/],
      [["--model", "churn", "--incident", "2026-11-22/2026-11-21", "x"], /ends after it began/],
      [["--model", "churn", "--incident", "2025-01-01/2025-01-02", "logs/a.jsonl"], /within the/],
      [["--model", "churn", "--max-mails-per-month", "many", "x"], /expected a number from 0/],
      [
        ["--model", "churn", "--keep", "period,email", "x"],
        /some of period, datapoints, threshold/,
      ],
      [["--model", "churn", "--valid", "0.7", "x"], /expected a comparison such as ">= 0.7"/],
      [["--model", "churn", "--valid", ">= 0.5..0.9", "logs/a.jsonl"], /a model whose field is a/],
      [["--model", "churn", "--stack", "prod", "logs/a.jsonl"], /expected one of the stacks dev/],
    ];
    for (const [args, message] of wrong) {
      const { code, stdout, stderr } = await tune(args);
      assert.deepEqual({ code, stdout }, { code: 2, stdout: "" }, args.join(" "));
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /^\s+at /m);
    }
  });
});
