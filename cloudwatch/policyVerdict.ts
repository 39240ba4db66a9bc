import { conditionMatch, conditionText } from "./policyConditions";
import { matchesGlob, listOf, textOf, type Match, every } from "./policyMatch";

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
  return listOf(Action).some((one) => matchesGlob(textOf(one).toLowerCase(), wanted))
    ? "yes"
    : "no";
}

/** Key policies may leave the resource out or say `*`: it is the key that they belong to. */
function resourceMatch({ Resource, NotResource }: Statement, resource: string): Match {
  if (NotResource !== undefined) return "unknown";
  const patterns = listOf(Resource).map(textOf);
  if (Resource === undefined || patterns.some((one) => matchesGlob(one, resource))) return "yes";
  return patterns.some((one) => one.includes("${")) ? "unknown" : "no";
}

/** The statements, or what is wrong with the policy. */
function statementsOf(policy: string): readonly Statement[] | string {
  const document = parsed(policy);
  if (!isMap(document)) return "the policy is not a JSON document";
  const statements = listOf(document["Statement"]);
  return statements.every(isMap) ? statements : "the policy's Statement has an unknown form";
}

function parsed(policy: string): unknown {
  try {
    return JSON.parse(policy);
  } catch {
    return undefined;
  }
}

function isMap(value: unknown): value is Statement {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
