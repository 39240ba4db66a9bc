import type { KeyPath, Problem } from "./diagnostic";
import { modelAlarms } from "./names";
import type { ModelSettings, StackSettings } from "./settings";

/** SNS API reference, Publish, `Subject`: characters. */
const SUBJECT_LENGTH = 100;
/** What a mail's subject has around the alarm's name, with the longest name of a region. */
const AROUND_NAME = 'ALARM: "..." in Asia Pacific (Kuala Lumpur)'.length;

/** What is legal for a model, and yet most likely a mistake: `check` shows it, the program logs it. */
export function modelWarnings(settings: StackSettings): Problem[] {
  return settings.models.flatMap((model) => [
    ...thresholdWarnings(model.threshold, ["models", model.name, "threshold"]),
    ...(model.warning
      ? thresholdWarnings(model.warning.threshold, ["models", model.name, "warning", "threshold"])
      : []),
    ...mailWarnings(model, settings),
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
