import { RE2JS } from "re2js";
import { isMap } from "../../components/settings/input";
import { jsonMap, text } from "../program/properties";

/** A call to a topic or a key that CloudWatch would make. */
export interface PolicyRequest {
  /** Who calls, such as `cloudwatch.amazonaws.com`. */
  readonly service: string;
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
 * Whether the policy of a resource lets an AWS service do something. A matching Deny wins over every Allow, and what
 * nothing allows is denied. A service's call rests on the resource's policy alone: what is granted to the account's
 * root user, and through it to IAM policies, does not help it.
 * Sources: IAM User Guide, "Policy evaluation logic" and "IAM JSON policy elements".
 * @param policy a policy document as JSON
 */
export function policyVerdict(policy: string, request: PolicyRequest): PolicyVerdict {
  const statements = statementsOf(policy);
  if (typeof statements === "string") return { verdict: "unknown", reason: statements };
  const matches = statements.map((statement, index) => judged(statement, index, request));
  const having = (effect: string, applies: Match): Judged | undefined =>
    matches.find((one) => one.effect === effect && one.applies === applies);

  const denies = having("Deny", "yes");
  if (denies !== undefined) return { verdict: "denied", reason: `${denies.name} denies it` };
  const other = matches.find(({ effect }) => effect !== "Allow" && effect !== "Deny");
  if (other !== undefined) {
    return { verdict: "unknown", reason: `${other.name} neither allows nor denies` };
  }
  const allows = having("Allow", "yes") ?? having("Allow", "unknown");
  if (allows === undefined) return { verdict: "denied", reason: withoutAllow(matches, request) };
  const unclear = having("Deny", "unknown");
  if (unclear !== undefined) return unknown("denies", unclear);
  if (allows.applies === "unknown") return unknown("allows", allows);
  return { verdict: "allowed", reason: `${allows.name} allows it` };
}

function unknown(does: string, { name, unclear }: Judged): PolicyVerdict {
  return { verdict: "unknown", reason: `whether ${name} ${does} it is not clear: ${unclear}` };
}

function withoutAllow(matches: readonly Judged[], { action, service }: PolicyRequest): string {
  const close = matches.find(({ effect, condition }) => effect === "Allow" && condition !== "");
  return close === undefined
    ? `no statement allows ${action} to ${service}`
    : `${close.name} allows it only where ${close.condition}`;
}

interface Judged {
  /** `statement "Sid"`, or its number from 1. */
  readonly name: string;
  readonly effect: unknown;
  /** Whether the statement is about the request. */
  readonly applies: Match;
  /** What is not judged; empty where `applies` is not unknown. */
  readonly unclear: string;
  /** The conditions, where the request fails nothing but them; else empty. */
  readonly condition: string;
}

type Statement = Readonly<Record<string, unknown>>;

function judged(statement: Statement, index: number, request: PolicyRequest): Judged {
  const { Sid, Effect: effect, Condition } = statement;
  const parts = [
    { part: principalMatch(statement, request.service), word: "its principals" },
    { part: actionMatch(statement, request.action), word: "its actions" },
    { part: resourceMatch(statement, request.resource), word: "its resources" },
  ];
  const condition = conditionMatch(Condition, request);
  const rest = every(parts.map(({ part }) => part));
  const applies = every([rest, condition.match]);
  const words = parts.find(({ part }) => part === "unknown")?.word;
  return {
    name:
      typeof Sid === "string" && Sid !== ""
        ? `statement "${Sid}"`
        : `statement ${String(index + 1)}`,
    effect,
    applies,
    unclear:
      applies !== "unknown"
        ? ""
        : words === undefined
          ? condition.unclear
          : `${words} are in a form that is not judged`,
    condition: rest === "yes" && condition.match === "no" ? conditionText(Condition) : "",
  };
}

/** Everybody, or the service by its name. Accounts, users and roles are others. */
function principalMatch({ Principal, NotPrincipal }: Statement, service: string): Match {
  if (NotPrincipal !== undefined) return "unknown";
  if (Principal === "*") return "yes";
  if (!isMap(Principal)) return "unknown";
  if (listOf(Principal["AWS"]).includes("*")) return "yes";
  const services = listOf(Principal["Service"]);
  if (services.includes(service)) return "yes";
  return services.includes("*") ? "unknown" : "no";
}

function actionMatch({ Action, NotAction }: Statement, action: string): Match {
  if (NotAction !== undefined || Action === undefined) return "unknown";
  const wanted = action.toLowerCase();
  return listOf(Action).some((one) => matchesGlob(text(one).toLowerCase(), wanted)) ? "yes" : "no";
}

/** Key policies may leave the resource out or say `*`: it is the key that they belong to. */
function resourceMatch({ Resource, NotResource }: Statement, resource: string): Match {
  if (NotResource !== undefined) return "unknown";
  const patterns = listOf(Resource).map(text);
  if (Resource === undefined || patterns.some((one) => matchesGlob(one, resource))) return "yes";
  return patterns.some((one) => one.includes("${")) ? "unknown" : "no";
}

/** The statements, or what is wrong with the policy. */
function statementsOf(policy: string): readonly Statement[] | string {
  const { Statement } = jsonMap(policy);
  if (Statement === undefined) return "the policy is not a JSON document with statements";
  const statements = listOf(Statement);
  return statements.every(isMap) ? statements : "the policy's Statement has an unknown form";
}

/** Whether a part of a policy's statement is about a request; unknown where it is written in a way not judged here. */
type Match = "yes" | "no" | "unknown";

/** All have to match: one that does not decides, whatever is unknown about the others. */
function every(matches: readonly Match[]): Match {
  if (matches.includes("no")) return "no";
  return matches.includes("unknown") ? "unknown" : "yes";
}

/** One has to match. */
function some(matches: readonly Match[]): Match {
  if (matches.includes("yes")) return "yes";
  return matches.includes("unknown") ? "unknown" : "no";
}

/** The opposite; what is unknown stays so. */
function not(match: Match): Match {
  if (match === "unknown") return match;
  return match === "yes" ? "no" : "yes";
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

/** Whether a statement's conditions hold. */
interface ConditionMatch {
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
function conditionMatch(condition: unknown, request: PolicyRequest): ConditionMatch {
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
function conditionText(condition: unknown): string {
  return conditionsOf(condition)
    .map(({ operator, key, values }) => {
      const is = operator.includes("Not") ? "is not" : "is";
      return `${key} ${is} ${values.map(text).join(" or ")}`;
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
      const expected = text(value);
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
