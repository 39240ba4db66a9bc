import assert from "node:assert/strict";
import {
  eventChecks,
  type EventEvidence,
  type JudgedEvents,
  type JudgedEvent,
} from "../../../tools/doctor/eventChecks";
import type { NearMiss } from "../../../tools/logs/nearMisses";
import { before, CHURN, NOW } from "./watchedChurn";

const [YES, NO] = [
  { aws: true, local: true },
  { aws: false, local: false },
];

/** Events a minute apart, the newest a minute ago. */
function events(amount: number, kind: "valid" | "invalid" | "other", message = "START\n") {
  return Array.from({ length: amount }, (_, index): JudgedEvent => {
    const event = { timestamp: before((index + 1) * 60), message };
    if (kind === "other") return { ...event, total: NO, valid: NO };
    return { ...event, total: YES, valid: kind === "valid" ? YES : NO };
  });
}

const PREFIXED: NearMiss = {
  kind: "prefixed",
  count: 3,
  example: 'INFO {"prediction_valid": true}',
  advice: "Log the JSON alone.\nThen: do something else.",
};

function sample(all: readonly JudgedEvent[], more: Partial<JudgedEvents> = {}): JudgedEvents {
  return { events: all, span: 14 * 86_400, complete: true, nearMisses: [], ...more };
}

function checks(newest: JudgedEvents, mentioning?: JudgedEvents) {
  const evidence: EventEvidence = { newest, field: "prediction_valid", mentioning };
  return eventChecks(CHURN, evidence, NOW);
}

