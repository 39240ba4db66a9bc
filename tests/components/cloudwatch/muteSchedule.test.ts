import assert from "node:assert/strict";
import fc from "fast-check";
import {
  isoDuration,
  type MuteSchedule,
  muteScheduleFault,
  muteWindows,
  readIsoDuration,
} from "../../../components/cloudwatch/muteSchedule";

const MINUTE = 60_000;

function minute(iso: string): number {
  return Date.parse(`${iso}Z`) / MINUTE;
}

/** Windows as `from/to` in UTC, of the given days. */
function windows(schedules: readonly Partial<MuteSchedule>[], from: string, to: string): string[] {
  const all = schedules.map((one) => ({
    ...{ expression: "cron(0 2 * * *)", duration: 3600, timezone: "UTC" },
    ...one,
  }));
  const text = (at: number): string => new Date(at * MINUTE).toISOString().slice(0, 16);
  return muteWindows(all, { from: minute(from), to: minute(to) }).map(
    (window) => `${text(window.from)}/${text(window.to)}`,
  );
}

/** One field of a cron expression, the slow way: whether a value is in it. */
function isIn(field: string, value: number): boolean {
  return field.split(",").some((part) => {
    if (part === "*") return true;
    const [low = "", high = low] = part.split("-");
    return value >= Number(low) && value <= Number(high);
  });
}

/** Whether a window of cron in UTC begins at a minute, from the clock alone. */
function begins(cron: string, at: number): boolean {
  const [minutes = "", hours = "", days = "", months = "", weekdays = ""] = cron.split(" ");
  const date = new Date(at * MINUTE);
  const [inDays, inWeek] = [isIn(days, date.getUTCDate()), isIn(weekdays, date.getUTCDay())];
  const day = days !== "*" && weekdays !== "*" ? inDays || inWeek : inDays && inWeek;
  return (
    isIn(minutes, date.getUTCMinutes()) &&
    isIn(hours, date.getUTCHours()) &&
    isIn(months, date.getUTCMonth() + 1) &&
    day
  );
}

const field = (min: number, max: number): fc.Arbitrary<string> => {
  const value = fc.integer({ min, max });
  const range = fc.tuple(value, value).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
  const list = fc.array(fc.oneof(value.map(String), range), { minLength: 1, maxLength: 2 });
  return fc.oneof(
    fc.constant("*"),
    list.map((parts) => parts.join(",")),
  );
};

const SCHEDULES = fc.array(
  fc.record({
    cron: fc
      .tuple(
        fc.constantFrom("*", "0", "30", "15,45"),
        field(0, 23),
        field(1, 31),
        field(1, 12),
        field(0, 6),
      )
      .map((fields) => fields.join(" ")),
    minutes: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 3000 })),
  }),
  { minLength: 1, maxLength: 2 },
);

