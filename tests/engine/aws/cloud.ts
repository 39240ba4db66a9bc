import { setTimeout as pause } from "node:timers/promises";
import { Account, ACCOUNT_ID, AccountFile, ThingKind } from "./account";
import { AwsError } from "./errors";
import { errorOf, nextFault } from "./faults";
import { appendToJournal } from "./journal";

/** A call that changes something. */
export interface Call {
  /** The service as the provider's errors name it, such as CloudWatch. */
  readonly service: string;
  readonly call: string;
  readonly kind: ThingKind;
  readonly name: string;
}

/** What a call did, for the journal. */
export type Effect = "created" | "overwrote" | "changed" | "deleted" | "nothing";

/** An AWS call the provider gave up on. */
export class CallError extends Error {
  constructor(
    message: string,
    /** AWS's error code. */
    readonly code: string,
  ) {
    super(message);
  }
}

/** The real provider's number of attempts at a call that is throttled. */
const ATTEMPTS = 25;
/** Its pauses grow the same way but last seconds. */
const FIRST_PAUSE = 1;
const LONGEST_PAUSE = 20;

/** The account as one provider sees it: through one region. */
export class Cloud {
  constructor(
    private readonly file: AccountFile,
    readonly region: string,
  ) {}

  /** The same account seen through another region, or through the same one when none is given. */
  in(region: string): Cloud {
    return region === "" || region === this.region ? this : new Cloud(this.file, region);
  }

  /** The ARN of something in this region. */
  arn(service: string, resource: string): string {
    return `arn:aws:${service}:${this.region}:${ACCOUNT_ID}:${resource}`;
  }

  /** The account as it is now. Not to be changed. */
  look(): Account {
    return this.file.read();
  }

  /**
   * Makes a call: meets a planned fault, or changes the account and writes it down at once.
   * Throttled calls are tried again with growing pauses, as the real provider does.
   */
  async make(call: Call, change: (account: Account) => Effect): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const error = await this.attempt(call, attempt, change);
      if (error === undefined) return;
      if (!error.isThrottling || attempt === ATTEMPTS) {
        throw new CallError(error.describe(call.service, call.call), error.code);
      }
      await pause(Math.min(FIRST_PAUSE * 2 ** attempt, LONGEST_PAUSE));
    }
  }

  private async attempt(
    { call, kind, name }: Call,
    attempt: number,
    change: (account: Account) => Effect,
  ): Promise<AwsError | undefined> {
    const fault = nextFault(this.file.path, { call, name, attempt });
    const planned = fault && errorOf(fault);
    if (fault?.afterwards !== true) await pause(fault?.delay ?? 0);
    const skipped = planned !== undefined && fault?.afterwards !== true;
    const result = skipped ? planned : this.apply(change);
    const error = planned ?? (result instanceof AwsError ? result : undefined);
    const outcome = error?.code ?? String(result);
    appendToJournal(this.file.path, { call, kind, name, region: this.region, attempt, outcome });
    if (fault?.afterwards === true) await pause(fault.delay ?? 0);
    return error;
  }

  private apply(change: (account: Account) => Effect): Effect | AwsError {
    const account = this.file.read();
    try {
      const effect = change(account);
      if (effect !== "nothing") this.file.write(account);
      return effect;
    } catch (error) {
      this.file.forget();
      if (error instanceof AwsError) return error;
      throw error;
    }
  }
}
