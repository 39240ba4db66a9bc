import assert from "node:assert/strict";
import {
  type AlarmState,
  breaches,
  type ComparisonOperator,
  type TreatMissingData,
} from "../../../tools/simulator/alarmState";
import { javaDouble } from "../../../tools/simulator/decimal";
import { type Decision, mailDate, stateReason } from "../../../tools/simulator/stateReason";

function minute(text: string): number {
  return Date.parse(text) / 60_000;
}

interface Scene {
  readonly state: AlarmState;
  readonly operator: ComparisonOperator;
  readonly threshold: number;
  readonly m: number;
  readonly n: number;
  /** Values of the real data points, newest first, a minute apart. */
  readonly newestFirst: readonly number[];
  readonly newest: string;
  readonly treatment?: TreatMissingData;
  /** @default true */
  readonly setsDatapointsToAlarm?: boolean;
}

function decisionOf(scene: Scene): Decision {
  const { state, operator, threshold, m, n, newestFirst, newest, treatment = "missing" } = scene;
  return {
    state,
    setsDatapointsToAlarm: scene.setsDatapointsToAlarm ?? true,
    rule: {
      evaluationPeriods: n,
      datapointsToAlarm: m,
      comparisonOperator: operator,
      threshold,
      treatMissingData: treatment,
    },
    evaluated: newestFirst
      .map((value, i) => ({
        start: minute(newest) - i,
        value,
        breaching: breaches(operator, value, threshold),
      }))
      .reverse(),
  };
}

describe("state reason: as published ones read", () => {
  const cases: readonly (readonly [reason: string, scene: Scene])[] = [
    [
      "Threshold Crossed: 2 out of the last 2 datapoints [5.535714886726143 (27/09/21 01:36:00), 1.7514244573552422 " +
        "(27/09/21 01:35:00)] were greater than the threshold (1.0) (minimum 2 datapoints for OK -> ALARM transition).",
      {
        state: "ALARM",
        operator: "GreaterThanThreshold",
        threshold: 1,
        m: 2,
        n: 2,
        newestFirst: [5.535714886726143, 1.7514244573552422],
        newest: "2021-09-27T01:36Z",
      },
    ],
    [
      "Threshold Crossed: 1 out of the last 1 datapoints [2.867064322267683 (12/09/26 18:28:00)] was greater than or " +
        "equal to the threshold (0.2) (minimum 1 datapoint for OK -> ALARM transition).",
      {
        state: "ALARM",
        operator: "GreaterThanOrEqualToThreshold",
        threshold: 0.2,
        m: 1,
        n: 1,
        newestFirst: [2.867064322267683],
        newest: "2026-09-12T18:28Z",
      },
    ],
    [
      "Threshold Crossed: 1 out of the last 2 datapoints [0.0 (02/06/23 12:28:00)] was not greater than or equal to " +
        "the threshold (1.0) (minimum 1 datapoint for ALARM -> OK transition).",
      {
        state: "OK",
        operator: "GreaterThanOrEqualToThreshold",
        threshold: 1,
        m: 2,
        n: 2,
        newestFirst: [0, 1],
        newest: "2023-06-02T12:28Z",
      },
    ],
    [
      "Threshold Crossed: 3 out of the last 5 datapoints [0.0 (21/12/21 06:45:00), 0.0 (21/12/21 06:44:00), 0.0 " +
        "(21/12/21 06:42:00)] were not greater than the threshold (0.0) (minimum 3 datapoints for ALARM -> OK transition).",
      {
        state: "OK",
        operator: "GreaterThanThreshold",
        threshold: 0,
        m: 3,
        n: 5,
        newestFirst: [0, 0, 1, 0, 1],
        newest: "2021-12-21T06:45Z",
      },
    ],
    [
      "Threshold Crossed: 5 out of the last 5 datapoints were less than the threshold (65.0). The most recent " +
        "datapoints which crossed the threshold: [0.0 (29/04/20 23:32:00), 0.0 (29/04/20 23:31:00), 0.0 (29/04/20 " +
        "23:30:00), 0.0 (29/04/20 23:29:00), 0.0 (29/04/20 23:28:00)] (minimum 5 datapoints for OK -> ALARM transition).",
      {
        state: "ALARM",
        operator: "LessThanThreshold",
        threshold: 65,
        m: 5,
        n: 5,
        newestFirst: [0, 0, 0, 0, 0],
        newest: "2020-04-29T23:32Z",
      },
    ],
    [
      "Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [Breaching].",
      {
        state: "ALARM",
        operator: "GreaterThanThreshold",
        threshold: 1,
        m: 1,
        n: 1,
        newestFirst: [],
        newest: "2020-01-01T00:00Z",
        treatment: "breaching",
      },
    ],
    [
      "Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints were treated as " +
        "[NonBreaching].",
      {
        state: "OK",
        operator: "GreaterThanThreshold",
        threshold: 1,
        m: 3,
        n: 3,
        newestFirst: [],
        newest: "2020-01-01T00:00Z",
        treatment: "notBreaching",
      },
    ],
  ];
  for (const [reason, scene] of cases) {
    it(reason.slice(0, 90), () => {
      assert.equal(stateReason(decisionOf(scene)), reason);
    });
  }
});