describe("mute windows", () => {
  it("begin when the expression says, in its time zone, and last for the duration", () => {
    const sundays = { expression: "cron(0 2 * * SUN)", duration: 4 * 3600 };
    assert.deepEqual(windows([sundays], "2026-03-01T00:00", "2026-03-10T00:00"), [
      "2026-03-01T02:00/2026-03-01T06:00",
      "2026-03-08T02:00/2026-03-08T06:00",
    ]);
    const once = { expression: "at(2026-12-24T00:00)", duration: 3 * 86_400 };
    const berlin = { ...once, timezone: "Europe/Berlin" };
    assert.deepEqual(windows([berlin], "2026-12-01T00:00", "2026-12-31T00:00"), [
      "2026-12-23T23:00/2026-12-26T23:00",
    ]);
    assert.deepEqual(windows([once], "2026-12-25T00:00", "2026-12-25T01:00"), [
      "2026-12-24T00:00/2026-12-27T00:00",
    ]);
    assert.deepEqual(windows([once], "2026-12-27T00:00", "2026-12-31T00:00"), []);
  });

  it("begin once and an hour later where daylight saving repeats and skips a time", () => {
    const daily = { expression: "cron(30 2 * * *)", timezone: "Europe/Berlin" };
    assert.deepEqual(windows([daily], "2026-03-28T00:00", "2026-03-30T12:00"), [
      "2026-03-28T01:30/2026-03-28T02:30",
      "2026-03-29T01:00/2026-03-29T02:00",
      "2026-03-30T00:30/2026-03-30T01:30",
    ]);
    assert.deepEqual(windows([daily], "2026-10-25T00:00", "2026-10-25T12:00"), [
      "2026-10-25T00:30/2026-10-25T01:30",
    ]);
  });

  it("begin and end between a rule's own dates", () => {
    const dates = { start: minute("2026-03-02T02:00"), expire: minute("2026-03-03T02:30") };
    assert.deepEqual(windows([dates], "2026-03-01T00:00", "2026-03-09T00:00"), [
      "2026-03-02T02:00/2026-03-02T03:00",
      "2026-03-03T02:00/2026-03-03T02:30",
    ]);
    assert.deepEqual(
      windows([{ ...dates, start: dates.start + 1 }], "2026-03-01T00:00", "2026-03-03T00:00"),
      [],
    );
  });

  it("are what a clock says that is read every minute", () => {
    const from = minute("2026-02-26T00:00");
    const to = from + 3 * 1440;
    fc.assert(
      fc.property(SCHEDULES, (schedules) => {
        const muted = new Set<number>();
        const longest = Math.max(...schedules.map(({ minutes }) => minutes));
        for (let at = from - longest; at <= to; at += 1) {
          for (const { cron, minutes } of schedules) {
            if (!begins(cron, at)) continue;
            for (let later = at; later < at + minutes; later += 1) muted.add(later);
          }
        }
        const found = muteWindows(
          schedules.map(({ cron, minutes }) => ({
            ...{ expression: `cron(${cron})`, duration: minutes * 60, timezone: "UTC" },
          })),
          { from, to },
        );
        for (let at = from; at <= to; at += 7) {
          const isMuted = found.some((window) => at >= window.from && at < window.to);
          assert.equal(isMuted, muted.has(at), new Date(at * MINUTE).toISOString());
        }
        for (const [index, { from: start }] of found.entries()) {
          assert.ok(start > (found[index - 1]?.to ?? -Infinity), "no two overlap or adjoin");
        }
      }),
      { numRuns: 12 },
    );
  });
});

describe("a mute rule's schedule", () => {
  it("is at fault where nobody can say when it mutes", () => {
    const sound = { expression: "cron(0 2 ? * SUN#2)", duration: 3600, timezone: "UTC" };
    assert.equal(muteScheduleFault(sound), undefined);
    assert.equal(muteScheduleFault({ ...sound, expression: "at(2026-12-31T23:59:59)" }), undefined);
    for (const expression of [
      "rate(1 hour)",
      "cron(0 2 * *)",
      "cron(@daily)",
      "at(2026-02-30T00:00)",
    ]) {
      assert.match(
        muteScheduleFault({ ...sound, expression }) ?? "",
        /^its expression .* is neither/,
      );
    }
    assert.match(muteScheduleFault({ ...sound, timezone: "Mars" }) ?? "", /^its time zone Mars/);
    for (const duration of [59, 90, NaN, 15 * 86_400 + 60]) {
      assert.match(muteScheduleFault({ ...sound, duration }) ?? "", /^its duration/);
    }
  });

  it("has durations in AWS's form", () => {
    for (const [seconds, text] of [
      [60, "PT1M"],
      [4 * 3600, "PT4H"],
      [216_000, "P2DT12H"],
      [15 * 86_400, "P15D"],
      [90 * 60, "PT1H30M"],
    ] as const) {
      assert.equal(isoDuration(seconds), text);
      assert.equal(readIsoDuration(text), seconds);
    }
    assert.deepEqual(["P1W", "PT90S", "PT36H"].map(readIsoDuration), [604_800, 90, 129_600]);
    for (const text of ["", "P", "PT", "4h", "P1Y", "PT1.5H"]) {
      assert.ok(Number.isNaN(readIsoDuration(text)), text);
    }
  });
});
