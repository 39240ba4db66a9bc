/** Why a call to AWS failed, as far as a user has to act differently. */
export type AwsFailureKind =
  "access denied" | "credentials" | "not found" | "throttled" | "unreachable" | "other";

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
  credentials: "AWS does not take your credentials",
  "not found": "there is no such thing",
  throttled: "AWS is asked too often",
  unreachable: "AWS does not answer",
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
  return {
    code: error.name === "Error" ? (system ?? error.name) : error.name,
    // Connections to several addresses fail with an empty message and the reasons inside.
    detail: firstLine(error.message) || system || error.name,
    status: typeof status === "number" ? status : undefined,
  };
}

/** The SDK adds hints for programmers on further lines. */
function firstLine(text: string): string {
  return text.trim().split("\n", 1)[0] ?? "";
}

/** AWS names the same thing differently from service to service. */
const BY_CODE: readonly (readonly [RegExp, AwsFailureKind])[] = [
  [/^(AccessDenied|Unauthorized|AuthorizationError|NotAuthorized)/, "access denied"],
  [
    /^(ExpiredToken|InvalidClientTokenId|UnrecognizedClient|InvalidSignature|SignatureDoesNotMatch|IncompleteSignature|MissingAuthenticationToken|InvalidAccessKeyId|TokenRefreshRequired|CredentialsProvider|CredentialsError|TokenProviderError|RequestExpired)/,
    "credentials",
  ],
  [/Throttl|TooManyRequests|RequestLimitExceeded|^SlowDown/, "throttled"],
  [/NotFound|^NoSuch|NonExistent/, "not found"],
  [
    /^(E[A-Z]+|TimeoutError|RequestTimeout|NetworkingError|AbortError|AggregateError)$/,
    "unreachable",
  ],
];

function kindOf(code: string, detail: string, status: number | undefined): AwsFailureKind {
  const known = BY_CODE.find(([form]) => form.test(code))?.[1];
  if (known !== undefined) return known;
  if (/could not load credentials|unable to parse.*config|sso session/i.test(detail)) {
    return "credentials";
  }
  if (status === 429) return "throttled";
  if (status === 403) return "access denied";
  return "other";
}
