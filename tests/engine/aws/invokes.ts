import { ACCOUNT_ID } from "./account";
import type { Cloud } from "./cloud";
import { Bag, text } from "./json";

/** The functions of the provider the stand-in answers: who and where am I, and what is there. */
export function invoke(token: string, args: Bag, own: Cloud): Bag {
  const cloud = own.in(text(args["region"]));
  const { region } = cloud;
  switch (token) {
    case "aws:index/getCallerIdentity:getCallerIdentity":
      return {
        accountId: ACCOUNT_ID,
        arn: `arn:aws:iam::${ACCOUNT_ID}:user/stand-in`,
        id: ACCOUNT_ID,
        userId: "AIDASTANDIN",
      };
    case "aws:index/getRegion:getRegion":
      // v7 renamed `name` to `region` and kept the old one.
      return {
        region,
        id: region,
        name: region,
        description: `Region (${region})`,
        endpoint: `ec2.${region}.amazonaws.com`,
      };
    case "aws:index/getPartition:getPartition":
      return {
        partition: "aws",
        id: "aws",
        dnsSuffix: "amazonaws.com",
        reverseDnsPrefix: "com.amazonaws",
      };
    case "aws:cloudwatch/getLogGroups:getLogGroups": {
      const prefix = text(args["logGroupNamePrefix"]);
      const names = cloud
        .look()
        .all("logGroup")
        .filter((group) => group.region === region && group.name.startsWith(prefix))
        .map(({ name }) => name);
      return { id: region, region, logGroupNames: names, arns: names };
    }
    case "aws:iam/getRole:getRole": {
      const name = text(args["name"]);
      if (cloud.look().get("role", "global", name) !== undefined) return { id: name, name };
      throw new Error(
        `reading IAM Role (${name}): operation error IAM: GetRole, https response error StatusCode: 404, RequestID: stand-in, NoSuchEntity: The role with name ${name} cannot be found.`,
      );
    }
    case "aws:sns/getTopic:getTopic": {
      const arn = cloud.arn("sns", text(args["name"]));
      if (cloud.look().get("topic", region, arn) !== undefined) return { id: arn, arn };
      throw new Error("no matching SNS Topic found");
    }
    default:
      throw new Error(`the stand-in for AWS does not play ${token}`);
  }
}
