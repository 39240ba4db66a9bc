import assert from "node:assert/strict";
import { main } from "../../tools/cli/doctor";
import type { JsonReport } from "../../tools/doctor/report";
import type { Run } from "../support/folders";
import { type Fault, FAULTS, type Finding } from "./faults";
import { type Ground, groundForEach } from "./ground";
import { MORE_FAULTS } from "./moreFaults";

type JsonCheck = JsonReport["checks"][number];

function checks({ stdout }: Run): readonly JsonCheck[] {
  return (JSON.parse(stdout) as JsonReport).checks;
}

function findings(run: Run): JsonCheck[] {
  return checks(run).filter(({ status }) => status !== "ok");
}

function inOrder<T extends Pick<Finding, "what" | "subject">>(list: readonly T[]): T[] {
  const key = ({ what, subject }: T): string => `${what} ${subject}`;
  return [...list].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** These findings and no others, each with what to do about it. */
function assertFound(run: Run, expected: readonly Finding[]): void {
  const found = inOrder(findings(run));
  const wanted = inOrder(expected);
  assert.deepEqual(
    found.map(({ what, subject, status }) => ({ what, subject, status })),
    wanted.map(({ what, subject, status }) => ({ what, subject, status })),
    JSON.stringify(found, undefined, 1),
  );
  for (const [index, finding] of found.entries()) {
    assert.match(finding.found, wanted[index]?.found ?? /^$/);
    assert.ok(finding.advice, `no advice on ${finding.what} ${finding.subject}`);
  }
  const failed = expected.some(({ status }) => status === "failure");
  assert.equal(run.code, failed ? 1 : 0, run.stderr);
}

describe("npm run doctor against moto", () => {
  const newGround = groundForEach();
  let ground: Ground;
  beforeEach(() => {
    ground = newGround();
  });

  async function plant(fault: Fault): Promise<void> {
    await fault.plant(ground);
  }

  it("finds nothing where all is well, having looked at everything", async () => {
    const run = await ground.run(main);
    assertFound(run, []);
    const looked = checks(run).map(({ what, subject }) => `${what} ${subject}`);
    const { alarms, filters, subscriptions, topics } = ground.declared;
    const expected = [
      ...[...new Set(filters.map(({ logGroupName }) => logGroupName))].flatMap((group) => [
        `log group ${group}`,
        `log events ${group}`,
      ]),
      ...filters.map(({ name }) => `metric filter ${name}`),
      ...alarms.flatMap(({ name }) =>
        ["alarm", "alarm actions", "alarm state", "alarm history"].map((what) => `${what} ${name}`),
      ),
      ...topics.flatMap(({ arn }) =>
        ["topic", "topic policy", "topic encryption"].map(
          (what) => `${what} ${arn.split(":").at(-1) ?? ""}`,
        ),
      ),
      ...subscriptions.map(({ endpoint }) => `subscription ${endpoint}`),
      ...["key", "key policy"].map((what) => `${what} ${ground.deployed.key ?? ""}`),
    ];
    assert.deepEqual(
      expected.filter((check) => !looked.includes(check)),
      [],
    );
  });

  it("changes nothing", async () => {
    await ground.run(main);
    const changing = ground.calls
      .map(({ action }) => action)
      .filter((action) => !/^\w+:(Describe|Get|List|Lookup|Filter|Test)/.test(action));
    assert.deepEqual(changing, []);
  });

  for (const fault of [...FAULTS, ...MORE_FAULTS]) {
    it(`finds ${fault.name}, and nothing else`, async () => {
      await plant(fault);
      assertFound(await ground.run(main), [fault.finding(ground)]);
    });
  }

  it("finds the first ten at once, and nothing else", async () => {
    assert.equal(FAULTS.length, 10);
    for (const fault of FAULTS) await plant(fault);
    assertFound(
      await ground.run(main),
      FAULTS.map((fault) => fault.finding(ground)),
    );
  });

  it("is a command whose stdout has its report and nothing else", async () => {
    const [, gone] = FAULTS;
    assert.ok(gone);
    await plant(gone);
    const run = await ground.runAsProgram("doctor");
    assertFound(run, [gone.finding(ground)]);
    assert.equal(run.stderr, "");
  });

  it("tells of one model only where it is asked to", async () => {
    for (const fault of FAULTS) await plant(fault);
    const run = await ground.run(main, "--model", "spam");
    const [, , , , , , , , lines, action] = FAULTS.map((fault) => fault.finding(ground));
    assert.ok(lines && action);
    assertFound(run, [lines, action]);
  });
});
