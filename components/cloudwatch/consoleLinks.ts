/** Links into the AWS Management Console; the console's host depends on the region's partition. */

function cloudWatch(region: string, fragment: string): string {
  return `https://${consoleHost(region)}/cloudwatch/home?region=${region}#${fragment}`;
}

function consoleHost(region: string): string {
  if (region.startsWith("cn-")) return `${region}.console.amazonaws.cn`;
  if (region.startsWith("us-gov-")) return `${region}.console.amazonaws-us-gov.com`;
  return `${region}.console.aws.amazon.com`;
}

/** The page of an alarm: its graph with the threshold, its state and its history. */
export function alarmUrl(region: string, alarmName: string): string {
  return cloudWatch(region, `alarmsV2:alarm/${encodeURIComponent(alarmName)}`);
}

/** The page of a dashboard. */
export function dashboardUrl(region: string, dashboardName: string): string {
  return cloudWatch(region, `dashboards/dashboard/${encodeURIComponent(dashboardName)}`);
}

/** The page of a log group. The console wants its name encoded twice, with `$` for the second `%`. */
export function logGroupUrl(region: string, logGroup: string): string {
  const encoded = encodeURIComponent(encodeURIComponent(logGroup)).replaceAll("%", "$");
  return cloudWatch(region, `logsV2:log-groups/log-group/${encoded}`);
}

/** The partition of a region, the second part of every ARN in it. */
export function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  if (region.startsWith("us-gov-")) return "aws-us-gov";
  return "aws";
}
