import assert from "node:assert/strict";
import { type Cell, datapointSettings, Judge, thresholdGrid } from "../../../tools/tune/grid";
import {
  type Demands,
  neededPredictions,
  suggest,
  wilsonInterval,
} from "../../../tools/tune/suggest";
import { truthOf } from "../../../tools/tune/tuneLogs";
import { longestOutside, minutesOutside, MONTH } from "../../../tools/time";
import { InputError } from "../../../tools/inputError";

const OWN = { toAlarm: 3, of: 5 };

function cell(threshold: number, more: Partial<Cell> = {}): Cell {
  return {
    threshold,
    datapoints: OWN,
    episodes: 1,
    mails: 1,
    alarmMinutes: 10,
    caught: 1,
    delays: [60],
    mostPerIncident: 1,
    falseEpisodes: 0,
    falseRecoveries: 0,
    falseMails: 0,
    ...more,
  };
}

const falseAlarm = { falseEpisodes: 1, falseMails: 1 };
const missed = { caught: 0, delays: [undefined] };

/** Whatever is below 96 is beyond chance. */
const demands: Demands = {
  own: OWN,
  incidents: 1,
  allowed: 0.5,
  perIncident: 1,
  mailsRecovery: false,
  quietVolume: 1e6,
  sampling: { rate: 96, periodMinutes: 60, mailsPerMonth: 1 },
};

describe("tune: the suggestion", () => {
  it("is the highest threshold in the budget that catches the incidents", () => {
    const grid = [cell(80, missed), cell(85), cell(90), cell(92, falseAlarm)];
    assert.equal(suggest(grid, demands).chosen?.cell.threshold, 90);
    const generous = { ...demands, allowed: 1 };
    assert.equal(suggest(grid, generous).chosen?.cell.threshold, 92);
  });

  it("is none where nothing is caught within the budget", () => {
    const grid = [cell(80, missed), cell(90, falseAlarm)];
    assert.deepEqual(suggest(grid, demands), { chosen: undefined, perSetting: [] });
  });

  it("is below the first threshold over the budget, and below the baseline's rate", () => {
    // An alarm that never ends is one false mail only.
    const grid = [cell(90), cell(93, { falseEpisodes: 9 }), cell(95), cell(100)];
    assert.equal(suggest(grid, demands).chosen?.cell.threshold, 90);
    assert.equal(suggest([cell(95), cell(96)], demands).chosen?.cell.threshold, 95);
    assert.equal(suggest([cell(96)], demands).chosen, undefined);
  });

  it("counts recovery mails where they are sent", () => {
    const grid = [cell(85), cell(90, { ...falseAlarm, falseRecoveries: 1, falseMails: 4 })];
    const allowed = { ...demands, allowed: 1.5 };
    assert.equal(suggest(grid, allowed).chosen?.cell.threshold, 90);
    assert.equal(suggest(grid, { ...allowed, mailsRecovery: true }).chosen?.cell.threshold, 85);
  });

  it("stays where chance cannot reach, as far as that is possible", () => {
    const grid = [cell(80), cell(90), cell(95)];
    const thin = suggest(grid, { ...demands, quietVolume: 60 }).chosen;
    assert.deepEqual([thin?.cell.threshold, thin?.isBeyondChance], [80, true]);
    assert.equal(thin?.highestInBudget, 95);
    const tooThin = suggest(grid, { ...demands, quietVolume: 1 }).chosen;
    assert.deepEqual([tooThin?.cell.threshold, tooThin?.isBeyondChance], [95, false]);
  });

  it("keeps the model's own data points unless others are a period sooner and mail no more", () => {
    const other = { datapoints: { toAlarm: 3, of: 3 } };
    const choice = (more: Partial<Cell>) =>
      suggest([cell(90, { delays: [100] }), cell(91, { ...other, ...more })], demands).chosen?.cell
        .threshold;
    assert.equal(choice({ delays: [41] }), 90);
    assert.equal(choice({ delays: [40] }), 91);
    assert.equal(choice({ delays: [40], mails: 2 }), 90);
    assert.equal(choice({ ...missed }), 90);
  });

  it("takes other data points where they alone catch something", () => {
    const grid = [cell(90, missed), cell(88, { datapoints: { toAlarm: 1, of: 1 } })];
    assert.equal(suggest(grid, demands).chosen?.cell.threshold, 88);
  });

  it("tells an incident no more often than it may, where that is possible", () => {
    const grid = [cell(85), cell(90, { mostPerIncident: 2 }), cell(92, { mostPerIncident: 7 })];
    const chosen = (perIncident: number) => suggest(grid, { ...demands, perIncident }).chosen;
    assert.deepEqual(
      [1, 2, 9].map((n) => chosen(n)?.cell.threshold),
      [85, 90, 92],
    );
    const { chosen: restless } = suggest(grid.slice(1), demands);
    assert.deepEqual([restless?.cell.threshold, restless?.isCalm], [90, false]);
  });

  it("needs no incidents", () => {
    const none = { caught: 0, delays: [] };
    const grid = [cell(85, none), cell(90, none), cell(92, { ...none, ...falseAlarm })];
    assert.equal(suggest(grid, { ...demands, incidents: 0 }).chosen?.cell.threshold, 90);
  });
});

