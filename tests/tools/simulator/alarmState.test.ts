import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type AlarmRule,
  type AlarmState,
  breaches,
  nextAlarmState,
  STATE_OF_FRESH_BREACHES,
  type TreatMissingData,
} from "../../../tools/simulator/alarmState";
import vectors from "../../vectors/alarm-states.json";

interface Vector {
  readonly name: string;
  readonly n: number;
  readonly m: number;
  readonly points: string;
  readonly evaluationRange: number;
  readonly previous: string | null;
  readonly treatMissingData: string;
  readonly expected: string;
  readonly expectedNot?: string;
  readonly disputed?: boolean;
  readonly source: string;
  readonly why?: string;
}

const STATES: readonly AlarmState[] = ["OK", "ALARM", "INSUFFICIENT_DATA"];
const TREATMENTS: readonly TreatMissingData[] = ["missing", "ignore", "breaching", "notBreaching"];
const PAGE = "AWS user guide, alarms-and-missing-data";

/** Breaching points are 1, good ones 0, missing ones NaN, as the guide draws them: X, 0, -. */
function pointsOf(drawn: string): number[] {
  return Array.from(drawn, (c) => (c === "X" ? 1 : c === "0" ? 0 : NaN));
}

function ruleOf(m: number, n: number, treatMissingData: TreatMissingData): AlarmRule {
  return {
    evaluationPeriods: n,
    datapointsToAlarm: m,
    comparisonOperator: "GreaterThanThreshold",
    threshold: 0.5,
    treatMissingData,
  };
}

function treatmentOf(name: string): TreatMissingData {
  const found = TREATMENTS.find((treatment) => treatment === name);
  assert.ok(found, name);
  return found;
}

/** What this project assumes where the sources disagree, when that is not what the case prints. */
const ASSUMED: Readonly<Record<string, AlarmState | undefined>> = {
  "older-table/newest-breach-m3-missing": STATE_OF_FRESH_BREACHES,
  "older-table/newest-breach-m2-missing": STATE_OF_FRESH_BREACHES,
};

describe("alarm state: documented cases", () => {
  const cases: readonly Vector[] = vectors.cases;
  for (const vector of cases) {
    const assumed = vector.disputed ? (ASSUMED[vector.name] ?? vector.expected) : undefined;
    it(`${vector.name}${assumed ? ` (disputed: our assumption is ${assumed})` : ""}`, () => {
      const told = `${vector.points}\n${vector.source}\n${vector.why ?? ""}`;
      assert.equal(vector.points.length, vector.evaluationRange);
      const rule = ruleOf(vector.m, vector.n, treatmentOf(vector.treatMissingData));
      const before = STATES.filter((s) => vector.previous === null || s === vector.previous);
      for (const state of before) {
        const found = nextAlarmState(pointsOf(vector.points), rule, state);
        assert.equal(found, assumed ?? vector.expected, `from ${state}: ${told}`);
        if (vector.expectedNot !== undefined) assert.notEqual(found, vector.expectedNot, told);
      }
    });
  }
});

describe("alarm state: the published tables, whole", () => {
  const keep = "retain";
  const tables: readonly (readonly [
    m: number,
    rows: readonly (readonly [points: string, ...states: (AlarmState | typeof keep)[]])[],
  ])[] = [
    [
      3,
      [
        ["0-X-X", "OK", "OK", "OK", "OK"],
        ["0----", "OK", "OK", "OK", "OK"],
        ["-----", "INSUFFICIENT_DATA", keep, "ALARM", "OK"],
        ["0XX-X", "ALARM", "ALARM", "ALARM", "ALARM"],
        ["--X--", "ALARM", keep, "ALARM", "OK"],
      ],
    ],
    [
      2,
      [
        ["0-X-X", "ALARM", "ALARM", "ALARM", "ALARM"],
        ["00X0X", "ALARM", "ALARM", "ALARM", "ALARM"],
        ["0-X--", "OK", "OK", "ALARM", "OK"],
        ["----0", "OK", "OK", "ALARM", "OK"],
        ["---X-", "ALARM", keep, "ALARM", "OK"],
      ],
    ],
  ];
  for (const [m, rows] of tables) {
    for (const [points, ...states] of rows) {
      it(`${m} of 3: ${points}`, () => {
        TREATMENTS.forEach((treatment, column) => {
          for (const current of STATES) {
            const found = nextAlarmState(pointsOf(points), ruleOf(m, 3, treatment), current);
            const expected = states[column] === keep ? current : states[column];
            assert.equal(found, expected, `${treatment}, from ${current}: ${PAGE}`);
          }
        });
      });
    }
  }

  it("does not alarm on fresh breaches, and does once they are M periods old", () => {
    for (const treatment of ["missing", "ignore"] as const) {
      for (const points of ["----X", "---X-", "---X0", "--X-0"]) {
        assert.notEqual(
          nextAlarmState(pointsOf(points), ruleOf(3, 3, treatment), "OK"),
          "ALARM",
          PAGE,
        );
      }
    }
    assert.equal(nextAlarmState(pointsOf("--X--"), ruleOf(3, 3, "missing"), "OK"), "ALARM", PAGE);
  });
});

describe("alarm state: comparisons", () => {
  it("compares with the threshold as the operator says", () => {
    const at = (value: number) => [
      breaches("GreaterThanOrEqualToThreshold", value, 90),
      breaches("GreaterThanThreshold", value, 90),
      breaches("LessThanThreshold", value, 90),
      breaches("LessThanOrEqualToThreshold", value, 90),
    ];
    assert.deepEqual(at(91), [true, true, false, false]);
    assert.deepEqual(at(90), [true, false, false, true]);
    assert.deepEqual(at(89), [false, false, true, true]);
    assert.deepEqual(at(NaN), [false, false, false, false]);
  });
});

describe("alarm state: properties", () => {
  const scene = fc
    .record({
      points: fc.array(fc.constantFrom(0, 1, NaN), { minLength: 1, maxLength: 9 }),
      n: fc.integer({ min: 1, max: 6 }),
      m: fc.integer({ min: 1, max: 6 }),
      treatment: fc.constantFrom(...TREATMENTS),
      current: fc.constantFrom(...STATES),
    })
    .filter(({ m, n, points }) => m <= n && points.length >= n);

  it("ignores the treatment and the current state when N real points are there", () => {
    fc.assert(
      fc.property(scene, ({ points, n, m, treatment, current }) => {
        const real = points.filter((p) => !Number.isNaN(p)).slice(-n);
        fc.pre(real.length === n);
        const bad = real.filter((p) => p === 1).length;
        const found = nextAlarmState(points, ruleOf(m, n, treatment), current);
        assert.equal(found, bad >= m ? "ALARM" : "OK");
      }),
    );
  });

  it("never says INSUFFICIENT_DATA of its own when there is a real point", () => {
    fc.assert(
      fc.property(scene, ({ points, n, m, treatment }) => {
        fc.pre(points.some((p) => !Number.isNaN(p)));
        assert.notEqual(nextAlarmState(points, ruleOf(m, n, treatment), "OK"), "INSUFFICIENT_DATA");
      }),
    );
  });

  it("alarms under breaching whenever it does under notBreaching", () => {
    fc.assert(
      fc.property(scene, ({ points, n, m, current }) => {
        if (nextAlarmState(points, ruleOf(m, n, "notBreaching"), current) !== "ALARM") return;
        assert.equal(nextAlarmState(points, ruleOf(m, n, "breaching"), current), "ALARM");
      }),
    );
  });
});
