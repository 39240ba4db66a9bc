import assert from "node:assert/strict";
import type { Registered } from "../support/mocks";
import { provision } from "../support/program";
import { churnWith } from "../support/stackInput";

/** Type tokens by the words of the tests. */
export const TYPES = {
  filter: "aws:cloudwatch/logMetricFilter:LogMetricFilter",
  alarm: "aws:cloudwatch/metricAlarm:MetricAlarm",
  muteRule: "aws:cloudwatch/alarmMuteRule:AlarmMuteRule",
  query: "aws:cloudwatch/queryDefinition:QueryDefinition",
  dashboard: "aws:cloudwatch/dashboard:Dashboard",
  logGroup: "aws:cloudwatch/logGroup:LogGroup",
  topic: "aws:sns/topic:Topic",
  topicPolicy: "aws:sns/topicPolicy:TopicPolicy",
  subscription: "aws:sns/topicSubscription:TopicSubscription",
  key: "aws:kms/key:Key",
  keyAlias: "aws:kms/alias:Alias",
  rolePolicy: "aws:iam/rolePolicy:RolePolicy",
} as const;

export type Kind = keyof typeof TYPES;
export type Inputs = Registered["inputs"];

/** The inputs of all resources of a kind. */
export function all(resources: readonly Registered[], kind: Kind): Inputs[] {
  return resources.filter(({ type }) => type === TYPES[kind]).map(({ inputs }) => inputs);
}

/** The inputs of the one resource of a kind, of the one with this physical name if given. */
export function one(resources: readonly Registered[], kind: Kind, name?: string): Inputs {
  const found = all(resources, kind).filter(
    (inputs) => name === undefined || inputs["name"] === name,
  );
  const [inputs] = found;
  assert(inputs !== undefined && found.length === 1, `${found.length} x ${kind}`);
  return inputs;
}

/** How many resources there are of each kind; kinds without any are left out. */
export function census(resources: readonly Registered[]): Partial<Record<Kind, number>> {
  const kinds = Object.keys(TYPES) as Kind[];
  return Object.fromEntries(
    kinds.map((kind) => [kind, all(resources, kind).length]).filter(([, count]) => count !== 0),
  ) as Partial<Record<Kind, number>>;
}

/** What a stack provisions for the one model `churn` with these settings. */
export async function churn(
  settings: Readonly<Record<string, unknown>> = {},
  stackSettings: Readonly<Record<string, unknown>> = {},
): Promise<readonly Registered[]> {
  return (await provision({ ...churnWith(settings), ...stackSettings })).resources;
}

/** A resource's input that holds a JSON document. */
export function parsed(inputs: Inputs, key: string): unknown {
  const text = inputs[key];
  assert(typeof text === "string", key);
  return JSON.parse(text);
}
