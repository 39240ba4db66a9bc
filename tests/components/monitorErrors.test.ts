import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Monitor, type MonitorArgs } from "../../components";
import { ACCOUNT, REGION, withMocks } from "../support/mocks";

const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:alarms`;
const ARGS: MonitorArgs = { logGroup: "/churn", threshold: 90, topics: [TOPIC] };

type Loose = Readonly<Record<string, unknown>>;

/** What is wrong with arguments, by property; `more` may be what TypeScript would refuse. */
async function problems(more: Loose, name = "churn"): Promise<string[]> {
  const args = { ...ARGS, ...more };
  const { result, resources, calls } = await withMocks({ project: "shop" }, (): unknown => {
    try {
      new Monitor(name, args);
    } catch (error) {
      return error;
    }
    return undefined;
  });
  assert(pulumi.InputPropertiesError.isInstance(result), String(result));
  assert.deepEqual([resources, calls], [[], []], "nothing is registered");
  const { errors } = result;
  const count = errors.length === 1 ? "a problem" : `${errors.length} problems`;
  const lines = errors.map(({ propertyPath, reason }) =>
    [propertyPath, reason].filter(Boolean).join(": "),
  );
  // A unit test of the user's shows nothing but the message.
  assert.equal(result.message, [`Monitor ${name} has ${count}.`, ...lines].join("\n"));
  return lines;
}

async function assertProblems(more: Loose, ...expected: readonly RegExp[]): Promise<void> {
  const lines = await problems(more);
  assert.equal(lines.length, expected.length, lines.join("\n"));
  expected.forEach((line, at) => {
    assert.match(lines[at] ?? "", line);
  });
}

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("monitor with wrong arguments", () => {
  it("names the argument, what is expected and what was found", async () => {
    assert.deepEqual(await problems({ threshold: 900 }), [
      "threshold: expected a percentage above 0 and at most 100, found 900",
    ]);
  });

  it("names all of them at once, before anything is registered", async () => {
    await assertProblems(
      { threshold: 0, period: 90, datapoints: "5 of 3", treshold: 1 },
      /^threshold: expected a percentage /,
      /^period: expected a period /,
      /^datapoints: expected data points /,
      /^treshold: .*did you mean threshold\?/,
    );
  });

  it("minds the limits that settings have to keep to together", async () => {
    await assertProblems(
      { period: "1h", datapoints: 200 },
      /^datapoints: expected at most 168 data points of 1 hour/,
    );
    const topics = Array.from({ length: 6 }, () => pulumi.output(TOPIC));
    await assertProblems({ topics }, /^topics: expected at most 5 .* found 6$/);
  });

  it("tells which topic is wrong, also beside ones that are not known yet", async () => {
    await assertProblems(
      { topics: [pulumi.output(TOPIC), "alarms"] },
      /^topics\[1\]: expected the ARN of a standard SNS topic, .* found "alarms"$/,
    );
    await assertProblems({ topics: [] }, /^topics: expected /);
  });

  it("has a warning that is given topics, too, and a threshold above its own", async () => {
    await assertProblems(
      { warning: { threshold: 95, email: ["a@example.com"], datapoints: 0 } },
      /^warning\.datapoints: expected data points /,
      /^warning\.email: expected topics; an EmailTopic makes one of an address, found a list of 1$/,
    );
    await assertProblems({ warning: { threshold: 90 } }, /^warning: .* at a higher threshold /);
  });

  it("says so if the name is wrong", async () => {
    for (const name of ["a b", "x".repeat(65)]) {
      const [line = "", ...more] = await problems({}, name);
      assert.deepEqual(more, []);
      assert.ok(line.startsWith("expected a model name of 1 to 64 "), line);
    }
  });

  it("refuses a namespace that CloudWatch would refuse, as the stack's config does", async () => {
    for (const namespace of ["", "AWS/Lambda", "a:b", "x".repeat(256)]) {
      await assertProblems({ namespace }, /^namespace: expected a metric namespace /);
    }
  });

  it("refuses a topic of another region than the one it was told", async () => {
    await assertProblems(
      { region: "us-east-1" },
      /^topics: expected topics in the stack's region us-east-1, found "arn:/,
    );
  });

  it("refuses what is missing, also where no compiler has looked", async () => {
    await assertProblems({ logGroup: undefined }, /^logGroup: .* found nothing$/);
    await assertProblems({ logGroup: 5 }, /^logGroup: .* found 5$/);
    await assertProblems({ topics: [undefined] }, /^topics\[0\]: .* found nothing$/);
    await assertProblems({ topics: undefined }, /^topics: /);
  });

  it("takes outputs only where what they hold becomes part of nothing else", async () => {
    const later = pulumi.output("later");
    await assertProblems(
      { where: { tenant: later }, valid: later, tags: { team: later } },
      /^where\.tenant: expected a plain value, found an output /,
      /^valid: expected a plain value, /,
      /^tags\.team: expected a plain value, /,
    );
    await assertProblems({ threshold: Promise.resolve(9) }, /^threshold: expected a plain value, /);
    await assertProblems(
      { topics: pulumi.output([TOPIC]) },
      /^topics: expected a list, in which ARNs may be outputs, found an output /,
    );
    await assertProblems({ region: 3 }, /^region: expected a region such as eu-west-1, found 3$/);
  });

  it("says what is needed where there are no arguments at all", async () => {
    const Loosely: new (name: string) => unknown = Monitor as never;
    const { result } = await withMocks({}, () => String(thrownBy(() => new Loosely("churn"))));
    assert.match(result, /has 3 problems\.\nlogGroup: [^]*\nthreshold: [^]*\ntopics: /);
  });

  it("does not take an address and then mail nobody", async () => {
    await assertProblems({ email: "me@example.com" }, /^email: /);
  });
});
