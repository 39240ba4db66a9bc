import * as cloudwatch from "@pulumi/aws/cloudwatch";
import { AlarmMuteRule, MetricAlarm } from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";
import { ALARMS_PER_MUTE_RULE } from "./cloudwatch/limits";
import { isoDuration, type MuteSchedule } from "./cloudwatch/muteSchedule";
import { muteText } from "./settings/description";
import { muteRuleName, muteSlug, type Owner, ownerName } from "./settings/names";
import type { ModelSettings } from "./settings/settings";

/** A model with what was made for it. */
interface MutedModel {
  readonly settings: Pick<ModelSettings, "mute" | "tags">;
  /** Its alarms are among these. */
  readonly nodes: object;
}

/** What mute rules are for, and where they are. */
interface MuteContext {
  readonly owner: Owner;
  /** The one model that they are for; undefined: those of a stack. */
  readonly model?: string;
  /** What the resources' own names begin with. */
  readonly prefix: string;
  readonly where: { readonly region?: string };
}

/**
 * One mute rule for each window, however many models have it, or several where there are more alarms than AWS takes in
 * one. A rule keeps its name and its resource as long as anything has its window.
 */
export function newMuteRules(
  models: readonly MutedModel[],
  { owner, model, prefix, where }: MuteContext,
  opts: pulumi.CustomResourceOptions,
): AlarmMuteRule[] {
  const provider: Partial<typeof cloudwatch> = cloudwatch;
  if (
    provider.AlarmMuteRule === undefined &&
    models.some(({ settings }) => settings.mute.length > 0)
  ) {
    throw new pulumi.RunError("mute needs @pulumi/aws 7.28 or newer, which knows alarm mute rules");
  }
  const windows = new Map<string, { schedule: MuteSchedule; muted: MutedModel[] }>();
  for (const muted of models) {
    const own = new Map(muted.settings.mute.map((schedule) => [muteSlug(schedule), schedule]));
    for (const [slug, schedule] of own) {
      const window = windows.get(slug);
      if (window === undefined) windows.set(slug, { schedule, muted: [muted] });
      else window.muted.push(muted);
    }
  }
  return [...windows].flatMap(([slug, { schedule, muted }]) => {
    const { expression, duration, timezone } = schedule;
    const alarms = muted.flatMap(({ nodes }) => alarmsAmong(nodes));
    return parts(alarms).map((part, index) => {
      const own = index === 0 ? slug : `${slug}-${index + 1}`;
      return new AlarmMuteRule(
        `${prefix}mute-${own}`,
        {
          name: muteRuleName(owner, model, own),
          description: `No mails of alarms of ${ownerName(owner)}: ${muteText(schedule)}`,
          rule: { schedule: { expression, duration: isoDuration(duration), timezone } },
          muteTargets: { alarmNames: part.map(({ name }) => name) },
          tags: commonTags(muted),
          ...where,
        },
        opts,
      );
    });
  });
}

function alarmsAmong(nodes: object): MetricAlarm[] {
  return Object.values(nodes).filter((node) => MetricAlarm.isInstance(node));
}

function parts<T>(all: readonly T[]): T[][] {
  const count = Math.ceil(all.length / ALARMS_PER_MUTE_RULE);
  return Array.from({ length: count }, (_, at) =>
    all.slice(at * ALARMS_PER_MUTE_RULE, (at + 1) * ALARMS_PER_MUTE_RULE),
  );
}

/** Tags are each model's own; a rule of several has those that all of them have. */
function commonTags([first, ...others]: readonly MutedModel[]): Record<string, string> {
  const tags = Object.entries(first?.settings.tags ?? {});
  return Object.fromEntries(
    tags.filter(([key, value]) => others.every(({ settings }) => settings.tags[key] === value)),
  );
}
