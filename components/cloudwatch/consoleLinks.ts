/** Links into the AWS Management Console; the console's host depends on the region's partition. */

const DOMAINS = {
  aws: "console.aws.amazon.com",
  "aws-cn": "console.amazonaws.cn",
  "aws-us-gov": "console.amazonaws-us-gov.com",
};

function cloudWatch(region: string, fragment: string): string {
  const host = `${region}.${DOMAINS[partitionOf(region)]}`;
  return `https://${host}/cloudwatch/home?region=${region}#${fragment}`;
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

/**
 * A Logs Insights query over the last day, ready to run. The console keeps it in a notation of its own:
 * maps and lists are `~(...)`, text starts with `'` and has `*` for the `%` of its escapes. Brackets and
 * quotes are escaped once more, for a mail program may end a link before one.
 * Source: none of AWS's; links of the console itself, taken apart by users (Stack Overflow 60796991).
 */
export function insightsUrl(region: string, logGroup: string, query: string): string {
  const hex = (sign: string): string => sign.charCodeAt(0).toString(16);
  const text = (value: string): string =>
    `'${encodeURIComponent(value)
      .replace(/[!'()*~]/g, (sign) => `%${hex(sign)}`)
      .replaceAll("%", "*")}`;
  const detail = `~(end~0~start~-86400~timeType~'RELATIVE~unit~'seconds~editorString~${text(query)}~source~(~${text(logGroup)}))`;
  const escaped = detail.replace(/['()]/g, (sign) => `$25${hex(sign)}`);
  return cloudWatch(region, `logsV2:logs-insights$3FqueryDetail$3D${escaped}`);
}

/** The partition of a region, the second part of every ARN in it. */
export function partitionOf(region: string): keyof typeof DOMAINS {
  if (region.startsWith("cn-")) return "aws-cn";
  if (region.startsWith("us-gov-")) return "aws-us-gov";
  return "aws";
}
