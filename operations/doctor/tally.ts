import type { Check } from "./check";

/** How many checks did not come out well. */
export interface Tally {
  readonly failures: number;
  readonly warnings: number;
}

export function tallyOf(checks: readonly Check[]): Tally {
  const having = (wanted: Check["status"]): number =>
    checks.filter(({ status }) => status === wanted).length;
  return { failures: having("failure"), warnings: having("warning") };
}
