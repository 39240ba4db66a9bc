import { TOTAL, VALID } from "../../components/cloudwatch/expressions";
import { queriesOf } from "../simulator/metricAlarm";
import type { Declared, DeclaredAlarm } from "./declared";
import { InputError } from "../inputError";

/**
 * The alarm on a model's classification rate among what is declared.
 * @throws InputError where there is none
 */
export function rateAlarmOf({ alarms }: Declared, model: string): DeclaredAlarm {
  const found = alarms.find((alarm) => alarm.model === model && isRateAlarm(alarm));
  if (found !== undefined) return found;
  const models = alarms.filter(isRateAlarm).map((alarm) => alarm.model);
  throw new InputError(`expected one of the models ${models.join(", ")}, found --model ${model}`);
}

/** Whether an alarm is a model's second one, for no predictions at all. */
export function isSilenceAlarm({ name, model }: DeclaredAlarm): boolean {
  return name.endsWith(`-${model}-silence`);
}

function isRateAlarm(alarm: DeclaredAlarm): boolean {
  const ids = queriesOf(alarm).map(({ id }) => id);
  const isBelow = alarm.comparisonOperator === "LessThanOrEqualToThreshold";
  return isBelow && ids.includes(VALID) && ids.includes(TOTAL);
}
