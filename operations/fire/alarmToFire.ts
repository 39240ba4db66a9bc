import type { Declared, DeclaredAlarm } from "../../rehearsal/declared";
import { isSilenceAlarm, rateAlarmOf, UnknownModelError } from "../../rehearsal/modelAlarms";

/**
 * The alarm of a model that is to be fired.
 * @param silence the alarm on the model's silence instead of the one on its rate
 * @throws UnknownModelError
 */
export function alarmToFire(declared: Declared, model: string, silence: boolean): DeclaredAlarm {
  const rate = rateAlarmOf(declared, model);
  if (!silence) return rate;
  const other = declared.alarms.find((alarm) => alarm.model === model && isSilenceAlarm(alarm));
  if (other !== undefined) return other;
  throw new UnknownModelError(
    `model ${model} has no silence alarm: set \`silence\` for it in Pulumi.${declared.stack}.yaml, or leave out --silence`,
  );
}
