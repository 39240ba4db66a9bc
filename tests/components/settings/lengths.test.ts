import assert from "node:assert/strict";
import { ALARM_DESCRIPTION_LENGTH, ALARM_NAME_LENGTH } from "../../../components/cloudwatch/limits";
import {
  rateDescription,
  silenceDescription,
  warningDescription,
} from "../../../components/settings/description";
import { modelNames } from "../../../components/settings/names";
import {
  churnOf,
  churnProblems,
  CONTEXT,
  modelWith,
  problemsOf,
  settingsOf,
} from "../../support/stackInput";

const METRIC_NAME_LENGTH = 255;
/** An existing region with a long name. */
const REGION = "ap-southeast-2";

/** A stack whose models' names start with this many characters. */
function stackOf(prefixLength: number) {
  const project = "p".repeat(Math.ceil((prefixLength - 1) / 2));
  return { project, stack: "s".repeat(prefixLength - 1 - project.length), region: "eu-west-1" };
}

describe("config: lengths of names and descriptions", () => {
  it("accepts no model whose names AWS would refuse", () => {
    const longest = "m".repeat(64);
    const tooLong = [];
    for (let length = 140; length <= 199; length++) {
      const context = stackOf(length);
      const model = modelWith({ silence: "1h" });
      if (problemsOf({ models: { [longest]: model } }, context).length > 0) continue;
      const names = modelNames(context, longest);
      const { rateAlarm, silenceAlarm, totalPredictions } = names;
      if (
        rateAlarm.length > ALARM_NAME_LENGTH ||
        silenceAlarm.length > ALARM_NAME_LENGTH ||
        totalPredictions.length > METRIC_NAME_LENGTH
      ) {
        tooLong.push(length);
      }
    }
    assert.deepEqual(tooLong, [], "lengths of `<project>-<stack>` for which that happens");
  });

  it("says so where the names of project, stack and model are too long together", () => {
    const problems = problemsOf({ models: { ["m".repeat(64)]: modelWith() } }, stackOf(199));
    const key = `classification-rate:models.${"m".repeat(64)}`;
    assert(
      problems.some((problem) => problem.startsWith(`${key}: expected a shorter model name`)),
      problems.join("\n"),
    );
  });

  it("does not blame a runbook where there is none", () => {
    const context = stackOf(182);
    const model = modelWith({ confidence: 95, minimumPredictions: 30 });
    const problems = problemsOf({ models: { ["m".repeat(64)]: model } }, context);
    assert.deepEqual(
      problems.filter((problem) => problem.includes("runbook")),
      [],
    );
  });

  it("accepts no description longer than AWS takes, and the longest that fits", () => {
    const options = {
      ...{ confidence: 99.9, minimumPredictions: 1e9, silence: "167h" },
      warning: { threshold: 99.9, datapoints: "100 of 100" },
    };
    const withRunbook = (length: number) => ({
      ...options,
      runbook: `https://x/${"r".repeat(length - 10)}`,
    });
    const lengths = Array.from({ length: 800 }, (_, at) => at + 100);
    const fits = (length: number): boolean => churnProblems(withRunbook(length)).length === 0;
    const longest = lengths.findLast(fits);
    assert(longest !== undefined && longest > 250, String(longest));
    assert(lengths.every((length) => fits(length) === length <= longest));

    const model = churnOf(withRunbook(longest));
    const context = { ...CONTEXT, region: REGION, dashboardPage: 0 };
    assert(model.warning !== undefined);
    for (const text of [
      rateDescription(model, context),
      silenceDescription(model, 601_200, context),
      warningDescription(model, model.warning, context),
    ]) {
      assert(Buffer.byteLength(text) <= ALARM_DESCRIPTION_LENGTH, text);
      assert(text.includes(`\nRunbook: ${model.runbook ?? ""}\n`));
    }
    const [problem = ""] = churnProblems(withRunbook(longest + 1));
    assert.match(
      problem,
      /^classification-rate:models\.churn\.runbook: expected a shorter runbook URL: the alarm's description has at most 1024 bytes, found \d+$/,
    );
  });

  it("leaves room for all else a description may say where names and runbook are short", () => {
    const model = churnOf({
      ...{
        logGroup: `/${"x".repeat(30)}`,
        confidence: 99.9,
        minimumPredictions: 1e9,
        silence: "167h",
      },
      ...{ threshold: 99.999998, datapoints: "999 of 999", period: "1m" },
      warning: { threshold: 99.999999 },
      ...{ runbook: `https://x/${"r".repeat(40)}` },
    });
    const context = { ...CONTEXT, region: "x".repeat(20), dashboardPage: 99 };
    const wide = { ...model, field: ["f".repeat(300)] };
    assert(model.warning !== undefined);
    for (const [text, room] of [
      [rateDescription(wide, context), 300],
      [silenceDescription(model, 601_200, context), 300],
      [warningDescription(wide, model.warning, context), 200],
    ] as const) {
      assert(Buffer.byteLength(text) <= 1024 - room + 5 * 31 + 3 * 28 + 50, text);
    }
  });

  it("reports a default runbook that is too long once, at its own key", () => {
    const runbook = `https://x/${"r".repeat(1024)}`;
    const problems = problemsOf({
      defaults: { runbook },
      models: { a: modelWith(), b: modelWith() },
    });
    assert.deepEqual(
      problems.map((problem) => problem.split(": ")[0]),
      ["classification-rate:defaults.runbook"],
    );
  });

  it("describes an alarm with what its reader needs", () => {
    const [model] = settingsOf({
      models: { churn: modelWith({ runbook: "https://wiki.example.com/churn", datapoints: 1 }) },
    }).models;
    assert(model !== undefined);
    const context = { ...CONTEXT, region: REGION, dashboardPage: 2 };
    const text = rateDescription(model, context);
    for (const part of [
      "churn",
      "dev",
      "90 %",
      "a period of 1 hour",
      "https://wiki.example.com/churn",
      "#dashboards/dashboard/classification-rate-dev-3\n",
    ]) {
      assert(text.includes(part), `${part}: ${text}`);
    }
    assert(!text.includes("undefined"));
    assert(!rateDescription(model, { ...CONTEXT, region: REGION }).includes("dashboards/"));
    assert(silenceDescription(model, 5400, context).includes("no prediction for 90 minutes"));
  });
});
