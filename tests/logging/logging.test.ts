import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { counted } from "./counted";
import { PAGE, pageWith } from "./page";
import { loggedWays, type LoggedWay, type Place, runPython } from "./ways";

describe("ways to log a prediction", () => {
  let ways: readonly LoggedWay[] = [];

  // The Python packages are installed the first time.
  before(function () {
    this.timeout(600_000);
    ways = loggedWays();
  });

  it("count, or are near misses, or are explained", () => {
    const silent = ways.filter(({ events, predictions, why }) => {
      const { setting, nearMiss } = counted(events, predictions);
      return setting === undefined && nearMiss === undefined && why === undefined;
    });
    assert.deepEqual(
      silent.map(({ group, code, events }) => [group, code, events[0]]),
      [],
    );
  });

  it("count under the setting that a near miss names", () => {
    const advised = ways.flatMap(({ events, predictions, code }) => {
      const { setting, nearMiss } = counted(events, predictions);
      const [, named] = /and set (.*)$/.exec(nearMiss?.advice ?? "") ?? [];
      // Here valid ones have another form than invalid ones, which one line does not show.
      const isMixed = events[0]?.startsWith("prediction_valid event=") ?? false;
      return named === undefined || isMixed ? [] : [{ code, setting, named }];
    });
    assert.ok(advised.length > 40, `${advised.length} near misses name a setting`);
    assert.deepEqual(
      advised.filter(({ setting, named }) => setting !== named),
      [],
    );
  });

  it("count with at most one setting, nine in ten of them", () => {
    const counting = ways.filter(
      ({ events, predictions }) => counted(events, predictions).setting !== undefined,
    );
    assert.ok(counting.length >= 0.9 * ways.length, `${counting.length} of ${ways.length}`);
  });

  it("count as docs/logging.md says; npm run docs:logging writes it anew", () => {
    assert.equal(readFileSync(PAGE, "utf8"), pageWith(ways));
  });
});

describe("log_prediction of docs/logging.md", () => {
  const [, setup = ""] =
    /```python\n([^`]*def log_prediction[^`]*)```/.exec(readFileSync(PAGE, "utf8")) ?? [];

  /** The JSON of the two events that a call makes. */
  function logged(place: Place, call: string, before = ""): unknown[] {
    const [events = []] = runPython([{ place, setup: `${before}\n${setup}`, code: call }]);
    assert.deepEqual(counted(events, { valid: 1, total: 2 }), {
      setting: "",
      nearMiss: undefined,
    });
    return events.map((event) => JSON.parse(event) as unknown);
  }

  it("is short", () => {
    const lines = setup.split("\n").filter((line) => line.trim() !== "");
    assert.ok(lines.length <= 8, `${lines.length} lines`);
  });

  for (const place of ["process", "lambda-text", "lambda-json"] as const) {
    it(`counts in ${place}, with NumPy's numbers and NaN beside it`, () => {
      const call =
        "log_prediction(np.float32(probability), np.float64(cut_off), n=np.int64(3), " +
        'rows=np.array([1.5, np.nan]), margin=float("inf"), model="churn")';
      const [first] = logged(place, call);
      assert.deepEqual(first, {
        n: 3,
        rows: [1.5, "NaN"],
        margin: "Infinity",
        model: "churn",
        probability: Math.fround(0.97),
        prediction_valid: true,
      });
    });
  }

  it("counts a probability that is no number as not valid", () => {
    const call = 'log_prediction(probability if ok else float("nan"), cut_off)';
    const [, second] = logged("process", call);
    assert.deepEqual(second, { probability: "NaN", prediction_valid: false });
  });

  it("counts where a framework has made a logger of standard output", () => {
    const celery =
      "from celery import Celery\nCelery().log.setup(loglevel='INFO', redirect_stdouts=True)";
    assert.equal(logged("process", "log_prediction(probability, cut_off)", celery).length, 2);
  });
});
