import assert from "node:assert/strict";
import { main } from "../../../tools/cli/rehearse";
import { captured, inFolder } from "../../support/folders";

const stack = (threshold: number, more = "", model = "churn"): string => `config:
  aws:region: eu-west-1
  classification-rate:models:
    ${model}: {logGroup: /logs/churn, threshold: ${threshold}, email: a@example.com, period: 1m, datapoints: 1${more}}
`;

/** Ten valid or invalid predictions a minute: 10 of 10, 8 of 10, 4 of 10, 10 of 10. */
const LOG = [10, 8, 4, 10]
  .flatMap((valid, minute) =>
    Array.from({ length: 10 }, (_, each) =>
      JSON.stringify({
        timestamp: Date.parse("2026-11-22T00:00:00Z") + minute * 60_000 + each * 1000,
        message: JSON.stringify({ prediction_valid: each < valid }),
      }),
    ),
  )
  .join("\n");

const FILES = {
  "Pulumi.yaml": "name: classification-rate\nruntime: nodejs\n",
  "Pulumi.dev.yaml": stack(50),
  "Pulumi.prod.yaml": stack(90, ", silence: 1h"),
  "log.jsonl": LOG,
};

const ARGS = ["--stack", "dev", "--compare", "prod", "--logs", "churn=log.jsonl"];

function compare(...args: string[]) {
  return inFolder(FILES, () => captured(() => main([...ARGS, ...args])));
}

describe("npm run rehearse -- --compare", () => {
  it("tells machines when two stacks' alarms would have been in different states", async () => {
    const { code, stdout } = await compare("--json");
    assert.equal(code, 0);
    const { comparison } = JSON.parse(stdout) as { comparison: unknown };
    assert.deepEqual(comparison, {
      stacks: ["dev", "prod"],
      alarms: [
        {
          name: "churn",
          blind: [],
          mails: { dev: 1, prod: 1 },
          differences: [
            {
              from: "2026-11-22T00:02:00Z",
              to: "2026-11-22T00:03:00Z",
              states: { dev: "OK", prod: "ALARM" },
            },
          ],
        },
      ],
      only: { dev: [], prod: ["churn-silence"] },
    });
  });

  it("says first what nothing is known of in the other stack", async () => {
    const other = stack(50, ", where: {model: churn}");
    const { code, stdout } = await inFolder({ ...FILES, "Pulumi.prod.yaml": other }, () =>
      captured(() => main([...ARGS, "--fail-on-blind"])),
    );
    assert.equal(code, 1);
    assert.match(
      stdout,
      /\n\nBlind: in prod, none of 40 events .*; nothing is known of churn of prod\n/,
    );
    assert.match(stdout, /Alarm churn: not to be compared, nothing is known of it in prod/);
    assert.doesNotMatch(stdout, /the same states|All of this says nothing/);
  });

  it("tells people the same after the rehearsal", async () => {
    const { stdout } = await compare();
    assert.ok(
      stdout.endsWith(`
Compared: dev and prod

Alarm churn: 1 mail in dev, 1 mail in prod
  2026-11-22 00:02 to 2026-11-22 00:03 (1 min): OK in dev, ALARM in prod
  different for 1 min

Only rehearsed in prod: churn-silence
`),
      stdout,
    );
  });

  it("compares each of a model's alarms with its like, whatever the model is called", async () => {
    const warning = (threshold: number): string => `, warning: {threshold: ${threshold}}`;
    const files = {
      ...FILES,
      "Pulumi.dev.yaml": stack(30, warning(50), "warn"),
      "Pulumi.prod.yaml": stack(30, warning(90), "warn"),
    };
    const args = ["--stack", "dev", "--compare", "prod", "--logs", "log.jsonl", "--json"];
    const { stdout } = await inFolder(files, () => captured(() => main(args)));
    const { comparison, alarms } = JSON.parse(stdout) as {
      comparison: { alarms: { name: string; differences: unknown[] }[] };
      alarms: { model: string; kind: string }[];
    };
    assert.deepEqual(
      comparison.alarms.map(({ name, differences }) => [name, differences.length]),
      [
        ["warn", 0],
        ["warn-warning", 1],
      ],
    );
    assert.deepEqual(
      alarms.map(({ model, kind }) => `${model}: ${kind}`),
      ["warn: rate", "warn: warning"],
    );
  });

  it("cannot read standard input twice", async () => {
    const { code, stderr } = await compare("--logs", "churn=-");
    assert.deepEqual([code, stderr.includes("standard input")], [2, true]);
  });
});
