import type { MetricAlarm as ApiAlarm } from "@aws-sdk/client-cloudwatch";
import type { Declared, DeclaredAlarm } from "../../rehearsal/declared";
import { alarmsNamed } from "../alarmCalls";
import type { AwsSession } from "../awsSession";
import type { Identity } from "../identity";
import { accountChecks, type Place } from "./accountCheck";
import type { Check } from "./check";
import { withProfile } from "./commands";
import { fewAtOnce } from "./fewAtOnce";
import { guarded } from "./guarded";
import { modelChecks } from "./modelChecks";
import { notificationChecks } from "./notificationChecks";

/** What to examine. */
export interface DoctorOptions {
  /** The moment that ages are counted from. */
  readonly now: Date;
  /** One of {@link modelsOf}: only it and what its alarms notify. @default all models */
  readonly model?: string | undefined;
  readonly identity: Identity;
  /** What the stack's file says of account and region. */
  readonly place: Pick<Place, "path" | "allowedAccounts" | "declaredRegion">;
  /** The stack's `aws:profile`, for commands to use. @default the shell's own */
  readonly profile?: string | undefined;
}

/** The models that a stack declares, by name. */
export function modelsOf({ alarms }: Declared): string[] {
  return [...new Set(alarms.map(({ model }) => model))].sort();
}

/**
 * Examines a live stack from its models' log lines to people's inboxes, and changes nothing. The order of the checks is
 * always the same: account and region, models by name, then topics with their subscriptions, then keys.
 * In the wrong account nothing else is looked at.
 * @throws AwsCallError for credentials that stop working meanwhile
 */
export async function doctor(
  session: AwsSession,
  declared: Declared,
  { now, model, identity, place, profile }: DoctorOptions,
): Promise<Check[]> {
  const { stack, region } = declared;
  const where = accountChecks(identity, { ...place, stack, region });
  if (where.some(({ status }) => status === "failure")) return where;

  const alarms = declared.alarms.filter((alarm) => model === undefined || alarm.model === model);
  const { liveAlarms, checks } = await existing(session, alarms);
  const models = await fewAtOnce(modelsOf({ ...declared, alarms }), (name) =>
    modelChecks(session, name, { declared, now, liveAlarms }),
  );
  const notifications = await notificationChecks(session, declared, alarms, now);
  return [...where, ...checks, ...models.flat(), ...notifications].map((check) =>
    check.command === undefined
      ? check
      : { ...check, command: withProfile(check.command, profile) },
  );
}

/** All alarms at once: CloudWatch takes a hundred names in a call. */
async function existing(
  session: AwsSession,
  alarms: readonly DeclaredAlarm[],
): Promise<{
  readonly liveAlarms: ReadonlyMap<string, ApiAlarm> | undefined;
  readonly checks: readonly Check[];
}> {
  const names = alarms.map(({ name }) => name);
  const [model, ...others] = new Set(alarms.map((alarm) => alarm.model));
  const about = {
    model: others.length === 0 ? model : undefined,
    what: "alarm",
    subject: names.length === 1 ? String(names[0]) : `all ${String(names.length)} alarms`,
  };
  let liveAlarms: ReadonlyMap<string, ApiAlarm> | undefined;
  const checks = await guarded(about, async () => {
    liveAlarms = await alarmsNamed(session, names);
    return [];
  });
  return { liveAlarms, checks };
}
