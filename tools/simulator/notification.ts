import { alarmUrl, partitionOf } from "../../components/cloudwatch/consoleLinks";
import { SUBJECT_LENGTH } from "../../components/cloudwatch/limits";
import type { AlarmStateChange } from "./alarmEvaluation";
import type { AlarmState } from "./alarmState";
import { javaDouble } from "./decimal";
import { ACTIONS, actionsEnabled, type MetricAlarm, queriesOf } from "./metricAlarm";
import { mailDate } from "./stateReason";

/**
 * Regions as CloudWatch's e-mails call them. The European regions up to Stockholm appear there as "EU (...)" in e-mails
 * people published; the names of the newer ones are taken from AWS's list of regions.
 */
const NAMES = new Map(
  Object.entries({
    "af-south-1": "Africa (Cape Town)",
    "ap-east-1": "Asia Pacific (Hong Kong)",
    "ap-east-2": "Asia Pacific (Taipei)",
    "ap-northeast-1": "Asia Pacific (Tokyo)",
    "ap-northeast-2": "Asia Pacific (Seoul)",
    "ap-northeast-3": "Asia Pacific (Osaka)",
    "ap-south-1": "Asia Pacific (Mumbai)",
    "ap-south-2": "Asia Pacific (Hyderabad)",
    "ap-southeast-1": "Asia Pacific (Singapore)",
    "ap-southeast-2": "Asia Pacific (Sydney)",
    "ap-southeast-3": "Asia Pacific (Jakarta)",
    "ap-southeast-4": "Asia Pacific (Melbourne)",
    "ap-southeast-5": "Asia Pacific (Malaysia)",
    "ap-southeast-6": "Asia Pacific (New Zealand)",
    "ap-southeast-7": "Asia Pacific (Thailand)",
    "ca-central-1": "Canada (Central)",
    "ca-west-1": "Canada West (Calgary)",
    "eu-central-1": "EU (Frankfurt)",
    "eu-central-2": "Europe (Zurich)",
    "eu-north-1": "EU (Stockholm)",
    "eu-south-1": "Europe (Milan)",
    "eu-south-2": "Europe (Spain)",
    "eu-west-1": "EU (Ireland)",
    "eu-west-2": "EU (London)",
    "eu-west-3": "EU (Paris)",
    "il-central-1": "Israel (Tel Aviv)",
    "me-central-1": "Middle East (UAE)",
    "me-south-1": "Middle East (Bahrain)",
    "mx-central-1": "Mexico (Central)",
    "sa-east-1": "South America (Sao Paulo)",
    "us-east-1": "US East (N. Virginia)",
    "us-east-2": "US East (Ohio)",
    "us-west-1": "US West (N. California)",
    "us-west-2": "US West (Oregon)",
  }),
);

/** The display name of a region, or its code when the name is not known. */
export function regionName(region: string): string {
  return NAMES.get(region) ?? region;
}

/** What an e-mail is made from. */
interface MailInput {
  readonly alarm: MetricAlarm;
  readonly change: Pick<AlarmStateChange, "at" | "from" | "to" | "reason">;
  /** The region's code, such as `eu-west-1`. */
  readonly region: string;
  readonly accountId: string;
  /** The address. */
  readonly endpoint: string;
}

/** An e-mail as SNS would send it. */
export interface AlarmMail {
  /** At most {@link SUBJECT_LENGTH} characters. */
  readonly subject: string;
  /** Plain text. */
  readonly body: string;
}

/**
 * The ARNs that are told of a state change: those of the new state, if it is a change at all and the alarm's actions
 * are enabled (AWS user guide, AlarmThatSendsEmail; PutMetricAlarm, `ActionsEnabled`).
 */
export function actionsOn(
  alarm: MetricAlarm,
  { from, to }: Pick<AlarmStateChange, "from" | "to">,
): readonly string[] {
  return from === to || !actionsEnabled(alarm) ? [] : (alarm[ACTIONS[to]] ?? []);
}

/**
 * The e-mail of a state change, in the layout of published ones, of which eight were compared field by field; SNS offers
 * no way to change it. AWS does not specify the text, so only the fields, their order and the dates can be relied on.
 */
