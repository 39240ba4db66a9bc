import assert from "node:assert/strict";
import fc from "fast-check";
import { type Muted, muteCalendar, mutedChanges } from "../../../tools/simulator/muteRules";

const WINDOW = { from: 100, to: 200 };

/** What becomes of changes at these minutes, in words. */
function outcomes(minutes: readonly number[], windows = [WINDOW], end = 1000): string[] {
  const changes = minutes.map((at) => ({ at }));
  const muted = mutedChanges(changes, windows, end);
  return changes.map((change) => {
    const { until, outcome } = muted.get(change) ?? {};
    return outcome === undefined ? "at once" : `${outcome} ${until ?? ""}`;
  });
}

/**
 * What becomes of changes, minute by minute: while it is muted, the newest muted change is kept in mind; in the first
 * minute that is not, its actions run.
 */
function minuteByMinute(
  minutes: readonly number[],
  windows: readonly { readonly from: number; readonly to: number }[],
  end: number,
): (number | undefined)[] {
  const toldAt: (number | undefined)[] = minutes.map(() => undefined);
  let waiting: number | undefined;
  for (let now = 0; now <= end; now += 1) {
    const isMuted = windows.some(({ from, to }) => now >= from && now < to);
    if (!isMuted && waiting !== undefined) {
      toldAt[waiting] = now;
      waiting = undefined;
    }
    const change = minutes.indexOf(now);
    if (change < 0) continue;
    if (isMuted) waiting = change;
    else toldAt[change] = now;
  }
  return toldAt;
}

describe("muted state changes", () => {
  it("are told when the window ends, if still so", () => {
    assert.deepEqual(outcomes([99, 100, 200]), ["at once", "told 200", "at once"]);
    assert.deepEqual(outcomes([150]), ["told 200"]);
    assert.deepEqual(outcomes([199, 200]), ["told 200", "at once"]);
  });

  it("are never told when they were over before", () => {
    assert.deepEqual(outcomes([110, 120, 130]), ["over 200", "over 200", "told 200"]);
  });

  it("are open where the replay ends first", () => {
    assert.deepEqual(outcomes([150], [WINDOW], 199), ["open 200"]);
    assert.deepEqual(outcomes([150], [WINDOW], 200), ["told 200"]);
  });

  it("are what looking every minute says", () => {
    const distinct = fc.uniqueArray(fc.integer({ min: 0, max: 99 }), { maxLength: 12 });
    fc.assert(
      fc.property(distinct, distinct, fc.integer({ min: 50, max: 120 }), (at, ends, end) => {
        const minutes = at.sort((a, b) => a - b).filter((minute) => minute <= end);
        const bounds = ends.sort((a, b) => a - b);
        const windows = bounds.flatMap((from, index) => {
          const to = bounds[index + 1];
          return index % 2 === 1 || to === undefined ? [] : [{ from, to }];
        });
        const changes = minutes.map((minute) => ({ at: minute }));
        const muted = mutedChanges(changes, windows, end);
        const told = changes.map((change) => {
          const { until = change.at, outcome = "told" }: Partial<Muted> = muted.get(change) ?? {};
          return outcome === "told" ? until : undefined;
        });
        assert.deepEqual(told, minuteByMinute(minutes, windows, end));
      }),
    );
  });
});

describe("the calendar of mute rules", () => {
  const RULE = {
    ...{ name: "nightly", expression: "cron(0 2 * * *)", duration: 3600, timezone: "UTC" },
    ...{ alarmNames: ["a"], region: "eu-west-1" },
  };
  const span = { from: 0, to: 1440 };
  const alarm = (name: string, region = "eu-west-1") => ({
    ...{ name, arn: `arn:aws:cloudwatch:${region}:123456789012:alarm:${name}` },
    ...{ comparisonOperator: "LessThanThreshold", threshold: 1, evaluationPeriods: 1 },
  });

  it("has the alarms that a rule names, in the rule's own region", () => {
    const windowsOf = muteCalendar([RULE], span);
    assert.deepEqual(windowsOf(alarm("a")), [{ from: 120, to: 180 }]);
    assert.deepEqual(windowsOf(alarm("b")), []);
    const elsewhere = muteCalendar([{ ...RULE, region: "eu-north-1" }], span);
    assert.deepEqual(elsewhere(alarm("a")), []);
    assert.equal(elsewhere(alarm("a", "eu-north-1")).length, 1);
  });

  it("makes one window of those of several rules that adjoin", () => {
    const next = { ...RULE, name: "next", expression: "cron(0 3 * * *)" };
    assert.deepEqual(muteCalendar([next, RULE], span)(alarm("a")), [{ from: 120, to: 240 }]);
  });
});
