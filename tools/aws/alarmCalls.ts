import {
  type AlarmHistoryItem,
  type DescribeAlarmsCommandInput,
  type DescribeAlarmsCommandOutput,
  GetAlarmMuteRuleCommand,
  type GetAlarmMuteRuleOutput,
  type ListAlarmMuteRulesCommandInput,
  type MetricAlarm as ApiAlarm,
  type MetricDataQuery,
  paginateDescribeAlarmHistory,
  paginateDescribeAlarms,
  paginateListAlarmMuteRules,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";
import { chunks } from "../../components/lists";
import { readIsoDuration } from "../../components/cloudwatch/muteSchedule";
import type { AlarmState } from "../simulator/alarmState";
import type { MetricAlarm, MetricIdentity, MetricQuery } from "../simulator/metricAlarm";
import type { MuteRule } from "../simulator/muteRules";
import { jsonMap, text } from "../program/properties";
import { MINUTE } from "../time";
import { AwsCallError, listed } from "./awsCall";
import type { AwsSession } from "./awsSession";

/** Most names that DescribeAlarms takes, and most alarms that it answers, at once (CloudWatch API Reference). */
const NAMES_PER_CALL = 100;

/** The metric alarms of these names that exist, by name. */
export async function alarmsNamed(
  session: AwsSession,
  names: readonly string[],
): Promise<Map<string, ApiAlarm>> {
  const found = new Map<string, ApiAlarm>();
  for (const AlarmNames of chunks(names, NAMES_PER_CALL)) {
    for (const alarm of await metricAlarms(session, { AlarmNames })) {
      found.set(alarm.AlarmName ?? "", alarm);
    }
  }
  return found;
}

/** All metric alarms of the account in the region, or those that are asked for. */
export function metricAlarms(
  session: AwsSession,
  wanted: DescribeAlarmsCommandInput = {},
): Promise<ApiAlarm[]> {
  const pages = alarmPages(session, { ...wanted, AlarmTypes: ["MetricAlarm"] });
  return listed(pages, ({ MetricAlarms }) => MetricAlarms);
}

function alarmPages({ cloudWatch: client }: AwsSession, wanted: DescribeAlarmsCommandInput) {
  return paginateDescribeAlarms({ client, pageSize: NAMES_PER_CALL }, wanted);
}

/** What DescribeAlarms answers, page by page or in one. */
export type ApiAlarms = Pick<
  DescribeAlarmsCommandOutput,
  "MetricAlarms" | "CompositeAlarms" | "LogAlarms"
>;

/** All alarms of the account in the region, of every kind. */
export async function allAlarms(session: AwsSession): Promise<ApiAlarms[]> {
  const AlarmTypes = ["MetricAlarm", "CompositeAlarm", "LogAlarm"] as const;
  return listed(alarmPages(session, { AlarmTypes: [...AlarmTypes] }), (page) => [page]);
}

/** An alarm as CloudWatch has it, in the form of declared ones. */
export function liveAlarm(live: ApiAlarm): MetricAlarm {
  const { Metrics = [], MetricName: metricName, Namespace: namespace, Dimensions } = live;
  const stat = live.Statistic ?? live.ExtendedStatistic ?? "";
  return {
    name: live.AlarmName ?? "",
    arn: live.AlarmArn,
    actionsEnabled: live.ActionsEnabled,
    alarmActions: live.AlarmActions,
    okActions: live.OKActions,
    insufficientDataActions: live.InsufficientDataActions,
    comparisonOperator: live.ComparisonOperator ?? "",
    threshold: live.Threshold ?? NaN,
    evaluationPeriods: live.EvaluationPeriods ?? NaN,
    datapointsToAlarm: live.DatapointsToAlarm,
    treatMissingData: live.TreatMissingData,
    ...(Metrics.length > 0 && { metricQueries: Metrics.map(liveQuery) }),
    ...(metricName !== undefined &&
      namespace !== undefined && {
        metric: {
          ...{ namespace, metricName, stat, period: live.Period ?? 0 },
          ...dimensionsOf(Dimensions),
        },
      }),
  };
}

function liveQuery(query: MetricDataQuery): MetricQuery {
  const { Id, Expression, MetricStat: stat, Label, ReturnData, Period } = query;
  return {
    id: Id ?? "",
    expression: Expression,
    label: Label,
    returnData: ReturnData,
    metric: stat && {
      namespace: stat.Metric?.Namespace ?? "",
      metricName: stat.Metric?.MetricName ?? "",
      ...dimensionsOf(stat.Metric?.Dimensions),
      period: stat.Period ?? Period ?? 0,
      stat: stat.Stat ?? "",
    },
  };
}

function dimensionsOf(live: ApiAlarm["Dimensions"] = []): Pick<MetricIdentity, "dimensions"> {
  return {
    dimensions: Object.fromEntries(live.map(({ Name = "", Value = "" }) => [Name, Value])),
  };
}

/**
 * Names of the mute rules in whose window it is now: they hold back the actions of the alarms that they target.
 * @param alarm only of rules that target this one
 */
export async function activeMuteRules(session: AwsSession, alarm?: string): Promise<string[]> {
  const rules = await muteRules(session, {
    ...(alarm !== undefined && { AlarmName: alarm }),
    Statuses: ["ACTIVE"],
  });
  return rules.flatMap(({ name, status }) => (status === "ACTIVE" ? name : []));
}

/** All mute rules of the account in the region that may still mute anything. */
export async function allMuteRules(session: AwsSession): Promise<MuteRule[]> {
  const found: MuteRule[] = [];
  for (const { name, status } of await muteRules(session, {})) {
    const rule = status === "EXPIRED" ? undefined : await muteRuleNamed(session, name);
    if (rule !== undefined) found.push(rule);
  }
  return found;
}

/** Source: CloudWatch API Reference, ListAlarmMuteRules. */
async function muteRules(
  { cloudWatch: client }: AwsSession,
  wanted: ListAlarmMuteRulesCommandInput,
): Promise<{ name: string; status: string | undefined }[]> {
  const pages = paginateListAlarmMuteRules({ client }, wanted);
  const rules = await listed(pages, ({ AlarmMuteRuleSummaries }) => AlarmMuteRuleSummaries);
  return rules.map(({ AlarmMuteRuleArn = "", Status: status }) => ({
    ...{ name: AlarmMuteRuleArn.replace(/^.*:/, ""), status },
  }));
}

/** A mute rule as CloudWatch has it, in the form of declared ones. */
export function liveMuteRule(live: GetAlarmMuteRuleOutput, region: string): MuteRule {
  const { Expression = "", Duration = "", Timezone = "UTC" } = live.Rule?.Schedule ?? {};
  const [start, expire] = [live.StartDate, live.ExpireDate].map((date) => date?.getTime());
  return {
    name: live.Name ?? "",
    region,
    alarmNames: live.MuteTargets?.AlarmNames ?? [],
    expression: Expression,
    duration: readIsoDuration(Duration),
    timezone: Timezone,
    ...(start !== undefined && { start: start / MINUTE }),
    ...(expire !== undefined && { expire: expire / MINUTE }),
  };
}

/** A mute rule; undefined where there is none of that name. */
export async function muteRuleNamed(
  { cloudWatch, region }: AwsSession,
  name: string,
): Promise<MuteRule | undefined> {
  try {
    const command = new GetAlarmMuteRuleCommand({ AlarmMuteRuleName: name });
    return liveMuteRule(await cloudWatch.send(command), region);
  } catch (error) {
    if (error instanceof AwsCallError && error.kind === "not found") return undefined;
    throw error;
  }
}

/** Most items of a history that are read, the newest; as many as an answer has at most. */
const MOST_ITEMS = 100;

/** Part of an alarm's history. */
export interface HistoryQuery {
  readonly type: "Action" | "StateUpdate";
  /** Earliest moment. @default all that is kept, 30 days */
  readonly since?: Date | undefined;
}

/**
 * What happened to an alarm, newest first. CloudWatch keeps it for 30 days (CloudWatch User Guide, "Alarm history").
 */
export async function alarmHistory(
  { cloudWatch: client }: AwsSession,
  alarm: string,
  { type, since }: HistoryQuery,
): Promise<AlarmHistoryItem[]> {
  const items: AlarmHistoryItem[] = [];
  const pages = paginateDescribeAlarmHistory(
    { client, pageSize: MOST_ITEMS },
    {
      AlarmName: alarm,
      HistoryItemType: type,
      ...(since !== undefined && { StartDate: since }),
      ScanBy: "TimestampDescending",
    },
  );
  for await (const { AlarmHistoryItems = [] } of pages) {
    items.push(...AlarmHistoryItems);
    if (items.length >= MOST_ITEMS) break;
  }
  return items.slice(0, MOST_ITEMS);
}

/** How an alarm's action went. */
export interface ActionOutcome {
  readonly at: Date | undefined;
  /** The ARN that the alarm acted on. */
  readonly target: string;
  readonly succeeded: boolean;
  /** Why it failed, in AWS's words; empty for a success. */
  readonly error: string;
}

/**
 * Reads an item of type Action of an alarm's history. Its summary reads `Successfully executed action <arn>` or
 * `Failed to execute action <arn>. Received error: "..."`; its data, as JSON, has the same in parts. AWS documents
 * neither, so what either of them says counts.
 * Sources: CloudWatch API Reference, AlarmHistoryItem; AWS Knowledge Center, "Why didn't I receive an SNS notification
 * for my CloudWatch alarm trigger?"
 * @returns undefined for an item that speaks of something else
 */
export function actionOutcome(item: AlarmHistoryItem): ActionOutcome | undefined {
  const { HistorySummary: summary = "", HistoryData, Timestamp: at } = item;
  const { actionState, notificationResource, error } = jsonMap(HistoryData);
  const failed = /^failed to execute action/i.test(summary) || actionState === "Failed";
  const succeeded = /^successfully executed action/i.test(summary) || actionState === "Succeeded";
  if (!failed && !succeeded) return undefined;
  const [named = ""] = /arn:\S*[^\s.,;:"']/.exec(summary) ?? [];
  const [, quoted = ""] = /received error:\s*(.*)$/is.exec(summary) ?? [];
  const words = text(error) || quoted.trim().replace(/^"(.*)"$/s, "$1");
  return {
    at,
    target: text(notificationResource) || named,
    succeeded: !failed,
    error: failed ? words || "AWS does not say why" : "",
  };
}

/**
 * What a failed action was refused for, by the words of its error: those of AWS's knowledge base ("is not authorized to
 * perform: SNS:Publish") and of KMS ("... does not have authorization to access the SNS topic encryption key", "Service:
 * AWSKMS"). A topic's name in them may be anything, so what is plain comes first.
 */
export function refusalOf(error: string): "key" | "policy" | "gone" | "other" {
  if (/sns:publish/i.test(error)) return "policy";
  if (/kms|encryption key/i.test(error)) return "key";
  if (/not authorized|authorization ?error|access ?denied/i.test(error)) return "policy";
  return /not ?found|(does )?not exist/i.test(error) ? "gone" : "other";
}

/**
 * Sets an alarm's state until its next evaluation, and has the new state's actions run if it is another one.
 * Source: CloudWatch API Reference, SetAlarmState.
 * @param reason at most 1,023 characters; it is in the mail
 */
export async function setAlarmState(
  { cloudWatch }: AwsSession,
  alarm: string,
  state: AlarmState,
  reason: string,
): Promise<void> {
  await cloudWatch.send(
    new SetAlarmStateCommand({ AlarmName: alarm, StateValue: state, StateReason: reason }),
  );
}
