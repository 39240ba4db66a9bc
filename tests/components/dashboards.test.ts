import assert from "node:assert/strict";
import { provision } from "../support/program";
import { churnWith, modelWith } from "../support/stackInput";
import { type MetricWidget, page, type Page, pagesOf } from "./dashboardWidgets";
import { all, census, churn, type Inputs, one } from "./provisioned";

const ARN = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:classification-rate-dev";

/** The one dashboard of a stack with the model `churn`. */
async function churnPage(settings: Readonly<Record<string, unknown>> = {}): Promise<Page> {
  return page(one(await churn(settings), "dashboard"));
}

/** The two graphs of a model: the rate and, below it, the volumes. */
function graphsOf({ graphs }: Page, model: string): readonly [MetricWidget, MetricWidget] {
  const [rate, volumes, ...more] = graphs.filter(({ properties: { title } }) =>
    title.startsWith(`${model}:`),
  );
  assert(rate !== undefined && volumes !== undefined && more.length === 0);
  return [rate, volumes];
}

/** The rows of a graph that a reader sees. */
function shown({ properties: { metrics } }: MetricWidget): unknown[] {
  return metrics.flatMap((row) =>
    row.length === 1 ? [row[0].expression] : row[2].visible ? [row[1]] : [],
  );
}

describe("dashboard", () => {
  it("shows the rate with its threshold as a red line", async () => {
    const [rate] = graphsOf(await churnPage({ threshold: "97.5", datapoints: "2 of 4" }), "churn");
    assert.deepEqual(rate.properties.annotations, {
      horizontal: [{ label: "threshold 97.5 %: alarm at 2 of 4", value: 97.5, color: "#d62728" }],
    });
    assert.deepEqual(shown(rate), ["100 * (valid / total)"]);
    assert.equal(rate.properties.title, "churn: classification rate");
  });

  it("shows the volumes directly below the rate, per period", async () => {
    for (const [period, seconds, text] of [
      ["1h", 3600, "hour"],
      ["15m", 900, "15 minutes"],
    ] as const) {
      const [rate, volumes] = graphsOf(await churnPage({ period }), "churn");
      assert.equal(volumes.properties.title, `churn: predictions per ${text}`);
      assert.deepEqual([rate.properties.period, volumes.properties.period], [seconds, seconds]);
      assert.equal(volumes.y, rate.y + rate.height);
      assert.deepEqual([volumes.x, volumes.width], [rate.x, rate.width]);
      assert.deepEqual(shown(volumes), [
        "classification-rate-dev-churn.valid_predictions",
        "classification-rate-dev-churn.total_predictions",
      ]);
    }
  });

  it("says what counts as valid where that is a setting", async () => {
    const labels = async (settings: Readonly<Record<string, unknown>>) => {
      const [, volumes] = graphsOf(await churnPage(settings), "churn");
      return volumes.properties.metrics.flatMap((row) => (row.length === 1 ? [] : [row[2].label]));
    };
    assert.deepEqual(await labels({}), ["valid predictions", "all predictions"]);
    assert.deepEqual(await labels({ field: "probability", valid: ">= 0.8" }), [
      "valid predictions: probability >= 0.8",
      "all predictions",
    ]);
  });

  it("graphs the plain rate beside the limit that the alarm compares", async () => {
    const resources = await churn({ confidence: 95, minimumPredictions: 30 });
    const [rate] = graphsOf(page(one(resources, "dashboard")), "churn");
    const queries = one(resources, "alarm")["metricQueries"] as Inputs[];
    const expressions = queries.flatMap(({ expression }) => expression ?? []);
    assert.equal(expressions.length, 2);
    assert.deepEqual(shown(rate), expressions);
  });

  it("starts with the states of all alarms, silence alarms included", async () => {
    const { resources } = await provision({
      models: {
        fraud: modelWith({ silence: "1h" }),
        churn: modelWith(),
        spam: modelWith({ enabled: false }),
      },
    });
    const { alarms, graphs } = page(one(resources, "dashboard"));
    const [states, ...more] = alarms;
    assert(states !== undefined && more.length === 0);
    assert.deepEqual(states.properties.alarms, [
      `${ARN}-churn`,
      `${ARN}-fraud`,
      `${ARN}-fraud-silence`,
      `${ARN}-spam`,
    ]);
    assert.deepEqual([states.x, states.y, states.width], [0, 0, 24]);
    assert.ok(graphs.every(({ y }) => y >= states.height));
    const names = all(resources, "alarm").map(({ name }) => String(name));
    assert.equal(names.length, states.properties.alarms.length);
  });

  it("is the same whatever the order of the models", async () => {
    const [a, b, c] = [modelWith(), modelWith({ silence: "1h" }), modelWith({ period: "15m" })];
    const expected = (await provision({ models: { a, b, c } })).resources;
    const { resources } = await provision({ models: { c, a, b } });
    assert.deepEqual(one(resources, "dashboard"), one(expected, "dashboard"));
  });

  it("is linked to from the outputs", async () => {
    const { result } = await provision(churnWith());
    assert.deepEqual(result.dashboardUrls, [
      "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#dashboards/dashboard/classification-rate-dev",
    ]);
  });

  it("is left out if so asked, or where there is nothing to show", async () => {
    for (const dashboard of [false, "false"]) {
      const { resources, result } = await provision({ ...churnWith(), dashboard });
      assert.deepEqual(result.dashboardUrls, []);
      assert.deepEqual(
        resources.filter(({ urn }) => urn.includes("Dashboard")),
        [],
      );
    }
    const { resources, result } = await provision({ models: {} });
    assert.deepEqual([census(resources), result.dashboardUrls, result.models], [{}, [], {}]);
  });
});

