import assert from "node:assert/strict";
import { main } from "../../../tools/cli/fire";
import type { fireJson } from "../../../tools/fire/report";
import { captured, inFolder, type Run } from "../../support/folders";
import { TEST_CREDENTIALS } from "../aws/wire/session";
import { WireFault, type WireHandlers, WireServer } from "../aws/wire/wireServer";
import { ALARM, CALLER, MemoryAws, TestClock, TOPIC } from "../fire/memoryAws";

const FILES = {
  "Pulumi.yaml": "name: classification-rate\nruntime: nodejs\n",
  "Pulumi.dev.yaml": `config:
  aws:region: eu-west-1
  classification-rate:defaults: { email: ann@example.com }
  classification-rate:models:
    churn: { logGroup: /logs/churn, threshold: 60 }
    fraud: { logGroup: /logs/fraud, threshold: 90, silence: 6h, warning: { threshold: 95 } }
`,
  "Pulumi.prod.yaml": `config:
  aws:region: eu-west-1
  aws:allowedAccountIds: ["999999999999"]
  classification-rate:models:
    churn: { logGroup: /logs/churn, threshold: 60, email: ann@example.com }
`,
};

/** A firing, and what the server saw of it. */
interface Firing extends Run {
  readonly aws: MemoryAws;
  readonly clock: TestClock;
  readonly server: WireServer;
}

interface Situation {
  readonly args?: readonly string[];
  readonly prepare?: (aws: MemoryAws, clock: TestClock) => void;
  readonly handlers?: WireHandlers;
}

const CHURN = ["--stack", "dev", "--model", "churn"];

async function fire({
  args = [...CHURN, "--yes"],
  prepare,
  handlers,
}: Situation = {}): Promise<Firing> {
  const clock = new TestClock();
  const aws = new MemoryAws(clock);
  prepare?.(aws, clock);
  const server = await WireServer.start(aws.handlers(handlers));
  Object.assign(process.env, TEST_CREDENTIALS);
  // Nobody is asked, also where somebody runs the tests at a terminal.
  const { isTTY } = process.stdin;
  Object.assign(process.stdin, { isTTY: false });
  try {
    const command = [...args, "--endpoint-url", server.endpoint];
    const run = await inFolder(FILES, () => captured(() => main(command, clock)));
    assert.doesNotMatch(run.stderr, /^\s+at /m);
    return { ...run, aws, clock, server };
  } finally {
    Object.assign(process.stdin, { isTTY });
    await server.stop();
  }
}

type FireJson = ReturnType<typeof fireJson>;

function sets({ server }: Firing): number {
  return server.count("cloudwatch:SetAlarmState");
}

