import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { main as rehearse } from "../../tools/cli/rehearse";
import { main } from "../../tools/cli/tune";
import { TUNED } from "../../tools/tune/searchSpace";
import type { JsonTuning } from "../../tools/tune/jsonReport";
import { captured, inFolder, type Run } from "../support/folders";

function plan(name: string): string {
  return readFileSync(join(__dirname, "../tools/program/plans", name), "utf8");
}

const START = Date.parse("2026-11-22T00:00:00Z");

/** Three days, 100 predictions an hour: a rate of 95 %, and 50 % in the last half day. */
const LOG = Array.from({ length: 72 * 100 }, (_, index) => {
  const valid = (index * 7) % (index < 60 * 100 ? 20 : 2) !== 0;
  const message = JSON.stringify({ prediction_valid: valid, valid });
  return `${JSON.stringify({ timestamp: START + index * 36_000, message })}\n`;
}).join("");

const CDK = plan("Models.template.json").replaceAll('"Period": 300', '"Period": 3600');

const FILES = {
  "preview.json": plan("preview.json")
    .replaceAll(/"evaluationPeriods": ?1\b/g, '"evaluationPeriods": 3')
    .replaceAll(/"datapointsToAlarm": ?1\b/g, '"datapointsToAlarm": 2'),
  "Models.template.json": CDK,
  // Its filters are not about booleans alone, and its periods a minute.
  "plan.json": plan("terraform.json")
    .replaceAll("{ $.valid = * }", "{ $.valid IS TRUE || $.valid IS FALSE }")
    .replaceAll(/"period": ?60\b/g, '"period": 3600'),
  "two.json": JSON.stringify({
    Resources: Object.fromEntries(
      ["churn", "fraud"].flatMap((name) =>
        Object.entries((JSON.parse(CDK) as { Resources: object }).Resources).map(
          ([key, resource]) => [
            `${name}${key}`,
            JSON.parse(
              JSON.stringify(resource)
                .replaceAll(/"Ref":"/g, `"Ref":"${name}`)
                .replaceAll(/"(Valid|Total|Errors)"/g, `"${name}$1"`)
                .replaceAll("/models/churn", `/models/${name}`)
                .replaceAll("Models-errors", `${name}-errors`),
            ) as object,
          ],
        ),
      ),
    ),
  }),
  "logs/a.jsonl": LOG,
};

const USUAL = [
  ...["--incident", "2026-11-24T12:00Z/2026-11-25"],
  ...["--keep", "period,datapoints,confidence,minimumPredictions"],
];

function tune(...args: string[]): Promise<Run> {
  return inFolder(FILES, () => captured(() => main([...USUAL, ...args])));
}

describe("npm run tune, of alarms that other programs declare", () => {
  for (const [what, source, alarm] of [
    ["a preview", "--preview preview.json", "shop-dev-churn"],
    ["a CDK template", "--template Models.template.json", "Models-Rate365CA505"],
    ["a Terraform plan", "--terraform-plan plan.json", "churn.v2-rate"],
  ] as const) {
    it(`suggests in CloudWatch's names, for ${what}, with next commands that work`, async () => {
      const model = what === "a preview" ? "churn" : alarm;
      const options = [...source.split(" "), "--model", model, "--from", "2026-11-22T01:00Z"];
      await inFolder(FILES, async () => {
        const args = [...options, "--logs", "logs/*", ...USUAL];
        const { code, stdout, stderr } = await captured(() => main(args));
        assert.deepEqual([code, stderr], [0, ""], stdout);
        assert.match(
          stdout,
          new RegExp(
            `\nAt the alarm ${alarm}, as CloudWatch calls it:\n +Threshold: [\\d.]+ \\(now 90\\)\n`,
          ),
        );
        assert.doesNotMatch(stdout, /stack file|pulumi up/);
        const [, command = ""] = /see it at work then: npm run rehearse -- (.*)/.exec(stdout) ?? [];
        assert.match(command, /--from 2026-11-22T01:00:00\.000Z$/);
        const words = command.split(" ").map((word) => word.replace(/^'(.*)'$/, "$1"));
        const rehearsed = await captured(() => rehearse(words));
        assert.deepEqual([rehearsed.code, rehearsed.stderr], [0, ""], command);
      });
    });
  }

  it("names what is not recognised first, also in JSON and in the exit code", async () => {
    const args = ["--template", "Models.template.json", "logs/a.jsonl"];
    const text = await tune(...args);
    assert.equal(text.code, 1);
    assert.match(
      text.stdout,
      /^Blind: not all that is declared is tuned\n {4}- alarm Models-errors: it does not compare/,
    );
    assert.match(text.stdout, /Suggestion: /);
    const { code, stdout } = await tune(...args, "--json");
    const { stack, blind, tunings, leftAlone } = JSON.parse(stdout) as {
      readonly stack: string;
      readonly blind: readonly { readonly causes: readonly string[] }[];
      readonly tunings: readonly JsonTuning[];
      readonly leftAlone: readonly { readonly what: string }[];
    };
    assert.deepEqual([code, stack, blind.length], [1, "Models", 1]);
    assert.deepEqual(
      leftAlone.map(({ what }) => what),
      ["alarm Models-errors"],
    );
    assert.deepEqual(Object.keys(tunings[0]?.changes ?? {}), ["Threshold"]);
  });

  it("tunes every rate that there are logs of, and names the others", async () => {
    const args = ["--template", "two.json", "--keep", TUNED.join(","), "--logs"];
    const one = await tune(...args, "/models/churn=logs/a.jsonl");
    assert.match(
      one.stdout,
      /Not tuned\n {2}- alarm two-fraudRate365CA505: no logs of \/models\/fraud/,
    );
    const { stdout } = await tune(
      ...args,
      "/models/churn=logs/a.jsonl",
      "--logs",
      "/models/fraud=logs/a.jsonl",
    );
    assert.deepEqual(stdout.match(/^Model \S+/gm), [
      "Model two-churnRate365CA505",
      "Model two-fraudRate365CA505",
    ]);
  });

  it("repeats its own options where days stand out, and names the alarm", async () => {
    const args = [
      "--template",
      "Models.template.json",
      "--from",
      "2026-11-22T00:00Z",
      "logs/a.jsonl",
    ];
    const log = {
      ...FILES,
      "logs/a.jsonl": LOG.replaceAll(
        /"timestamp":(\d+)/g,
        (_, at: string) => `"timestamp":${START + (Number(at) - START) * 4}`,
      ),
    };
    const { code, stdout } = await inFolder(log, () => captured(() => main([...args])));
    assert.equal(code, 1);
    assert.ok(
      stdout.includes(`npm run tune -- ${args.join(" ")} --model Models-Rate365CA505 --incident `),
      stdout,
    );
  });

  it("writes a page of one alarm, and nothing into the program of others", async () => {
    await inFolder(FILES, async () => {
      const page = ["--preview", "preview.json", "logs/a.jsonl", "--html", "tune.html"];
      const { stderr } = await captured(() => main([...page, ...USUAL]));
      assert.equal(stderr, "Wrote tune.html\n");
      assert.match(readFileSync("tune.html", "utf8"), /At the alarm shop-dev-churn/);
    });
    for (const [args, message] of [
      [
        ["--preview", "preview.json", "--write"],
        /^--write changes a stack file; change what --preview/,
      ],
      [
        ["--template", "two.json", "--html", "x.html", "--logs", "/models/churn=logs/a.jsonl"],
        /expected --model with one of two-churnRate/,
      ],
      [["--preview", "preview.json", "--stack", "dev"], /found --stack and --preview/],
      [
        ["--preview", "preview.json", "--model", "fraud", "logs/a.jsonl"],
        /expected one of the models churn/,
      ],
    ] as const) {
      const { code, stdout, stderr } = await tune(...args);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, message);
      assert.ok(!existsSync("x.html"));
    }
  });
});
