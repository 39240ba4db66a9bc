import assert from "node:assert/strict";
import { provision } from "../support/program";
import { modelWith } from "../support/stackInput";
import { all, churn, one, parsed } from "./provisioned";

const STACK = "classification-rate:index:ClassificationRate::classification-rate";

describe("log groups", () => {
  it("are the model's own business by default", async () => {
    assert.deepEqual(all(await churn(), "logGroup"), []);
    assert.deepEqual(all(await churn({ createLogGroup: false }), "logGroup"), []);
  });

  it("are created on demand, of the class that AWS gives them by itself", async () => {
    assert.deepEqual(one(await churn({ createLogGroup: true }), "logGroup"), {
      name: "/churn",
      tags: {},
    });
    const settings = { createLogGroup: { retentionDays: "30" }, tags: { team: "ml" } };
    assert.deepEqual(one(await churn(settings), "logGroup"), {
      name: "/churn",
      retentionInDays: 30,
      tags: { team: "ml" },
    });
  });

  it("change nothing else, so that one can be handed over", async () => {
    const [before, after] = [await churn(), await churn({ createLogGroup: true })];
    const others = after.filter(({ name }) => name !== "/churn");
    const plain = (resources: typeof after): unknown[] =>
      resources.map(({ urn, parent, inputs }) => [urn, parent, inputs]);
    assert.deepEqual(plain(others), plain(before));
  });

  it("belong to the stack, created once for all models that log to one", async () => {
    const shared = (more: object): Record<string, unknown> =>
      modelWith({ logGroup: "/shared", ...more });
    const { resources } = await provision({
      models: {
        churn: shared({ where: { model: "churn" } }),
        fraud: shared({ where: { model: "fraud" }, createLogGroup: true }),
        spam: shared({ where: { model: "spam" }, createLogGroup: true }),
      },
    });
    assert.equal(one(resources, "logGroup")["name"], "/shared");
    const owner = resources.find(({ name }) => name === "/shared")?.parent;
    assert.ok(owner?.endsWith(STACK), owner);
    assert.equal(all(resources, "filter").length, 6);
  });

  it("are there before the filters and queries on them, which AWS would refuse without", async () => {
    const { resources } = await provision({
      models: {
        churn: modelWith({ createLogGroup: true }),
        fraud: modelWith({ where: { model: "fraud" } }),
      },
    });
    const waiting = resources
      .filter(({ dependencies }) => dependencies.some((urn) => urn.endsWith("::/churn")))
      .map(({ name }) => name);
    const suffixes = ["total-predictions", "valid-predictions"];
    const filters = suffixes.flatMap((suffix) => [`churn-${suffix}`, `fraud-${suffix}`]);
    assert.deepEqual(
      [...filters, "invalid-predictions"].filter((name) => !waiting.includes(name)),
      [],
    );
  });

  it("are the ones that the writer's role may write to, owned or not", async () => {
    for (const createLogGroup of [true, false]) {
      const resources = await churn({ createLogGroup, writerRole: "writer" });
      const { Statement } = parsed(one(resources, "rolePolicy"), "policy") as {
        Statement: { Resource: string }[];
      };
      assert.match(String(Statement[0]?.Resource), /:log-group:\/churn:\*$/);
    }
  });

  it("are looked for by name, and where they are many by the folders they are in", async () => {
    for (const [count, questions] of [
      [50, 50],
      [51, 2],
    ] as const) {
      const names = Array.from({ length: count }, (_, at) => (at === 0 ? "/own" : `/logs/${at}`));
      const models = Object.fromEntries(
        names.map((logGroup, at) => [`m${at}`, modelWith({ logGroup })]),
      );
      const { calls } = await provision({ models }, { logGroups: [...names, "/logs/other"] });
      const asked = calls.filter(({ token }) => token.endsWith("getLogGroups"));
      assert.equal(asked.length, questions);
    }
  });

  it("need no role policy unless a role is named", async () => {
    assert.deepEqual(all(await churn({ createLogGroup: true }), "rolePolicy"), []);
  });
});
