import { getSmithyContext } from "@smithy/core/transport";
import type { MiddlewareStack, StaticOperationSchema } from "@smithy/types";
import { printable, visibleText } from "../text";
import { oddityIn } from "./oddAnswers";

/** Why a call to AWS failed, as far as a user has to act differently. */
export type AwsFailureKind =
  | "access denied"
  | "credentials"
  | "not found"
  | "throttled"
  | "unreachable"
  | "odd answer"
  | "other";

/** A call to AWS that failed, after all its attempts. */
export class AwsCallError extends Error {
  override readonly name = "AwsCallError";

  /**
   * @param action the IAM action of the call, such as `logs:DescribeMetricFilters`
   * @param code AWS's own name for the error, such as `ThrottlingException`
   * @param detail AWS's message
   */
  constructor(
    readonly action: string,
    readonly kind: AwsFailureKind,
    readonly code: string,
    readonly detail: string,
  ) {
    super(`${action}: ${WORDS[kind]} (${code}: ${detail})`);
  }
}

const WORDS: Readonly<Record<AwsFailureKind, string>> = {
  "access denied": "your credentials may not do this",
  credentials: "AWS does not accept the credentials, or there are none",
  "not found": "it does not exist",
  throttled: "too many calls at a time",
  unreachable: "AWS does not answer",
  "odd answer": "the answer is not what AWS documents",
  other: "AWS refuses",
};

/**
 * Has all calls of a client fail with {@link AwsCallError}s, also where an answer is not as in AWS's own model of it: so
 * the SDK's types can be relied on. Such an answer comes from something between here and AWS, or from a stand-in for it.
 * @param service as IAM calls it, such as `logs`
 */
export function checked<In extends object, Out extends object, C>(
  service: string,
  client: C & { readonly middlewareStack: MiddlewareStack<In, Out> },
): C {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const { operationSchema } = getSmithyContext(context);
      const [, , operation, , , schema] = operationSchema as StaticOperationSchema;
      const action = `${service}:${operation}`;
      try {
        const result = await next(args);
        const { $metadata: _, ...answer } = result.output as Answer;
        const odd = oddityIn(schema, answer);
        if (odd !== undefined) throw new AwsCallError(action, "odd answer", "OddAnswer", odd);
        const token = tokenOf(answer);
        if (token !== undefined && token === tokenOf(args.input as Answer)) {
          throw new AwsCallError(action, "odd answer", "EndlessAnswer", "the same page again");
        }
        return result;
      } catch (error) {
        throw awsCallError(action, error);
      }
    },
    { step: "initialize", name: "checkAnswer" },
  );
  return client;
}

type Answer = Readonly<Record<string, unknown>>;

/** Where an answer in pages goes on, or what asks for it. */
function tokenOf({ NextToken, nextToken = NextToken }: Answer): unknown {
  return nextToken;
}

/** What the pages of an answer list, all together. */
export async function listed<Page, Item>(
  pages: AsyncIterable<Page>,
  items: (page: Page) => readonly Item[] | undefined,
): Promise<Item[]> {
  const found: Item[] = [];
  for await (const page of pages) found.push(...(items(page) ?? []));
  return found;
}

/** Puts any error of the SDK into our terms. */
export function awsCallError(action: string, error: unknown): AwsCallError {
  if (error instanceof AwsCallError) return error;
  if (!(error instanceof Error)) return new AwsCallError(action, "other", "Error", String(error));
  const { name, message, code: system, $metadata } = error as SdkError;
  const status = $metadata?.httpStatusCode;
  // What is no answer of AWS's own, such as a proxy's page, has a status at best.
  const isNameless = name === "Error" || name === "Unknown";
  const answer = status === undefined ? name : `HTTP ${status}`;
  // An endpoint may put anything there.
  const code = visibleText(isNameless ? (system ?? answer) : name);
  // Connections to several addresses fail with an empty message and the reasons inside.
  const detail = firstLine(message) || system || name;
  return new AwsCallError(action, kindOf(code, detail, status), code, detail);
}

interface SdkError extends Error {
  /** The operating system's, such as `ECONNRESET`. */
  readonly code?: string;
  readonly $metadata?: {
    /** Of the answer; undefined where there was none. */
    readonly httpStatusCode?: number;
  };
}

/** The SDK adds its module's name in front, and hints for programmers on further lines. */
function firstLine(text: string): string {
  const [line = ""] = text.trim().split("\n", 1);
  return printable(line.replace(/^@(smithy|aws-sdk)\/\S+ - (\[\w+\] )?/, ""));
}

/**
 * AWS names the same thing differently from service to service. Throttling are all codes that the SDK waits and tries
 * again for. Wrong dates mean that the signature, so the credentials, cannot be checked.
 */
const BY_CODE: readonly (readonly [RegExp, AwsFailureKind])[] = [
  [/^(AccessDenied|Unauthorized|AuthorizationError|NotAuthorized)/, "access denied"],
  [
    /^(ExpiredToken|InvalidClientTokenId|UnrecognizedClient|InvalidSignature|SignatureDoesNotMatch|IncompleteSignature|MissingAuthenticationToken|InvalidAccessKeyId|TokenRefreshRequired|CredentialsProvider|CredentialsError|TokenProviderError|RequestExpired|RequestInTheFuture|RequestTimeTooSkewed)/,
    "credentials",
  ],
  [
    /Throttl|TooManyRequests|LimitExceeded|^(SlowDown|PriorRequestNotComplete|ProvisionedThroughputExceeded)/,
    "throttled",
  ],
  [/NotFound|^NoSuch|NonExistent/, "not found"],
  [
    /^(E[A-Z_]+|TimeoutError|RequestTimeout(Exception)?|NetworkingError|AbortError|AggregateError|ServiceUnavailable(Exception)?)$/,
    "unreachable",
  ],
  // Somebody in between, or an endpoint, whose certificate this machine does not trust.
  [/^[A-Z_]*(CERT|SELF_SIGNED|UNABLE_TO_)[A-Z_]*$/, "unreachable"],
];

function kindOf(code: string, detail: string, status: number | undefined): AwsFailureKind {
  const known = BY_CODE.find(([form]) => form.test(code))?.[1];
  if (known !== undefined) return known;
  if (/could not load credentials|unable to parse.*config|sso session/i.test(detail)) {
    return "credentials";
  }
  // An answer that is not in AWS's format, or an endpoint that is no URL: it is not AWS that was called.
  if (code === "SyntaxError" || /^invalid url/i.test(detail)) return "unreachable";
  // What the SDK itself falls over while it reads an answer.
  if (/^(TypeError|RangeError)$/.test(code)) return "odd answer";
  if (status === 429) return "throttled";
  if (status === 502 || status === 503 || status === 504) return "unreachable";
  if (status === 403) return "access denied";
  return "other";
}