describe("state reason: of alarms that do not set DatapointsToAlarm, as published ones read", () => {
  const cases: readonly (readonly [reason: string, scene: Scene])[] = [
    [
      "Threshold Crossed: 1 datapoint [21.5 (01/02/25 10:00:00)] was greater than the threshold (21.0).",
      {
        ...{ state: "ALARM", operator: "GreaterThanThreshold", threshold: 21, m: 1, n: 1 },
        ...{ newestFirst: [21.5], newest: "2025-02-01T10:00Z" },
      },
    ],
    [
      "Threshold Crossed: 1 datapoint [1.0 (28/09/25 20:37:00)] was greater than or equal to the threshold (1.0).",
      {
        ...{ state: "ALARM", operator: "GreaterThanOrEqualToThreshold", threshold: 1, m: 1, n: 1 },
        ...{ newestFirst: [1], newest: "2025-09-28T20:37Z" },
      },
    ],
    [
      "Threshold Crossed: 3 datapoints [2.0 (01/02/25 10:00:00), 3.0 (01/02/25 09:59:00), 1.0 (01/02/25 09:58:00)] " +
        "were greater than the threshold (0.0).",
      {
        ...{ state: "ALARM", operator: "GreaterThanThreshold", threshold: 0, m: 3, n: 3 },
        ...{ newestFirst: [2, 3, 1], newest: "2025-02-01T10:00Z" },
      },
    ],
    [
      "Threshold Crossed: 1 datapoint [1.0 (26/08/26 16:16:00)] was not less than the threshold (1.0) and 2 missing " +
        "datapoints were treated as [Breaching].",
      {
        ...{ state: "OK", operator: "LessThanThreshold", threshold: 1, m: 3, n: 3 },
        ...{ newestFirst: [1], newest: "2026-08-26T16:16Z", treatment: "breaching" },
      },
    ],
  ];
  for (const [reason, scene] of cases) {
    it(reason.slice(0, 90), () => {
      const decision = decisionOf({ ...scene, setsDatapointsToAlarm: false });
      assert.equal(stateReason(decision), reason);
    });
  }
});

describe("state reason: assumed wordings", () => {
  const base: Scene = {
    state: "ALARM",
    operator: "LessThanOrEqualToThreshold",
    threshold: 97.5,
    m: 2,
    n: 3,
    newestFirst: [],
    newest: "2026-11-23T10:00Z",
  };
  const cases: readonly (readonly [reason: string, scene: Partial<Scene>])[] = [
    ["Insufficient Data: 3 datapoints were unknown.", { state: "INSUFFICIENT_DATA" }],
    ["Insufficient Data: 1 datapoint was unknown.", { state: "INSUFFICIENT_DATA", m: 1, n: 1 }],
    [
      "Threshold Crossed: 1 datapoint was received for 3 periods and 2 missing datapoints were treated as [Breaching].",
      { newestFirst: [99], treatment: "breaching" },
    ],
    [
      "Threshold Crossed: 1 out of the last 3 datapoints [95.0 (23/11/26 10:00:00)] was less than or equal to the " +
        "threshold (97.5) and 2 missing datapoints were treated as [Breaching].",
      { newestFirst: [95], treatment: "breaching" },
    ],
    [
      "Threshold Crossed: 2 out of the last 3 datapoints [98.0 (23/11/26 10:00:00), 99.0 (23/11/26 09:59:00)] were not " +
        "less than or equal to the threshold (97.5) and 1 missing datapoint was treated as [NonBreaching] (minimum 2 " +
        "datapoints for ALARM -> OK transition).",
      { state: "OK", newestFirst: [98, 99], treatment: "notBreaching" },
    ],
    [
      // An old breach with nothing after it: its age decided, not its number.
      "Threshold Crossed: 1 out of the last 3 datapoints [95.0 (23/11/26 10:00:00)] was less than or equal to the " +
        "threshold (97.5).",
      { newestFirst: [95] },
    ],
    [
      "Threshold Crossed: 1 datapoint was received for 3 periods.",
      { state: "OK", newestFirst: [95] },
    ],
  ];
  for (const [reason, scene] of cases) {
    it(reason.slice(0, 90), () => {
      assert.equal(stateReason(decisionOf({ ...base, ...scene })), reason);
    });
  }

  it("lists the newest five of many points", () => {
    const newestFirst = Array.from({ length: 30 }, (_, i) => i);
    const reason = stateReason(decisionOf({ ...base, m: 30, n: 30, newestFirst }));
    assert.match(reason, /^Threshold Crossed: 30 out of the last 30 datapoints were less than/);
    assert.match(
      reason,
      /\[0\.0 [^,]*, 1\.0 [^,]*, 2\.0 [^,]*, 3\.0 [^,]*, 4\.0 [^,\]]*\] \(minimum 30/,
    );
  });
});

describe("state reason: numbers and dates", () => {
  it("prints numbers as AWS does, which is as Java does", () => {
    const cases: readonly (readonly [value: number, text: string])[] = [
      ...([
        [90, "90.0"],
        [0, "0.0"],
        [97.5, "97.5"],
        [-1, "-1.0"],
      ] as const),
      [95.23809523809524, "95.23809523809524"],
      // Of published mails.
      [83714617344, "8.3714617344E10"],
      [21474836480, "2.147483648E10"],
      [0.00010135819987837016, "1.0135819987837016E-4"],
      // As Java's documentation says.
      ...([
        [5e-7, "5.0E-7"],
        [2e7, "2.0E7"],
        [9999999, "9999999.0"],
        [0.001, "0.001"],
      ] as const),
      ...([
        [1e7, "1.0E7"],
        [-1.5e300, "-1.5E300"],
        [0.00099, "9.9E-4"],
      ] as const),
    ];
    for (const [value, text] of cases) assert.equal(javaDouble(value), text);
  });

  it("prints dates in UTC", () => {
    const at = minute("2023-06-02T12:30Z");
    assert.equal(mailDate(at), "Friday 02 June, 2023 12:30:00 UTC");
  });
});
