import { printable, visibleText } from "../text";

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
 * Makes a call and names what is wrong where it fails.
 * @param action the IAM action that the call needs
 * @throws AwsCallError
 */
export async function awsCall<T>(action: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw awsCallError(action, error);
  }
}

/** Most pages of one answer: nothing that a stack's checks ask for has as many. */
const MOST_PAGES = 1_000;

/**
 * Makes a call whose answer comes in pages, page by page as far as they are wanted.
 * @param ask given the token of the next page; undefined for the first
 * @throws AwsCallError also where the pages have no end
 */
export async function* pagesOf<
  Page extends { NextToken?: string | undefined; nextToken?: string | undefined },
>(action: string, ask: (token: string | undefined) => Promise<Page>): AsyncGenerator<Page> {
  const tokens = new Set<string>();
  for (let token: string | undefined; ;) {
    const page = await awsCall(action, () => ask(token));
    yield page;
    token = page.NextToken ?? page.nextToken;
    if (token === undefined || token === "") return;
    if (tokens.has(token) || tokens.size === MOST_PAGES) {
      const found = tokens.has(token) ? "the same page again" : `more than ${MOST_PAGES} pages`;
      throw new AwsCallError(action, "odd answer", "EndlessAnswer", found);
    }
    tokens.add(token);
  }
}

/** Puts any error of the SDK into our terms. */
export function awsCallError(action: string, error: unknown): AwsCallError {
  if (error instanceof AwsCallError) return error;
  const { code, detail, status } = described(error);
  return new AwsCallError(action, kindOf(code, detail, status), code, detail);
}

interface Described {
  readonly code: string;
  readonly detail: string;
  /** Of the answer; undefined where there was none. */
  readonly status: number | undefined;
}

function described(error: unknown): Described {
  if (!(error instanceof Error)) {
    return { code: "Error", detail: String(error), status: undefined };
  }
  const system = "code" in error && typeof error.code === "string" ? error.code : undefined;
  const metadata: unknown = "$metadata" in error ? error.$metadata : undefined;
  const status =
    typeof metadata === "object" && metadata !== null && "httpStatusCode" in metadata
      ? metadata.httpStatusCode
      : undefined;
  // What is no answer of AWS's own, such as a proxy's page, has a status at best.
  const isNameless = error.name === "Error" || error.name === "Unknown";
  const answer = typeof status === "number" ? `HTTP ${status}` : undefined;
  return {
    // An endpoint may put anything there.
    code: visibleText(isNameless ? (system ?? answer ?? error.name) : error.name),
    // Connections to several addresses fail with an empty message and the reasons inside.
    detail: firstLine(error.message) || system || error.name,
    status: typeof status === "number" ? status : undefined,
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
  if (/^(OddAnswer|TypeError|RangeError)$/.test(code)) return "odd answer";
  if (status === 429) return "throttled";
  if (status === 502 || status === 503 || status === 504) return "unreachable";
  if (status === 403) return "access denied";
  return "other";
}
