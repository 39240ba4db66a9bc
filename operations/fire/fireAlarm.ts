import type { AlarmHistoryItem } from "@aws-sdk/client-cloudwatch";
import { alarmHistory, setAlarmState, type HistoryQuery } from "../alarmCalls";
import { AwsCallError } from "../awsCall";
import type { AwsSession } from "../awsSession";
import { newItems, stateBack, type ActionResult, type StateBack } from "./alarmEvents";
import type { Clock } from "../clock";
import { tellsSomebody, type FirePlan } from "./firePlan";
import { fireReason } from "./fireReason";
import { watchActions, type Patience } from "./watchActions";

/** An alarm whose state was set. */
export interface Fired {
  readonly plan: FirePlan;
  readonly at: Date;
  /** As the mail gives it. */
  readonly reason: string;
  /** The history just before: what is in it already is not this firing's doing. */
  readonly before: Past;
}

/** What came of it. */
export interface FireOutcome extends Fired {
  readonly actions: readonly ActionResult[];
  /** When CloudWatch set the real state again, if it has already. */
  readonly back: StateBack | undefined;
  /** Why the history could not be read. */
  readonly problem: string | undefined;
  /** Somebody did not want to wait any longer. */
  readonly interrupted: boolean;
}

type Past =
  | { readonly since: Date; readonly items: readonly AlarmHistoryItem[] }
  | { readonly problem: string };

/** Milliseconds that AWS's clock may be behind this machine's. */
const CLOCKS_APART = 15 * 60_000;

/**
 * Sets the state that is planned.
 * @param caller ARN of whose credentials these are; the mail names it
 * @throws AwsCallError where the state could not be set
 */
export async function fireAlarm(
  session: AwsSession,
  plan: FirePlan,
  caller: string,
  clock: Clock,
): Promise<Fired> {
  const before = await past(session, plan, new Date(clock.now().getTime() - CLOCKS_APART));
  const reason = fireReason(caller);
  await setAlarmState(session, plan.alarm.name, plan.to, reason);
  return { plan, at: clock.now(), reason, before };
}

/** Waits for what comes of it. A history that cannot be read is no error: the state is set all the same. */
export async function watchFired(
  session: AwsSession,
  fired: Fired,
  patience: Patience,
): Promise<FireOutcome> {
  const { plan, before } = fired;
  const arns = plan.actions.map(({ arn }) => arn);
  const unknown = (detail: string): ActionResult[] =>
    arns.map((arn) => ({ arn, result: "unknown", detail }));
  const end = { ...fired, back: undefined, problem: undefined, interrupted: false };
  if ("problem" in before) {
    return { ...end, actions: unknown(before.problem), problem: before.problem };
  }
  const read = async (type: HistoryQuery["type"]): Promise<AlarmHistoryItem[]> => {
    const { since } = before;
    return newItems(await alarmHistory(session, plan.alarm.name, { type, since }), before.items);
  };
  try {
    const actions = await watchActions(arns, () => read("Action"), patience);
    const back = stateBack(await read("StateUpdate"), plan.to);
    const isWaiting = actions.some(({ result }) => result === "unknown");
    const interrupted = isWaiting && patience.signal?.aborted === true;
    const detail = interrupted
      ? "not waited for"
      : `not in the alarm's history within ${String(patience.wait)} s`;
    return {
      ...end,
      back,
      interrupted,
      actions: actions.map((action) =>
        action.result === "unknown" ? { ...action, detail } : action,
      ),
    };
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error;
    return { ...end, actions: unknown(error.message), problem: error.message };
  }
}

/** Whether all notifications were sent, and to somebody. */
export function isWell({ plan, actions }: FireOutcome): boolean {
  return tellsSomebody(plan) && actions.every(({ result }) => result === "sent");
}

async function past(session: AwsSession, { alarm }: FirePlan, since: Date): Promise<Past> {
  try {
    const [actions, updates] = await Promise.all([
      alarmHistory(session, alarm.name, { type: "Action", since }),
      alarmHistory(session, alarm.name, { type: "StateUpdate", since }),
    ]);
    return { since, items: [...actions, ...updates] };
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error;
    return { problem: error.message };
  }
}
