import { type DeclaredModel, onlyModel } from "../../../tools/program/model";
import assert from "node:assert/strict";
import fc from "fast-check";
import type { LogSource } from "../../../tools/logs/logSource";
import type { Declared } from "../../../tools/program/declared";
import { checkExpectation } from "../../../tools/verify/checkExpectation";
import { readTests } from "../../../tools/verify/alarmTest";
import { minuteCounts, type SeriesLine, seriesSchema } from "../../../tools/verify/series";
import { type TestRun, runLogs, runSeries } from "../../../tools/verify/verify";

import { declaredFor } from "../rehearse/declaredFor";

const START = Date.UTC(2026, 2, 2) / 60_000;

const SETTINGS = { datapoints: "3 of 5", silence: "6h", notifyRecovery: true };

function seriesOf(...input: Readonly<Record<string, unknown>>[]): SeriesLine[] {
  return seriesSchema.parse(input);
}

/** A bad afternoon, then silence. */
const LINES = seriesOf(
  { "10h": "200/h at 95%" },
  { "4h": "200/h at 70%" },
  { "6h": "200/h at 95%" },
  { "8h": "nothing" },
);

/** What does not hold, as `expected | found`, of expectations written in YAML. */
function failures(run: TestRun, ...expectations: readonly string[]): string[] {
  const list = expectations.map((expectation) => `      - ${expectation}\n`).join("");
  const { tests, problems } = readTests(
    "",
    `tests:\n  - name: a\n    stack: dev\n    model: churn\n    series: [28h: nothing]\n    expect:\n${list}`,
  );
  assert.deepEqual(problems, []);
  return tests
    .flatMap((test) => test.expectations)
    .flatMap((expectation) => checkExpectation(expectation, run))
    .map(({ expected, found }) => `${expected} | ${found}`);
}

