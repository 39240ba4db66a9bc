import assert from "node:assert/strict";
import fc from "fast-check";
import { stringify } from "yaml";
import { quickRead, readStackFile } from "../../../tools/stackFile/stackFile";

const PROJECT = "classification-rate";

function bothRead(text: string): void {
  const { all, raw, region } = readStackFile(text, PROJECT);
  assert.deepEqual(quickRead(text, PROJECT, {}), { all, raw, region }, text);
}

const scalar = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom("3 of 5", "1h", "97.5", "true", "yes", "~", "0o17", "1e3"),
);

describe("stack files: the quick reading", () => {
  it("reads what the thorough one reads, whatever the settings", () => {
    const settings = fc.dictionary(fc.stringMatching(/^[a-zA-Z]{1,12}$/), scalar);
    const models = fc.dictionary(fc.stringMatching(/^[\w-]{1,12}$/), settings);
    fc.assert(
      fc.property(models, settings, fc.boolean(), (some, defaults, flow) => {
        const config = {
          "aws:region": "eu-west-1",
          [`${PROJECT}:models`]: some,
          [`${PROJECT}:defaults`]: defaults,
        };
        bothRead(stringify({ config }, flow ? { collectionStyle: "flow" } : {}));
      }),
      { numRuns: 60 },
    );
  });

  it("reads anchors, merge keys and block texts alike", () => {
    bothRead(
      `x: &base {threshold: 90, email: a@example.com}\nconfig:\n  ${PROJECT}:models:\n    a:\n      <<: *base\n      threshold: 80\n    b: *base\n  ${PROJECT}:namespace: >-\n    folded\n    text\n`,
    );
  });

  it("leaves secrets and mistakes to the thorough one", () => {
    for (const text of [
      `config:\n  ${PROJECT}:models: {a: {email: {secure: abc}}}\n`,
      "config:\n  a: 1\n  a: 2\n",
      "config: [\n",
      "- a\n",
    ]) {
      assert.equal(quickRead(text, PROJECT, {}), undefined, text);
    }
  });
});
