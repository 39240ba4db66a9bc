import assert from "node:assert/strict";
import { churnOf, churnProblems, modelWith, problemsOf } from "../../support/stackInput";

const KEY = "classification-rate:models.churn.warning";
const TOPIC = "arn:aws:sns:eu-west-1:123456789012:chat";

describe("config: warning", () => {
  it("takes what it does not say from its model", () => {
    const model = { email: "a@example.com", topics: TOPIC, datapoints: "2 of 4" };
    assert.deepEqual(churnOf({ ...model, warning: { threshold: "95" } }).warning, {
      ...{ threshold: 95, datapoints: { toAlarm: 2, of: 4 } },
      ...{ emails: ["a@example.com"], topics: [TOPIC] },
    });
    const own = { threshold: 92, datapoints: "1/2", email: "B@example.com" };
    assert.deepEqual(churnOf({ ...model, warning: own }).warning, {
      ...{ threshold: 92, datapoints: { toAlarm: 1, of: 2 } },
      ...{ emails: ["b@example.com"], topics: [] },
    });
    const { emails, topics } = churnOf({ ...model, warning: { threshold: 95, topics: TOPIC } })
      .warning ?? { emails: ["?"] };
    assert.deepEqual([emails, topics], [[], [TOPIC]]);
  });

  it("is off unless set, and where a model turns it off", () => {
    assert.equal(churnOf({}).warning, undefined);
    for (const warning of ["off", false, { threshold: 0 }, { threshold: "off" }]) {
      assert.equal(churnOf({ warning }).warning, undefined);
    }
  });

  it("comes before the alarm, or is refused, wherever the two are set", () => {
    const expected = "expected a warning at a higher threshold than the alarm, found a warning at";
    for (const threshold of [90, 89.5]) {
      assert.deepEqual(churnProblems({ warning: { threshold } }), [
        `${KEY}: ${expected} ${threshold} and the alarm at 90`,
      ]);
    }
    assert.equal(churnOf({ warning: { threshold: 90.1 } }).warning?.threshold, 90.1);
    const defaults = { warning: { threshold: 95 }, threshold: 95 };
    const { threshold: _, ...bare } = modelWith();
    const models = { a: modelWith({ threshold: 97 }), b: bare, c: modelWith() };
    assert.deepEqual(problemsOf({ defaults, models }), [
      `classification-rate:models.a.threshold: ${expected} 95 and the alarm at 97`,
      `classification-rate:defaults.warning: ${expected} 95 and the alarm at 95`,
    ]);
  });

  it("is refused for what is wrong in it, by the key", () => {
    const addresses = Array.from({ length: 5 }, (_, at) => `p${at}@example.com`);
    for (const [warning, problem] of [
      [
        { threshold: 950 },
        /\.threshold: expected a percentage above 0 and at most 100, found 950$/,
      ],
      [{}, /\.threshold: expected a percentage above 0 and at most 100, found nothing$/],
      [{ threshold: 95, datapoints: "4 of 3" }, /\.datapoints: expected data points as/],
      [{ threshold: 95, datapoints: 169 }, /\.datapoints: expected at most 168 data points of 1 h/],
      [{ threshold: 95, email: ["a"] }, /\.email\[0\]: expected an e-mail address, found "a"$/],
      [{ threshold: 95, topics: "chat" }, /\.topics: expected ARNs of standard SNS topics/],
      [
        { threshold: 95, topics: TOPIC.replace("eu-west-1", "us-east-1") },
        /\.topics: expected topics in the stack's region eu-west-1/,
      ],
      [
        { threshold: 95, email: addresses, topics: TOPIC },
        /: expected at most 5 addresses and topics together, found 6$/,
      ],
      [{ threshold: 95, mail: "a@example.com" }, /\.mail: .* "mail" \(did you mean email\?\)$/],
      [95, /: expected `\{threshold: 95\}` or the like, .*, found 95$/],
      [[], /: expected `\{threshold: 95\}` or the like, .*, found an empty list$/],
    ] as const) {
      const [line = "", ...more] = churnProblems({ warning });
      assert.ok(line.startsWith(KEY) && problem.test(line), line);
      assert.deepEqual(more, []);
    }
    assert.deepEqual(churnProblems({ period: "8d", warning: { threshold: 95, datapoints: 1 } }), [
      "classification-rate:models.churn.period: expected a period of at most 7 days, found 8 days",
    ]);
  });
});
