import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { readStack } from "../../components/settings/read";
import type { Registered } from "../support/mocks";
import { provision, runProgram, stackConfig } from "../support/program";
import { CONTEXT, modelWith } from "../support/stackInput";
import { type Kind, TYPES } from "./provisioned";

const COMPONENT = /^classification-rate:index:/;
const GOLDEN = join(__dirname, "../engine/golden/dev.txt");

/** What AWS tells two resources of a kind apart by, without regard to case. */
const IDENTITY: Partial<Record<Kind, readonly string[]>> = {
  filter: ["logGroupName", "name"],
  alarm: ["name"],
  muteRule: ["name"],
  query: ["name"],
  dashboard: ["dashboardName"],
  logGroup: ["name"],
  topic: ["name"],
  subscription: ["topic", "endpoint"],
  keyAlias: ["name"],
  rolePolicy: ["role", "name"],
};

function repeated(values: readonly string[]): string[] {
  return values.filter((value, at) => values.indexOf(value) !== at);
}

/** The names in AWS, in order, of everything that has one. */
function namesOf(resources: readonly Registered[]): string[] {
  return resources
    .map(({ inputs }) => inputs["name"] ?? inputs["dashboardName"])
    .filter((name) => typeof name === "string")
    .sort();
}

/** Asserts what holds for the resources of every stack. */
function assertSound(resources: readonly Registered[]): void {
  assert.deepEqual(repeated(resources.map(({ urn }) => urn)), [], "one URN, two resources");
  for (const [kind, keys] of Object.entries(IDENTITY)) {
    const owned = resources.filter(({ type }) => type === TYPES[kind as Kind]);
    const names = owned.map(({ inputs }) => keys.map((key) => String(inputs[key])).join(" "));
    assert.deepEqual(repeated(names.map((name) => name.toLowerCase())), [], `${kind} in AWS`);
  }
  const components = new Map(
    resources.filter(({ type }) => COMPONENT.test(type)).map((found) => [found.urn, found]),
  );
  const roots = resources.filter(({ parent }) => parent === "");
  assert.deepEqual(
    roots.map(({ type }) => type),
    ["classification-rate:index:ClassificationRate"],
  );
  for (const { urn, parent } of resources) {
    assert.ok(parent === "" || components.has(parent), `${urn} has no component as its parent`);
  }
  for (const { urn, outputs } of components.values()) {
    assert.ok(Object.keys(outputs ?? {}).length > 0, `${urn} registers no outputs`);
  }
}

/** Names that come close to the suffixes of logical and physical names, and to JavaScript's own. */
const modelName = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
  fc
    .tuple(
      fc.constantFrom("a", "A", "a-silence", "1", "-", "_", "constructor", "then"),
      fc.constantFrom(
        "",
        "-silence",
        "-warning",
        "-rate",
        "-valid-predictions",
        "-log-group",
        "-topic",
        "2",
      ),
    )
    .map((parts) => parts.join("")),
);

const model = fc.record(
  {
    silence: fc.constant("1h"),
    warning: fc.constant({ threshold: 95, email: "other@example.com" }),
    createLogGroup: fc.constant(true),
    writerRole: fc.constant("writer"),
    email: fc.subarray(["a@example.com", "a.b@example.com", "a-b@example.com"], { minLength: 1 }),
    logGroup: fc.constantFrom("/a", "/b", "dashboard"),
  },
  { requiredKeys: [] },
);

describe("URNs and physical names", () => {
  it("of the dev stack are those that a deployed one has", async () => {
    const golden = readFileSync(GOLDEN, "utf8").split("\n");
    const { resources } = await runProgram("dev", stackConfig("dev"));
    assert.deepEqual(
      resources.map(({ urn }) => urn).sort(),
      golden.filter((line) => line.startsWith("urn:") && !line.includes("pulumi:pulumi:Stack")),
    );
  });

  it("of the dev stack's models and addresses follow the design", async () => {
    const { resources } = await runProgram("dev", stackConfig("dev"));
    assert.deepEqual(namesOf(resources), [
      "classification-rate-dev",
      "classification-rate-dev-churn",
      "classification-rate-dev-churn.total_predictions",
      "classification-rate-dev-churn.valid_predictions",
      "classification-rate-dev-digits",
      "classification-rate-dev-digits.total_predictions",
      "classification-rate-dev-digits.valid_predictions",
      "classification-rate-dev-ml-team-example-com-620279b2",
      "classification-rate-dev.invalid_predictions",
    ]);
  });

  for (const stack of ["dev", "prod"]) {
    it(`of the ${stack} stack are unique, below a component that registers its outputs`, async () => {
      assertSound((await runProgram(stack, stackConfig(stack))).resources);
    });
  }

  it("of any stack that the config allows are so, too", async () => {
    const stacks = fc.record({
      models: fc
        .uniqueArray(fc.tuple(modelName, model), { selector: ([name]) => name, maxLength: 5 })
        .map((models) =>
          Object.fromEntries(models.map(([name, settings]) => [name, modelWith(settings)])),
        ),
      encryptTopics: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(stacks, async (raw) => {
        fc.pre(readStack(raw, CONTEXT).settings !== undefined);
        assertSound((await provision(raw)).resources);
      }),
      { numRuns: 8 },
    );
  });

  it("share nothing with those of another stack", async () => {
    const names: string[] = [];
    for (const stack of ["dev", "prod"]) {
      const { resources } = await runProgram(stack, stackConfig(stack));
      names.push(...namesOf(resources));
    }
    assert.deepEqual(repeated(names), []);
  });
});