describe("dashboards of many models", () => {
  const NAME = "classification-rate-dev";

  /** Names of models m000, m001 ... in the pages that show their graphs. */
  function models(pages: readonly Page[]): string[][] {
    return pages.map(({ graphs }) =>
      graphs.flatMap(
        ({ properties: { title } }) => /^(\w+): classification/.exec(title)?.[1] ?? [],
      ),
    );
  }

  /** As much as there can be on a dashboard for each model, or as little. */
  for (const more of [{ silence: "1h", confidence: 95, minimumPredictions: 30 }, {}]) {
    it(`show each of 500 ${more.silence === undefined ? "small" : "large"} models once, on pages that CloudWatch takes`, async () => {
      const names = Array.from({ length: 500 }, (_, at) => `m${String(at).padStart(3, "0")}`);
      const entries = names.map((name) => [name, modelWith({ logGroup: `/${name}`, ...more })]);
      const pages = await pagesOf({ models: Object.fromEntries(entries) });

      assert.deepEqual(
        pages.map(({ name }) => name),
        [NAME, `${NAME}-2`, `${NAME}-3`],
      );
      assert.deepEqual(models(pages).flat(), names);
      pages.forEach(({ alarms }, at) => {
        const states = alarms.flatMap(({ properties }) => properties.alarms);
        const expected = models(pages)[at]?.flatMap((name) =>
          more.silence === undefined
            ? [`${ARN}-${name}`]
            : [`${ARN}-${name}`, `${ARN}-${name}-silence`],
        );
        assert.deepEqual(states, expected);
      });
    });
  }

  it("are one as long as they fit", async () => {
    const entries = Array.from({ length: 200 }, (_, at) => {
      const name = `m${at}`;
      return [name, modelWith({ logGroup: `/${name}`, silence: "1h" })];
    });
    const pages = await pagesOf({ models: Object.fromEntries(entries) });
    assert.deepEqual(
      pages.map(({ name, alarms }) => [name, alarms.length]),
      [[NAME, 4]],
    );
  });
});
