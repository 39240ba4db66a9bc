import type { AwsSession } from "../awsSession";
import { logGroupNamed, type LiveLogGroup } from "../logCalls";
import type { Check } from "./check";
import type { WatchedModel } from "./watchedModel";

/**
 * Does a model's log group exist, and is it of the class that metric filters work on?
 * @throws AwsCallError
 */
export async function logGroupChecks(session: AwsSession, watched: WatchedModel): Promise<Check[]> {
  return judgeLogGroup(watched, await logGroupNamed(session, watched.total.logGroupName));
}

/** @param live undefined where there is none */
export function judgeLogGroup(
  { model, region, total }: WatchedModel,
  live: LiveLogGroup | undefined,
): Check[] {
  const { logGroupName } = total;
  const about = { model, what: "log group", subject: logGroupName };
  if (live === undefined) {
    return [
      {
        ...about,
        status: "failure",
        found: `does not exist in ${region}`,
        advice:
          "The model has not logged yet, or it logs under another name (logGroup in the stack file) or in another " +
          "region, or somebody deleted the log group. Services such as Lambda create theirs with the first line. " +
          "Create it yourself, or write createLogGroup: true in the stack file to have the stack own it, and then " +
          "deploy the stack: metric filters need it.",
        command: `aws logs create-log-group --region ${region} --log-group-name ${logGroupName}`,
      },
    ];
  }
  const { logGroupClass, retentionDays } = live;
  if (logGroupClass !== "STANDARD") {
    return [
      {
        ...about,
        status: "failure",
        found: `is of the class ${logGroupClass}, which has no metric filters`,
        advice:
          "A log group keeps its class for ever. Have the model log to a new group of the Standard class, and write " +
          "its name under logGroup in the stack file (createLogGroup: true creates it).",
      },
    ];
  }
  const kept = retentionDays === undefined ? "for ever" : `for ${days(retentionDays)}`;
  return [{ ...about, status: "ok", found: `of the Standard class, keeps events ${kept}` }];
}

function days(amount: number): string {
  return `${String(amount)} day${amount === 1 ? "" : "s"}`;
}
