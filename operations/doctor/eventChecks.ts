import { durationText } from "../../config/duration";
import { visibleText } from "../../rehearsal/logs/visibleText";
import { ago } from "./moments";
import type { Check } from "./check";
import { disagreementChecks } from "./disagreementChecks";
import { predictionsIn, SAMPLE, type EventEvidence, type EventSample } from "./eventEvidence";
import type { WatchedModel } from "./watchedModel";

/**
 * Do the newest log events count, and if not, why not? In the words of a rehearsal where it knows them.
 * @param evidence undefined where there is no log group: that is another check's finding
 */
export function eventChecks(
  watched: WatchedModel,
  evidence: EventEvidence | undefined,
  now: Date,
): Check[] {
  if (evidence === undefined) return [];
  const { newest, mentioning } = evidence;
  const samples = mentioning === undefined ? [newest] : [newest, mentioning];
  const checks =
    newest.events.length === 0
      ? [nothing(watched, newest)]
      : mentioning === undefined
        ? judge(watched, newest, which(newest), now)
        : judgeMentioning(watched, evidence, mentioning, now);
  return [...checks, ...disagreementChecks(watched, samples)];
}

function about({ model, total }: WatchedModel): Pick<Check, "model" | "what" | "subject"> {
  return { model, what: "log events", subject: total.logGroupName };
}

function nothing(watched: WatchedModel, { span, complete }: EventSample): Check {
  const found = complete ? "none in" : "none found in what could be read of";
  return {
    ...about(watched),
    status: "warning",
    found: `${found} the last ${durationText(span)}`,
    advice:
      "Either nothing was predicted, or the model logs elsewhere. Lambda writes to /aws/lambda/NAME and SageMaker to " +
      "/aws/sagemaker/Endpoints/NAME by themselves; elsewhere, in EKS pods for example, the model calls PutLogEvents " +
      "or an agent ships its lines. Look there for its predictions, and correct logGroup in the stack file if they " +
      "are in another log group.",
  };
}

/** Predictions or near misses of a sample. @param of which events the sample has, such as `the newest 50 events` */
function judge(watched: WatchedModel, sample: EventSample, of: string, now: Date): Check[] {
  const predictions = predictionsIn(sample);
  const [newest] = predictions;
  const misses = sample.nearMisses.map(({ kind, count, example, advice }): Check => ({
    ...about(watched),
    status: newest === undefined ? "failure" : "warning",
    found: `${String(count)} of ${of} carr${count === 1 ? "ies" : "y"} the field but can never match (${kind}), for example: ${example}`,
    advice: advice.replaceAll("\n", " "),
  }));
  if (newest === undefined) return misses.length > 0 ? misses : [noMatch(watched, sample, of)];
  const valid = predictions.filter((event) => event.valid.aws).length;
  const are = predictions.length === 1 ? "is a prediction" : "are predictions";
  const found =
    `${String(predictions.length)} of ${of} ${are} (${String(valid)} valid), ` +
    `the newest ${ago(newest.timestamp, now)}`;
  return [{ ...about(watched), status: "ok", found }, ...misses];
}

/** Among the newest events there was neither a prediction nor a near miss. */
function judgeMentioning(
  watched: WatchedModel,
  { newest, field = "" }: EventEvidence,
  mentioning: EventSample,
  now: Date,
): Check[] {
  if (mentioning.events.length > 0) {
    return judge(watched, mentioning, which(mentioning, ` that mention ${field}`), now);
  }
  const { complete, span } = mentioning;
  const searched = complete
    ? `no event of the last ${durationText(span)}`
    : `no event in what could be read of the last ${durationText(span)}`;
  return [
    {
      ...about(watched),
      status: "failure",
      found: `${searched} mentions ${field}, the newest is: ${visibleText(newest.events[0]?.message.trim() ?? "")}`,
      advice:
        "Something logs here, but no predictions. Have the model log one JSON object a line for each prediction, such " +
        `as {"${field}": true}. If it does and calls the property something else, write that under field in the ` +
        "stack file; if it logs to another log group, correct logGroup.",
    },
  ];
}

function noMatch(watched: WatchedModel, { events }: EventSample, of: string): Check {
  const example = visibleText(events[0]?.message.trim() ?? "");
  return {
    ...about(watched),
    status: "failure",
    found: `none of ${of} matches ${watched.total.pattern}, for example: ${example}`,
    advice:
      "These are other models' lines, or field and where in the stack file do not fit them. Compare that line with " +
      "the pattern: each property must stand where the pattern says, under exactly that name and with that value.",
  };
}

/** Which events a sample has. @param that ends the description, such as ` that mention prediction_valid` */
function which({ events, span, complete }: EventSample, that = ""): string {
  const { length } = events;
  if (length >= SAMPLE) return `the newest ${String(length)} events${that}`;
  const noun = `${String(length)} event${length === 1 ? "" : "s"}`;
  return complete
    ? `the ${noun} of the last ${durationText(span)}${that}`
    : `the ${noun}${that} in what could be read of the last ${durationText(span)}`;
}