describe("npm run fire", () => {
  it("sets the state, waits for the notification and tells what to expect where", async () => {
    const firing = await fire({
      prepare: (aws, clock) => {
        aws.subscribed = {
          "ann@example.com": `${TOPIC}:1`,
          "bob@example.com": "PendingConfirmation",
        };
        aws.acted(`Failed to execute action ${TOPIC}`);
        aws.onSet = () => undefined;
        clock.onSleep = () => {
          if (clock.slept.length !== 3) return;
          aws.acted(`Successfully executed action ${TOPIC}`);
          aws.changed("OK");
        };
      },
    });
    assert.equal(firing.code, 0, firing.stderr);
    assert.match(firing.stderr, /will be set from OK to ALARM/);
    assert.match(firing.stderr, /ann@example\.com gets a mail\n/);
    assert.match(firing.stderr, /bob@example\.com has not confirmed: no mail goes there/);
    assert.match(firing.stdout, /^ {2}sent: arn:aws:sns:eu-west-1:123456789012:team$/m);
    assert.match(firing.stdout, /inbox of ann@example\.com:\n/);
    assert.match(firing.stdout, /no-reply@sns\.amazonaws\.com/);
    assert.ok(firing.stdout.includes(`ALARM: "${ALARM}" in EU (Ireland)`));
    assert.match(firing.stdout, /the real state again, OK, at 2026-11-22 12:00:02 UTC/);
    assert.deepEqual(firing.clock.slept.slice(0, 2), [1000, 1250]);
    assert.ok(firing.aws.reason?.startsWith(`Test by ${CALLER} with the fire command`));
  });

  it("prints the same as JSON, and nothing else", async () => {
    const { code, stdout, aws } = await fire({ args: [...CHURN, "--yes", "--json"] });
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(stdout), {
      stack: "dev",
      account: "123456789012",
      region: "eu-west-1",
      alarm: ALARM,
      model: "churn",
      from: "OK",
      to: "ALARM",
      at: "2026-11-22T12:00:00.000Z",
      reason: aws.reason,
      actions: [{ arn: TOPIC, result: "sent", detail: null }],
      recipients: [
        { topic: TOPIC, protocol: "email", address: "ann@example.com", state: "confirmed" },
      ],
      back: null,
      findings: [],
    });
  });

  it("has exit code 1 where a notification failed, with AWS's words and what to do", async () => {
    const error = `Resource: arn:aws:cloudwatch is not authorized to perform: SNS:Publish on resource: ${TOPIC}`;
    const { code, stdout } = await fire({
      prepare: (aws) => {
        aws.onSet = () => {
          aws.acted(`Failed to execute action ${TOPIC}. Received error: "${error}"`);
        };
      },
    });
    assert.equal(code, 1);
    assert.ok(stdout.includes(`  FAILED: ${TOPIC}\n    AWS says: ${error}\n`), stdout);
    assert.match(stdout, /policy does not let CloudWatch publish; npm run doctor -- --stack dev/);
    assert.match(stdout, /Expect no mail/);
  });

  it("has exit code 1 where nothing was seen in time", async () => {
    const { code, stdout, clock } = await fire({
      args: [...CHURN, "--yes", "--wait", "20"],
      prepare: (aws) => {
        aws.onSet = () => undefined;
      },
    });
    assert.equal(code, 1);
    assert.match(stdout, /NOT KNOWN: .*\n +not in the alarm's history within 20 s\n/);
    const slept = clock.slept.reduce((sum, pause) => sum + pause, 0);
    assert.ok(slept >= 20_000 && slept < 20_002, String(slept));
  });

  it("says that the state is set where the history may not be read", async () => {
    const firing = await fire({
      args: [...CHURN, "--yes", "--json"],
      handlers: {
        "cloudwatch:DescribeAlarmHistory": () => {
          throw new WireFault("AccessDenied", "User ann is not authorized", 403);
        },
      },
    });
    const { at, actions } = JSON.parse(firing.stdout) as FireJson;
    assert.equal(firing.code, 1);
    assert.equal(sets(firing), 1);
    assert.notEqual(at, null);
    assert.deepEqual(
      actions.map(({ result }) => result),
      ["unknown"],
    );
    assert.match(
      actions[0]?.detail ?? "",
      /^cloudwatch:DescribeAlarmHistory: your credentials may/,
    );
  });

  it("fires nothing where the alarm is in the state already, or not there", async () => {
    const already = await fire({
      prepare: (aws) => {
        aws.state = "ALARM";
      },
    });
    assert.deepEqual([already.code, sets(already)], [1, 0]);
    assert.match(already.stdout, /is in ALARM already since 2026-11-20 08:00:00 UTC/);
    assert.match(already.stdout, /npm run fire -- --stack dev --model churn --state OK/);

    for (const kind of ["silence", "warning"]) {
      const args = ["--stack", "dev", "--model", "fraud", `--${kind}`, "--json"];
      const missing = await fire({ args });
      assert.deepEqual([missing.code, sets(missing)], [1, 0]);
      const { alarm, at, findings } = JSON.parse(missing.stdout) as FireJson;
      const name = `classification-rate-dev-fraud-${kind}`;
      assert.deepEqual(
        { alarm, at, findings },
        { alarm: name, at: null, findings: [`there is no alarm ${name}`] },
      );
    }
  });

  it("goes on with --yes where nobody will be told, and has exit code 1", async () => {
    const off = await fire({
      prepare: (aws) => {
        aws.actionsEnabled = false;
      },
    });
    assert.deepEqual([off.code, sets(off), off.clock.slept.length], [1, 1, 0]);
    assert.match(off.stderr, /WARNING: the alarm's actions were switched off in AWS/);
    assert.match(off.stderr, /aws cloudwatch enable-alarm-actions/);
    assert.match(off.stdout, /no action runs/);
    assert.match(off.stdout, /Expect no mail/);
  });

  it("ends the wait on Ctrl-C and says that the state is set", async () => {
    const { code, stdout, clock } = await fire({
      prepare: (aws, time) => {
        aws.onSet = () => undefined;
        time.onSleep = () => process.emit("SIGINT", "SIGINT");
      },
    });
    assert.deepEqual([code, clock.slept.length], [130, 1]);
    assert.match(stdout, /You stopped waiting; the alarm's state is set all the same/);
  });

  it("names the permission that is missing", async () => {
    const { code, stdout, stderr } = await fire({
      handlers: {
        "cloudwatch:SetAlarmState": () => {
          throw new WireFault("AccessDenied", "User ann is not authorized", 403);
        },
      },
    });
    assert.deepEqual({ code, stdout }, { code: 2, stdout: "" });
    assert.match(stderr, /expected credentials that may call cloudwatch:SetAlarmState/);
  });

  it("explains wrong usage in one message, and fires nothing", async () => {
    const wrong: [string[], RegExp][] = [
      [["--stack", "dev"], /required option '--model <name>'/],
      [
        ["--stack", "dev", "--model", "chrun"],
        /one of the models churn, fraud, found --model chrun/,
      ],
      [[...CHURN, "--state", "FINE"], /Allowed choices are OK, ALARM, INSUFFICIENT_DATA/],
      [[...CHURN, "--wait", "long"], /expected a whole number from 0/],
      [[...CHURN, "--silence"], /model churn has no silence alarm: set `silence` for it/],
      [[...CHURN, "--warning"], /model churn has no warning alarm: set `warning` for it/],
      [[...CHURN, "--silence", "--warning"], /'--silence' cannot be used with option '--warning'/],
      [["--stack", "prod", "--model", "churn", "--yes"], /for account 999999999999/],
      [CHURN, /expected --yes: nobody can be asked/],
    ];
    for (const [args, message] of wrong) {
      const firing = await fire({ args });
      assert.deepEqual([firing.code, firing.stdout, sets(firing)], [2, "", 0], args.join(" "));
      assert.match(firing.stderr, message);
    }
  });
});
