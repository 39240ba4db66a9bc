import { every, listOf, matchesGlob, not, some, textOf, type Match } from "./policyMatch";
import type { PolicyRequest } from "./policyVerdict";

/** Whether a statement's conditions hold. */
export interface ConditionMatch {
  readonly match: Match;
  /** Why it is unknown; else empty. */
  readonly unclear: string;
}

/**
 * Whether all of a statement's conditions hold for a request. Of a condition's values one has to match; of a negated
 * one's, none may. A key that the request has makes `...IfExists` mean the same as without.
 * Source: IAM User Guide, "IAM JSON policy elements: Condition operators", "Conditions with multiple context keys or
 * values".
 */
export function conditionMatch(condition: unknown, request: PolicyRequest): ConditionMatch {
  const matches = conditionsOf(condition).map((one) => ({ one, match: oneMatch(one, request) }));
  const unclear = matches.find(({ match }) => match === "unknown")?.one;
  const match = every(matches.map((one) => one.match));
  return {
    match,
    unclear:
      match !== "unknown" || unclear === undefined
        ? ""
        : `its condition ${unclear.operator} on ${unclear.key} is not judged here`,
  };
}

/** `aws:SourceAccount is 123456789012 and ...`, for messages. */
export function conditionText(condition: unknown): string {
  return conditionsOf(condition)
    .map(({ operator, key, values }) => {
      const is = operator.includes("Not") ? "is not" : "is";
      return `${key} ${is} ${values.map(textOf).join(" or ")}`;
    })
    .join(" and ");
}

interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly unknown[];
}

function conditionsOf(condition: unknown): Condition[] {
  if (condition === undefined) return [];
  return entries(condition).flatMap(([operator, keys]) =>
    entries(keys).map(([key, values]) => ({ operator, key, values: listOf(values) })),
  );
}

/** Something that is no map becomes an operator that nobody knows. */
function entries(value: unknown): [string, unknown][] {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.entries(value)
    : [[JSON.stringify(value ?? null), undefined]];
}

/** Whether a value of a policy matches what the request has. */
type Operator = (expected: string, actual: string) => Match;

const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: (expected, actual) => asMatch(expected === actual),
  StringEqualsIgnoreCase: (expected, actual) =>
    asMatch(expected.toLowerCase() === actual.toLowerCase()),
  StringLike: (expected, actual) => asMatch(matchesGlob(expected, actual)),
  ArnEquals: arnMatch,
  ArnLike: arnMatch,
  Bool: (expected, actual) => asMatch(expected.toLowerCase() === actual),
};

function oneMatch({ operator, key, values }: Condition, request: PolicyRequest): Match {
  const plain = operator.replace(/IfExists$/, "");
  const positive = plain.replace(/^(String|Arn)Not/, "$1");
  const judge = Object.hasOwn(OPERATORS, positive) ? OPERATORS[positive] : undefined;
  const actual = valueOf(key, request);
  if (judge === undefined || actual === undefined) return "unknown";
  const match = some(
    values.map((value) => {
      const expected = textOf(value);
      return expected === "" || expected.includes("${") ? "unknown" : judge(expected, actual);
    }),
  );
  return positive === plain ? match : not(match);
}

/**
 * What the request has under a condition key; undefined where that is not known. `AWS:SourceOwner` is SNS's own older
 * key, which the policy has that a topic is created with; alarms of the owner's account meet it.
 */
function valueOf(key: string, request: PolicyRequest): string | undefined {
  switch (key.toLowerCase()) {
    case "aws:sourcearn":
      return request.sourceArn;
    case "aws:sourceaccount":
    case "aws:sourceowner":
      return request.sourceAccount;
    // Services of AWS call each other over TLS only; many topics deny everything else.
    case "aws:securetransport":
      return "true";
    default:
      return undefined;
  }
}

/** Both operators compare the six parts of an ARN one by one, with wildcards. */
function arnMatch(expected: string, actual: string): Match {
  const [wanted, found] = [arnParts(expected), arnParts(actual)];
  if (wanted.length !== 6 || found.length !== 6) return "unknown";
  return asMatch(wanted.every((part, index) => matchesGlob(part, found[index] ?? "")));
}

/** The last part, the resource, may itself hold colons. */
function arnParts(arn: string): string[] {
  const parts = arn.split(":");
  return parts.length < 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(":")];
}

function asMatch(matches: boolean): Match {
  return matches ? "yes" : "no";
}
