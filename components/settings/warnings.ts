import { SUBJECT_LENGTH } from "../cloudwatch/limits";
import { type MuteSchedule, muteWindows, windowsFrom } from "../cloudwatch/muteSchedule";
import { muteText } from "./description";
import type { KeyPath, Problem } from "./diagnostic";
import { modelAlarms } from "./names";
import type { ModelSettings, StackSettings } from "./settings";

/** What a mail's subject has around the alarm's name, with the longest name of a region. */
const AROUND_NAME = 'ALARM: "..." in Asia Pacific (Kuala Lumpur)'.length;

/** What is legal for a model, and yet most likely a mistake: `check` shows it, the program logs it. */
export function modelWarnings(settings: StackSettings): Problem[] {
  // What many models have, mostly of `defaults`, is one warning.
  const mutes = new Set<string>();
  const isNew = ({ mute }: ModelSettings): boolean =>
    mutes.size < mutes.add(JSON.stringify(mute)).size;
  return settings.models.flatMap((model) => [
    ...thresholdWarnings(model.threshold, ["models", model.name, "threshold"]),
    ...(model.warning
      ? thresholdWarnings(model.warning.threshold, ["models", model.name, "warning", "threshold"])
      : []),
    ...mailWarnings(model, settings),
    ...(model.mute.length > 0 && isNew(model) ? muteWarnings(model) : []),
  ]);
}

function thresholdWarnings(threshold: number, path: KeyPath): Problem[] {
  const about = { severity: "warning", path } as const;
  if (threshold <= 1) {
    const percent = Number((threshold * 100).toPrecision(6));
    const found = `${threshold}, which looks like a share of 1`;
    return [{ ...about, expected: "a percentage", found, hint: `did you mean ${percent}?` }];
  }
  if (threshold < 100) return [];
  const expected = "a threshold below 100, as an alarm fires at its threshold, too";
  return [{ ...about, expected, found: "100, at which the best rate there is fires it" }];
}

function mailWarnings(model: ModelSettings, stack: StackSettings): Problem[] {
  const path = ["models", model.name];
  if (!model.enabled) {
    const found = "false, under which no mail ever comes";
    return [{ severity: "warning", path: [...path, "enabled"], expected: "true", found }];
  }
  const cut = modelAlarms(stack, model).find(
    ({ kind, name }) => kind !== "rate" && name.length + AROUND_NAME > SUBJECT_LENGTH,
  );
  if (cut === undefined) return [];
  const expected = `shorter names of project, stack and model: a subject has ${SUBJECT_LENGTH} characters`;
  const found = `an alarm ${cut.name}, whose mails may be cut to the same subject as those about the rate`;
  return [{ severity: "warning", path, atKey: true, expected, found }];
}

/** In minutes. */
const WEEK = 7 * 1440;
const ENDLESS = 17 * WEEK;

function muteWarnings({ name, mute }: ModelSettings): Problem[] {
  const now = Math.floor(Date.now() / 60_000);
  const about = { severity: "warning", path: ["models", name, "mute"] } as const;
  const idle = mute.flatMap((schedule, index): Problem[] => {
    if (windowsFrom(schedule, now).next().done !== true) return [];
    const reason = schedule.expression.startsWith("at(") ? "is over" : "never comes";
    const found = `${muteText(schedule)}, which ${reason}`;
    return [{ ...about, path: [...about.path, index], expected: "a window to come", found }];
  });
  // Where the clocks go back, whole days leave an hour once a year.
  if (!isCovered(mute, now) && !isCovered(mute, now + ENDLESS)) return idle;
  const found = `${mute.map(muteText).join("; ")}: no mail for ${ENDLESS / WEEK} weeks on end`;
  return [...idle, { ...about, expected: "windows with time between them", found }];
}

/** Whether nothing but mute windows follows a minute, for long. Most often the first week tells. */
function isCovered(mute: readonly MuteSchedule[], start: number): boolean {
  for (let from = start; from < start + ENDLESS; from += WEEK) {
    const to = from + WEEK;
    if (!muteWindows(mute, { from, to }).some((one) => one.from <= from && one.to >= to)) {
      return false;
    }
  }
  return true;
}
