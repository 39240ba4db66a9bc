import {
  DescribeAlarmsOutput$,
  GetAlarmMuteRuleOutput$,
  type GetAlarmMuteRuleOutput,
} from "@aws-sdk/client-cloudwatch";
import {
  DescribeMetricFiltersResponse$,
  type DescribeMetricFiltersResponse,
} from "@aws-sdk/client-cloudwatch-logs";
import { ListSubscriptionsResponse$, type ListSubscriptionsResponse } from "@aws-sdk/client-sns";
import { commandText } from "../../components/commandText";
import { isMap } from "../../components/settings/input";
import { type Account, adopt } from "../adopt/adopt";
import { jsonReport, textReport } from "../adopt/report";
import {
  allAlarms,
  allMuteRules,
  type ApiAlarms,
  liveAlarm,
  liveMuteRule,
} from "../aws/alarmCalls";
import { AwsCallError } from "../aws/awsCall";
import type { AwsSession } from "../aws/awsSession";
import { liveFilter, metricFiltersOf } from "../aws/logCalls";
import { oddityIn } from "../aws/oddAnswers";
import { liveSubscription, type LiveSubscription, subscriptionsOf } from "../aws/topicCalls";
import { readInput } from "../files";
import { InputError } from "../inputError";
import { inAccount, withEndpoint } from "./liveStack";
import { printJson } from "./options";
import { newCommand, runCommand } from "./runCommand";

interface Options {
  readonly region?: string;
  readonly profile?: string;
  readonly endpointUrl?: string;
  readonly own?: string;
  readonly json?: true;
}

/** `adopt`: alarms that somebody made by hand, as lines of a stack file. */
export function main(args: readonly string[]): Promise<number> {
  // Where npm says nothing itself, the output can go into a file.
  const example = commandText("adopt", "--region eu-west-1").replace("npm run", "npm run -s");
  const command = withEndpoint(newCommand("adopt"))
    .description(
      "Finds alarms on classification rates that were made by hand, in an account or in what the AWS CLI printed of it. Prints the lines of a stack file that replace them, and what to delete then. Changes nothing.",
    )
    .argument(
      "[files...]",
      "what `aws cloudwatch describe-alarms`, `aws logs describe-metric-filters` and, for who is told, `aws sns list-subscriptions` print with --output json, and `aws cloudwatch get-alarm-mute-rule` of each mute rule, in any order, - for standard input; without files, the account is asked",
    )
    .option("--region <region>", "the region to ask (default: AWS_REGION, else the profile's)")
    .option("--profile <name>", "the profile of ~/.aws to ask with (default: AWS_PROFILE)")
    .option(
      "--own <project-stack>",
      "the models of a stack of this program instead, whose file is lost, such as classification-rate-prod",
    )
    .option("--json", "print what was found as JSON")
    .addHelpText(
      "after",
      `\nExit code: 0 all that looks like a classification rate is adopted, 1 something is not, or there is none, 2 wrong usage or input.\nExample: ${example} > Pulumi.prod.yaml`,
    );
  return runCommand(command, args, () => {
    const [files, options] = [command.args, command.opts<Options>()];
    if (files.length > 0) return report(fromFiles(files), files.join(", "), options);
    return inAccount(options, options.endpointUrl, async (session, { accountId }) => {
      const lookedAt = `account ${accountId}, region ${session.region} (no other)`;
      return report(await fromAccount(session, options), lookedAt, options);
    });
  });
}

function report(account: Account, lookedAt: string, { json, own }: Options): number {
  const adoption = adopt(account, own);
  if (json === true) printJson(jsonReport(adoption, lookedAt));
  else process.stdout.write(textReport(adoption, lookedAt));
  const { models, leftAlone } = adoption;
  return models.length === 0 || leftAlone.some(({ isFinding }) => isFinding) ? 1 : 0;
}

async function fromAccount(session: AwsSession, { own }: Options): Promise<Account> {
  const [alarms, filters] = [alarmsIn(await allAlarms(session)), await metricFiltersOf(session)];
  // Not every stand-in for AWS knows them, nor may everybody ask; the report says that nothing is known.
  const muteRules = await allMuteRules(session).catch((error: unknown) => {
    if (!(error instanceof AwsCallError)) throw error;
    return undefined;
  });
  const subscriptions = new Map<string, readonly LiveSubscription[]>();
  const account = { region: session.region, ...alarms, filters, subscriptions, muteRules };
  for (const topic of topicsIn(adopt(account, own))) {
    try {
      subscriptions.set(topic, await subscriptionsOf(session, topic));
    } catch (error) {
      const kind = error instanceof AwsCallError ? error.kind : undefined;
      if (kind === "not found") subscriptions.set(topic, []);
      // Then it is not known who is told, which the report says.
      else if (kind !== "access denied") throw error;
    }
  }
  return account;
}