describe("tune: what belongs to an incident", () => {
  const counts = { ALARM: 2, OK: 1, INSUFFICIENT_DATA: 0 };
  const truth = { incidents: [{ from: 100, to: 200 }], baseline: { from: 0, to: 100 } };

  it("is an alarm that begins in it, or while the window still holds data of it", () => {
    const judge = new Judge(truth, 50, counts);
    for (const [from, to] of [
      [90, 150],
      [249, 250],
    ] as const) {
      judge.change(from, "ALARM");
      judge.change(to, "OK");
    }
    judge.change(250, "ALARM");
    const { mostPerIncident, ...outcome } = judge.outcome(260);
    const { caught, delays, falseEpisodes, falseRecoveries, falseMails } = outcome;
    assert.equal(mostPerIncident, 1);
    assert.deepEqual([caught, delays], [1, [149]]);
    assert.deepEqual([falseEpisodes, falseRecoveries, falseMails], [2, 1, 5]);
  });

  it("counts alarms of the baseline as false where no incident is known", () => {
    const judge = new Judge({ ...truth, incidents: [] }, 50, counts);
    judge.change(99, "ALARM");
    judge.change(100, "OK");
    judge.change(100, "ALARM");
    assert.equal(judge.outcome(150).falseEpisodes, 1);
  });

  it("counts the time outside incidents, overlapping or not", () => {
    const spans = [
      { from: 50, to: 70 },
      { from: 60, to: 80 },
      { from: 95, to: 200 },
    ];
    assert.equal(minutesOutside({ from: 0, to: 100 }, spans), 65);
    assert.deepEqual(longestOutside({ from: 0, to: 100 }, spans), { from: 0, to: 50 });
    assert.deepEqual(longestOutside({ from: 0, to: 100 }, []), { from: 0, to: 100 });
  });

  it("takes the longest time without an incident for the baseline, if none is given", () => {
    const minute = 60_000;
    const incidents = [{ from: 10 * minute, to: 20 * minute }];
    const span = { from: 0, to: 100 };
    assert.deepEqual(truthOf(span, { incidents }).baseline, { from: 20, to: 100 });
    assert.throws(() => truthOf(span, { incidents, baselineUntil: 15 * minute }), InputError);
    assert.throws(() => truthOf(span, { baselineUntil: -minute }), /within the logs/);
    const outside = [{ from: 101 * minute, to: 120 * minute }];
    assert.throws(() => truthOf(span, { incidents: outside }), /incidents within the logs/);
  });
});

describe("tune: chance", () => {
  it("gives Wilson's interval", () => {
    const [low, high] = wilsonInterval(50, 10).map((end) => end.toFixed(2));
    assert.deepEqual([low, high], ["23.66", "76.34"]);
    assert.ok(Math.abs(wilsonInterval(100, 20)[1] - 100) < 1e-9);
    assert.ok(Math.abs(wilsonInterval(100, 20)[0] - 83.89) < 0.01);
  });

  it("asks for as many predictions as make chance rare, by the binomial distribution itself", () => {
    for (const [rate, threshold] of [
      [95.9, 91],
      [90, 80],
      [80, 75],
    ] as const) {
      const question = { rate, threshold, datapoints: { toAlarm: 1, of: 1 }, periodMinutes: 60 };
      const needed = neededPredictions({ ...question, mailsPerMonth: 10 });
      const chance = binomialAtMost(Math.floor((threshold / 100) * needed), needed, rate / 100);
      const allowed = 10 / (MONTH / 60);
      // The normal approximation is as good as that.
      assert.ok(chance < 2 * allowed && chance > allowed / 20, String(chance));
    }
  });

  it("asks for less with more data points, a lower threshold, or confidence", () => {
    const question = {
      rate: 96,
      threshold: 92,
      datapoints: OWN,
      periodMinutes: 60,
      mailsPerMonth: 1,
    };
    const needed = neededPredictions(question);
    assert.ok(needed < neededPredictions({ ...question, datapoints: { toAlarm: 1, of: 1 } }));
    assert.ok(needed > neededPredictions({ ...question, threshold: 90 }));
    assert.equal(neededPredictions({ ...question, confidence: 95 }), 1);
    assert.equal(neededPredictions({ ...question, threshold: 96 }), Infinity);
    assert.ok(Number.isFinite(neededPredictions({ ...question, mailsPerMonth: 0 })));
  });
});

describe("tune: the grid's range", () => {
  it("has about 200 round thresholds, close together where it matters", () => {
    for (const [lowest, low, high] of [
      [58.8, 87.3, 95.9],
      [0, 0, 100],
      [99.95, 99.97, 99.99],
      [100, 100, 100],
    ] as const) {
      const grid = thresholdGrid({ lowest, healthy: { low, high }, own: 91.23 });
      assert.ok(grid.length >= 80 && grid.length <= 240, String(grid.length));
      assert.ok(grid.every((value) => value > 0 && value <= 100));
      assert.ok(grid.includes(91.23) && grid.includes(100));
      assert.deepEqual(
        grid,
        [...new Set(grid)].sort((a, b) => a - b),
      );
      assert.ok(grid.every((value) => String(value).length <= 6));
    }
  });

  it("keeps an own threshold of many decimals as it is", () => {
    const grid = thresholdGrid({ lowest: 80, healthy: { low: 90, high: 95 }, own: 33.333333 });
    assert.ok(grid.includes(33.333333));
  });

  it("leaves out data points that look back further than CloudWatch does", () => {
    const texts = datapointSettings({ toAlarm: 2, of: 4 }, 172_800);
    assert.deepEqual(
      texts.map(({ toAlarm, of }) => [toAlarm, of]),
      [
        [1, 1],
        [2, 2],
        [2, 3],
        [3, 3],
        [2, 4],
      ],
    );
  });
});

function binomialAtMost(most: number, n: number, p: number): number {
  let [sum, term] = [0, (1 - p) ** n];
  for (let k = 0; k <= most; k += 1) {
    sum += term;
    term *= ((n - k) / (k + 1)) * (p / (1 - p));
  }
  return sum;
}
