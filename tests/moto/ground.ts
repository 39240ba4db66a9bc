import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type AwsSession, openSession } from "../../tools/aws/awsSession";
import { declaredIn, stackToRun } from "../../tools/cli/project";
import type { Declared } from "../../tools/program/declared";
import { captured, inFolder, type Run } from "../support/folders";
import { FakeAccount } from "../tools/aws/fakeAccount";
import { TEST_CREDENTIALS } from "../tools/aws/wire/session";
import { WireServer } from "../tools/aws/wire/wireServer";
import { deploy, type Deployed } from "./deploy";
import { gapHandlers } from "./gaps";
import { MotoServer } from "./motoServer";

const STACK = `config:
  aws:region: eu-west-1
  classification-rate:encryptTopics: true
  classification-rate:models:
    churn:
      logGroup: /aws/lambda/churn
      threshold: 90
      silence: 6h
      email: [team@example.com, oncall@example.com]
    fraud:
      logGroup: /aws/lambda/fraud
      threshold: 85
      period: 15m
      email: fraud@example.com
    spam:
      logGroup: /aws/lambda/spam
      threshold: 80
      notifyRecovery: true
      email: spam@example.com
`;

const FILES = {
  "Pulumi.yaml": "name: classification-rate\nruntime: nodejs\n",
  "Pulumi.dev.yaml": STACK,
};

const PROGRAM = join(__dirname, "../../tools/cli/run.cjs");

const REGION = "eu-west-1";

/** moto's only account. */
const ACCOUNT = "123456789012";

/** The SDK warns of future versions otherwise. */
const QUIET = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" };

/** Whose commands to run: their `main`. */
export type Main = (args: readonly string[]) => Promise<number>;

/** A stack of three models that is deployed in moto, to be spoilt and looked at. */
export class Ground {
  private constructor(
    /** Straight to moto. */
    readonly session: AwsSession,
    readonly declared: Declared,
    /** What stands in where moto has gaps. */
    readonly account: FakeAccount,
    /** What SNS lists instead of a subscription's ARN, by address. */
    readonly words: Map<string, string>,
    private readonly server: WireServer,
    readonly deployed: Deployed,
  ) {}

  /** Deploys the stack into a moto that has nothing else in it. */
  static async on(moto: MotoServer): Promise<Ground> {
    Object.assign(process.env, TEST_CREDENTIALS, QUIET);
    await moto.reset();
    const session = await openSession({ region: REGION, endpoint: moto.endpoint, attempts: 1 });
    const declared = await inFolder(FILES, () =>
      declaredIn(stackToRun("dev"), { region: REGION, accountId: ACCOUNT }),
    );
    const deployed = await deploy(session, declared);
    const account = FakeAccount.of(declared, { now: new Date() });
    const words = new Map<string, string>();
    const server = await WireServer.start(gapHandlers(session, account, words), moto.endpoint);
    return new Ground(session, declared, account, words, server, deployed);
  }

  /** The calls that were made since the ground was laid. */
  get calls(): WireServer["calls"] {
    return this.server.calls;
  }

  /** Runs a command on the stack, in this process. */
  run(main: Main, ...args: string[]): Promise<Run> {
    return inFolder(FILES, () => captured(() => main([...this.#options(), ...args])));
  }

  /** Runs a command on the stack as a user does, by its name. */
  runAsProgram(command: string, ...args: string[]): Promise<Run> {
    const line = [PROGRAM, command, ...this.#options(), ...args];
    return inFolder(FILES, async (cwd) => {
      const child = spawn(process.execPath, line, { cwd, stdio: ["ignore", "pipe", "pipe"] });
      const ended = once(child, "exit");
      const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
      await ended;
      return { code: child.exitCode ?? NaN, stdout, stderr };
    });
  }

  #options(): string[] {
    return ["--stack", "dev", "--endpoint-url", this.server.endpoint, "--json"];
  }

  /** The ARN of the topic of an address. */
  readonly topicOf = (address: string): string => {
    const found = this.declared.subscriptions.find(({ endpoint }) => endpoint === address);
    if (found === undefined) throw new Error(`nobody declares ${address}`);
    return found.topicArn;
  };

  async leave(): Promise<void> {
    this.session.close();
    await this.server.stop();
  }
}

/** Starts moto for a suite's tests and gives each of them a stack of its own. */
export function groundForEach(): () => Ground {
  let moto: MotoServer;
  let ground: Ground;
  before(async function () {
    this.timeout(600_000);
    moto = await MotoServer.start();
  });
  after(() => moto.stop());
  beforeEach(async () => {
    ground = await Ground.on(moto);
  });
  afterEach(() => ground.leave());
  return () => ground;
}
