import assert from "node:assert/strict";
import type { MetricAlarm as ApiAlarm } from "@aws-sdk/client-cloudwatch";
import { alarmChecks, type AlarmContext } from "../../../tools/doctor/alarmChecks";
import type { Check } from "../../../tools/doctor/check";
import type { DeclaredAlarm } from "../../../tools/program/declared";
import { apiAlarm } from "../aws/fake/apiForms";
import { before, CHURN, NOW } from "./watchedChurn";

const CONTEXT: AlarmContext = { stack: "prod", region: "eu-west-1", topics: [], now: NOW };
const NAME = CHURN.rateAlarm.name;
const GRAPH =
  "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#alarmsV2:alarm/classification-rate-prod-churn";

function checks(changes: Partial<ApiAlarm>, declared: DeclaredAlarm = CHURN.rateAlarm): Check[] {
  const state = {
    StateValue: "OK",
    StateTransitionedTimestamp: new Date(before(3 * 86_400)),
  } as const;
  return alarmChecks({ ...apiAlarm(declared), ...state, ...changes }, declared, CONTEXT);
}

/** The check of this kind, without what all of an alarm's have. */
function found(what: string, changes: Partial<ApiAlarm>, declared?: DeclaredAlarm): Partial<Check> {
  const check = checks(changes, declared).find((one) => one.what === what);
  assert(check !== undefined);
  const { model, what: kind, subject, ...rest } = check;
  assert.deepEqual([model, kind, subject], ["churn", what, (declared ?? CHURN.rateAlarm).name]);
  return rest;
}

describe("doctor's checks of an alarm", () => {
  it("are well where it is as declared, acts and is OK", () => {
    assert.deepEqual(
      checks({}).map(({ what, status, found: text }) => [what, status, text]),
      [
        ["alarm", "ok", "as declared: at or below 90 % in 3 of 5 periods of 1 hour"],
        ["alarm actions", "ok", "enabled"],
        ["alarm state", "ok", "OK since 2026-11-17 12:00 UTC (3 d ago)"],
      ],
    );
  });

  it("find that it is missing, and look at nothing else", () => {
    assert.deepEqual(alarmChecks(undefined, CHURN.rateAlarm, CONTEXT), [
      {
        model: "churn",
        what: "alarm",
        subject: NAME,
        status: "failure",
        found: "there is no such alarm",
        advice: "Deploy the stack; --refresh has Pulumi notice what was deleted by hand.",
        command: "pulumi up --refresh --stack prod",
      },
    ]);
  });

  it("find all differences in one line", () => {
    const {
      status,
      found: text,
      command,
    } = found("alarm", { Threshold: 85, EvaluationPeriods: 3 });
    assert.equal(status, "failure");
    assert.equal(text, "threshold is 85, declared 90; evaluation periods is 3, declared 5");
    assert.equal(command, "pulumi up --refresh --stack prod");
  });

  it("find actions that were switched off", () => {
    assert.deepEqual(found("alarm actions", { ActionsEnabled: false }), {
      status: "failure",
      found: "disabled, though the stack declares them enabled: no mail is sent",
      advice: "Somebody switched them off, perhaps during maintenance. Switch them on again.",
      command: `aws cloudwatch enable-alarm-actions --region eu-west-1 --alarm-names ${NAME}`,
    });
    const named = found(
      "alarm actions",
      { ActionsEnabled: false },
      { ...CHURN.rateAlarm, name: "a b" },
    );
    assert.match(named.command ?? "", / --alarm-names 'a b'$/);
  });

  it("warn of actions that the stack switches off", () => {
    const declared = { ...CHURN.rateAlarm, actionsEnabled: false };
    const off = found("alarm actions", { ActionsEnabled: false }, declared);
    assert.equal(off.status, "warning");
    assert.match(off.found ?? "", /as the stack declares \(`enabled: false`\): no mail is sent/);
    assert.equal(off.command, undefined);
    const on = found("alarm actions", { ActionsEnabled: true }, declared);
    assert.equal(on.status, "failure");
    assert.match(on.found ?? "", /^enabled, though/);
  });

  it("warn of an alarm that fires, with a link to its graph", () => {
    assert.deepEqual(found("alarm state", { StateValue: "ALARM" }), {
      status: "warning",
      found:
        "ALARM since 2026-11-17 12:00 UTC (3 d ago): the rate is at or below 90 % in 3 of 5 periods of 1 hour",
      advice: `Look at its graph and do what its description says: ${GRAPH}`,
    });
  });

  it("say of a silence alarm that no predictions came", () => {
    const name = `${NAME}-silence`;
    const silence = { ...CHURN.rateAlarm, name, evaluationPeriods: 6, datapointsToAlarm: 6 };
    const { found: text } = found("alarm state", { StateValue: "ALARM" }, silence);
    assert.match(text ?? "", /\(3 d ago\): no predictions came for 6 hours$/);
  });

  it("take an alarm without data for new within its window, and warn after it", () => {
    const since = (seconds: number): Partial<Check> =>
      found("alarm state", {
        StateValue: "INSUFFICIENT_DATA",
        StateTransitionedTimestamp: new Date(before(seconds)),
      });
    assert.equal(since(5 * 3600).status, "ok");
    assert.match(since(4 * 3600).found ?? "", /^INSUFFICIENT_DATA since .* \(4 h ago\): new/);
    const late = since(5 * 3600 + 1);
    assert.equal(late.status, "warning");
    assert.match(late.found ?? "", /: no data point for longer than its window of 5 hours$/);
    assert.ok(late.advice?.endsWith(GRAPH));
  });

  it("know the state's time from before there was one of its last change", () => {
    const times = {
      StateTransitionedTimestamp: undefined,
      StateUpdatedTimestamp: new Date(before(90)),
    };
    assert.equal(found("alarm state", times).found, "OK since 2026-11-20 11:58 UTC (1 min ago)");
    assert.equal(found("alarm state", { StateTransitionedTimestamp: undefined }).found, "OK");
  });

  it("find an alarm that CloudWatch cannot evaluate", () => {
    const error = { EvaluationState: "EVALUATION_ERROR", StateReason: "too many metrics" } as const;
    const { status, found: text } = found("alarm state", error);
    assert.equal(status, "failure");
    assert.equal(text, "CloudWatch cannot evaluate it: too many metrics");
  });
});
