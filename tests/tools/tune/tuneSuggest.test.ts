import assert from "node:assert/strict";
import { twoSidedQuantile } from "../../../components/cloudwatch/expressions";
import { minuteSeries } from "../../support/points";
import { longestOutside, minutesOutside } from "../../../tools/time";
import { wilsonInterval } from "../../../tools/adopt/ratio";
import { type Cell, Judge, type Setting } from "../../../tools/tune/grid";
import {
  batchesOf,
  changesTo,
  datapointSettings,
  thresholdGrid,
} from "../../../tools/tune/searchSpace";
import {
  atLeast,
  calmCandidates,
  choose,
  frontier,
  meanDelay,
  nearest,
  roughFall,
  withinFalseMails,
} from "../../../tools/tune/suggest";
import { truthOf } from "../../../tools/tune/tuneLogs";
import { InputError } from "../../../tools/inputError";

const OWN: Setting = {
  valid: true,
  period: 3600,
  datapoints: { toAlarm: 3, of: 5 },
  threshold: 80,
};

function cell(threshold: number, more: Partial<Cell> = {}): Cell {
  return {
    ...OWN,
    threshold,
    episodes: 1,
    mails: 1,
    alarmMinutes: 10,
    caught: 1,
    delays: [60],
    told: [1],
    falseEpisodes: 0,
    falseRecoveries: 0,
    ...more,
  };
}

const candidate = (one: Cell) => ({ cell: one, delay: meanDelay(one) });

const missed = { caught: 0, delays: [undefined], told: [0] };

const demands = { own: OWN, incidents: 1, allowed: 0.5, perIncident: 1, mailsRecovery: false };

