import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { main } from "../../../tools/cli/history";
import type { historySummary } from "../../../tools/history/report";
import { captured } from "../../support/folders";
import type { FakeInsights } from "../history/fakeInsights";
import { clock, deny, PLAIN, run, withServer } from "./historyScene";

describe("npm run history", () => {
  it("writes the counts, says what was scanned and which commands come next", async () => {
    const { code, stdout, stderr, files, content } = await withServer({}, async () => {
      const args = [...PLAIN, "--json", "--out", "my counts.jsonl"];
      const result = await captured(() => main(args, clock));
      return {
        ...result,
        files: readdirSync(".").filter((name) => !name.startsWith("Pulumi")),
        content: readFileSync("my counts.jsonl", "utf8"),
      };
    });
    assert.deepEqual({ code, files }, { code: 0, files: ["my counts.jsonl"] });
    const { query, ...summary } = JSON.parse(stdout) as ReturnType<typeof historySummary>;
    assert.match(query, /stats sum\(prediction_valid\)/);
    assert.deepEqual(summary, {
      stack: "prod",
      model: "plain",
      logGroup: "/logs/all",
      from: "2026-03-07T12:00:00Z",
      to: "2026-03-10T12:00:00Z",
      windows: 4,
      minutes: 1440,
      predictions: 1440,
      valid: 1281,
      bytesScanned: 4_000_000,
      file: "my counts.jsonl",
    });
    assert.equal(
      stderr,
      `Model plain of stack prod, log group /logs/all, 2026-03-07 12:00 to 2026-03-10 12:00 UTC (3 d)
  1,440 predictions in 1,440 minutes, 1,281 valid: classification rate 89.0 %
  scanned 4.0 MB, for less than $0.01 (list price of us-east-1), in 4 queries
Wrote my counts.jsonl
What next:
  npm run rehearse -- --stack prod --logs 'plain=my counts.jsonl' --to 2026-03-10T12:00:00Z
  npm run tune -- --stack prod --model plain --logs 'my counts.jsonl' --to 2026-03-10T12:00:00Z
`,
    );
    const [header = "", first = ""] = content.split("\n");
    const { from, to, model, patterns } = JSON.parse(header) as Record<string, unknown>;
    assert.deepEqual(
      { from, to, model, patterns },
      {
        from: "2026-03-07T12:00:00Z",
        to: "2026-03-10T12:00:00Z",
        model: "plain",
        patterns: {
          valid: '{ $.prediction_valid IS TRUE && $.model = "plain" }',
          total:
            '{ ($.prediction_valid IS TRUE || $.prediction_valid IS FALSE) && $.model = "plain" }',
        },
      },
    );
    assert.equal(first, '{"minute":"2026-03-07T12:00:00Z","valid":0,"total":1}');
  });

  it("asks before it scans much", async () => {
    const large = {
      prepare: (fake: FakeInsights) => {
        fake.incomingBytes = [9e10, 2e10];
      },
    };
    const asked = await run(PLAIN, large);
    assert.deepEqual([asked.code, asked.stdout], [2, ""]);
    assert.match(asked.stderr, /^About 110\.0 GB will be scanned, for about \$0\.55/);
    assert.match(asked.stderr, /expected --yes/);
    assert.equal((await run([...PLAIN, "--ask-above", "111"], large)).code, 0);
    const handlers = { ...deny("logs:DescribeLogGroups"), ...deny("cloudwatch:GetMetricData") };
    const blind = await run([...PLAIN, "--yes"], { handlers });
    assert.equal(blind.code, 0);
    assert.match(
      blind.stderr,
      /^Retention and class of log group \/logs\/all are not known.*\nIt is not known how much /,
    );
  });

  it("says what it cannot know of the log group", async () => {
    const { code, stderr } = await run([...PLAIN.slice(0, 4), "--from", "2026-02-01"], {
      prepare: (fake) => {
        fake.logGroup = { retentionInDays: 7, logGroupClass: "INFREQUENT_ACCESS", storedBytes: 1 };
      },
    });
    assert.equal(code, 0);
    assert.match(stderr, /is of the class INFREQUENT_ACCESS: .*Expect no counts/);
    assert.match(stderr, /keeps events for 7 days: there are none before 2026-03-03 12:00 UTC/);
  });

  it("says what to check where nothing is found, or there is no log group", async () => {
    const nothing = await run([...PLAIN, "--to", "2026-03-07T12:00:30Z", "--from", "4d"]);
    assert.deepEqual([nothing.code, nothing.stdout], [1, ""]);
    assert.match(nothing.stderr, /^No predictions of model plain in \/logs\/all/);
    assert.match(nothing.stderr, /--start-time 1772798400000 .*\n.*npm run doctor -- --stack prod/);
    const handlers = { "logs:DescribeLogGroups": () => ({ logGroups: [] }) };
    const missing = await run(PLAIN, { handlers });
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /^there is no log group \/logs\/all in eu-west-1/);
  });

  it("stops its queries on Ctrl-C and on an error, and leaves no file behind", () =>
    withServer({}, async (fake, server) => {
      writeFileSync("counts.jsonl", "what was there before");
      fake.statusOf = () => "Running";
      fake.beforeStart = () => {
        if (fake.queries.length === 3) setTimeout(() => process.emit("SIGINT"), 20);
      };
      const args = [...PLAIN, "--out", "counts.jsonl"];
      const listeners = process.listenerCount("SIGINT");
      const { code, stderr } = await captured(() => main(args, clock));
      assert.deepEqual(
        { code, stderr },
        { code: 130, stderr: "\nCancelled: 4 running queries were stopped, nothing is written\n" },
      );
      assert.equal(fake.running, 0);
      assert.equal(server.count("logs:StopQuery"), 4);
      assert.equal(process.listenerCount("SIGINT"), listeners);

      fake.beforeStart = () => undefined;
      fake.statusOf = ({ id }) => (id === "query-5" ? "Failed" : "Running");
      const failed = await captured(() => main(args, clock));
      assert.equal(failed.code, 1);
      assert.match(failed.stderr, /^the query over .* failed in CloudWatch Logs/);
      assert.equal(readFileSync("counts.jsonl", "utf8"), "what was there before");
      assert.ok(!readdirSync(".").some((name) => name.endsWith(".tmp")));
    }));

  it("refuses what it cannot do, before anything is scanned", () =>
    withServer({}, async (_, server) => {
      const refusal = async (...args: readonly string[]): Promise<string> => {
        const { code, stdout, stderr } = await captured(() => main(args, clock));
        assert.deepEqual({ code, stdout }, { code: 2, stdout: "" }, stderr);
        return stderr;
      };
      assert.match(await refusal(...PLAIN, "--json"), /expected --out <file> with --json/);
      assert.match(
        await refusal(...PLAIN, "--out", "none/c.jsonl"),
        /none\/c\.jsonl: cannot be writ/,
      );
      assert.match(await refusal(...PLAIN, "--out", "."), /cannot be written, that is a folder/);
      assert.match(await refusal(...PLAIN.slice(0, 4), "--from", "soon"), /such as 30d or 12h/);
      assert.match(
        await refusal(...PLAIN, "--to", "4d"),
        /found 2026-03-07 12:00 to 2026-03-06 12:00/,
      );
      assert.match(await refusal(...PLAIN, "--ask-above", "much"), /number of GB/);
      assert.match(
        await refusal("--stack", "prod", "--model", "x", "--from", "1d"),
        /one of the models least, plain, sure, found --model x/,
      );
      assert.match(
        await refusal("--stack", "other", "--model", "plain", "--from", "1d"),
        /expected credentials for account 999999999999/,
      );
      assert.equal(server.count("logs:StartQuery"), 0);
      assert.ok(!existsSync("none"));
    }));

  it("names the permission that it lacks", async () => {
    const { code, stderr } = await run(PLAIN, { handlers: deny("logs:StartQuery") });
    assert.equal(code, 2);
    assert.match(stderr, /expected credentials that may call logs:StartQuery/);
  });
});
