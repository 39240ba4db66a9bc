import type { Expectation } from "./alarmTest";
import type { CaseRun } from "./caseRun";
import { mailMismatches } from "./mailMismatches";
import type { Claim, Mismatch } from "./mismatch";
import { minuteOf } from "./span";
import { stateMismatches } from "./stateMismatches";
import type { WatchedAlarm } from "./watchedAlarm";
import { percentText, whenText } from "./words";

/** What of an expectation does not hold in a run. */
export function checkExpectation(expectation: Expectation, run: CaseRun): Mismatch[] {
  const { when, alarm: kind = "rate" } = expectation;
  const [from, to] = "at" in when ? [when.at, when.at] : [when.from, when.to];
  const claim = {
    expectation,
    from: from === undefined ? run.start : minuteOf(from.moment, run.start),
    to: to === undefined ? run.end : minuteOf(to.moment, run.start),
  };
  const alarm = run.alarms.get(kind);
  const ofAlarm =
    alarm === undefined
      ? []
      : [...stateMismatches(claim, alarm, run), ...rateMismatches(claim, alarm)];
  return [...ofAlarm, ...mailMismatches(claim, run)];
}

/** The rate of the newest data point, as the alarm's own expression gives it. */
function rateMismatches({ expectation, to }: Claim, alarm: WatchedAlarm): Mismatch[] {
  const { position, when, rate: wanted } = expectation;
  if (wanted === undefined) return [];
  const points = alarm.pointsAt(to);
  const newest = points.at(-1);
  const rate = newest?.rate;
  const mismatch = (expected: string): Mismatch[] => [
    {
      position,
      when: whenText(when),
      expected,
      found:
        rate === undefined
          ? "no data point"
          : `rate ${percentText(rate)} (${String(newest?.valid)} of ${String(newest?.total)})`,
      deciding: { alarm: alarm.alarm, at: to, points },
    },
  ];
  switch (wanted.kind) {
    case "none":
      return rate === undefined ? [] : mismatch("no data point");
    case "between": {
      const { low, high } = wanted;
      const isWithin = rate !== undefined && rate >= low && rate <= high;
      return isWithin ? [] : mismatch(`rate ${String(low)} to ${String(high)}`);
    }
    case "figure": {
      const isNear = rate !== undefined && isAsWritten(rate, wanted.rate);
      return isNear ? [] : mismatch(`rate ${String(wanted.rate)}`);
    }
  }
}

/** Whether a rate is a figure at the precision that the figure is written with: 82.5 is 82.45 to 82.55. */
function isAsWritten(rate: number, figure: number): boolean {
  const digits = /\.(\d+)$/.exec(String(figure))?.[1]?.length ?? 0;
  const noise = 1e-9;
  return Math.abs(rate - figure) <= 0.5 * 10 ** -digits + noise;
}
