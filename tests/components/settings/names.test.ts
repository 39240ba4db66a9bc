import assert from "node:assert/strict";
import fc from "fast-check";
import { POLICY_NAME_LENGTH } from "../../../components/cloudwatch/limits";
import {
  dashboardName,
  emailSlug,
  keyAlias,
  modelNames,
  ownerName,
  topicName,
} from "../../../components/settings/names";

/** What Pulumi allows in the names of projects and stacks. */
const pulumiName = fc.stringMatching(/^[A-Za-z0-9_.-]{1,100}$/);
const modelName = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
const DEV = { project: "classification-rate", stack: "dev" };
const LONGEST_KEY_ALIAS = 256;
/** CreateTopic, `Name`: characters (letters, digits, `-` and `_`). */
const TOPIC_NAME_LENGTH = 256;
/** PutDashboard, `DashboardName`: characters (letters, digits, `-` and `_`). */
const DASHBOARD_NAME_LENGTH = 255;

describe("config: physical names", () => {
  it("stay what they are: a changed name deletes an alarm and makes another", () => {
    assert.equal(ownerName(DEV), "classification-rate-dev");
    assert.deepEqual(modelNames(DEV, "churn"), {
      rateAlarm: "classification-rate-dev-churn",
      silenceAlarm: "classification-rate-dev-churn-silence",
      warningAlarm: "classification-rate-dev-churn-warning",
      validPredictions: "classification-rate-dev-churn.valid_predictions",
      totalPredictions: "classification-rate-dev-churn.total_predictions",
      writerPolicy: "classification-rate-dev-churn.log_writer",
    });
    assert.equal(
      topicName(DEV, "ml-team@example.com"),
      "classification-rate-dev-ml-team-example-com-620279b2",
    );
    assert.equal(dashboardName(DEV, 0), "classification-rate-dev");
    assert.equal(dashboardName(DEV, 1), "classification-rate-dev-2");
    assert.equal(keyAlias(DEV), "alias/classification-rate-dev");
  });

  it("fold what topics, dashboards and aliases may not have in their names", () => {
    const owner = { project: "ml.rates", stack: "eu.prod" };
    assert.equal(ownerName(owner), "ml.rates-eu.prod");
    assert.match(topicName(owner, "a@b.co"), /^ml-rates-eu-prod-[0-9a-f]{8}-a-b-co-[0-9a-f]{8}$/);
    assert.match(dashboardName(owner, 2), /^ml-rates-eu-prod-[0-9a-f]{8}-3$/);
    assert.match(keyAlias(owner), /^alias\/ml-rates-eu-prod-[0-9a-f]{8}$/);
    assert.equal(modelNames(owner, "churn").rateAlarm, "ml.rates-eu.prod-churn");
  });

  it("keep addresses readable and apart", () => {
    assert.match(emailSlug("a.b+ml@example.com"), /^a-b-ml-example-com-[0-9a-f]{8}$/);
    const alike = ["a.b@example.com", "a-b@example.com", "a+b@example.com", "a_b@example.com"];
    assert.equal(new Set(alike.map(emailSlug)).size, alike.length);
    assert.match(emailSlug(`${"x".repeat(60)}@example.com`), /^x{40}-[0-9a-f]{8}$/);
    assert.match(emailSlug(`${"x".repeat(39)}@example.com`), /^x{39}-[0-9a-f]{8}$/);
  });

  it("keep stacks apart whose names differ in a period only", () => {
    const one = { project: "ml", stack: "dev.eu" };
    const other = { project: "ml", stack: "dev-eu" };
    assert.notEqual(modelNames(one, "churn").rateAlarm, modelNames(other, "churn").rateAlarm);
    assert.notEqual(topicName(one, "a@b.co"), topicName(other, "a@b.co"));
    assert.notEqual(dashboardName(one, 0), dashboardName(other, 0));
  });

  it("keep to AWS's lengths and characters, whatever projects and stacks are called", () => {
    const address = fc.emailAddress();
    const page = fc.integer({ min: 0, max: 99 });
    fc.assert(
      fc.property(
        pulumiName,
        pulumiName,
        modelName,
        address,
        page,
        (project, stack, model, email, at) => {
          const owner = { project, stack };
          const topic = topicName(owner, email);
          const dashboard = dashboardName(owner, at);
          const alias = keyAlias(owner);
          const { writerPolicy } = modelNames(owner, model);
          assert.match(topic, /^[A-Za-z0-9_-]+$/);
          assert.match(dashboard, /^[A-Za-z0-9_-]+$/);
          assert.match(alias, /^alias\/[A-Za-z0-9/_-]+$/);
          assert.match(writerPolicy, /^[\w+=,.@-]+$/);
          assert(topic.length <= TOPIC_NAME_LENGTH);
          assert(dashboard.length <= DASHBOARD_NAME_LENGTH);
          assert(alias.length <= LONGEST_KEY_ALIAS);
          assert(writerPolicy.length <= POLICY_NAME_LENGTH);
        },
      ),
    );
    const longest = { project: "p".repeat(100), stack: "s".repeat(100) };
    const model = "m".repeat(64);
    assert(
      topicName(longest, `${"x".repeat(64)}@${"y".repeat(180)}.com`).length <= TOPIC_NAME_LENGTH,
    );
    assert.equal(modelNames(longest, model).writerPolicy.length, POLICY_NAME_LENGTH);
  });

  it("keep a model's names, and those of two models, apart", () => {
    fc.assert(
      fc.property(fc.uniqueArray(modelName, { minLength: 2, maxLength: 2 }), (models) => {
        const names = models.flatMap((model) => {
          const { silenceAlarm: _, ...others } = modelNames({ project: "p", stack: "s" }, model);
          return Object.values(others);
        });
        assert.equal(new Set(names).size, names.length);
      }),
    );
    const long = { project: "p".repeat(150), stack: "s" };
    assert.notEqual(modelNames(long, "a").writerPolicy, modelNames(long, "b").writerPolicy);
  });

  it("keep two components of one program apart, and leave those of an ordinary stack as they are", () => {
    const other = { ...DEV, component: "fraud" };
    assert.equal(modelNames(other, "churn").rateAlarm, "classification-rate-dev-fraud.churn");
    assert.match(dashboardName(other, 0), /^classification-rate-dev-fraud-[0-9a-f]{8}$/);
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(modelName, modelName), { minLength: 2 }), (pairs) => {
        const distinct = new Set(pairs.map((pair) => pair.join(" ")));
        const names = pairs.map(([component, model]) => [
          modelNames({ ...DEV, component }, model).rateAlarm,
          modelNames(DEV, model).rateAlarm,
        ]);
        const models = new Set(pairs.map(([, model]) => model));
        assert.equal(new Set(names.flat()).size, distinct.size + models.size);
      }),
    );
  });
});
