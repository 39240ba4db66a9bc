import { muteText } from "../../components/settings/description";
import { durationText } from "../../components/settings/duration";
import { activeMuteRules, muteRuleNamed } from "../aws/alarmCalls";
import type { AwsSession } from "../aws/awsSession";
import type { Declared, DeclaredAlarm } from "../program/declared";
import type { MuteRule } from "../simulator/muteRules";
import { shellWord } from "../text";
import {
  type Check,
  differences,
  eachOf,
  failure,
  guarded,
  ok,
  redeployed,
  warning,
} from "./check";

/** Which alarms are muted at this moment. The alarms are only asked about one by one where any rule is active. */
export function mutedChecks(
  session: AwsSession,
  alarms: readonly DeclaredAlarm[],
  region: string,
): Promise<Check[]> {
  const about = { what: "mute rules", subject: region };
  return guarded(about, async () => {
    const active = await activeMuteRules(session);
    if (active.length === 0) return [ok(about, "none is active")];
    const muted = await eachOf(alarms, async (alarm) => {
      const rules = await activeMuteRules(session, alarm.name);
      return rules.map((rule) => mutedCheck(alarm, rule, region));
    });
    const checks = muted.flat();
    return checks.length > 0 ? checks : [ok(about, "none that is active mutes these alarms")];
  });
}

function mutedCheck({ model, name }: DeclaredAlarm, rule: string, region: string): Check {
  return warning(
    { model, what: "alarm mute", subject: name },
    `muted now by the mute rule ${rule}: no mail is sent before its window ends`,
    {
      advice:
        "If this is planned, wait: when the window ends, CloudWatch notifies of a state that it held back and that is " +
        "still so. This shows the window.",
      command: `aws cloudwatch get-alarm-mute-rule --region ${region} --alarm-mute-rule-name ${shellWord(rule)}`,
    },
  );
}

/** The declared rules that mute some of these alarms, each with those of them that it mutes. */
export function mutingRules(declared: Declared, alarms: readonly DeclaredAlarm[]): MuteRule[] {
  const examined = new Set(alarms.map(({ name }) => name));
  return declared.muteRules
    .map((rule) => ({
      ...rule,
      alarmNames: rule.alarmNames.filter((name) => examined.has(name)),
    }))
    .filter(({ alarmNames }) => alarmNames.length > 0);
}

/** Is a declared mute rule there, and as declared? Where it is not, planned work mails people. */
export function muteRuleChecks(
  session: AwsSession,
  rule: MuteRule,
  stack: string,
): Promise<Check[]> {
  const about = { what: "mute rule", subject: rule.name };
  return guarded(about, async () => {
    const live = await muteRuleNamed(session, rule.name);
    if (live === undefined) {
      const nothing = `there is no such mute rule: mails come also during ${muteText(rule)}`;
      return [failure(about, nothing, redeployed(stack))];
    }
    const missing = rule.alarmNames.filter((name) => !live.alarmNames.includes(name));
    const found = [
      ...differences(valuesOf(live), valuesOf(rule)),
      ...(missing.length > 0 ? [`it does not mute ${missing.join(", ")}`] : []),
    ];
    return found.length === 0
      ? [ok(about, `as declared: ${muteText(rule)}`)]
      : [failure(about, found.join("; "), redeployed(stack))];
  });
}

function valuesOf({ expression, duration, timezone }: MuteRule) {
  return { expression, duration: durationText(duration), "time zone": timezone };
}
