import assert from "node:assert/strict";
import { type LiveFilter, metricFiltersOf } from "../../../tools/aws/logCalls";
import type { Check } from "../../../tools/doctor/check";
import { judgeFilters } from "../../../tools/doctor/filterChecks";
import { withSession } from "../aws/wire/session";
import { WireServer } from "../aws/wire/wireServer";
import { CHURN } from "./watchedChurn";

const { total, valid } = CHURN;
const LIVE = { createdAt: 1, fieldSelectionCriteria: undefined };
const TOTAL: LiveFilter = { ...total, ...LIVE };
const VALID: LiveFilter = { ...valid, ...LIVE };

/** What is found about the filter of all predictions when it is changed so. */
function changed(change: Partial<LiveFilter>): Check {
  const [check] = judgeFilters(CHURN, [{ ...TOTAL, ...change }, VALID]);
  assert(check !== undefined);
  return check;
}

describe("doctor's metric filters", () => {
  it("are well where both are as declared", () => {
    assert.deepEqual(judgeFilters(CHURN, [VALID, TOTAL]), [
      {
        model: "churn",
        what: "metric filter",
        subject: total.name,
        status: "ok",
        found: "as declared",
      },
      {
        model: "churn",
        what: "metric filter",
        subject: valid.name,
        status: "ok",
        found: "as declared",
      },
    ]);
    assert.equal(changed({ metricValue: "1.0" }).status, "ok");
    const pattern = "{($.prediction_valid IS FALSE)||$.prediction_valid IS TRUE}";
    assert.equal(changed({ pattern }).status, "ok");
    const where = (...terms: readonly string[]): LiveFilter => ({
      ...TOTAL,
      pattern: `{ ${terms.join(" && ")} }`,
    });
    const model = { ...CHURN, total: where('($.a = "x")', '$.b = "y"', "$.c IS TRUE") };
    const live = where("$.c IS TRUE", '$.b = "y"', "$.a = x");
    assert.equal(judgeFilters(model, [live, VALID])[0]?.status, "ok");
    const other = where("$.c IS TRUE", '$.b = "y"', "$.a = z");
    assert.equal(judgeFilters(model, [other, VALID])[0]?.status, "failure");
  });

  it("fail one by one where they are missing", () => {
    const [missing, there] = judgeFilters(CHURN, [VALID]);
    assert.equal(missing?.status, "failure");
    assert.equal(missing.found, "is missing from /logs/churn");
    assert.equal(missing.command, "pulumi up --refresh --stack prod");
    assert.match(missing.advice ?? "", /^Without it no prediction is counted, and the alarm sees/);
    assert.equal(there?.status, "ok");
    const [, other] = judgeFilters(CHURN, [TOTAL]);
    assert.match(other?.advice ?? "", /^Without it no prediction counts as valid, and the alarm f/);
  });

  it("fail with what is there and what is declared", () => {
    const cases: readonly (readonly [Partial<LiveFilter>, string])[] = [
      [
        { pattern: "{ $.valid IS TRUE }" },
        `pattern is { $.valid IS TRUE }, declared ${total.pattern}`,
      ],
      [{ pattern: "" }, `pattern is "", declared ${total.pattern}`],
      [
        { metricNamespace: "old", metricName: "churn" },
        `namespace is old, declared classification_rate; metric is churn, declared ${total.metricName}`,
      ],
      [{ metricValue: "2" }, "value is 2, declared 1"],
      [{ metricValue: "$.n" }, "value is $.n, declared 1"],
      [{ defaultValue: 1 }, "default value is 1, declared 0"],
      [{ dimensions: { host: "$.host" } }, "dimensions is host=$.host, declared not set"],
      [
        { fieldSelectionCriteria: '@aws.account="1"' },
        'selection of events is @aws.account="1", declared not set',
      ],
    ];
    for (const [change, found] of cases) {
      const check = changed(change);
      assert.equal(check.found, found);
      assert.equal(check.status, "failure");
      assert.match(check.advice ?? "", /does not count what the stack declares/);
      assert.equal(check.command, "pulumi up --refresh --stack prod");
    }
    const { defaultValue: _, ...without } = TOTAL;
    const [check] = judgeFilters(CHURN, [without, VALID]);
    assert.equal(check?.found, "default value is not set, declared 0");
  });

  it("fail where another filter counts into the same metric", () => {
    const other = { ...TOTAL, name: "it's old", pattern: "{ $.x IS\nTRUE }" };
    const [, , check, ...more] = judgeFilters(CHURN, [TOTAL, VALID, other]);
    assert.deepEqual(more, []);
    assert.equal(check?.status, "failure");
    assert.equal(check.subject, "it's old");
    assert.equal(
      check.found,
      `not declared by this stack, but counts { $.x IS\\nTRUE } into its metric classification_rate ${total.metricName}`,
    );
    assert.equal(
      check.command,
      "aws logs delete-metric-filter --region eu-west-1 --log-group-name /logs/churn --filter-name 'it'\\''s old'",
    );
  });

  it("do not care for filters that count into other metrics", () => {
    const others = [
      { ...TOTAL, name: "errors", metricName: "errors" },
      { ...TOTAL, name: "elsewhere", metricNamespace: "other" },
      { ...TOTAL, name: "by host", dimensions: { host: "$.host" } },
    ];
    assert.equal(judgeFilters(CHURN, [TOTAL, VALID, ...others]).length, 2);
  });

  it("are read page by page", async () => {
    const server = await WireServer.start({
      "logs:DescribeMetricFilters": ({ logGroupName, nextToken }) => {
        const filter = nextToken === undefined ? total : valid;
        const { metricName, metricNamespace, metricValue, defaultValue } = filter;
        return {
          metricFilters: [
            {
              filterName: filter.name,
              filterPattern: filter.pattern,
              creationTime: 1,
              logGroupName,
              metricTransformations: [{ metricName, metricNamespace, metricValue, defaultValue }],
            },
          ],
          ...(nextToken === undefined && { nextToken: "more" }),
        };
      },
    });
    try {
      const live = await withSession(server, (session) => metricFiltersOf(session, "/logs/churn"));
      assert.deepEqual(live, [TOTAL, VALID]);
    } finally {
      await server.stop();
    }
  });
});