describe("alarm tests: expectations", () => {
  let declared: Declared;
  let model: DeclaredModel;
  let run: TestRun;
  before(async () => {
    declared = await declaredFor(SETTINGS);
    model = onlyModel(declared, "churn");
    run = runSeries(model, LINES, START);
  });

  it("hold where they should", () => {
    const holding = [
      "{at: 0h, state: OK}",
      "{at: 10h, rate: 95}",
      "{at: 14h, rate: 70, state: ALARM}",
      "{at: 14h, rate: 69 to 71}",
      "{at: 24h, rate: none}",
      "{between: [0h, 12h], never: ALARM}",
      "{between: [0h, 12h], state: OK}",
      "{between: [12h, 13h], becomes: ALARM}",
      "{between: [13h, 14h], state: ALARM}",
      "{after: 17h, never: ALARM}",
      "{after: 2026-03-02T17:00Z, state: OK}",
      "{by: 10h, mails: 0}",
      "{by: 13h, mails: 1}",
      "{by: 13h, mailed: team@example.com, subject: alarm}",
      "{mails: 3}",
      "{mails: 2, alarm: rate}",
      "{mails: 1, alarm: silence, subject: churn-silence}",
      "{mailed: nobody@example.com, mails: 0}",
      "{alarm: silence, at: 25h, state: OK}",
      "{alarm: silence, at: 28h, state: ALARM}",
      "{changes: [ALARM at 12h12m, OK at 16h49m]}",
    ];
    assert.deepEqual(failures(run, ...holding), []);
  });

  it("tell a model's warning from its alarm", async () => {
    const settings = { ...SETTINGS, threshold: 60, warning: { threshold: 80, datapoints: 1 } };
    const warned = onlyModel(await declaredFor(settings), "churn");
    const early = runSeries(warned, LINES, START);
    const holding = [
      "{alarm: warning, between: [10h, 11h], becomes: ALARM}",
      "{alarm: warning, at: 13h, state: ALARM, rate: 70}",
      "{alarm: warning, mails: 2, subject: churn-warning}",
      "{alarm: rate, never: ALARM}",
      "{mails: 3}",
    ];
    assert.deepEqual(failures(early, ...holding), []);
    assert.deepEqual(failures(early, "{alarm: warning, at: 13h, state: OK}"), [
      "warning alarm: state OK | state ALARM",
    ]);
  });

  it("say what is expected and what was found", () => {
    const [subject, silent] = ["ALARM", "OK"].map(
      (state) => `${state}: "classification-rate-dev-churn" in EU (Ireland)`,
    );
    assert.deepEqual(failures(run, "{at: 14h, state: OK}"), ["state OK | state ALARM"]);
    assert.deepEqual(failures(run, "{by: 14h, state: OK}"), [
      "state OK | state ALARM at 12h12m (2026-03-02 12:12)",
    ]);
    assert.deepEqual(failures(run, "{never: ALARM}"), [
      "never ALARM | state ALARM at 12h12m (2026-03-02 12:12)",
    ]);
    assert.deepEqual(failures(run, "{by: 12h, becomes: ALARM}"), ["becomes ALARM | OK throughout"]);
    assert.deepEqual(failures(run, "{at: 14h, rate: 70.5}"), ["rate 70.5 | rate 70 (140 of 200)"]);
    assert.deepEqual(failures(run, "{at: 14h, rate: 71 to 72}"), [
      "rate 71 to 72 | rate 70 (140 of 200)",
    ]);
    assert.deepEqual(failures(run, "{at: 14h, rate: none}"), [
      "no data point | rate 70 (140 of 200)",
    ]);
    assert.deepEqual(failures(run, "{at: 24h, rate: 0}"), ["rate 0 | no data point"]);
    assert.deepEqual(failures(run, "{changes: []}"), [
      "no change of state | ALARM at 12h12m, OK at 16h49m",
    ]);
    assert.deepEqual(failures(run, "{alarm: silence, never: ALARM}"), [
      "silence alarm: never ALARM | state ALARM at 1d2h (2026-03-03 02:00)",
    ]);
    assert.deepEqual(failures(run, "{by: 20h, mails: 0}"), [
      `no mail | 2 mails:\n12h12m to team@example.com: ${subject}\n16h49m to team@example.com: ${silent}`,
    ]);
    assert.deepEqual(failures(run, "{by: 13h, mailed: boss@example.com}"), [
      `a mail to boss@example.com | 1 mail in all:\n12h12m to team@example.com: ${subject}`,
    ]);
    assert.deepEqual(failures(run, "{by: 10h, mails: 1, subject: OK}"), [
      '1 mail with "OK" in the subject | no mail',
    ]);
  });

  it("show the data points of the evaluation that decided", () => {
    const points = run.alarms.get("rate")?.pointsAt(START + 14 * 60);
    assert.deepEqual(
      points?.map(({ from, valid, total, rate, breaching }) => [
        (from - START) / 60,
        valid,
        total,
        rate,
        breaching,
      ]),
      [
        [9, 190, 200, 95, false],
        [10, 140, 200, 70, true],
        [11, 140, 200, 70, true],
        [12, 140, 200, 70, true],
        [13, 140, 200, 70, true],
      ],
    );
    const nearest = runSeries(
      model,
      seriesOf({ "9h": "200/h at 95%" }, { "1h": "200/h at 70%" }, { "9h": "200/h at 95%" }),
      START,
    );
    const alarm = nearest.alarms.get("rate");
    const worst = alarm?.worstMinute(nearest.start, nearest.end) ?? NaN;
    assert.equal(alarm?.pointsAt(worst).filter(({ breaching }) => breaching).length, 2);
  });

  it("find the mails of a muted alarm when its window ends, or none where all was well by then", async () => {
    const window = { at: "2026-03-02T12:00", duration: "4h" };
    const muted = async (duration: string): Promise<TestRun> => {
      const mute = [{ ...window, duration }];
      return runSeries(onlyModel(await declaredFor({ ...SETTINGS, mute }), "churn"), LINES, START);
    };
    const short = await muted("1h");
    assert.deepEqual(
      failures(
        short,
        "{at: 12h30m, state: ALARM}",
        "{by: 12h59m, mails: 0}",
        "{at: 13h, mailed: team@example.com, subject: ALARM}",
        "{by: 12h59m, mailed: team@example.com}",
      ),
      ["a mail to team@example.com | no mail\nALARM at 12h12m is muted until 13h"],
    );
    const long = await muted("7h");
    assert.deepEqual(
      long.mails.map(({ at, subject }) => [(at - START) / 60, subject.split(":")[0]]),
      [
        [19, "OK"],
        [26, "ALARM"],
      ],
    );
  });

  it("do not count the mail of a new alarm that finds all well", () => {
    const healthy = runSeries(model, seriesOf({ "2h": "200/h at 95%" }), START);
    assert.deepEqual([healthy.mails, healthy.alarms.get("rate")?.changes], [[], []]);
    const mute = runSeries(model, seriesOf({ "2h": "other events" }), START);
    assert.deepEqual(
      mute.mails.map(({ at, alarm }) => [at - START, alarm.name]),
      [[1, "classification-rate-dev-churn-silence"]],
    );
  });

  it("see the rate, not its upper limit, of a model with confidence", async () => {
    const confident = onlyModel(await declaredFor({ confidence: 95 }), "churn");
    const quiet = runSeries(confident, seriesOf({ "each 1h": ["17 of 20", "17 of 20"] }), START);
    assert.deepEqual(failures(quiet, "{at: 1h, rate: 85}"), []);
    const newest = quiet.alarms
      .get("rate")
      ?.pointsAt(START + 60)
      .at(-1);
    assert(newest?.value !== undefined && newest.value > 90 && !newest.breaching);
  });

  it("rest on the same states and mails as log lines of these minutes", async () => {
    const lines = fc.array(
      fc.constantFrom<Record<string, string>>(
        { "2h": "12/h at 95%" },
        { "1h": "30/h from 95% to 40%" },
        { "90m": "3 of 20" },
        { "7h": "nothing" },
        { "2h": "other events" },
        { "3h": "20/h at 90%" },
      ),
      { minLength: 1, maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(lines, async (inputs) => {
        const series = seriesOf({ "1m": "1 of 1" }, ...inputs, { "1m": "1 of 1" });
        const bySeries = runSeries(model, series, START);
        const byLog = await runLogs(model, [logOf(series)]);
        assert.deepEqual(summary(byLog), summary(bySeries));
      }),
      { numRuns: 40 },
    );
  });
});

function summary({ start, end, alarms, mails }: TestRun): unknown {
  return {
    start,
    end,
    changes: [...alarms.values()].map(({ kind, changes }) => [
      kind,
      changes.map(({ at, to }) => [at, to]),
    ]),
    mails: mails.map(({ at, subject }) => [at, subject]),
  };
}

/** The log events that a series stands for. */
function logOf(lines: readonly SeriesLine[]): LogSource {
  const events = minuteCounts(lines).flatMap(({ minute, total, valid }) => {
    const timestamp = (START + minute) * 60_000;
    const messages = Array.from({ length: total }, (_, n) =>
      JSON.stringify({ prediction_valid: n < valid }),
    );
    return (total === 0 ? ["REPORT"] : messages).map((message) => ({ timestamp, message }));
  });
  return {
    name: "series.jsonl",
    async *open() {
      await Promise.resolve();
      yield Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(""));
    },
  };
}
