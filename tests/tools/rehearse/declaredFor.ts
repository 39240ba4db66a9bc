import type { Declared } from "../../../tools/program/declared";
import { runProgram } from "../../../tools/program/runProgram";

/** What the program declares for one model called churn, by its settings. */
export function declaredFor(
  settings: Readonly<Record<string, unknown>>,
  more: Readonly<Record<string, string>> = {},
): Promise<Declared> {
  const churn = { logGroup: "/logs/churn", threshold: 90, email: "team@example.com", ...settings };
  return runProgram({
    project: "classification-rate",
    stack: "dev",
    region: "eu-west-1",
    accountId: "123456789012",
    config: {
      "aws:region": "eu-west-1",
      "classification-rate:models": JSON.stringify({ churn }),
      ...more,
    },
  });
}
