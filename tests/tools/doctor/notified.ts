import assert from "node:assert/strict";
import type { Check } from "../../../tools/doctor/check";
import { type TopicUse, topicUses } from "../../../tools/doctor/topicChecks";
import type { Declared, DeclaredAlarm, DeclaredTopic } from "../../../tools/program/declared";
import { CHURN } from "./watchedChurn";

export const ACCOUNT = "123456789012";

/** A topic of the stack's own, and one that it only names. */
export const OWN = `arn:aws:sns:eu-west-1:${ACCOUNT}:team`;
export const FOREIGN = "arn:aws:sns:eu-west-1:999999999999:chat";

export const DECLARED: Declared = {
  stack: "prod",
  region: "eu-west-1",
  accountId: ACCOUNT,
  filters: [],
  alarms: [],
  topics: [{ arn: OWN, key: undefined }],
  subscriptions: [],
  muteRules: [],
  refused: [],
  notes: [],
};

/** A model's alarm that acts on these. */
export function alarmFor(model: string, alarmActions: readonly string[]): DeclaredAlarm {
  return { ...CHURN.rateAlarm, model, name: `classification-rate-prod-${model}`, alarmActions };
}

/** How the model churn uses a topic. */
export function topicOf(arn: string, own?: DeclaredTopic): TopicUse {
  const topics = own === undefined ? DECLARED.topics : [own];
  const [use] = topicUses([alarmFor("churn", [arn])], { ...DECLARED, topics });
  assert(use !== undefined);
  return use;
}

/** Kind, status and finding of checks. */
export function inShort(checks: readonly Check[]): string[] {
  return checks.map(({ what, status, found }) => `${what} ${status}: ${found}`);
}
