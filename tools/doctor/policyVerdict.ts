import { RE2JS } from "re2js";
import { isMap } from "../../components/settings/input";
import { jsonMap, text } from "../program/properties";

/** Who calls. */
const SERVICE = "cloudwatch.amazonaws.com";

/** A call to a topic or a key that CloudWatch would make. */
export interface PolicyRequest {
  /** One action, without wildcards: `sns:Publish`. */
  readonly action: string;
  /** The ARN of the topic or key whose policy it is. */
  readonly resource: string;
  /** The alarm's ARN; undefined where AWS does not document that the call carries it. */
  readonly sourceArn?: string | undefined;
  /** The alarm's account; undefined where AWS does not document that the call carries it. */
  readonly sourceAccount?: string | undefined;
}

/** Whether a policy lets a call through. */
export interface PolicyVerdict {
  /** Unknown: the policy uses a part of IAM's language that is not judged here. */
  readonly verdict: "allowed" | "denied" | "unknown";
  /** Which statement decides, in words. */
  readonly reason: string;
}

/**
 * Whether the policy of a resource lets CloudWatch do something. A matching Deny wins over every Allow, and what
 * nothing allows is denied. A service's call rests on the resource's policy alone: what is granted to the account's
 * root user, and through it to IAM policies, does not help it.
 * Sources: IAM User Guide, "Policy evaluation logic" and "IAM JSON policy elements".
 * @param policy a policy document as JSON
 */
export function policyVerdict(policy: string, request: PolicyRequest): PolicyVerdict {
  const { Statement } = jsonMap(policy);
  if (Statement === undefined) {
    return unknown("the policy is not a JSON document with statements");
  }
  const statements = listOf(Statement);
  if (!statements.every(isMap)) return unknown("the policy's Statement has an unknown form");
  const matches = statements.map((statement, index) => judged(statement, index, request));
  const having = (effect: string, applies: Match): Judged | undefined =>
    matches.find((one) => one.effect === effect && one.applies === applies);

  const denies = having("Deny", true);
  if (denies !== undefined) return { verdict: "denied", reason: `${denies.name} denies it` };
  const other = matches.find(({ effect }) => effect !== "Allow" && effect !== "Deny");
  if (other !== undefined) return unknown(`${other.name} neither allows nor denies`);
  const allows = having("Allow", true) ?? having("Allow", undefined);
  if (allows === undefined) return { verdict: "denied", reason: withoutAllow(matches, request) };
  const unclear = having("Deny", undefined);
  if (unclear !== undefined) {
    return unknown(`whether ${unclear.name} denies it is not clear: ${unclear.unclear}`);
  }
  if (allows.applies === undefined) {
    return unknown(`whether ${allows.name} allows it is not clear: ${allows.unclear}`);
  }
  return { verdict: "allowed", reason: `${allows.name} allows it` };
}

function unknown(reason: string): PolicyVerdict {
  return { verdict: "unknown", reason };
}

function withoutAllow(matches: readonly Judged[], { action }: PolicyRequest): string {
  const close = matches.find(({ effect, condition }) => effect === "Allow" && condition !== "");
  return close === undefined
    ? `no statement allows ${action} to ${SERVICE}`
    : `${close.name} allows it only where ${close.condition}`;
}

/** Whether something of a policy is about a request; undefined where it is written in a way not judged here. */
type Match = boolean | undefined;

interface Judged {
  /** `statement "Sid"`, or its number from 1. */
  readonly name: string;
  readonly effect: unknown;
  /** Whether the statement is about the request. */
  readonly applies: Match;
  /** What is not judged; empty where all is. */
  readonly unclear: string;
  /** The conditions, where the request fails nothing but them; else empty. */
  readonly condition: string;
}

type Statement = Readonly<Record<string, unknown>>;

function judged(statement: Statement, index: number, request: PolicyRequest): Judged {
  const id = text(statement["Sid"]);
  const parts = [
    { match: principalMatch(statement), word: "its principals" },
    { match: actionMatch(statement, request.action), word: "its actions" },
    { match: resourceMatch(statement, request.resource), word: "its resources" },
  ].map(({ match, word }) => ({ match, why: `${word} are in a form that is not judged` }));
  const conditions = conditionsOf(statement["Condition"]);
  const held = conditions.map((one) => ({
    match: conditionMatch(one, request),
    why: `its condition ${one.operator} on ${one.key} is not judged here`,
  }));
  const failsConditions = every(parts) === true && every(held) === false;
  return {
    name: `statement ${id === "" ? index + 1 : `"${id}"`}`,
    effect: statement["Effect"],
    applies: every([...parts, ...held]),
    unclear: [...parts, ...held].find(({ match }) => match === undefined)?.why ?? "",
    condition: failsConditions ? conditions.map(conditionText).join(" and ") : "",
  };
}

/** All have to match: one that does not decides, whatever is unknown about the others. */
function every(all: readonly { readonly match: Match }[]): Match {
  if (all.some(({ match }) => match === false)) return false;
  return all.some(({ match }) => match === undefined) ? undefined : true;
}

