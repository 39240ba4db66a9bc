import * as cloudwatch from "@pulumi/aws/cloudwatch";
import { AlarmMuteRule, MetricAlarm } from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";
import { ALARMS_PER_MUTE_RULE } from "./cloudwatch/limits";
import { isoDuration } from "./cloudwatch/muteSchedule";
import { chunks, grouped } from "./lists";
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
  const uses = models.flatMap((muted) =>
    muted.settings.mute.map((schedule) => ({ muted, schedule, slug: muteSlug(schedule) })),
  );
  const provider: Partial<typeof cloudwatch> = cloudwatch;
  if (provider.AlarmMuteRule === undefined && uses.length > 0) {
    throw new pulumi.RunError("mute needs @pulumi/aws 7.28 or newer, which knows alarm mute rules");
  }
  return [...grouped(uses, ({ slug }) => slug)].flatMap(([slug, ofWindow]) => {
    const [{ schedule }] = ofWindow;
    const { expression, duration, timezone } = schedule;
    const muted = [...new Set(ofWindow.map((use) => use.muted))];
    const alarms = muted.flatMap(({ nodes }) =>
      Object.values(nodes).filter((node) => MetricAlarm.isInstance(node)),
    );
    return chunks(alarms, ALARMS_PER_MUTE_RULE).map((part, index) => {
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

/** Tags are each model's own; a rule of several has those that all of them have. */
function commonTags([first, ...others]: readonly MutedModel[]): Record<string, string> {
  const tags = Object.entries(first?.settings.tags ?? {});
  return Object.fromEntries(
    tags.filter(([key, value]) => others.every(({ settings }) => settings.tags[key] === value)),
  );
}
