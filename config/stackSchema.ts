import { z } from "zod";
import { boolean } from "./form";
import { namespace } from "./forms";

/** The settings of a whole stack, beside its `models` and their `defaults`. */
export const stackSchema = z.strictObject({
  /** CloudWatch namespace of the metrics. @default classification_rate */
  namespace: namespace.prefault("classification_rate"),

  /** Encrypt the e-mail topics with a key of the stack's own (KMS, billed monthly). @default false */
  encryptTopics: boolean.prefault(false),

  /** Provision the stack's dashboard. @default true */
  dashboard: boolean.prefault(true),
});

/** Settings of a stack, checked, without its models. */
export type StackValues = z.output<typeof stackSchema>;

/** Everything a stack's config may hold in the project's namespace. */
export const STACK_KEYS: readonly string[] = [
  "models",
  "defaults",
  ...Object.keys(stackSchema.shape),
];