/** Everybody, or the service by its name. Accounts, users and roles are others. */
function principalMatch({ Principal, NotPrincipal }: Statement): Match {
  if (NotPrincipal !== undefined) return undefined;
  if (Principal === "*") return true;
  if (!isMap(Principal)) return undefined;
  const services = listOf(Principal["Service"]);
  if (listOf(Principal["AWS"]).includes("*") || services.includes(SERVICE)) return true;
  return services.includes("*") ? undefined : false;
}

function actionMatch({ Action, NotAction }: Statement, action: string): Match {
  if (NotAction !== undefined || Action === undefined) return undefined;
  const wanted = action.toLowerCase();
  return listOf(Action).some((one) => matchesGlob(text(one).toLowerCase(), wanted));
}

/** Key policies may leave the resource out or say `*`: it is the key that they belong to. */
function resourceMatch({ Resource, NotResource }: Statement, resource: string): Match {
  if (NotResource !== undefined) return undefined;
  const patterns = listOf(Resource).map(text);
  if (Resource === undefined || patterns.some((one) => matchesGlob(one, resource))) return true;
  return patterns.some((one) => one.includes("${")) ? undefined : false;
}

/** IAM takes one value where a list of one is meant. */
function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined ? [] : [value];
}

/** Whether a text matches a pattern in which `*` stands for any characters and `?` for one. In linear time. */
export function matchesGlob(pattern: string, text: string): boolean {
  const parts = pattern.split(/([*?])/).map((part) => {
    if (part === "*" || part === "?") return part === "*" ? ".*" : ".";
    return RE2JS.quote(part);
  });
  return RE2JS.compile(parts.join(""), RE2JS.DOTALL).matches(text);
}

interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly unknown[];
}

function conditionsOf(condition: unknown = {}): Condition[] {
  return entries(condition).flatMap(([operator, keys]) =>
    entries(keys).map(([key, values]) => ({ operator, key, values: listOf(values) })),
  );
}

/** Something that is no map becomes an operator that nobody knows. */
function entries(value: unknown): [string, unknown][] {
  return isMap(value) ? Object.entries(value) : [[JSON.stringify(value ?? null), undefined]];
}

/** `aws:SourceAccount is 123456789012`, for messages. */
function conditionText({ operator, key, values }: Condition): string {
  return `${key} ${operator.includes("Not") ? "is not" : "is"} ${values.map(text).join(" or ")}`;
}

/** Whether a value of a policy matches what the request has. */
const OPERATORS: ReadonlyMap<string, (expected: string, actual: string) => Match> = new Map([
  ["StringEquals", (expected, actual) => expected === actual],
  ["StringEqualsIgnoreCase", (expected, actual) => expected.toLowerCase() === actual.toLowerCase()],
  ["StringLike", matchesGlob],
  ["ArnEquals", arnMatch],
  ["ArnLike", arnMatch],
  ["Bool", (expected, actual) => expected.toLowerCase() === actual],
]);

/**
 * Whether a request meets a condition. Of a condition's values one has to match; of a negated one's, none may. A key
 * that the request has makes `...IfExists` mean the same as without.
 * Source: IAM User Guide, "IAM JSON policy elements: Condition operators", "Conditions with multiple context keys or
 * values".
 */
function conditionMatch({ operator, key, values }: Condition, request: PolicyRequest): Match {
  const plain = operator.replace(/IfExists$/, "");
  const positive = plain.replace(/^(String|Arn)Not/, "$1");
  const judge = OPERATORS.get(positive);
  const actual = valuesIn(request).get(key.toLowerCase());
  if (judge === undefined || actual === undefined) return undefined;
  const matches = values.map((value) => {
    const expected = text(value);
    return expected === "" || expected.includes("${") ? undefined : judge(expected, actual);
  });
  if (matches.includes(true)) return positive === plain;
  return matches.includes(undefined) ? undefined : positive !== plain;
}

/**
 * What the request is known to have, by condition key. `AWS:SourceOwner` is SNS's own older key, which the policy has
 * that a topic is created with; alarms of the owner's account meet it.
 */
function valuesIn({ sourceArn, sourceAccount }: PolicyRequest) {
  return new Map([
    ["aws:sourcearn", sourceArn],
    ["aws:sourceaccount", sourceAccount],
    ["aws:sourceowner", sourceAccount],
    // Services of AWS call each other over TLS only; many topics deny everything else.
    ["aws:securetransport", "true"],
  ]);
}

/** The six parts of an ARN; the last one, the resource, may itself hold colons. */
const ARN = /^([^:]*):([^:]*):([^:]*):([^:]*):([^:]*):(.*)$/s;

/** Both operators compare the parts one by one, with wildcards. */
function arnMatch(expected: string, actual: string): Match {
  const [wanted, found] = [ARN.exec(expected)?.slice(1), ARN.exec(actual)?.slice(1)];
  return found && wanted?.every((part, index) => matchesGlob(part, found[index] ?? ""));
}
