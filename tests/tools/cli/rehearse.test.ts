import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { main } from "../../../tools/cli/rehearse";
import type { JsonReport } from "../../../tools/rehearse/jsonReport";
import { captured, inFolder, type Run } from "../../support/folders";

const FILES = {
  "Pulumi.yaml": "name: classification-rate\nruntime: nodejs\n",
  "Pulumi.dev.yaml": `config:
  aws:region: eu-west-1
  classification-rate:defaults: {email: team@example.com, period: 1m, datapoints: 2}
  classification-rate:models:
    churn: {logGroup: /logs/churn, threshold: 60, notifyRecovery: true}
    fraud: {logGroup: /logs/fraud, threshold: 90}
`,
  "Pulumi.one.yaml": `config:
  aws:region: eu-west-1
  classification-rate:models:
    churn: {logGroup: /logs/churn, threshold: 60, email: team@example.com, period: 1m, datapoints: 1}
`,
  "churn.jsonl": linesOf([true, true, true, false, false, false, true, true, true]),
};

/** One prediction a minute from midnight on, as `{timestamp, message}` lines. */
function linesOf(flags: readonly boolean[]): string {
  return flags
    .map((flag, minute) => {
      const timestamp = Date.parse("2026-11-22T00:00:30Z") + minute * 60_000;
      const message = JSON.stringify({ prediction_valid: flag });
      return `${JSON.stringify({ timestamp, message })}\n`;
    })
    .join("");
}

function rehearse(...args: string[]): Promise<Run> {
  return inFolder(FILES, () => captured(() => main(args)));
}

async function json(...args: string[]): Promise<JsonReport> {
  const { code, stdout, stderr } = await rehearse(...args, "--json");
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as JsonReport;
}

async function assertUsage(args: readonly string[], message: RegExp): Promise<void> {
  const { code, stdout, stderr } = await rehearse(...args);
  assert.deepEqual({ code, stdout }, { code: 2, stdout: "" });
  assert.match(stderr, message);
  assert.doesNotMatch(stderr, /^\s+at /m);
}