export function alarmMail(input: MailInput): AlarmMail {
  const { alarm, change, region, endpoint } = input;
  const opening =
    `You are receiving this email because your Amazon CloudWatch Alarm "${alarm.name}" in the ` +
    `${regionName(region)} region has entered the ${change.to} state, because "${change.reason}" ` +
    `at "${mailDate(change.at)}".`;
  // Mails since 2021 lead to the alarm by way of another page of the console.
  const link = alarmUrl(region, alarm.name).replace(
    "/cloudwatch/home?",
    "/cloudwatch/deeplink.js?",
  );
  const sections = [
    opening,
    `View this alarm in the AWS Management Console:\n${link}`,
    section("Alarm Details", details(input)),
    section("Threshold", [`- ${thresholdSentence(alarm)}`]),
    monitored(alarm),
    section("State Change Actions", stateActions(alarm)),
    `--\nSent to ${endpoint}. The e-mail ends with a link to unsubscribe.`,
  ];
  return { subject: mailSubject(alarm, change.to, region), body: `${sections.join("\n\n")}\n` };
}

/**
 * The subject of the mail that an alarm sends when it gets to a state. It is ASCII: what else a name has becomes `_`.
 * Assumption: it is the alarm's name that is cut, so that the state and the region stay readable.
 */
export function mailSubject(
  alarm: Pick<MetricAlarm, "name">,
  state: AlarmState,
  region: string,
): string {
  const ascii = alarm.name.replace(/[^\x20-\x7e]+/g, "_");
  const around = (name: string) => `${state}: "${name}" in ${regionName(region)}`;
  const excess = around(ascii).length - SUBJECT_LENGTH;
  return around(excess > 0 ? `${ascii.slice(0, -excess - 3)}...` : ascii);
}

function details({ alarm, change, region, accountId }: MailInput): string[] {
  const arn =
    alarm.arn ?? `arn:${partitionOf(region)}:cloudwatch:${region}:${accountId}:alarm:${alarm.name}`;
  return [
    field("Name", alarm.name),
    field("Description", alarm.description ?? ""),
    field("State Change", `${change.from} -> ${change.to}`),
    field("Reason for State Change", change.reason),
    field("Timestamp", mailDate(change.at)),
    field("AWS Account", accountId),
    field("Alarm Arn", arn),
  ];
}

function thresholdSentence(alarm: MetricAlarm): string {
  const what = alarm.metricQueries ? "expression" : "metric";
  const n = alarm.evaluationPeriods;
  const m = alarm.datapointsToAlarm ?? n;
  const period = queriesOf(alarm).find(({ metric }) => metric)?.metric?.period ?? 0;
  return (
    `The alarm is in the ALARM state when the ${what} is ${alarm.comparisonOperator} ` +
    `${javaDouble(alarm.threshold)} for at least ${m} of the last ${n} period(s) ` +
    `of ${period} seconds.`
  );
}

/** Of a math alarm only the query that it watches. */
function monitored(alarm: MetricAlarm): string {
  const watched = queriesOf(alarm).find(({ returnData = true }) => returnData);
  const { expression, metric, label, id = "" } = watched ?? {};
  const dimensions = Object.entries(metric?.dimensions ?? {});
  const fields: (readonly [name: string, value: string | undefined])[] = [
    ["MetricExpression", expression],
    ["MetricNamespace", metric?.namespace],
    ["MetricName", metric?.metricName],
    ["Dimensions", metric && dimensions.map(([name, value]) => `[${name} = ${value}]`).join(" ")],
    ["Period", metric && `${metric.period} seconds`],
    ["Statistic", metric?.stat],
    ["Unit", metric && (metric.unit ?? "not specified")],
    ["MetricLabel", alarm.metricQueries && (label ?? id)],
    ["TreatMissingData", alarm.treatMissingData],
  ];
  const lines = fields.flatMap(([name, value]) =>
    value === undefined ? [] : field(name, value, 36),
  );
  return section(alarm.metricQueries ? "Monitored Metrics" : "Monitored Metric", lines);
}

function stateActions(alarm: MetricAlarm): string[] {
  return Object.entries(ACTIONS).map(([state, list]) => {
    const actions = alarm[list]?.map((arn) => `[${arn}]`) ?? [];
    return `- ${state}: ${actions.join(" ")}`.trimEnd();
  });
}

function section(title: string, lines: readonly string[]): string {
  return `${title}:\n${lines.join("\n")}`;
}

function field(name: string, value: string, width = 27): string {
  return `- ${`${name}:`.padEnd(width)} ${value}`.trimEnd();
}