describe("tune: the suggestion", () => {
  it("keeps to the false mails, below the first threshold that does not, and below the rate", () => {
    // An alarm that never ends is one false mail only.
    const grid = [cell(90), cell(93, { falseEpisodes: 9 }), cell(95)];
    const other = { datapoints: { toAlarm: 1, of: 1 } };
    const all = [...grid, cell(94, other), cell(97, other)];
    assert.deepEqual(
      withinFalseMails(all, 96, demands).map(({ threshold }) => threshold),
      [90, 94],
    );
    const recovered = [cell(90, { falseEpisodes: 1, falseRecoveries: 1 })];
    const generous = { ...demands, allowed: 1.5 };
    assert.equal(withinFalseMails(recovered, 96, generous).length, 1);
    assert.equal(withinFalseMails(recovered, 96, { ...generous, mailsRecovery: true }).length, 0);
  });

  it("tells as many incidents as can be told, none too often, the earliest first", () => {
    const grid = [
      cell(85, missed),
      cell(90, { told: [2], delays: [10] }),
      cell(91, { delays: [50] }),
      cell(88, { delays: [90] }),
    ].map(candidate);
    const thresholds = (perIncident: number) =>
      calmCandidates(grid, { ...demands, perIncident }).map((one) => one.cell.threshold);
    assert.deepEqual(thresholds(1), [91, 88]);
    assert.deepEqual(thresholds(2), [90, 91, 88]);
    assert.deepEqual(calmCandidates([candidate(cell(85, missed))], demands), []);
  });

  it("is the earliest that holds, or one about as early that changes less", () => {
    const grid = calmCandidates(
      [
        cell(92, { period: 900, confidence: 95, delays: [100] }),
        cell(90, { period: 900, delays: [109] }),
        cell(89, { delays: [120] }),
      ].map(candidate),
      demands,
    );
    const chosen = (holds: (threshold: number) => boolean) =>
      choose(grid, demands, (one) => holds(one.cell.threshold))?.cell.threshold;
    assert.equal(
      chosen(() => true),
      90,
    );
    assert.equal(
      chosen((threshold) => threshold !== 90),
      92,
    );
    assert.equal(
      chosen((threshold) => threshold < 90),
      89,
    );
    assert.equal(
      chosen(() => false),
      undefined,
    );
  });

  it("says what is nearest where nothing keeps to the budgets", () => {
    const grid = [cell(90, { told: [3] }), cell(91, { told: [2] }), cell(92, missed)];
    assert.equal(nearest(grid.map(candidate), demands)?.cell.threshold, 91);
    assert.equal(nearest([candidate(cell(92, missed))], demands), undefined);
  });

  it("shows of a trade-off only what no other beats, a dozen at most", () => {
    const grid = [
      cell(95, { delays: [0], mails: 40 }),
      cell(94, { delays: [10], mails: 50 }),
      cell(93, { delays: [20], mails: 9 }),
      cell(92, { delays: [20], mails: 11 }),
      cell(91, { delays: [90], mails: 1 }),
      cell(90, { ...missed, mails: 0 }),
    ];
    assert.deepEqual(
      frontier(grid.map(candidate), demands).map((one) => one.cell.threshold),
      [95, 93, 91],
    );
    const many = Array.from({ length: 100 }, (_, at) =>
      cell(at, { delays: [at], mails: 200 - at }),
    );
    const shown = frontier(many.map(candidate), demands);
    assert.deepEqual([shown.length, shown[0]?.delay, shown.at(-1)?.delay], [12, 0, 99]);
  });

  it("needs no incidents: what notices the smaller fall is the better", () => {
    const fall = (setting: Partial<Setting>) => roughFall({ ...OWN, ...setting }, 95, 200);
    assert.ok(fall({ threshold: 90 }) < fall({ threshold: 85 }));
    assert.ok(fall({ threshold: 90 }) < fall({ threshold: 90, confidence: 95 }));
    assert.equal(fall({ period: 86_400 }), Infinity);
    assert.equal(fall({ minimumPredictions: 500 }), Infinity);
    assert.ok(Math.abs(atLeast(2, 3, 0.5) - 0.5) < 1e-12);
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
    const { told, caught, delays, falseEpisodes, falseRecoveries } = judge.outcome(260);
    assert.deepEqual([told, caught, delays], [[1], 1, [149]]);
    assert.deepEqual([falseEpisodes, falseRecoveries], [2, 1]);
  });

  it("counts alarms of the baseline as false where no incident is known", () => {
    const judge = new Judge({ ...truth, incidents: [] }, 50, counts);
    judge.change(99, "ALARM");
    judge.change(100, "OK");
    judge.change(100, "ALARM");
    assert.equal(judge.outcome(150).falseEpisodes, 1);
  });

  it("is told when a mute window ends, and never where it was over before that", () => {
    const mutedUntil = (minute: number) => (minute >= 90 && minute < 130 ? 130 : undefined);
    const judge = new Judge(truth, 50, counts, mutedUntil);
    const changes = [
      [10, "OK"],
      [95, "ALARM"],
      [99, "OK"],
      [110, "ALARM"],
      [160, "OK"],
    ] as const;
    for (const [at, to] of changes) judge.change(at, to);
    const { mails, episodes, told, delays, falseEpisodes, falseRecoveries } = judge.outcome(200);
    assert.deepEqual([mails, episodes], [1 + 2 + 1, 2]);
    assert.deepEqual([told, delays, falseEpisodes, falseRecoveries], [[1], [30], 0, 0]);
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

describe("tune: what is tried", () => {
  const baseline = { from: 0, to: 7 * 1440 };
  const total = (perMinute: number) =>
    minuteSeries(Array.from({ length: 7 * 1440 }, (_, minute) => ({ minute, sum: perMinute })));
  const space = (
    perMinute: number,
    own = OWN,
    keep: Parameters<typeof batchesOf>[0]["keep"] = new Set(),
  ) => {
    const series = { valid: total(perMinute), total: total(perMinute) };
    return batchesOf({ own, keep, series, baseline, rate: 95 });
  };
  const periods = (perMinute: number) => [
    ...new Set(space(perMinute).map(({ points }) => points.period)),
  ];

  it("are periods in which ten predictions are usual, the own one, and of which the baseline holds five", () => {
    assert.deepEqual(periods(1), [900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400]);
    assert.deepEqual(periods(0.02), [3600, 43_200, 86_400]);
  });

  it("leaves out what a team keeps", () => {
    const own = { ...OWN, minimumPredictions: 7, confidence: 80 };
    const all = new Set([
      "period",
      "datapoints",
      "threshold",
      "confidence",
      "minimumPredictions",
    ] as const);
    assert.deepEqual(space(1, own, all), [
      {
        points: { valid: true, period: 3600, confidence: 80, minimumPredictions: 7 },
        datapoints: [OWN.datapoints],
        thresholds: [80],
      },
    ]);
    const some = space(1, own, new Set(["period", "confidence"] as const));
    assert.ok(some.every(({ points }) => points.period === 3600 && points.confidence === 80));
    assert.ok(some.some(({ datapoints }) => datapoints.length > 5));
  });

  it("are round thresholds below the rate, closer together the nearer to it, and the own one", () => {
    for (const [rate, finest] of [
      [95.9, 0.1],
      [99.98, 0.001],
      [60, 0.1],
    ] as const) {
      const grid = thresholdGrid(rate, 33.333333);
      assert.ok(grid.length >= 60 && grid.length <= 200, String(grid.length));
      assert.ok(grid.includes(33.333333) && grid.every((value) => value > 0 && value < rate));
      const steps = grid.slice(1).map((value, at) => value - (grid[at] ?? 0));
      assert.ok((steps.at(-1) ?? 0) <= 2 * finest, String(steps.at(-1)));
      assert.ok(grid.every((value) => value === 33.333333 || String(value).length <= 6));
    }
  });

  it("are data points as far as CloudWatch looks back, those of just over a day among them", () => {
    const texts = (period: number) =>
      datapointSettings({ toAlarm: 2, of: 4 }, period).map(({ toAlarm, of }) => `${toAlarm}/${of}`);
    assert.deepEqual(texts(172_800), ["1/1", "2/2", "2/3", "3/3"]);
    assert.ok(texts(3600).includes("2/25") && !texts(900).some((text) => text.endsWith("/97")));
  });

  it("says what of a setting changes, as the stack file takes it", () => {
    assert.deepEqual(changesTo(OWN, OWN), {});
    const own = { ...OWN, confidence: 95 };
    const valid = { operator: ">=", bound: 0.7 } as const;
    assert.deepEqual(changesTo(own, { ...OWN, valid, period: 5400, minimumPredictions: 20 }), {
      valid: ">= 0.7",
      period: "1h30m",
      minimumPredictions: 20,
      confidence: "off",
    });
  });

  it("gives Wilson's interval", () => {
    const [low, high] = wilsonInterval(50, 10, twoSidedQuantile(95)).map((end) => end.toFixed(2));
    assert.deepEqual([low, high], ["23.66", "76.34"]);
    assert.ok(Math.abs(wilsonInterval(100, 20, twoSidedQuantile(95))[1] - 100) < 1e-9);
    assert.ok(Math.abs(wilsonInterval(100, 20, twoSidedQuantile(95))[0] - 83.89) < 0.01);
  });
});
