import { visibleText } from "../../rehearsal/logs/visibleText";
import type { Check } from "./check";
import type { EventSample, JudgedEvent, Verdict } from "./eventEvidence";
import type { WatchedModel } from "./watchedModel";

/**
 * Events of which AWS and the local model of filter patterns say different things: what a rehearsal assumes about AWS
 * is tested on every log line that doctor sees.
 */
export function disagreementChecks(
  watched: WatchedModel,
  samples: readonly EventSample[],
): Check[] {
  const all = samples.flatMap((sample) => sample.events);
  // An event may be in both samples.
  const events = [
    ...new Map(all.map((event) => [`${String(event.timestamp)} ${event.message}`, event])).values(),
  ];
  return [
    ...disagreement(watched, watched.total.pattern, events, ({ total }) => total),
    ...disagreement(watched, watched.valid.pattern, events, ({ valid }) => valid),
  ];
}

function disagreement(
  { model, total }: WatchedModel,
  pattern: string,
  events: readonly JudgedEvent[],
  verdictOf: (event: JudgedEvent) => Verdict,
): Check[] {
  const disputed = events.filter((event) => verdictOf(event).aws !== verdictOf(event).local);
  const [example] = disputed;
  if (example === undefined) return [];
  const says = (matches: boolean): string => (matches ? "matches" : "does not match");
  const { aws, local } = verdictOf(example);
  const others = disputed.length - 1;
  const more = others === 0 ? "" : ` (and ${String(others)} more)`;
  return [
    {
      model,
      what: "log events",
      subject: total.logGroupName,
      status: "warning",
      found:
        `AWS says that ${pattern} ${says(aws)} this line${more}, a rehearsal that it ${says(local)}: ` +
        visibleText(example.message.trim()),
      advice:
        "The alarm counts as AWS says; rehearse, tune and verify count such lines wrongly. Please report it to this " +
        "project with the pattern and the line, without anything private that is in it.",
    },
  ];
}