function topicsIn({ models }: ReturnType<typeof adopt>): string[] {
  return models.flatMap(({ settings: { topics = [], warning } }) => [
    ...topics,
    ...(warning?.topics ?? []),
  ]);
}

/** The lists in the answers that are read, and the forms of the answers. */
const LISTS = {
  MetricAlarms: DescribeAlarmsOutput$,
  CompositeAlarms: DescribeAlarmsOutput$,
  LogAlarms: DescribeAlarmsOutput$,
  metricFilters: DescribeMetricFiltersResponse$,
  Subscriptions: ListSubscriptionsResponse$,
  MuteTargets: GetAlarmMuteRuleOutput$,
} as const;

type Answer = ApiAlarms &
  DescribeMetricFiltersResponse &
  ListSubscriptionsResponse &
  GetAlarmMuteRuleOutput;

/** @throws InputError for a file that holds none of the answers, and where one of the first two is missing */
function fromFiles(files: readonly string[]): Account {
  const answers = files.map(answerIn);
  for (const [list, command] of [
    ["MetricAlarms", "aws cloudwatch describe-alarms"],
    ["metricFilters", "aws logs describe-metric-filters"],
  ] as const) {
    if (answers.some((answer) => answer[list] !== undefined)) continue;
    throw new InputError(`expected what ${command} prints, too, found ${files.join(", ")} alone`);
  }
  for (const list of ["MetricAlarms", "metricFilters", "Subscriptions"] as const) {
    const pages = answers.filter((answer) => answer[list] !== undefined);
    if (pages.length === 0 || pages.some((page) => !page.NextToken && !page.nextToken)) continue;
    throw new InputError(
      `expected all ${list}, found a page that is not the last one: leave out --max-items and --no-paginate, or give the other pages, too`,
    );
  }
  const alarms = alarmsIn(answers);
  const regions = new Set(alarms.alarms.flatMap(({ arn }) => arn?.split(":")[3] ?? []));
  if (regions.size > 1) {
    throw new InputError(`expected alarms of one region, found ${[...regions].join(", ")}`);
  }
  const subscriptions = new Map<string, LiveSubscription[]>();
  for (const one of answers.flatMap(({ Subscriptions = [] }) => Subscriptions)) {
    const { TopicArn: topic = "" } = one;
    subscriptions.set(topic, [...(subscriptions.get(topic) ?? []), liveSubscription(one)]);
  }
  const filters = answers.flatMap(({ metricFilters = [] }) =>
    metricFilters.map((filter) => liveFilter(filter)),
  );
  const [region] = regions;
  const rules = answers.filter(({ MuteTargets }) => MuteTargets !== undefined);
  const muteRules = rules.map((rule) => liveMuteRule(rule, region ?? ""));
  const known = rules.length > 0 ? { muteRules } : { muteRules: undefined };
  return { region, ...alarms, filters, subscriptions, ...known };
}

function answerIn(file: string): Answer {
  const text = readInput(file);
  const wanted =
    "what aws cloudwatch describe-alarms, aws logs describe-metric-filters, aws sns list-subscriptions or aws cloudwatch get-alarm-mute-rule print with --output json";
  let answer: unknown;
  try {
    // Times are text in JSON, and Dates to the SDK.
    answer = JSON.parse(text, (key, value: unknown) =>
      /(Timestamp|Date)$/.test(key) && typeof value === "string" ? new Date(value) : value,
    );
  } catch {
    throw new InputError(`${file}: expected ${wanted}, found no JSON`);
  }
  const found = Object.entries(LISTS).filter(([list]) => isMap(answer) && list in answer);
  if (!isMap(answer) || found.length === 0) {
    throw new InputError(`${file}: expected ${wanted}, found none of their lists`);
  }
  const odd = found.map(([, schema]) => oddityIn(schema, answer)).find(Boolean);
  if (odd !== undefined) throw new InputError(`${file}: expected ${wanted}, found that ${odd}`);
  return answer;
}

function alarmsIn(answers: readonly ApiAlarms[]): Pick<Account, "alarms" | "otherAlarms"> {
  return {
    alarms: answers.flatMap(({ MetricAlarms = [] }) => MetricAlarms.map(liveAlarm)),
    otherAlarms: answers.flatMap(({ CompositeAlarms = [], LogAlarms = [] }) => [
      ...CompositeAlarms.map(({ AlarmName = "", AlarmRule: rule }) => ({ name: AlarmName, rule })),
      ...LogAlarms.map(({ AlarmName = "" }) => ({ name: AlarmName })),
    ]),
  };
}
