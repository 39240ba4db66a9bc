/** An error as an AWS service answers it. */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }

  /** Answers after which the provider waits and tries again by itself. */
  get isThrottling(): boolean {
    return /^(Throttl|TooManyRequests|RequestLimitExceeded|SlowDown)/.test(this.code);
  }

  /** The text in which the real provider reports it. */
  describe(service: string, call: string): string {
    const request = `operation error ${service}: ${call}`;
    const response = "https response error StatusCode: 400, RequestID: stand-in";
    return `${request}, ${response}, api error ${this.code}: ${this.message}`;
  }
}
