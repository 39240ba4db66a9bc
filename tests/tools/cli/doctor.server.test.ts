import assert from "node:assert/strict";
import { main } from "../../../tools/cli/doctor";
import { declaredByProgram } from "../../../tools/cli/project";
import type { jsonReport } from "../../../tools/doctor/report";
import type { Declared } from "../../../tools/program/declared";
import { captured, inFolder, type Run } from "../../support/folders";
import { FakeAccount, PENDING } from "../aws/fakeAccount";
import { TEST_CREDENTIALS } from "../aws/wire/session";
import { WireFault, type WireHandlers, WireServer } from "../aws/wire/wireServer";

const NOW = new Date("2026-11-22T12:00:30Z");

const FILES = {
  "Pulumi.yaml": "name: classification-rate\nruntime: nodejs\n",
  "Pulumi.prod.yaml": `config:
  aws:region: eu-west-1
  aws:allowedAccountIds: ["123456789012"]
  classification-rate:defaults: { email: team@example.com }
  classification-rate:models:
    churn: { logGroup: /logs/churn, threshold: 90 }
    fraud: { logGroup: /logs/fraud, threshold: 97.5, silence: 6h }
`,
};

/** What these files declare; running the program takes most of the time of a test. */
let declared: Declared | undefined;

interface Setting {
  readonly args?: readonly string[];
  /** What is not as it should be. */
  readonly change?: (account: FakeAccount) => void;
  readonly handlers?: WireHandlers;
}

/** Runs the command against an account that is well but for what the setting says. */
function doctor({ args = [], change, handlers = {} }: Setting = {}): Promise<Run> {
  return inFolder(FILES, async () => {
    declared ??= await declaredByProgram("prod");
    const account = FakeAccount.of(declared, { now: NOW });
    change?.(account);
    const server = await WireServer.start({ ...account.handlers(), ...handlers });
    try {
      return await captured(() => main([...args, "--endpoint-url", server.endpoint], () => NOW));
    } finally {
      await server.stop();
    }
  });
}

function json({ stdout }: Run): JsonReport {
  return JSON.parse(stdout) as JsonReport;
}

type JsonReport = ReturnType<typeof jsonReport>;

describe("npm run doctor", () => {
  before(() => {
    Object.assign(process.env, TEST_CREDENTIALS);
  });

  it("finds a well stack well, and says how to see a mail arrive", async () => {
    const { code, stdout, stderr } = await doctor({ args: ["--stack", "prod"] });
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" }, stdout);
    assert.match(stdout, /^Stack prod in account 123456789012, region eu-west-1\n/);
    assert.match(stdout, /\nModel churn\n(.*\n)*\nModel fraud\n(.*\n)*\nTopics and addresses\n/);
    assert.doesNotMatch(stdout, /FAILURE|warning|->/);
    assert.match(stdout, /\d+ checks, all well\. .* npm run fire -- --stack prod --model churn\n$/);
  });

  it("ends with 1 where something is wrong or may not be looked at, and says what to do", async () => {
    const change = (account: FakeAccount): void => {
      account.denied.add("sns:GetTopicAttributes");
      for (const [one] of account.subscriptions.values()) if (one) one.arn = PENDING;
    };
    const { code, stdout } = await doctor({ change });
    assert.equal(code, 1);
    assert.match(stdout, /FAILURE {2}subscription +team@example\.com\n +pending: /);
    assert.match(stdout, /\n +-> Look for the mail from no-reply@sns\.amazonaws\.com/);
    assert.match(stdout, /\n +\$ pulumi up --refresh --stack prod\n/);
    assert.match(
      stdout,
      /2 failures, 0 warnings, \d+ checks: .* npm run doctor -- --stack prod\n$/s,
    );
  });

  it("prints the checks as JSON, and nothing else; warnings alone are no failure", async () => {
    const change = (account: FakeAccount): void => {
      for (const alarm of account.alarms.values()) alarm.StateValue = "ALARM";
    };
    const run = await doctor({ args: ["--json", "--model", "fraud"], change });
    assert.deepEqual([run.code, run.stderr], [0, ""]);
    const { stack, account, region, checks, failures, warnings } = json(run);
    assert.deepEqual([stack, account, region], ["prod", "123456789012", "eu-west-1"]);
    assert.deepEqual([failures, warnings], [0, 2]);
    assert.deepEqual(new Set(checks.map(({ model }) => model)), new Set([null, "fraud"]));
    assert.ok(checks.every(({ status, advice }) => (status === "ok") === (advice === null)));
  });

  it("finds credentials of another account, and looks at nothing else", async () => {
    const handlers = {
      "sts:GetCallerIdentity": () => ({
        Account: "999999999999",
        Arn: "arn:aws:iam::999999999999:user/x",
      }),
    };
    const { code, stdout } = await doctor({ handlers });
    assert.equal(code, 1);
    assert.match(stdout, /FAILURE {2}account +999999999999/);
    assert.doesNotMatch(stdout, /Model/);
  });

  it("ends with 2 and one message where credentials have expired, at once or meanwhile", async () => {
    const expired = (): never => {
      throw new WireFault("ExpiredToken", "The security token included in the request is expired");
    };
    for (const action of ["sts:GetCallerIdentity", "sns:GetTopicAttributes"]) {
      const { code, stdout, stderr } = await doctor({ handlers: { [action]: expired } });
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, new RegExp(`^${action}: AWS does not accept the credentials`));
      assert.match(stderr, /expected working credentials: sign in again/);
      assert.doesNotMatch(stderr, /\n {4}at /);
    }
  });

  it("ends with 2 for a model that there is not", async () => {
    const { code, stdout, stderr } = await doctor({ args: ["--model", "chrun"] });
    assert.deepEqual([code, stdout], [2, ""]);
    assert.equal(stderr, "expected one of the models churn, fraud, found --model chrun\n");
  });

  it("ends with 2 where nobody answers", async () => {
    await inFolder(FILES, async () => {
      // A port that was free a moment ago.
      const server = await WireServer.start({});
      const { endpoint } = server;
      await server.stop();
      const { code, stdout, stderr } = await captured(() => main(["--endpoint-url", endpoint]));
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, /^sts:GetCallerIdentity: AWS does not answer \(ECONNREFUSED/);
    });
  });
});
