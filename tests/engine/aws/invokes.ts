import { ACCOUNT_ID } from "./account";
import { Bag, text } from "./json";

/** The functions of the provider the stand-in answers: who and where am I. */
export function invoke(token: string, args: Bag, region: string): Bag {
  const place = text(args["region"]) || text(args["name"]) || region;
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
        region: place,
        id: place,
        name: place,
        description: `Region (${place})`,
        endpoint: `ec2.${place}.amazonaws.com`,
      };
    case "aws:index/getPartition:getPartition":
      return {
        partition: "aws",
        id: "aws",
        dnsSuffix: "amazonaws.com",
        reverseDnsPrefix: "com.amazonaws",
      };
    default:
      throw new Error(`the stand-in for AWS does not play ${token}`);
  }
}
