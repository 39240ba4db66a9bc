import { Kind } from "../kind";
import { alarmMuteRule } from "./alarmMuteRule";
import { alias } from "./alias";
import { dashboard } from "./dashboard";
import { key } from "./key";
import { logGroup } from "./logGroup";
import { logMetricFilter } from "./logMetricFilter";
import { metricAlarm } from "./metricAlarm";
import { queryDefinition } from "./queryDefinition";
import { rolePolicy } from "./rolePolicy";
import { topic } from "./topic";
import { topicPolicy } from "./topicPolicy";
import { topicSubscription } from "./topicSubscription";

const KINDS: readonly Kind[] = [
  alarmMuteRule,
  alias,
  dashboard,
  key,
  logGroup,
  logMetricFilter,
  metricAlarm,
  queryDefinition,
  rolePolicy,
  topic,
  topicPolicy,
  topicSubscription,
];

/** The resource type of that token, which must be one the stand-in plays. */
export function kindOf(type: string): Kind {
  const kind = KINDS.find((each) => each.type === type);
  if (kind === undefined) throw new Error(`the stand-in for AWS does not play ${type}`);
  return kind;
}
