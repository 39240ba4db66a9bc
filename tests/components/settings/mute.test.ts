import assert from "node:assert/strict";
import { churnOf, churnProblems, churnWith, settingsOf } from "../../support/stackInput";

const KEY = "classification-rate:models.churn.mute";
const WINDOW = { cron: "0 2 * * SUN", duration: "4h" };

function refused(window: unknown): string[] {
  return churnProblems({ mute: [window] }).map((problem) => problem.replace(KEY, ""));
}

describe("config: mute", () => {
  it("takes windows that recur and windows that come once, in any time zone", () => {
    const once = { at: "2099-12-24T00:00", duration: "3d", timezone: "Europe/Berlin" };
    assert.deepEqual(churnOf({ mute: [{ ...WINDOW, cron: " 0 2  * * sun" }, once] }).mute, [
      { expression: "cron(0 2 * * SUN)", duration: 14_400, timezone: "UTC" },
      { expression: "at(2099-12-24T00:00)", duration: 259_200, timezone: "Europe/Berlin" },
    ]);
    assert.deepEqual(churnOf({}).mute, []);
  });

  it("takes what AWS takes of cron, and nothing else", () => {
    for (const cron of ["0 23 * * *", "0,30 0-6 1,15 JAN-MAR MON-FRI", "0 2 ? * 7", "0 2 L * *"]) {
      assert.deepEqual(refused({ ...WINDOW, cron }), [], cron);
    }
    const fields =
      "a cron expression of five fields such as `0 2 * * SUN`: numbers, names, * , - ? L #";
    for (const cron of [
      ...["0 2 * *", "0 2 * * SUN *", "60 2 * * *", "0 24 * * *", "0 2 0 * *", "0 2 * * 8"],
      ...["0 2 * 13 *", "0 2 */2 * *", "0 2 15W * *", "@daily", "0 2 * * FRI-MON", "x"],
      ...["cron(0 2 * * SUN)", `${"1,".repeat(150)}1 2 * * *`],
    ]) {
      const found = `[0].cron: expected ${fields}, found "${cron}"`;
      assert.deepEqual(
        refused({ ...WINDOW, cron }).map((text) => text.slice(0, 180)),
        [found.slice(0, 180)],
      );
    }
  });

  it("takes dates that the calendar has", () => {
    for (const at of ["2099-02-30T00:00", "2099-12-24", "2099-12-24T24:01", "2099-12-24T00:00Z"]) {
      assert.deepEqual(refused({ at, duration: "1h" }), [
        `[0].at: expected a date and time such as 2026-12-24T00:00, found "${at}"`,
      ]);
    }
  });

  it("takes either of the two, and a duration that AWS takes", () => {
    const { cron, duration } = WINDOW;
    assert.deepEqual(refused({ duration }), [
      "[0]: expected either cron or at, found a map of duration",
    ]);
    assert.deepEqual(refused({ ...WINDOW, at: "2099-12-24T00:00" }), [
      "[0]: expected either cron or at, found a map of cron, duration, at",
    ]);
    for (const other of ["59s", "90s", "15d1m", 0, "soon"]) {
      assert.match(
        refused({ cron, duration: other })[0] ?? "",
        /^\[0\]\.duration: expected a duration from `1m` to `15d` in whole minutes, found/,
      );
    }
    for (const most of ["1m", "15d", "2d12h", 3600]) {
      assert.deepEqual(refused({ cron, duration: most }), []);
    }
  });

  it("takes time zones as the time zone database spells them", () => {
    for (const timezone of ["UTC", "Europe/Berlin", "America/Port-au-Prince", "Asia/Calcutta"]) {
      assert.deepEqual(refused({ ...WINDOW, timezone }), []);
    }
    for (const timezone of ["europe/berlin", "Mars/Olympus", "+01:00", "Berlin"]) {
      assert.deepEqual(refused({ ...WINDOW, timezone }), [
        `[0].timezone: expected a time zone such as Europe/Berlin, found "${timezone}"`,
      ]);
    }
  });

  it("says everything that is wrong with windows at once, each at its place", () => {
    const mute = [{ ...WINDOW, cron: "x" }, WINDOW, { cron: "y", duration: "1s", timezone: "z" }];
    assert.deepEqual(
      churnProblems({ mute }).map((problem) => problem.split(": ")[0]),
      ["[0].cron", "[2].cron", "[2].duration", "[2].timezone"].map((place) => KEY + place),
    );
    for (const bad of [WINDOW, "0 2 * * SUN", true, [null], ["0 2 * * SUN"]]) {
      assert.match(
        churnProblems({ mute: bad })[0] ?? "",
        /such as \{cron: 0 2 \* \* SUN, duration: 4h\}/,
      );
    }
  });

  it("has a description of the alarm that fits, however long a window's text", () => {
    const minutes = Array.from({ length: 60 }, (_, at) => at).join(",");
    const mute = [{ cron: `${minutes} 2 * * SUN`, duration: "4h" }];
    assert.ok(settingsOf(churnWith({ mute })));
  });
});
