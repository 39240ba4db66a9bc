import assert from "node:assert/strict";
import { problemText } from "../../components/settings/diagnostic";
import { readStack } from "../../components/settings/read";
import type {
  ModelSettings,
  StackContext,
  StackSettings,
} from "../../components/settings/settings";

/** The stack that inputs are read for. */
export const CONTEXT: StackContext = {
  project: "classification-rate",
  stack: "dev",
  region: "eu-west-1",
};

type Raw = Readonly<Record<string, unknown>>;

/** A model with nothing but what is required; `more` on top. */
export function modelWith(more: Raw = {}): Record<string, unknown> {
  return { logGroup: "/churn", threshold: 90, email: "a@example.com", ...more };
}

/** A stack's config with the one model `churn`. */
export function churnWith(more: Raw = {}): Record<string, unknown> {
  return { models: { churn: modelWith(more) } };
}

/** The checked settings; fails with the problems where there are any. */
export function settingsOf(raw: Raw, context = CONTEXT): StackSettings {
  const { settings } = readStack(raw, context);
  assert(settings !== undefined, problemsOf(raw, context).join("\n"));
  return settings;
}

/** The settings of the one model `churn`. */
export function churnOf(more: Raw, context = CONTEXT): ModelSettings {
  const [model] = settingsOf(churnWith(more), context).models;
  assert(model !== undefined);
  return model;
}

/** The problems as a person sees them. */
export function problemsOf(raw: Raw, context = CONTEXT): string[] {
  const { problems } = readStack(raw, context);
  return problems.map((problem) => problemText("classification-rate:", problem));
}

/** The problems of the one model `churn`. */
export function churnProblems(more: Raw, context = CONTEXT): string[] {
  return problemsOf(churnWith(more), context);
}

/** Asserts that each value of a setting is refused with this one line. */
export function assertRefused(
  key: string,
  expected: string,
  values: readonly (readonly [value: unknown, found: string])[],
): void {
  for (const [value, found] of values) {
    assert.deepEqual(churnProblems({ [key]: value }), [
      `classification-rate:models.churn.${key}: expected ${expected}, found ${found}`,
    ]);
  }
}

/** Values that have the form of no setting that is text or a number, and how errors show them. */
export const NEITHER_TEXT_NOR_NUMBER = [
  [null, "null (an empty value)"],
  [true, "true"],
  [[], "an empty list"],
  [[90], "a list of 1"],
  [{}, "an empty map"],
  [{ value: 90 }, "a map of value"],
] as const;
