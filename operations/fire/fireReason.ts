/** Characters of a state's reason (CloudWatch API Reference, SetAlarmState, StateReason). */
export const REASON_LENGTH = 1023;

/**
 * The reason that the mail gives for the state.
 * @param caller ARN of whose credentials fire the alarm
 */
export function fireReason(caller: string): string {
  const reason =
    `Tried out by ${caller} with classification-rate's fire: nothing was found out about the model. ` +
    "CloudWatch sets the real state at its next evaluation.";
  // A session's name is its user's choice, and the reason ends up in a mail.
  return reason.replace(/\p{Cc}/gu, " ").slice(0, REASON_LENGTH);
}
