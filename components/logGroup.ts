import { LogGroup } from "@pulumi/aws/cloudwatch";
import type * as pulumi from "@pulumi/pulumi";
import type { LogGroupOptions } from "./settings/schema";

/**
 * A log group of the Standard class, the only one that metric filters work on. Deleting it deletes
 * its log events.
 */
export function newLogGroup(
  name: string,
  logGroup: pulumi.Input<string>,
  { retentionDays }: LogGroupOptions,
  tags: Readonly<Record<string, string>>,
  opts: pulumi.CustomResourceOptions,
): LogGroup {
  return new LogGroup(
    name,
    {
      name: logGroup,
      logGroupClass: "STANDARD",
      ...(retentionDays !== undefined && { retentionInDays: retentionDays }),
      tags,
    },
    opts,
  );
}
