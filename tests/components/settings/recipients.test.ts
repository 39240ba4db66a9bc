import assert from "node:assert/strict";
import {
  assertRefused,
  churnOf,
  churnProblems,
  modelWith,
  problemsOf,
  settingsOf,
} from "../../support/stackInput";

const TOPIC = "arn:aws:sns:eu-west-1:123456789012:on-call";
const KEY = "classification-rate:models.churn";
const NO_RECIPIENT = "expected an e-mail address or a list of them, or else topics, found nothing";

describe("config: e-mail addresses and topics", () => {
  it("takes one address or several, each once, in lower case", () => {
    assert.deepEqual(churnOf({ email: "ML-Team@Example.com" }).emails, ["ml-team@example.com"]);
    assert.deepEqual(
      churnOf({ email: ["b@example.com", "a+ml@example.com", "B@EXAMPLE.com"] }).emails,
      ["b@example.com", "a+ml@example.com"],
    );
  });

  it("takes one topic or several, each once", () => {
    const other = "arn:aws:sns:eu-west-1:123456789012:chat";
    assert.deepEqual(churnOf({ topics: TOPIC }).topics, [TOPIC]);
    assert.deepEqual(churnOf({ topics: [TOPIC, other, TOPIC] }).topics, [TOPIC, other]);
    assert.deepEqual(churnOf({}).topics, []);
  });

  it("asks for a recipient, of one kind or the other", () => {
    const model = { logGroup: "/churn", threshold: 90 };
    assert.deepEqual(
      settingsOf({ models: { churn: { ...model, topics: TOPIC } } }).models[0]?.emails,
      [],
    );
    assert.deepEqual(problemsOf({ models: { churn: model } }), [`${KEY}.email: ${NO_RECIPIENT}`]);
  });

  it("refuses what is not an address, and says which of a list it is", () => {
    assertRefused("email", "an e-mail address or a list of them", [
      ["", "empty text"],
      ["ml-team", '"ml-team"'],
      ["ml team@example.com", '"ml team@example.com"'],
      ["ML <a@example.com>", '"ML <a@example.com>"'],
      ["a@example.com, b@example.com", '"a@example.com, b@example.com"'],
      ["a@example.com\n", '"a@example.com\ufffd"'],
      [7, "7"],
      [true, "true"],
      [null, "null (an empty value)"],
      [{}, "an empty map"],
      [{ to: "a@example.com" }, "a map of to"],
    ]);
    assert.deepEqual(churnProblems({ email: ["a@example.com", "b", null, ["c@example.com"]] }), [
      `${KEY}.email[1]: expected an e-mail address, found "b"`,
      `${KEY}.email[2]: expected an e-mail address, found null (an empty value)`,
      `${KEY}.email[3]: expected an e-mail address, found a list of 1`,
    ]);
  });

  it("takes addresses of up to 254 characters", () => {
    const domain = `${"d".repeat(60)}.`.repeat(3);
    const address = (length: number): string =>
      `${"x".repeat(length - domain.length - 4)}@${domain}com`;
    assert.equal(churnOf({ email: address(254) }).emails[0]?.length, 254);
    const [problem = ""] = churnProblems({ email: address(255) });
    assert.match(problem, /email: expected an e-mail address or a list of them, found "x+@d+…"$/);
  });

  it("refuses what is not the ARN of a standard topic", () => {
    const arn =
      "the ARN of a standard SNS topic, such as arn:aws:sns:eu-west-1:123456789012:on-call";
    for (const bad of [
      `${TOPIC}.fifo`,
      `${TOPIC}:sub-id`,
      TOPIC.replace("sns", "sqs"),
      "on-call",
    ]) {
      assert.deepEqual(churnProblems({ topics: [TOPIC, bad] }), [
        `${KEY}.topics[1]: expected ${arn}, found "${bad}"`,
      ]);
    }
    assertRefused(
      "topics",
      "ARNs of standard SNS topics, such as [arn:aws:sns:eu-west-1:123456789012:on-call]",
      [
        ["on-call", '"on-call"'],
        ["", "empty text"],
        [null, "null (an empty value)"],
        [{ arn: TOPIC }, "a map of arn"],
      ],
    );
    assert.deepEqual(churnProblems({ topics: [TOPIC, 5] }), [
      `${KEY}.topics[1]: expected ${arn}, found 5`,
    ]);
  });

  it("takes topics of the other partitions", () => {
    for (const [region, partition] of [
      ["cn-north-1", "aws-cn"],
      ["us-gov-west-1", "aws-us-gov"],
    ] as const) {
      const arn = `arn:${partition}:sns:${region}:123456789012:on_call`;
      const context = { project: "p", stack: "s", region };
      assert.deepEqual(churnOf({ topics: arn }, context).topics, [arn]);
    }
  });

  it("refuses topics of another region, if the stack's is known", () => {
    const elsewhere = TOPIC.replace("eu-west-1", "us-east-1");
    assert.deepEqual(churnProblems({ topics: [TOPIC, elsewhere] }), [
      `${KEY}.topics: expected topics in the stack's region eu-west-1, found "${elsewhere}"`,
    ]);
    const context = { project: "classification-rate", stack: "dev" };
    assert.deepEqual(churnOf({ topics: elsewhere }, context).topics, [elsewhere]);
    assert.deepEqual(
      problemsOf({ defaults: { topics: elsewhere }, models: { a: modelWith(), b: modelWith() } }),
      [
        `classification-rate:defaults.topics: expected topics in the stack's region eu-west-1, found "${elsewhere}"`,
      ],
    );
  });

  it("counts at most five actions, after duplicates are gone", () => {
    const addresses = (count: number): string[] =>
      Array.from({ length: count }, (_, position) => `p${position}@example.com`);
    const shouted = addresses(4).map((address) => address.toUpperCase());
    const model = churnOf({ email: [...addresses(4), ...shouted], topics: [TOPIC, TOPIC] });
    assert.equal(model.emails.length + model.topics.length, 5);
    assert.deepEqual(churnProblems({ email: addresses(6) }), [
      `${KEY}.email: expected at most 5 addresses and topics together, found 6`,
    ]);
    assert.deepEqual(churnProblems({ email: addresses(5), topics: TOPIC }), [
      `${KEY}.email: expected at most 5 addresses and topics together, found 6`,
    ]);
  });

  it("names the key that the user wrote where a default takes part", () => {
    const email = ["a@example.com", "b@example.com"];
    const topics = ["a", "b", "c", "d"].map((name) => TOPIC.replace("on-call", name));
    const model = { logGroup: "/churn", threshold: 90 };
    const tooMany = "expected at most 5 addresses and topics together, found 6";
    assert.deepEqual(problemsOf({ defaults: { email }, models: { churn: { ...model, topics } } }), [
      `${KEY}.topics: ${tooMany}`,
    ]);
    assert.deepEqual(problemsOf({ defaults: { email, topics }, models: { a: model, b: model } }), [
      `classification-rate:defaults.email: ${tooMany}`,
    ]);
  });
});