describe("npm run rehearse", () => {
  it("tells machines states, mails and what the logs held", async () => {
    const report = await json("--stack", "dev", "--logs", "churn=churn.jsonl");
    assert.deepEqual(
      { stack: report.stack, from: report.from, to: report.to },
      { stack: "dev", from: "2026-11-22T00:01:00Z", to: "2026-11-22T00:09:00Z" },
    );
    const [churn, ...others] = report.alarms;
    assert.deepEqual(others, []);
    assert.deepEqual(
      [churn?.name, churn?.model, churn?.alarmMinutes],
      ["classification-rate-dev-churn", "churn", 2],
    );
    assert.deepEqual(
      churn?.states.map(({ at, from, to, value }) => [at.slice(11, 16), from, to, value]),
      [
        ["00:01", "INSUFFICIENT_DATA", "OK", 100],
        ["00:05", "OK", "ALARM", 0],
        ["00:07", "ALARM", "OK", 100],
      ],
    );
    assert.deepEqual(
      report.emails.map(({ at, to, subject }) => [at.slice(11, 16), to, subject]),
      [
        ["00:01", "team@example.com", 'OK: "classification-rate-dev-churn" in EU (Ireland)'],
        ["00:05", "team@example.com", 'ALARM: "classification-rate-dev-churn" in EU (Ireland)'],
        ["00:07", "team@example.com", 'OK: "classification-rate-dev-churn" in EU (Ireland)'],
      ],
    );
    assert.deepEqual(report.logs, [
      {
        logGroup: "/logs/churn",
        events: 9,
        matched: {
          "classification-rate-dev-churn.total_predictions": 9,
          "classification-rate-dev-churn.valid_predictions": 6,
        },
        nearMisses: [],
        undated: 0,
      },
    ]);
    assert.deepEqual(report.notes, [
      "alarm classification-rate-dev-fraud is not rehearsed: no logs were given for /logs/fraud",
    ]);
  });

  it("tells people the same, with a chart", async () => {
    const { code, stdout } = await rehearse("--stack", "dev", "--logs", "churn=churn.jsonl");
    assert.equal(code, 0);
    for (const part of [
      "Stack dev, rehearsed from 2026-11-22 00:01 to 2026-11-22 00:09 UTC (8 min): 1 of 2 alarms rehearsed",
      "Log group /logs/churn: 9 events",
      "Alarm classification-rate-dev-churn (model churn): at or below 60 % in 2 of 2 periods of 1 minute",
      "9 predictions, 6 valid: classification rate 66.7 %",
      "2026-11-22 00:05  OK -> ALARM: Threshold Crossed: 2 out of the last 2 datapoints",
      "In ALARM for 2 min; OK at the end.",
      "3 e-mails would have been sent:",
      "(--mails shows them in full)",
    ]) {
      assert.ok(stdout.includes(part), `${part}\nis missing in\n${stdout}`);
    }
    assert.match(stdout, /ALARM │ +▀+$/m);
  });

  it("shows the mails in full where asked to", async () => {
    const { stdout } = await rehearse("--stack", "one", "churn.jsonl", "--mails");
    assert.match(stdout, /│ Subject: ALARM: "classification-rate-one-churn" in EU \(Ireland\)/);
    assert.match(
      stdout,
      /│ - Description: +Dashboard: https:.*\n(.*\n)*  │ Fires when at most 60 % of the predictions of model churn \(one\) /,
    );
  });

  it("takes the file alone where the stack has one log group, and patterns", async () => {
    assert.equal((await json("--stack", "one", "churn.jsonl")).alarms.length, 1);
    assert.equal(
      (await json("--stack", "one", "--logs", "/logs/churn=*.jsonl")).logs[0]?.events,
      9,
    );
  });

  it("ignores events before --from and evaluates up to --to", async () => {
    const report = await json(
      "--stack",
      "one",
      "churn.jsonl",
      "--from",
      "2026-11-22T00:04",
      "--to",
      "2026-11-22T00:06Z",
    );
    assert.deepEqual([report.from.slice(11, 16), report.to.slice(11, 16)], ["00:04", "00:06"]);
    assert.equal(report.logs[0]?.events, 2);
    assert.deepEqual(
      report.alarms[0]?.states.map(({ at, to }) => [at.slice(11, 16), to]),
      [
        ["00:04", "OK"],
        ["00:05", "ALARM"],
      ],
    );
  });

  it("exits with 1 for a fired alarm only where asked to", async () => {
    const args = ["--stack", "one", "churn.jsonl"];
    assert.equal((await rehearse(...args)).code, 0);
    assert.equal((await rehearse(...args, "--fail-on-alarm")).code, 1);
    assert.equal((await rehearse(...args, "--fail-on-alarm", "--to", "2026-11-22T00:03")).code, 0);
  });

  it("writes a page", async () => {
    const page = await inFolder(FILES, async (folder) => {
      const args = ["--stack", "one", "churn.jsonl", "--html", "report.html"];
      const { code, stderr } = await captured(() => main(args));
      assert.deepEqual([code, stderr], [0, "Wrote report.html\n"]);
      return readFileSync(join(folder, "report.html"), "utf8");
    });
    assert.match(page, /^<!doctype html>/i);
  });

  describe("without an event that counts", () => {
    const lines = (message: string): string =>
      Array.from({ length: 3 }, (_, minute) => {
        const timestamp = Date.parse("2026-11-22T00:00:30Z") + minute * 60_000;
        return `${JSON.stringify({ timestamp, message })}\n`;
      }).join("");
    const files = {
      ...FILES,
      "other.jsonl": lines('{"level":"INFO"}'),
      "text.jsonl": lines('{"prediction_valid":"true"}'),
    };
    const blind = (...args: string[]): Promise<Run> =>
      inFolder(files, () => captured(() => main(["--stack", "one", ...args])));

    it("says so first, and nothing of it looks well", async () => {
      const { code, stdout } = await blind("other.jsonl");
      assert.equal(code, 0);
      assert.match(
        stdout,
        /^Stack one.*: 1 of 1 alarm rehearsed\n\nBlind: none of 3 events of \/logs\/churn carries prediction_valid; nothing is known of churn\n/,
      );
      assert.doesNotMatch(stdout, /OK at the end|No e-mail would/);
    });

    it("says what can never match, and what to change", async () => {
      const { stdout } = await blind("text.jsonl");
      assert.match(stdout, /^Blind: none of 3 events .* 3 carry prediction_valid in a form/m);
      assert.match(stdout, /3 events carry the field but can never match \(text-boolean\):/);
      assert.match(stdout, /what to do: /);
    });

    it("exits with 1 where asked to fail on an alarm, or on this", async () => {
      for (const file of ["other.jsonl", "text.jsonl"]) {
        for (const flag of ["--fail-on-alarm", "--fail-on-blind"]) {
          assert.equal((await blind(file, flag)).code, 1, `${file} ${flag}`);
        }
      }
      assert.equal((await blind("churn.jsonl", "--fail-on-blind")).code, 0);
    });

    it("tells machines, and shows no green on the page", async () => {
      await inFolder(files, async () => {
        const args = ["--stack", "one", "other.jsonl", "--json", "--html", "report.html"];
        const { stdout } = await captured(() => main(args));
        const { coverage, alarms } = JSON.parse(stdout) as JsonReport;
        assert.deepEqual([coverage.alarms, coverage.rehearsed], [1, 1]);
        assert.deepEqual(coverage.blind[0]?.models, ["churn"]);
        assert.equal(alarms[0]?.blind, true);
        const page = readFileSync("report.html", "utf8");
        assert.match(page, /<p class="verdict blind">Blind: none of 3 events/);
        assert.doesNotMatch(
          page,
          /<p class="verdict">|would have fired|class="state ok">OK<\/span><\/span><\/td><\/tr>\n<\/tbody>/,
        );
      });
    });
  });

  it("gives each model the file of its name", async () => {
    const run = (...args: string[]) =>
      inFolder({ ...FILES, "logs/churn.jsonl": linesOf([true]) }, () =>
        captured(() => main(["--stack", "dev", ...args])),
      );
    const { stdout } = await run("--logs", "logs/{model}.jsonl");
    assert.match(stdout, /1 of 2 alarms rehearsed\n\nLog group \/logs\/churn: 1 event\n/);
    const none = await run("--logs", "logs/{model}.gz");
    assert.deepEqual([none.code, none.stdout], [2, ""]);
    assert.match(none.stderr, /at least one of the models churn, fraud, found none/);
  });

  it("names a log that looks like a copy of another, and time that the logs do not reach", async () => {
    await inFolder(FILES, async () => {
      writeFileSync("many.jsonl", linesOf(Array<boolean>(12).fill(true)));
      writeFileSync("copy.jsonl", readFileSync("many.jsonl"));
      const args = ["--stack", "one", "many.jsonl", "copy.jsonl", "--to", "2026-11-22T01:00"];
      const { stdout } = await captured(() => main(args));
      assert.match(stdout, /copy\.jsonl has as many events as many\.jsonl, .* counts twice/);
      assert.match(
        stdout,
        /no event after 2026-11-22 00:12 UTC: that time is rehearsed as silence/,
      );
    });
  });

  it("puts a comparison on the page, too", async () => {
    await inFolder(FILES, async () => {
      const args = ["--stack", "one", "--base", "one", "churn.jsonl", "--html", "report.html"];
      await captured(() => main(args));
      assert.match(readFileSync("report.html", "utf8"), /Compared: one and one of one/);
    });
  });

  it("writes over nothing that it reads, and says so before the work", async () => {
    await inFolder(FILES, async () => {
      writeFileSync("models.yaml", "churn: {}\n");
      const models = { churn: { logGroup: "/a", threshold: 90, email: "a@example.com" } };
      const config = { "classification-rate:models": { objectValue: models } };
      writeFileSync("config.json", JSON.stringify(config));
      for (const file of [
        ...["churn.jsonl", "./churn.jsonl", "Pulumi.one.yaml", "models.yaml", "config.json"],
      ]) {
        const args = ["--stack", "one", "--config", "config.json", "*.jsonl", "--html", file];
        const { code, stdout, stderr } = await captured(() => main(args));
        assert.deepEqual([code, stdout], [2, ""]);
        assert.match(stderr, /expected a file to write a report to, found one that is read/);
      }
      assert.equal(readFileSync("churn.jsonl", "utf8"), FILES["churn.jsonl"]);
    });
  });

  it("explains wrong usage in one message", async () => {
    await assertUsage([], /^expected one of the stacks dev, one, found no --stack\n$/);
    await assertUsage(
      ["--stack", "prod"],
      /^expected one of the stacks dev, one, found --stack prod\n$/,
    );
    await assertUsage(
      ["--stack", "dev"],
      /^expected logs to rehearse, --logs: expected <target>=<file>.*churn, fraud/,
    );
    await assertUsage(
      ["--stack", "dev", "churn.jsonl"],
      /expected <target>=<file>, where the target is one of churn/,
    );
    await assertUsage(
      ["--stack", "dev", "--logs", "chrun=churn.jsonl"],
      /--logs chrun=churn.jsonl: expected/,
    );
    // A typing error, not a file that is missing.
    await assertUsage(
      ["--stack", "one", "--logs", "chrun=./churn.jsonl"],
      /--logs chrun=\.\/churn\.jsonl: expected <target>=<file>, where the target is one of/,
    );
    await assertUsage(["--stack", "one", "missing.jsonl"], /missing\.jsonl: .*no such file/i);
    await assertUsage(
      ["--stack", "one", "churn.jsonl", "--from", "yesterday"],
      /or a time such as/,
    );
    await assertUsage(
      ["--stack", "one", "churn.jsonl", "--from", "2027-01-01"],
      /leave some of the log events, .*; found --from 2027/,
    );
    await assertUsage(["--stack", "one", "churn.jsonl", "--to", "2025-01-01"], /found --to 2025/);
    await assertUsage(
      ["--stack", "one", "churn.jsonl", "--evaluation-range-extra", "-1"],
      /whole number from 0/,
    );
    await assertUsage(
      ["--stack", "one", "churn.jsonl", "--html", "no/such/folder.html"],
      /cannot be written/,
    );
    await assertUsage(
      ["--stack", "one", "--config", "-", "--logs", "churn=-"],
      /^expected one option to read standard input, found --config and --logs\n$/,
    );
    await assertUsage(
      ["--state", "-", "--config", "config.json", "churn.jsonl"],
      /^expected one of --stack, --state, .*, found --state and --config\n$/,
    );
    await assertUsage(
      ["--state", "churn.jsonl", "churn.jsonl"],
      /expected the JSON of `pulumi stack export`/,
    );
  });

  it("shows the lines of a stack file that is wrong", async () => {
    const { code, stderr } = await inFolder(FILES, async (folder) => {
      writeFileSync(
        join(folder, "Pulumi.one.yaml"),
        "config:\n  classification-rate:models: {a: {threshold: 900}}\n",
      );
      return captured(() => main(["--stack", "one", "churn.jsonl"]));
    });
    assert.equal(code, 2);
    assert.match(
      stderr,
      /^Pulumi\.one\.yaml:2:47 classification-rate:models\.a\.threshold: expected/m,
    );
  });
});
