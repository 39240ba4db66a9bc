import { partitionOf } from "../../cloudwatch/consoleUrl";
import type { Declared, DeclaredAlarm, DeclaredTopic } from "../../rehearsal/declared";
import { actionsOf } from "./actionChecks";
import type { Check } from "./check";

/** A topic that alarms act on. */
export interface TopicUse {
  readonly arn: string;
  /** Its name for the stack's own; the ARN for one that is only named in `topics`. */
  readonly shownAs: string;
  /** The topic as the stack declares it; undefined for one that it only names. */
  readonly own: DeclaredTopic | undefined;
  readonly region: string;
  readonly accountId: string;
  /** ARNs of the alarms that act on it. */
  readonly alarms: readonly string[];
  /** The only model that uses it; undefined where several do. */
  readonly model: string | undefined;
}

/** The SNS topics that these alarms act on, each once, in the order of their ARNs. Other actions mail nobody. */
export function topicUses(alarms: readonly DeclaredAlarm[], declared: Declared): TopicUse[] {
  const users = new Map<string, DeclaredAlarm[]>();
  for (const alarm of alarms) {
    for (const arn of actionsOf(alarm)) {
      if (arn.split(":")[2] === "sns") users.set(arn, [...(users.get(arn) ?? []), alarm]);
    }
  }
  return [...users].sort(([a], [b]) => (a < b ? -1 : 1)).map(([arn, by]) => use(arn, by, declared));
}

function use(arn: string, by: readonly DeclaredAlarm[], declared: Declared): TopicUse {
  const [, , , region = "", accountId = "", name = ""] = arn.split(":");
  const own = declared.topics.find((topic) => topic.arn === arn);
  const [model, ...others] = new Set(by.map((alarm) => alarm.model));
  return {
    arn,
    shownAs: own === undefined ? arn : name,
    own,
    region,
    accountId,
    alarms: by.map((alarm) => alarmArn(alarm, declared)),
    model: others.length === 0 ? model : undefined,
  };
}

function alarmArn({ arn = "", name }: DeclaredAlarm, { region, accountId }: Declared): string {
  if (arn !== "") return arn;
  return `arn:${partitionOf(region)}:cloudwatch:${region}:${accountId}:alarm:${name}`;
}

/** The start of a check of a topic. */
export function aboutTopic(
  { model, shownAs }: TopicUse,
  what: string,
): Pick<Check, "model" | "what" | "subject"> {
  return { model, what, subject: shownAs };
}
