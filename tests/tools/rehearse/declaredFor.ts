import { readStack } from "../../../components/settings/read";
import type { ModelSettings } from "../../../components/settings/settings";
import type { Declared } from "../../../tools/program/declared";
import { runProgram } from "../../../tools/program/runProgram";

/** What the program declares for one model called churn, by its settings. */
export function declaredFor(
  settings: Readonly<Record<string, unknown>>,
  more: Readonly<Record<string, string>> = {},
): Promise<Declared> {
  const churn = churnWith(settings);
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

/** The checked settings of the same model. */
export function modelFor(settings: Readonly<Record<string, unknown>>): ModelSettings {
  const context = { project: "classification-rate", stack: "dev", region: "eu-west-1" };
  const read = readStack({ models: { churn: churnWith(settings) } }, context);
  const [churn] = read.settings?.models ?? [];
  if (churn === undefined) throw new Error(JSON.stringify(read.problems));
  return churn;
}

function churnWith(settings: Readonly<Record<string, unknown>>) {
  return { logGroup: "/logs/churn", threshold: 90, email: "team@example.com", ...settings };
}
