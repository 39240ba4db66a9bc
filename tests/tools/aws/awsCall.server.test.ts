import assert from "node:assert/strict";
import { DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { alarmsNamed } from "../../../tools/aws/alarmCalls";
import { awsCallError, AwsCallError, type AwsFailureKind } from "../../../tools/aws/awsCall";
import { type AwsSession, type AwsSessionOptions, whoAmI } from "../../../tools/aws/awsSession";
import { subscriptionsOf, topicAttributes } from "../../../tools/aws/topicCalls";
import { withSession } from "./wire/session";
import { WireFault, type WireHandlers, WireMishap, WireServer } from "./wire/wireServer";

const TOPIC = "arn:aws:sns:eu-west-1:123456789012:team";
const CALLER = { Account: "123456789012", Arn: "arn:aws:iam::123456789012:user/ann", UserId: "A" };

/** Runs something against a server that lives as long. */
async function against<T>(
  handlers: WireHandlers,
  use: (session: AwsSession, server: WireServer) => Promise<T>,
  options: AwsSessionOptions = { attempts: 1 },
): Promise<T> {
  const server = await WireServer.start(handlers);
  try {
    return await withSession(server, (session) => use(session, server), options);
  } finally {
    await server.stop();
  }
}

/** What a failing call is made of. */
async function failure(call: Promise<unknown>): Promise<AwsCallError> {
  try {
    await call;
  } catch (error) {
    assert(error instanceof AwsCallError, String(error));
    return error;
  }
  assert.fail("the call did not fail");
}

function logGroups({ logs }: AwsSession): Promise<unknown> {
  return logs.send(new DescribeLogGroupsCommand({}));
}

/** The kind of an SDK error with this name or code, this message and this status. */
function kindOf(name: string, message = "", status?: number): AwsFailureKind {
  const error = Object.assign(new Error(message), { $metadata: { httpStatusCode: status } });
  return awsCallError("sts:GetCallerIdentity", Object.assign(error, { name })).kind;
}

function kindOfCode(code: string): AwsFailureKind {
  return awsCallError("sts:GetCallerIdentity", Object.assign(new Error("x"), { code })).kind;
}

describe("a call to AWS", () => {
  it("is made again when it was throttled, in each protocol", async () => {
    const twice = (): (() => void) => {
      let calls = 0;
      return () => {
        calls += 1;
        if (calls === 1) throw new WireFault("ThrottlingException", "Rate exceeded");
      };
    };
    const [sts, logs] = [twice(), twice()];
    const handlers: WireHandlers = {
      "sts:GetCallerIdentity": () => (sts(), CALLER),
      "logs:DescribeLogGroups": () => (logs(), { logGroups: [] }),
    };
    await against(
      handlers,
      async (session, server) => {
        const [identity] = await Promise.all([whoAmI(session), logGroups(session)]);
        assert.equal(identity.accountId, "123456789012");
        assert.equal(server.count("sts:GetCallerIdentity"), 2);
        assert.equal(server.count("logs:DescribeLogGroups"), 2);
      },
      { attempts: 2 },
    );
  });

  it("fails as throttled once its attempts are used up", async () => {
    const handlers: WireHandlers = {
      "cloudwatch:DescribeAlarms": () => {
        throw new WireFault("Throttling", "Rate exceeded");
      },
    };
    const error = await against(handlers, (session) => failure(alarmsNamed(session, ["a"])));
    assert.equal(error.kind, "throttled");
    assert.equal(
      error.message,
      "cloudwatch:DescribeAlarms: too many calls at a time (Throttling: Rate exceeded)",
    );
  });

  it("tells credentials that AWS does not take from those that may not do something", async () => {
    const fault = { code: "", status: 400 };
    const handler = (): object => {
      throw new WireFault(fault.code, "said AWS", fault.status);
    };
    const handlers: WireHandlers = {
      "sts:GetCallerIdentity": handler,
      "sns:GetTopicAttributes": handler,
      "logs:DescribeLogGroups": handler,
    };
    await against(
      handlers,
      async (session, server) => {
        const kinds = async (code: string, status: number): Promise<AwsFailureKind[]> => {
          Object.assign(fault, { code, status });
          const calls = [whoAmI(session), topicAttributes(session, TOPIC), logGroups(session)];
          return (await Promise.all(calls.map(failure))).map(({ kind }) => kind);
        };
        const all = (kind: AwsFailureKind): AwsFailureKind[] => [kind, kind, kind];
        assert.deepEqual(await kinds("ExpiredToken", 403), all("credentials"));
        assert.deepEqual(await kinds("ExpiredTokenException", 400), all("credentials"));
        assert.deepEqual(await kinds("InvalidClientTokenId", 403), all("credentials"));
        assert.deepEqual(await kinds("UnrecognizedClientException", 400), all("credentials"));
        assert.deepEqual(await kinds("AccessDenied", 403), all("access denied"));
        assert.deepEqual(await kinds("AccessDeniedException", 400), all("access denied"));
        assert.deepEqual(await kinds("AuthorizationError", 403), all("access denied"));
        // None of these is tried again.
        assert.equal(server.calls.length, 21);
      },
      {},
    );
  });

  it("names what is not there, and what is refused otherwise", async () => {
    const handlers: WireHandlers = {
      "sns:ListSubscriptionsByTopic": () => {
        throw new WireFault("NotFound", "Topic does not exist", 404);
      },
      "logs:DescribeLogGroups": () => {
        throw new WireFault("InvalidParameterException", "1 validation error", 400);
      },
    };
    await against(handlers, async (session) => {
      const gone = await failure(subscriptionsOf(session, TOPIC));
      assert.deepEqual(
        [gone.action, gone.kind, gone.detail],
        ["sns:ListSubscriptionsByTopic", "not found", "Topic does not exist"],
      );
      const refused = await failure(logGroups(session));
      assert.deepEqual([refused.kind, refused.code], ["other", "InvalidParameterException"]);
    });
  });

  it("gives up on an answer that does not come, and on a broken connection", async () => {
    const handlers: WireHandlers = {
      "sts:GetCallerIdentity": () => {
        throw new WireMishap("hang");
      },
      "cloudwatch:DescribeAlarms": () => {
        throw new WireMishap("reset");
      },
    };
    await against(
      handlers,
      async (session) => {
        const late = await failure(whoAmI(session));
        assert.deepEqual([late.kind, late.code], ["unreachable", "TimeoutError"]);
        assert.match(late.detail, /^a request has exceeded the configured 100 ms/);
        assert.equal((await failure(alarmsNamed(session, ["a"]))).kind, "unreachable");
      },
      { attempts: 1, timeout: 100 },
    );
  });

  it("is made again after a broken connection", async () => {
    let calls = 0;
    const handlers: WireHandlers = {
      "sts:GetCallerIdentity": () => {
        calls += 1;
        if (calls === 1) throw new WireMishap("reset");
        return CALLER;
      },
    };
    const use = async (session: AwsSession): Promise<string> => (await whoAmI(session)).arn;
    assert.equal(await against(handlers, use, { attempts: 2 }), CALLER.Arn);
    assert.equal(calls, 2);
  });

  it("tells that nobody is there", async () => {
    const server = await WireServer.start({});
    const { endpoint } = server;
    await server.stop();
    const options = { attempts: 1, endpoint };
    const error = await against({}, (session) => failure(whoAmI(session)), options);
    assert.deepEqual([error.kind, error.code], ["unreachable", "ECONNREFUSED"]);
    const noUrl = { attempts: 1, endpoint: "localhost" };
    assert.equal(
      (await against({}, (session) => failure(whoAmI(session)), noUrl)).kind,
      "unreachable",
    );
  });
});

describe("what a failure is taken for", () => {
  it("is the network's where AWS itself did not answer", () => {
    for (const code of ["EAI_AGAIN", "ENOTFOUND", "ECONNRESET", "SELF_SIGNED_CERT_IN_CHAIN"]) {
      assert.equal(kindOfCode(code), "unreachable", code);
    }
    assert.equal(kindOf("SyntaxError", "Unexpected token '<'"), "unreachable");
    assert.equal(kindOf("Unknown", "Unknown", 502), "unreachable");
    assert.equal(kindOf("ServiceUnavailableException", "", 503), "unreachable");
    const nameless = Object.assign(new Error(""), { code: "ETIMEDOUT" });
    assert.equal(awsCallError("sts:GetCallerIdentity", nameless).detail, "ETIMEDOUT");
  });

  it("is the credentials' where there are none, or their date cannot be right", () => {
    assert.equal(kindOf("CredentialsProviderError"), "credentials");
    assert.equal(kindOf("Error", "Could not load credentials from any providers"), "credentials");
    assert.equal(kindOf("RequestTimeTooSkewed", "", 403), "credentials");
  });

  it("falls back on the status", () => {
    assert.equal(kindOf("New", "", 403), "access denied");
    assert.equal(kindOf("New", "", 429), "throttled");
    assert.equal(kindOf("New", "", 500), "other");
    assert.equal(kindOf("LimitExceededException", "", 400), "throttled");
  });

  it("keeps to one line, and takes what is no error", () => {
    const hinted = new Error("Deserialization error.\n  hint: see $response");
    assert.equal(awsCallError("a:B", hinted).detail, "Deserialization error.");
    const error = awsCallError("a:B", "no error");
    assert.deepEqual([error.kind, error.detail], ["other", "no error"]);
    assert.equal(awsCallError("c:D", error), error);
  });

  it("is named as odd where its answer is not in AWS's form, or has no end", async () => {
    const odd = async (answer: () => object): Promise<string> => {
      const handlers: WireHandlers = { "cloudwatch:DescribeAlarms": answer };
      return (await against(handlers, (session) => failure(alarmsNamed(session, ["a"])))).message;
    };
    const MetricAlarms = [{ AlarmName: "a", Threshold: "high" }];
    assert.match(
      await odd(() => ({ MetricAlarms })),
      /^cloudwatch:DescribeAlarms: the answer is not what AWS documents \(OddAnswer: MetricAlarms\[0\]\.Threshold is "high"\)$/,
    );
    assert.match(await odd(() => ({ MetricAlarms: 5 })), /not what AWS documents/);
    assert.match(await odd(() => ({ NextToken: "more" })), /EndlessAnswer: the same page again/);
  });
});
