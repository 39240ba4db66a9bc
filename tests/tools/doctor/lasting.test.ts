import assert from "node:assert/strict";
import type { FakeAccount } from "../aws/fakeAccount";
import { bad, examined } from "./examined";

describe("doctor tells a cause that has lasted, and not what follows from it:", () => {
  const findings = async (change: (account: FakeAccount) => void): Promise<string[]> => {
    const { checks } = await examined(change);
    return bad(checks).flatMap(({ model, what }) => (model === "fraud" ? [what] : []));
  };
  const GROUP = "/logs/fraud";

  it("lines that never matched", async () => {
    const found = await findings((account) => {
      const events = account.events.get(GROUP) ?? [];
      const prefixed = events.map((event) => ({ ...event, message: `INFO ${event.message}` }));
      account.events.set(GROUP, prefixed);
      account.publishMetrics();
    });
    assert.deepEqual(found, ["log events"]);
  });

  it("no lines at all", async () => {
    const found = await findings((account) => {
      account.events.set(GROUP, []);
      account.publishMetrics();
    });
    assert.deepEqual(found, ["log events"]);
  });

  it("a filter that is missing", async () => {
    const found = await findings((account) => {
      const missing = "classification-rate-prod-fraud.total_predictions";
      account.filters = account.filters.filter(({ filterName }) => filterName !== missing);
      account.publishMetrics();
    });
    assert.deepEqual(found, ["metric filter"]);
  });

  it("a log group of a class that has no filters", async () => {
    const found = await findings((account) => {
      const group = account.logGroups.get(GROUP);
      if (group !== undefined) group.class = "INFREQUENT_ACCESS";
      account.filters = account.filters.filter(({ logGroupName }) => logGroupName !== GROUP);
      account.publishMetrics();
    });
    assert.deepEqual(found, ["log group"]);
  });
});
