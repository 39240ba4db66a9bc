import { longestWindow } from "../../cloudwatch/limits";
import type { Datapoints } from "../../config/datapoints";

/** From firing at every hiccup to firing only when it goes on: [M, N]. */
const COMMON = [
  [1, 1],
  [2, 2],
  [2, 3],
  [3, 3],
  [3, 5],
  [4, 5],
  [5, 5],
] as const;

/**
 * The settings of "M of N" worth trying: the common ones and the model's own, as far as CloudWatch lets an alarm look
 * back.
 * @param period length of a data point in seconds
 * @returns by N, then by M
 */
export function datapointSettings(own: Datapoints, period: number): Datapoints[] {
  const common = COMMON.map(([toAlarm, of]) => ({ toAlarm, of }));
  const others = common.filter(
    (setting) => !isSame(setting, own) && setting.of * period <= longestWindow(period),
  );
  return [...others, own].sort((a, b) => a.of - b.of || a.toAlarm - b.toAlarm);
}

/** Whether two settings ask for the same. */
export function isSame(a: Datapoints, b: Datapoints): boolean {
  return a.toAlarm === b.toAlarm && a.of === b.of;
}
