import type { Check, Status } from "./check";
import { tallyOf, type Tally } from "./tally";

/** Whom the checks are about. */
export interface Examined {
  readonly stack: string;
  /** Twelve digits: the account that the credentials belong to. */
  readonly account: string;
  readonly region: string;
  readonly checks: readonly Check[];
}

/** The checks for machines: what `--json` prints. */
export interface JsonReport extends Omit<Examined, "checks">, Tally {
  readonly checks: readonly {
    /** null for what models share. */
    readonly model: string | null;
    readonly what: string;
    readonly subject: string;
    readonly status: Status;
    readonly found: string;
    /** null where all is well. */
    readonly advice: string | null;
    /** null where no command does it. */
    readonly command: string | null;
  }[];
}

export function jsonReport({ stack, account, region, checks }: Examined): JsonReport {
  return {
    stack,
    account,
    region,
    checks: checks.map(({ model, what, subject, status, found, advice, command }) => ({
      model: model ?? null,
      what,
      subject,
      status,
      found,
      advice: advice ?? null,
      command: command ?? null,
    })),
    ...tallyOf(checks),
  };
}
