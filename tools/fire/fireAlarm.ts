import type { AlarmHistoryItem } from "@aws-sdk/client-cloudwatch";
import { actionOutcome, alarmHistory, type HistoryQuery, setAlarmState } from "../aws/alarmCalls";
import { AwsCallError } from "../aws/awsCall";
import type { AwsSession } from "../aws/awsSession";
import type { Clock } from "../aws/clock";
import { type FirePlan, reachesSomebody } from "./firePlan";

/** How one of the actions went. */
export interface ActionResult {
  readonly arn: string;
  /** Unknown: the history does not say, or not yet. */
  readonly result: "sent" | "failed" | "unknown";
  /** Why it failed, in AWS's words, or why it is not known. */
  readonly detail: string | null;
}

/** A state that CloudWatch set itself. */
interface StateBack {
  readonly at: Date;
  readonly state: string;
}

/** The items of a history that were not in it before; both newest first. */
export function newItems(
  items: readonly AlarmHistoryItem[],
  before: readonly AlarmHistoryItem[],
): AlarmHistoryItem[] {
  const known = new Set(before.map(itemKey));
  return items.filter((item) => !known.has(itemKey(item)));
}

function itemKey({ Timestamp, HistorySummary = "" }: AlarmHistoryItem): string {
  return `${String(Timestamp?.getTime())} ${HistorySummary}`;
}

/**
 * What a history says about actions. Where the state went back meanwhile and ran the same action again, the earlier
 * item is the one that counts.
 * @param items new ones, newest first
 */
export function actionResults(
  arns: readonly string[],
  items: readonly AlarmHistoryItem[],
): ActionResult[] {
  const oldestFirst = [...items].reverse().flatMap((item) => actionOutcome(item) ?? []);
  return arns.map((arn) => {
    const outcome = oldestFirst.find(({ target }) => target === arn);
    if (outcome === undefined) return { arn, result: "unknown", detail: null };
    if (outcome.succeeded) return { arn, result: "sent", detail: null };
    return { arn, result: "failed", detail: outcome.error };
  });
}

/**
 * When CloudWatch changed the state after it was set.
 * @param items new state updates, newest first
 */
export function stateBack(items: readonly AlarmHistoryItem[], to: string): StateBack | undefined {
  const changes = [...items].reverse().flatMap(({ HistorySummary = "", Timestamp }) => {
    const [, from, state] = /^Alarm updated from (\w+) to (\w+)/.exec(HistorySummary) ?? [];
    return state === undefined || Timestamp === undefined ? [] : [{ from, state, at: Timestamp }];
  });
  const set = changes.findIndex(({ state }) => state === to);
  const next = set < 0 ? undefined : changes.slice(set + 1).find(({ from }) => from === to);
  return next && { at: next.at, state: next.state };
}

/** Characters of a state's reason (CloudWatch API Reference, SetAlarmState, StateReason). */
export const REASON_LENGTH = 1023;

/**
 * The reason that the mail gives for the state.
 * @param caller ARN of whose credentials fire the alarm
 */
export function fireReason(caller: string): string {
  const reason =
    `Test by ${caller} with the fire command of classification-rate: this says nothing about the model. ` +
    "CloudWatch sets the real state at its next evaluation.";
  // A session's name is its user's choice, and the reason ends up in a mail.
  return reason.replace(/\p{Cc}/gu, " ").slice(0, REASON_LENGTH);
}

/** How long to wait for an alarm's actions. */
interface Waiting {
  /** Seconds; 0 looks once. */
  readonly wait: number;
  readonly clock: Clock;
  /** Ends the wait early. */
  readonly signal?: AbortSignal | undefined;
}

/** Milliseconds between looks at the history: growing, so that a long wait does not use up the account's calls. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 5_000;
const GROWTH = 1.25;

/**
 * Reads an alarm's history until it says how every action went, or the time to wait is over.
 * @param read the items since the alarm was fired, newest first
 * @throws what `read` throws
 */
export async function watchActions(
  arns: readonly string[],
  read: () => Promise<readonly AlarmHistoryItem[]>,
  { wait, clock, signal }: Waiting,
): Promise<ActionResult[]> {
  const deadline = clock.now().getTime() + wait * 1_000;
  let pause = FIRST_PAUSE;
  for (;;) {
    const results = actionResults(arns, await read());
    if (results.every(({ result }) => result !== "unknown")) return results;
    const left = deadline - clock.now().getTime();
    if (left <= 0 || signal?.aborted === true) return results;
    await clock.sleep(Math.min(pause, left), signal);
    pause = Math.min(pause * GROWTH, LONGEST_PAUSE);
  }
}

/** An alarm whose state was set. */
interface Fired {
  readonly plan: FirePlan;
  readonly at: Date;
  /** As the mail gives it. */
  readonly reason: string;
  /**
   * The items of the alarm's history since then, newest first.
   * @throws AwsCallError where it cannot be read, or could not before
   */
  readonly newHistory: (type: HistoryQuery["type"]) => Promise<AlarmHistoryItem[]>;
}

/** A firing, with what the alarm's history says of it afterwards. */
export interface FireOutcome extends Pick<Fired, "plan" | "at" | "reason"> {
  readonly actions: readonly ActionResult[];
  /** When CloudWatch set the real state again, if it has already. */
  readonly back: StateBack | undefined;
  /** Why the history could not be read. */
  readonly problem: string | undefined;
  /** Somebody did not want to wait any longer. */
  readonly interrupted: boolean;
}

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
  const since = new Date(clock.now().getTime() - CLOCKS_APART);
  const read = (type: HistoryQuery["type"]): Promise<AlarmHistoryItem[]> =>
    alarmHistory(session, plan.alarm.name, { type, since });
  const before = Promise.all([read("Action"), read("StateUpdate")]);
  // A history that cannot be read keeps nobody from firing: whoever asks for what is new in it is told.
  await before.catch(() => undefined);
  const reason = fireReason(caller);
  await setAlarmState(session, plan.alarm.name, plan.to, reason);
  const newHistory: Fired["newHistory"] = async (type) => {
    const known = (await before).flat();
    return newItems(await read(type), known);
  };
  return { plan, at: clock.now(), reason, newHistory };
}

/** Waits until the history says how the actions went. A history that cannot be read is no error: the state is set all the same. */
export async function watchFired(
  { newHistory, ...fired }: Fired,
  waiting: Waiting,
): Promise<FireOutcome> {
  const { plan } = fired;
  const arns = plan.actions.map(({ arn }) => arn);
  try {
    const results = await watchActions(arns, () => newHistory("Action"), waiting);
    const back = stateBack(await newHistory("StateUpdate"), plan.to);
    const isWaiting = results.some(({ result }) => result === "unknown");
    const interrupted = isWaiting && waiting.signal?.aborted === true;
    const detail = interrupted
      ? "not waited for"
      : `not in the alarm's history within ${waiting.wait} s`;
    const actions = results.map((one) => (one.result === "unknown" ? { ...one, detail } : one));
    return { ...fired, actions, back, problem: undefined, interrupted };
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error;
    const { message: detail } = error;
    const actions = arns.map((arn) => ({ arn, result: "unknown", detail }) as const);
    return { ...fired, actions, back: undefined, problem: detail, interrupted: false };
  }
}

/** Whether all notifications were sent, and to somebody. */
export function isWell({ plan, actions }: FireOutcome): boolean {
  return reachesSomebody(plan) && actions.every(({ result }) => result === "sent");
}
