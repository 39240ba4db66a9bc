import { LogGroup } from "@pulumi/aws/cloudwatch";
import type * as pulumi from "@pulumi/pulumi";
import type { OwnedLogGroup } from "./settings/schema";

/**
 * A log group of the Standard class, the only one that metric filters work on and the one that AWS
 * makes unless told otherwise. It outlives the stack: without it, a model that still logs would lose its
 * events, and the filters with them.
 */
export function newLogGroup(
  name: string,
  logGroup: pulumi.Input<string>,
  { retentionDays }: OwnedLogGroup,
  tags: Readonly<Record<string, string>>,
  where: { readonly region?: string },
  opts: pulumi.CustomResourceOptions,
): LogGroup {
  return new LogGroup(
    name,
    { name: logGroup, retentionInDays: retentionDays, tags, ...where },
    { ...opts, retainOnDelete: true },
  );
}
