import assert from "node:assert/strict";
import { inspect } from "node:util";
import fc from "fast-check";
import { durationText, readDuration } from "../../../components/settings/duration";

describe("config: durations", () => {
  it("reads units, plain seconds and seconds as text", () => {
    for (const [given, seconds] of [
      ["15m", 900],
      ["1h", 3600],
      ["1d", 86_400],
      ["90s", 90],
      [" 2 h ", 7200],
      [900, 900],
      ["900", 900],
      ["007m", 420],
      ["1h30m", 5400],
      ["1d12h", 129_600],
    ] as const) {
      assert.equal(readDuration(given), seconds, String(given));
    }
  });

  it("refuses what is not a duration", () => {
    const texts = ["", "h", "1 hour", "1.5h", "-1h", "30m1h", "1H", "1w", "PT1H", "١h", "1h\n2"];
    const huge = ["99999999999999999999d", "9007199254740993", `${"9".repeat(1000)}s`];
    const zeros = ["0m", "0", 0, -60, 0.5, Number.NaN, Number.POSITIVE_INFINITY];
    for (const given of [...texts, ...huge, ...zeros, null, undefined, true, [], ["1h"], {}]) {
      assert.equal(readDuration(given), undefined, inspect(given).slice(0, 30));
    }
  });

  it("answers any JSON value with whole seconds above zero, or not at all", () => {
    const units = fc.stringMatching(/^[ \d]{0,4}[smhdx.-]{0,2}$/);
    fc.assert(
      fc.property(fc.oneof(units, fc.jsonValue()), (given) => {
        const seconds = readDuration(given);
        assert(seconds === undefined || (Number.isSafeInteger(seconds) && seconds > 0));
        if (seconds !== undefined) assert.equal(readDuration(seconds), seconds);
      }),
    );
  });

  it("says any duration as a person would, and nothing is lost by it", () => {
    const wholeUnits = fc
      .tuple(fc.integer({ min: 1, max: 999 }), fc.constantFrom(1, 60, 3600, 86_400))
      .map(([amount, unit]) => amount * unit);
    fc.assert(
      fc.property(wholeUnits, (seconds) => {
        const text = durationText(seconds);
        const [, amount = "", unit = ""] = /^(\d+) (second|minute|hour|day)s?$/.exec(text) ?? [];
        assert.equal(readDuration(`${amount}${unit.charAt(0)}`), seconds, text);
        assert.equal(text.endsWith("s"), amount !== "1", text);
      }),
    );
    assert.equal(durationText(5400), "90 minutes");
    assert.equal(durationText(86_400), "1 day");
    assert.equal(durationText(3600 * 25), "25 hours");
  });
});
