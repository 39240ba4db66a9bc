import type { AlarmEvaluation } from "../../../cloudwatch/alarmEvaluation";
import type { AlarmState } from "../../../cloudwatch/alarmState";

/** A stretch of time in one state, in minutes since 1970 (UTC). */
export interface StateSpan {
  readonly state: AlarmState;
  readonly from: number;
  readonly to: number;
}

/**
 * The states an alarm went through, without gaps from beginning to end of a rehearsal; the last one was still going on
 * then.
 */
export function stateSpans(
  { changes, finalState }: Pick<AlarmEvaluation, "changes" | "finalState">,
  { from, to }: { readonly from: number; readonly to: number },
): StateSpan[] {
  const starts = [
    { at: from, state: changes[0]?.from ?? finalState },
    ...changes.map((change) => ({ at: change.at, state: change.to })),
  ];
  return starts
    .map(({ at, state }, index) => ({ state, from: at, to: starts[index + 1]?.at ?? to }))
    .filter((span) => span.from < span.to);
}
