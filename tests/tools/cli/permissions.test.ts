import assert from "node:assert/strict";
import type { MetricAlarm as ApiAlarm } from "@aws-sdk/client-cloudwatch";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { main as adopt } from "../../../tools/cli/adopt";
import { main as doctor } from "../../../tools/cli/doctor";
import { main as fire } from "../../../tools/cli/fire";
import { main as history } from "../../../tools/cli/history";
import { declaredIn, stackToRun } from "../../../tools/cli/project";
import { captured, inFolder } from "../../support/folders";
import { alarm, FILTERS, TOPIC } from "../adopt/scene";
import { FakeAccount, PENDING } from "../aws/fakeAccount";
import { TEST_CREDENTIALS } from "../aws/wire/session";
import { WireServer } from "../aws/wire/wireServer";
import { clock, deny, PLAIN, withServer } from "./historyScene";

const GUIDE = readFileSync(join(__dirname, "../../../docs/operations.md"), "utf8");

const FILES = {
  "Pulumi.yaml": "name: classification-rate\nruntime: nodejs\n",
  "Pulumi.prod.yaml": `config:
  aws:region: eu-west-1
  classification-rate:encryptTopics: true
  classification-rate:models:
    churn:
      logGroup: /logs/churn
      threshold: 90
      email: team@example.com
      mute: [{ cron: 0 2 * * SUN, duration: 4h }]
`,
};

/** The actions of the policy that the guide shows for a command. */
function allowed(command: string): string[] {
  const [, json = "{}"] =
    new RegExp(`^\`\`\`json ${command}\\n([\\s\\S]*?)^\`\`\``, "m").exec(GUIDE) ?? [];
  const { Statement: statements } = JSON.parse(json) as {
    readonly Statement: readonly { readonly Action: readonly string[] }[];
  };
  return statements.flatMap(({ Action }) => Action);
}

/** What was called that somebody has to allow: anybody may ask who they are. */
function called(...servers: readonly WireServer[]): string[] {
  const actions = servers.flatMap(({ calls }) => calls.map(({ action }) => action));
  return [...new Set(actions)].filter((action) => action !== "sts:GetCallerIdentity").sort();
}

/** Runs a command against an account in which an address is pending, and more if need be. */
function against(
  main: (args: readonly string[]) => Promise<number>,
  args: readonly string[],
  change?: (account: FakeAccount) => void,
): Promise<WireServer> {
  return inFolder(FILES, async () => {
    const where = { region: "eu-west-1", accountId: "123456789012" };
    const declared = await declaredIn(stackToRun("prod"), where);
    const account = FakeAccount.of(declared, { now: new Date() });
    for (const subscription of [...account.subscriptions.values()].flat()) {
      Object.assign(subscription, { arn: PENDING });
    }
    change?.(account);
    const server = await WireServer.start(account.handlers());
    Object.assign(process.env, TEST_CREDENTIALS);
    try {
      await captured(() => main([...args, "--endpoint-url", server.endpoint]));
      return server;
    } finally {
      await server.stop();
    }
  });
}

describe("the permissions that the guide lists", () => {
  it("are those that doctor uses", async () => {
    assert.deepEqual(allowed("doctor"), called(await against(doctor, ["--stack", "prod"])));
  });

  it("are those that fire uses", async () => {
    const args = ["--stack", "prod", "--model", "churn", "--yes", "--wait", "0"];
    assert.deepEqual(allowed("fire"), called(await against(fire, args)));
  });

  it("are those that adopt uses", async () => {
    let printed = "";
    const run = async (args: readonly string[]): Promise<number> => {
      const { code, stdout } = await captured(() => adopt(args));
      printed = stdout;
      return code;
    };
    const server = await against(run, ["--region", "eu-west-1"], (account) => {
      const alarms = ["classification-rate-prod-churn"];
      account.muteRules.push(...account.declaredMuteRules.map(({ name }) => ({ name, alarms })));
      const updated = { AlarmConfigurationUpdatedTimestamp: new Date() };
      account.alarms.set("churn", { ...alarm("churn"), ...updated } as ApiAlarm);
      account.filters.push(...FILTERS);
      const confirmed = { arn: `${TOPIC}:1`, protocol: "email", endpoint: "ml@example.com" };
      account.subscriptions.set(TOPIC, [confirmed]);
      for (const topic of account.topics.values()) account.topics.set(TOPIC, topic);
      const gone = { ...updated, AlarmActions: [TOPIC.replace("ml-", "old-")] };
      account.alarms.set("b", { ...alarm("b"), ...gone } as ApiAlarm);
    });
    assert.deepEqual(allowed("adopt"), called(server));
    assert.match(
      printed,
      /3 alarms and 4 metric filters in account 123456789012, region eu-west-1/,
    );
    assert.match(printed, /^ {4}churn:\n {6}logGroup: \/aws\/lambda\/churn$/m);
    assert.match(printed, /^# - b: nobody is subscribed to .*:old-alerts, or it is gone$/m);
    assert.doesNotMatch(printed, /was not looked at/);
  });

  it("are those that history uses", async () => {
    const fetch = (_: unknown, server: WireServer): Promise<WireServer> =>
      captured(() => history(PLAIN, clock)).then(() => server);
    const well = await withServer({}, fetch);
    // What runs is stopped where something fails.
    const failing = await withServer({ handlers: deny("logs:GetQueryResults") }, fetch);
    assert.deepEqual(allowed("history"), called(well, failing));
  });
});
