import type { Check } from "../../../tools/doctor/check";
import { doctor, type DoctorOptions } from "../../../tools/doctor/doctor";
import type { Declared } from "../../../tools/program/declared";
import { runProgram } from "../../../tools/program/runProgram";
import { FakeAccount } from "../aws/fakeAccount";
import { withSession } from "../aws/wire/session";
import { type WireHandlers, WireServer } from "../aws/wire/wireServer";

const ACCOUNT = "123456789012";
const IDENTITY = { accountId: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:user/tester` };
export const PLACE = {
  path: "Pulumi.prod.yaml",
  allowedAccounts: [ACCOUNT],
  declaredRegion: "eu-west-1",
};
export const NOW = new Date("2026-11-22T12:00:30Z");
export const TEAMS = `arn:aws:sns:eu-west-1:999999999999:teams`;

/** Two models with an address each; churn has a topic of another account besides. */
const MODELS = {
  churn: { logGroup: "/logs/churn", threshold: 90, silence: "6h", topics: [TEAMS] },
  fraud: { logGroup: "/logs/fraud", threshold: 97.5, email: "fraud@example.com" },
};

/** What an examination found, and what was called for it. */
export interface Examination {
  readonly checks: readonly Check[];
  readonly server: WireServer;
}

let stack: Promise<Declared> | undefined;

/** What the stack of these tests declares. */
export function declaredStack(): Promise<Declared> {
  stack ??= declaredWith(MODELS);
  return stack;
}

/** What a stack of these models declares. */
export function declaredWith(models: object): Promise<Declared> {
  return runProgram({
    project: "classification-rate",
    stack: "prod",
    region: "eu-west-1",
    accountId: ACCOUNT,
    config: {
      "aws:region": "eu-west-1",
      "classification-rate:defaults": JSON.stringify({ email: "team@example.com" }),
      "classification-rate:models": JSON.stringify(models),
      "classification-rate:encryptTopics": "true",
    },
  });
}

/** Examines an account in which all is well but for this. */
export async function examined(
  change: (account: FakeAccount) => void = () => undefined,
  options: Partial<DoctorOptions> = {},
  more: WireHandlers = {},
  program = declaredStack(),
): Promise<Examination> {
  const declared = await program;
  const account = FakeAccount.of(declared, { now: NOW });
  change(account);
  const server = await WireServer.start({ ...account.handlers(), ...more });
  const all = { now: NOW, identity: IDENTITY, place: PLACE, ...options };
  const use = { attempts: 1 };
  try {
    const checks = await withSession(server, (session) => doctor(session, declared, all), use);
    return { checks, server };
  } finally {
    await server.stop();
  }
}

/** What is not well. */
export function bad(checks: readonly Check[]): Check[] {
  return checks.filter(({ status }) => status !== "ok");
}
