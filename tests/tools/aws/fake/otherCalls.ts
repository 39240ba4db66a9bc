import { list, map, text } from "../../../../tools/program/properties";
import type { FakeAccount } from "../fakeAccount";
import { WireFault, type WireHandlers, type WireInput } from "../wire/wireServer";
import type { FakeKey, FakeSubscribeEvent } from "./state";
import { nextToken, numberOf, pageOf, textOf, wireForm } from "./wireForm";

/** STS, KMS and CloudTrail. */
export function otherCalls(account: FakeAccount): WireHandlers {
  return {
    "sts:GetCallerIdentity": () => ({
      UserId: "AIDAEXAMPLE",
      Account: account.accountId,
      Arn: account.callerArn,
    }),

    "kms:DescribeKey": (input) => {
      const [id, { state, manager }] = keyOf(account, input);
      return {
        KeyMetadata: {
          KeyId: id,
          Arn: `arn:aws:kms:${account.region}:${account.accountId}:key/${id}`,
          KeyState: state,
          KeyManager: manager,
          Enabled: state === "Enabled",
        },
      };
    },

    "kms:GetKeyPolicy": (input) => {
      const [, { policy }] = keyOf(account, input);
      return { Policy: policy, PolicyName: "default" };
    },

    "cloudtrail:LookupEvents": (input) => {
      const wanted = list(input["LookupAttributes"]).map(map);
      const from = (numberOf(input, "StartTime") ?? 0) * 1000;
      const found = account.subscribeEvents
        .filter(() => wanted.every(({ AttributeValue }) => text(AttributeValue) === "Subscribe"))
        .filter(({ at }) => at.getTime() >= from)
        .sort((a, b) => b.at.getTime() - a.at.getTime())
        .map(trailEvent);
      const size = numberOf(input, "MaxResults") ?? TRAIL_PAGE;
      const invalid = new WireFault("InvalidNextTokenException", "Invalid NextToken");
      const page = pageOf(found, size, textOf(input, "NextToken"), invalid);
      return wireForm({ Events: page.items, ...nextToken("NextToken", page) });
    },
  };
}

/** Most events in an answer (CloudTrail API Reference, LookupEvents). */
const TRAIL_PAGE = 50;

function trailEvent({ topicArn, at, errorCode }: FakeSubscribeEvent, index: number): object {
  return {
    EventId: String(index),
    EventName: "Subscribe",
    EventTime: at,
    EventSource: "sns.amazonaws.com",
    CloudTrailEvent: JSON.stringify({
      eventSource: "sns.amazonaws.com",
      eventName: "Subscribe",
      eventTime: at.toISOString(),
      ...(errorCode !== undefined && { errorCode }),
      requestParameters: {
        topicArn,
        protocol: "email",
        endpoint: "HIDDEN_DUE_TO_SECURITY_REASONS",
      },
    }),
  };
}

/** By id, ARN or alias. */
function keyOf(account: FakeAccount, input: WireInput): [string, FakeKey] {
  const name = textOf(input, "KeyId") ?? "";
  const id = keyId(name);
  const key = account.keys.get(id);
  if (key === undefined) throw new WireFault("NotFoundException", `Key '${name}' does not exist`);
  return [id, key];
}

/** `arn:...:key/ID` and `arn:...:alias/NAME` without what is in front. */
export function keyId(name: string): string {
  return name.replace(/^arn:.*:(?:key\/)?(?=[^:]*$)/, "");
}
