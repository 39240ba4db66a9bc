import * as pulumi from "@pulumi/pulumi";
import type { ClassificationRateArgs } from "./classificationRate";
import { NAMESPACE } from "./settings/names";
import { configOf } from "./settings/read";
import { STACK_KEYS } from "./settings/schema";

/**
 * The stack's config in the namespace `classification-rate`, as arguments of a `ClassificationRate`. They
 * may have the more liberal forms of a stack's file; the component takes and checks these, too.
 * @throws RunError where the settings stand in the project's namespace
 */
export function stackConfig(): ClassificationRateArgs {
  const config = pulumi.runtime.allConfig();
  const project = pulumi.getProject();
  const elsewhere = Object.keys(configOf(config, project)).filter((key) =>
    STACK_KEYS.includes(key),
  );
  if (project !== NAMESPACE && elsewhere.length > 0) {
    // A key without a namespace belongs to the project.
    const [found, expected] = [project, NAMESPACE].map((namespace) =>
      elsewhere.map((key) => `${namespace}:${key}`).join(", "),
    );
    throw new pulumi.RunError(
      `The config of stack ${pulumi.getStack()} has settings in another namespace: expected ${expected}, found ${found}`,
    );
  }
  // What it really holds is for the component to check.
  return configOf(config, NAMESPACE) as unknown as ClassificationRateArgs;
}
