import type { ActionResult } from "./alarmEvents";
import type { FireOutcome } from "./fireAlarm";
import type { FireQuestion, Recipient } from "./firePlan";

/** A firing for machines: what `--json` prints. Times are ISO-8601 in UTC. */
export interface FireJson {
  readonly stack: string;
  readonly account: string;
  readonly region: string;
  readonly alarm: string;
  readonly model: string;
  /** null where there is no such alarm. */
  readonly from: string | null;
  readonly to: string;
  /** When the state was set; null where nothing was fired. */
  readonly at: string | null;
  /** As the mail gives it; null where nothing was fired. */
  readonly reason: string | null;
  readonly actions: readonly JsonAction[];
  readonly recipients: readonly Recipient[];
  /** When CloudWatch set the real state again, and which; null where it has not been seen. */
  readonly back: { readonly at: string; readonly state: string } | null;
  /** Why nothing was fired, nobody is told, or the result is not known. */
  readonly findings: readonly string[];
}

/** An action with null where there is no detail. */
export type JsonAction = Omit<ActionResult, "detail"> & { readonly detail: string | null };

/** Where nothing was fired. */
export function notFiredJson(
  account: string,
  question: FireQuestion,
  why: string,
  recipients: readonly Recipient[] = [],
): FireJson {
  return {
    ...identified(account, question),
    ...{ at: null, reason: null, actions: [], recipients, back: null, findings: [why] },
  };
}

export function fireJson(account: string, outcome: FireOutcome): FireJson {
  const { plan, at, reason, actions, back, problem } = outcome;
  return {
    ...identified(account, plan),
    at: at.toISOString(),
    reason,
    actions: actions.map((action) => ({ ...action, detail: action.detail ?? null })),
    recipients: plan.recipients,
    back: back === undefined ? null : { at: back.at.toISOString(), state: back.state },
    findings: [
      ...plan.warnings.map(({ found }) => found),
      ...(problem === undefined ? [] : [problem]),
    ],
  };
}

function identified(
  account: string,
  { stack, region, alarm, live, to }: FireQuestion,
): Pick<FireJson, "stack" | "account" | "region" | "alarm" | "model" | "from" | "to"> {
  const from = live?.state ?? null;
  return { stack, account, region, alarm: alarm.name, model: alarm.model, from, to };
}
