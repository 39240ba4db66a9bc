import { TOTAL, VALID } from "../../components/cloudwatch/expressions";
import { queriesOf } from "../simulator/metricAlarm";
import type { Declared, DeclaredAlarm } from "./declared";

/** A model, or an alarm of its, that is not declared; the message says what was expected. */
export class UnknownModelError extends Error {}

/**
 * The alarm on a model's classification rate among what is declared.
 * @throws UnknownModelError where there is none
 */
export function rateAlarmOf({ alarms }: Declared, model: string): DeclaredAlarm {
  const found = alarms.find((alarm) => alarm.model === model && isRateAlarm(alarm));
  if (found !== undefined) return found;
  const models = alarms.filter(isRateAlarm).map((alarm) => alarm.model);
  throw new UnknownModelError(
    `expected one of the models ${models.join(", ")}, found --model ${model}`,
  );
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
