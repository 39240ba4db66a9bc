import { didYouMean, nearest, type Problem } from "../../components/settings/diagnostic";
import type { Declared, DeclaredAlarm } from "../program/declared";
import { type DeclaredModel, kindOf } from "../program/model";
import { minutesBetweenEvaluations, planAlarm } from "../simulator/alarmPlan";
import { ALARM_STATES } from "../simulator/alarmState";
import { mailSubject } from "../simulator/notification";
import { minuteOf, spanText } from "../time";
import type { AlarmTest, Expectation } from "./alarmTest";

/**
 * What a test claims that holds whatever its model logs: a test that can never fail would say that all is well for ever.
 * A state, an address or a subject that there is not is mostly a slip of the pen, and always a problem. What only comes
 * too early to be otherwise is one where the test claims nothing else.
 * @param stack everything that the model's stack declares
 * @param start the first minute; undefined where the alarms know data from before it, or a log has yet to tell
 */
export function claimsThatCannotFail(
  test: AlarmTest,
  model: DeclaredModel,
  stack: Declared,
  start: number | undefined,
): Problem[] {
  const never = test.expectations.flatMap((one) => [
    ...impossibleState(one, model),
    ...impossibleMail(one, model, stack),
  ]);
  return never.length > 0 || start === undefined ? never : tooEarly(test, model, start);
}

/** A state that must not be, and that the alarm's treatment of missing data never leads to. */
function impossibleState(
  { alarm = "rate", never, path }: Expectation,
  model: DeclaredModel,
): Problem[] {
  const declared = model.byKind.get(alarm);
  if (declared === undefined || never !== "INSUFFICIENT_DATA") return [];
  const treatment = declared.treatMissingData ?? "missing";
  if (treatment === "missing" || treatment === "ignore") return [];
  const found = `${never}, which it never is with treatMissingData ${treatment}`;
  return [{ path: [...path, "never"], expected: "a state that the alarm can get into", found }];
}

/** An address or a subject that no mail must have, and that no mail of the whole stack could have. */
function impossibleMail(
  { mails, mailed = [], subject, path }: Expectation,
  model: DeclaredModel,
  stack: Declared,
): Problem[] {
  if (mails !== 0) return [];
  // Whoever it would be, no mail is seen to reach them.
  const unseen = stack.refused.find(({ hidesMails }) => hidesMails);
  if (unseen !== undefined) {
    const expected = `a stack of which it is known whom it mails (${stack.stack})`;
    return [{ path: [...path, "mails"], expected, found: unseen.text }];
  }
  const known = [...new Set(stack.subscriptions.map(({ endpoint }) => endpoint.toLowerCase()))];
  const problems = mailed
    .filter((address) => !known.includes(address))
    .map((address) => ({
      path: [...path, "mailed"],
      expected: `an address that stack ${stack.stack} mails (${known.join(", ")})`,
      found: `${address}, which gets no mail whatever the model does`,
      ...didYouMean(nearest(address, known)),
    }));
  const isSubject = stack.alarms.some((alarm) =>
    ALARM_STATES.some((state) =>
      mailSubject(alarm, state, stack.region)
        .toLowerCase()
        .includes(subject?.toLowerCase() ?? ""),
    ),
  );
  if (isSubject || subject === undefined) return problems;
  const [example] = model.alarms;
  const form =
    example === undefined ? "" : ` such as ${mailSubject(example, "ALARM", stack.region)}`;
  const found = `"${subject}", which no alarm of stack ${stack.stack} has there`;
  return [...problems, { path: [...path, "subject"], expected: `text of a subject${form}`, found }];
}

/** A test that only claims that nothing happens, in a time in which nothing can have happened yet. */
function tooEarly(
  { expectations, path }: AlarmTest,
  model: DeclaredModel,
  start: number,
): Problem[] {
  const firsts = expectations.map((one) => {
    const { at, by, between, alarm: kind = one.mails === undefined ? "rate" : undefined } = one;
    const end = at ?? by ?? between?.[1];
    const alarms = model.alarms.filter((alarm) => kind === undefined || kindOf(alarm) === kind);
    const first = Math.min(...alarms.map((alarm) => earliestChange(alarm, start)));
    return isQuiet(one) && end && minuteOf(end.moment, start) < first ? first : undefined;
  });
  const needed = Math.max(...firsts.map((first) => first ?? NaN));
  if (Number.isNaN(needed)) return [];
  const expected = `something that can fail: up to ${spanText(needed - 1 - start)}, no alarm can fire yet`;
  return [{ path, expected, found: "only claims that nothing happens until then" }];
}

/** Whether all that is claimed holds of an alarm that was OK all the time, and of nothing else. */
function isQuiet({
  state = "OK",
  never = "ALARM",
  changes = [],
  mails,
  ...more
}: Expectation): boolean {
  const { becomes, rate, mailed, subject } = more;
  const isMailed = mails === undefined ? (mailed ?? subject) !== undefined : mails > 0;
  const others = becomes !== undefined || rate !== undefined || changes.length > 0 || isMailed;
  return state === "OK" && never !== "OK" && !others;
}

/**
 * The first minute at which a new alarm can be in another state than OK: as soon as M data points are there to breach, or
 * at once where missing ones make a difference.
 */
function earliestChange(alarm: DeclaredAlarm, start: number): number {
  const plan = planAlarm(alarm);
  const { datapointsToAlarm, treatMissingData } = plan.rule;
  if (treatMissingData !== "notBreaching") return start;
  const step = minutesBetweenEvaluations(plan);
  return Math.ceil((start + (datapointsToAlarm - 1) * plan.periodMinutes + 1) / step) * step;
}
