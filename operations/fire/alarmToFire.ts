import type { Declared, DeclaredAlarm } from "../../rehearsal/declared";
import { TuneError } from "../../rehearsal/tune/tuneError";
import { rateAlarmOf } from "../../rehearsal/tune/tuneLogs";

/** A model or an alarm that the stack does not declare; the message says what was expected. */
export class UnknownAlarmError extends Error {}

/**
 * The alarm of a model that is to be fired.
 * @param silence the alarm on the model's silence instead of the one on its rate
 * @throws UnknownAlarmError
 */
export function alarmToFire(declared: Declared, model: string, silence: boolean): DeclaredAlarm {
  const rate = rateAlarm(declared, model);
  if (!silence) return rate;
  const other = declared.alarms.find(
    (alarm) => alarm.model === rate.model && alarm.name !== rate.name,
  );
  if (other !== undefined) return other;
  throw new UnknownAlarmError(
    `model ${model} has no silence alarm: set \`silence\` for it in Pulumi.${declared.stack}.yaml, or leave out --silence`,
  );
}

function rateAlarm(declared: Declared, model: string): DeclaredAlarm {
  try {
    return rateAlarmOf(declared, model);
  } catch (error) {
    throw error instanceof TuneError ? new UnknownAlarmError(error.message) : error;
  }
}
