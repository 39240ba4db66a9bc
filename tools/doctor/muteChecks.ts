import { muteText } from "../../components/settings/description";
import { durationText } from "../../components/settings/duration";
import { activeMuteRules, liveMuteRule, muteRuleNamed } from "../aws/alarmCalls";
import type { AwsSession } from "../aws/awsSession";
import type { Declared, DeclaredAlarm } from "../program/declared";
import type { MuteRule } from "../simulator/muteRules";
import { shellWord } from "../text";
import { type Check, CONCURRENCY, differs, failure, ok, redeployed, warning } from "./check";

/** Which alarms are muted at this moment. The alarms are only asked about one by one where any rule is active. */
export async function mutedChecks(
  session: AwsSession,
  alarms: readonly DeclaredAlarm[],
  region: string,
): Promise<Check[]> {
  const about = { what: "mute rules", subject: region };
  const active = await activeMuteRules(session);
  if (active.length === 0) return [ok(about, "none is active")];
  const { default: pMap } = await import("p-map");
  const checks = await pMap(
    alarms,
    async (alarm) => {
      const rules = await activeMuteRules(session, alarm.name);
      return rules.map((rule) => mutedCheck(alarm, rule, region));
    },
    { concurrency: CONCURRENCY },
  );
  const muted = checks.flat();
  return muted.length > 0 ? muted : [ok(about, "none that is active mutes these alarms")];
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
export async function muteRuleChecks(
  session: AwsSession,
  rule: MuteRule,
  stack: string,
): Promise<Check[]> {
  const about = { what: "mute rule", subject: rule.name };
  const live = await muteRuleNamed(session, rule.name);
  if (live === undefined) {
    const found = `there is no such mute rule: mails come also during ${muteText(rule)}`;
    return [failure(about, found, redeployed(stack))];
  }
  const { expression, duration, timezone, alarmNames } = liveMuteRule(live, session.region);
  const missing = rule.alarmNames.filter((name) => !alarmNames.includes(name));
  const differences = [
    ...differs("expression", expression, rule.expression),
    ...differs("duration", durationText(duration), durationText(rule.duration)),
    ...differs("time zone", timezone, rule.timezone),
    ...(missing.length > 0 ? [`it does not mute ${missing.join(", ")}`] : []),
  ];
  return differences.length === 0
    ? [ok(about, `as declared: ${muteText(rule)}`)]
    : [failure(about, differences.join("; "), redeployed(stack))];
}
