import * as pulumi from "@pulumi/pulumi";
import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import { getRegionOutput } from "@pulumi/aws/getRegion";

// AWS always answers. The mocks of a program's own tests need not: those of Pulumi's guide to unit tests answer
// each call with its arguments, and a link or a policy made of that must not end the test.
const NO_ANSWER = "unknown";

/** Where a component's resources are: in the region it is told, else in the AWS provider's. */
export function regionOf(
  { region }: { readonly region?: string | undefined },
  opts: pulumi.InvokeOptions,
): pulumi.Output<string> {
  if (region !== undefined) return pulumi.output(region);
  return answered(getRegionOutput({}, opts).region);
}

/** The account of the AWS provider. */
export function accountOf(opts: pulumi.InvokeOptions): pulumi.Output<string> {
  return answered(getCallerIdentityOutput({}, opts).accountId);
}

/** What only AWS can tell, or a word in its place. */
export function answered(answer: pulumi.Output<string | undefined>): pulumi.Output<string> {
  return answer.apply((value) => value ?? NO_ANSWER);
}
