import type { CaseResult } from "./verifyCase";

/** What came of a file. */
export interface FileResult {
  readonly file: string;
  readonly results: readonly CaseResult[];
}

/** What came of all files: what the reports are made from. */
export interface Verification {
  readonly files: readonly FileResult[];
  readonly seconds: number;
}

/** Cases that have passed, and that have not. */
export function tally({ files }: Pick<Verification, "files">): { passed: number; failed: number } {
  const results = files.flatMap((file) => file.results);
  const failed = results.filter(({ mismatches }) => mismatches.length > 0).length;
  return { passed: results.length - failed, failed };
}