describe("doctor's log events", () => {
  it("are well where some of the newest are predictions", () => {
    const all = [...events(44, "valid"), ...events(3, "invalid"), ...events(3, "other")];
    assert.deepEqual(checks(sample(all)), [
      {
        model: "churn",
        what: "log events",
        subject: "/logs/churn",
        status: "ok",
        found: "47 of the newest 50 events are predictions (44 valid), the newest 1 min ago",
      },
    ]);
    const [one] = checks(sample(events(1, "invalid")));
    assert.equal(
      one?.found,
      "1 of the 1 event of the last 14 days is a prediction (0 valid), the newest 1 min ago",
    );
    const [part] = checks(sample(events(2, "valid"), { complete: false }));
    assert.equal(
      part?.found,
      "2 of the 2 events in what could be read of the last 14 days are predictions (2 valid), the newest 1 min ago",
    );
  });

  it("fail where there are none: nothing is known of the model", () => {
    const [check, ...more] = checks(sample([]));
    assert.deepEqual(more, []);
    assert.equal(check?.status, "failure");
    assert.equal(check.found, "none in the last 14 days");
    assert.equal(check.blind?.what, "log events of /logs/churn: none in the last 14 days");
    assert.match(check.advice ?? "", /\/aws\/lambda\/NAME.*PutLogEvents.*correct logGroup/);
    const [part] = checks(sample([], { complete: false }));
    assert.equal(part?.found, "none found in what could be read of the last 14 days");
  });

  it("warn of near misses beside predictions, in a rehearsal's words", () => {
    const all = [...events(47, "valid"), ...events(3, "other")];
    const [ok, warning, ...more] = checks(sample(all, { nearMisses: [PREFIXED] }));
    assert.deepEqual(more, []);
    assert.equal(ok?.status, "ok");
    assert.equal(warning?.status, "warning");
    assert.equal(
      warning.found,
      '3 of the newest 50 events carry the field but can never match (prefixed), for example: INFO {"prediction_valid": true}',
    );
    assert.equal(warning.advice, "Log the JSON alone. Then: do something else.");
  });

  it("fail where there are near misses only", () => {
    const other: NearMiss = { ...PREFIXED, kind: "text", count: 1, advice: "Log JSON." };
    const found = checks(sample(events(50, "other"), { nearMisses: [PREFIXED, other] }));
    assert.deepEqual(
      found.map(({ status, advice }) => [status, advice]),
      [
        ["failure", "Log the JSON alone. Then: do something else."],
        ["failure", "Log JSON."],
      ],
    );
    assert.match(found[1]?.found ?? "", /^1 of the newest 50 events carries the field/);
    assert.deepEqual(
      found.map(({ blind }) => blind?.what),
      [
        "none of 50 events of /logs/churn counts; 4 carry prediction_valid in a form that no metric filter can match",
        undefined,
      ],
    );
  });

  it("are well where predictions are rare among other lines", () => {
    const [check, ...more] = checks(
      sample(events(50, "other"), { span: 60 }),
      sample(events(8, "valid"), { span: 14 * 86_400 }),
    );
    assert.deepEqual(more, []);
    assert.equal(check?.status, "ok");
    assert.equal(
      check.found,
      "8 of the 8 events of the last 14 days that mention prediction_valid are predictions (8 valid), the newest 1 min ago",
    );
  });

  it("fail where the rare lines are near misses", () => {
    const mentioning = sample(events(50, "other"), { nearMisses: [PREFIXED] });
    const [check] = checks(sample(events(50, "other")), mentioning);
    assert.equal(check?.status, "failure");
    assert.match(check.found, /^3 of the newest 50 events that mention prediction_valid carry/);
  });

  it("fail where nothing mentions the field, and show lines with their properties", () => {
    const line = '{"level":"INFO","detail":{"p":0.7}}\n';
    const [check] = checks(
      sample([...events(30, "other", line), ...events(20, "other", "REPORT\tid\n")], { span: 600 }),
      sample([], { span: 14 * 86_400 }),
    );
    assert.equal(check?.status, "failure");
    assert.equal(
      check.found,
      "none of the newest 50 events is a prediction, and no event of the last 14 days mentions prediction_valid",
    );
    const { what, models, lines, properties, causes = [] } = check.blind ?? {};
    assert.equal(what, "none of 50 events of /logs/churn carries prediction_valid");
    assert.deepEqual([models, properties], [["churn"], ["level", "detail.p"]]);
    assert.deepEqual(lines, [line.trim(), line.trim(), line.trim()]);
    assert.match(causes.join("\n"), /text log format drops .*another log group.*set `field`/s);
    assert.match(check.advice ?? "", /no predictions.*\{"prediction_valid": true\}/);
    const [part] = checks(sample(events(50, "other")), sample([], { complete: false }));
    assert.match(part?.found ?? "", /, and no event in what could be read of the last 14 days/);
  });

  it("fail where lines mention the field and are none of the model's", () => {
    const line = '{"prediction_valid":true,"model":"fraud"}';
    const [check] = checks(sample(events(50, "other")), sample(events(50, "other", line)));
    assert.equal(check?.status, "failure");
    assert.equal(
      check.found,
      `none of the newest 50 events that mention prediction_valid matches ${CHURN.total.pattern}`,
    );
    assert.deepEqual(check.blind?.lines, [line, line, line]);
    assert.deepEqual(check.blind.properties, ["prediction_valid", "model"]);
    assert.match(check.advice ?? "", /field and where/);
  });

  it("warn where AWS and a rehearsal judge a line differently", () => {
    const [event] = events(1, "valid", '{"prediction_valid":"true"}');
    assert(event !== undefined);
    const disputed = { ...event, total: { aws: true, local: false } };
    const found = checks(
      sample([disputed, { ...disputed, timestamp: before(1) }, ...events(3, "valid")]),
    );
    assert.deepEqual(
      found.map(({ status }) => status),
      ["ok", "warning"],
    );
    assert.equal(
      found[1]?.found,
      `AWS says that ${CHURN.total.pattern} matches this line (and 1 more), a rehearsal that it does not match: {"prediction_valid":"true"}`,
    );
    assert.match(found[1].advice ?? "", /Please report it/);
    const other = { ...event, valid: { aws: false, local: true } };
    const [, warning] = checks(sample([other]));
    assert.match(
      warning?.found ?? "",
      /IS TRUE \} does not match this line, a rehearsal that it m/,
    );
  });
});
