import {
  ALARM_ACTIONS,
  ALARM_DESCRIPTION_LENGTH,
  ALARM_NAME_LENGTH,
  FILTER_PATTERN_LENGTH,
  longestWindow,
} from "../cloudwatch/limits";
import { predictionPatterns } from "../cloudwatch/predictionPatterns";
import { rateDescription, silenceDescription } from "./alarmDescription";
import { durationText } from "./duration";
import { windowLimitText } from "./forms";
import type { ModelKey, ModelValues } from "./modelSchema";
import { modelNames, stackPrefix } from "./names";
import { describeValue } from "./problem";
import type { StackContext } from "./settings";

/** What settings of one model have to keep to together, beyond the form of each. */
export interface ModelCheck {
  /** The settings it looks at; it is left out where one of them could not be read. */
  readonly keys: readonly ModelKey[];
  /** What is wrong, or undefined. */
  readonly find: (subject: CheckedModel) => { expected: string; found: string } | undefined;
}

/** What a check looks at. */
export interface CheckedModel {
  readonly name: string;
  readonly values: Omit<ModelValues, "logGroup" | "threshold"> & { threshold?: number };
  readonly context: StackContext;
}

/** Longer than any of AWS's region names, for lengths that have to hold in every region. */
const ANY_REGION = "x".repeat(20);

export const MODEL_CHECKS: readonly ModelCheck[] = [
  {
    keys: ["datapoints", "period"],
    find: ({ values: { datapoints, period } }) => {
      const limit = longestWindow(period);
      if (period * datapoints.of <= limit) return undefined;
      const most = Math.floor(limit / period);
      const each = durationText(period);
      const expected =
        most === 0
          ? `a period of at most ${windowLimitText(limit)}`
          : `at most ${String(most)} data points of ${each}, as an alarm looks back over ${windowLimitText(limit)} at most`;
      return { expected, found: `${String(datapoints.of)} of ${each}` };
    },
  },
  {
    keys: ["email", "topics"],
    find: ({ values: { email = [], topics = [] } }) => {
      const actions = email.length + topics.length;
      if (actions === 0) {
        return {
          expected: "an e-mail address or a list of them, or else topics",
          found: "nothing",
        };
      }
      if (actions <= ALARM_ACTIONS) return undefined;
      return {
        expected: `at most ${String(ALARM_ACTIONS)} addresses and topics together`,
        found: String(actions),
      };
    },
  },
  {
    keys: ["topics"],
    find: ({ values: { topics = [] }, context: { region } }) => {
      if (region === undefined) return undefined;
      const elsewhere = topics.find((arn) => arn.split(":")[3] !== region);
      if (elsewhere === undefined) return undefined;
      return {
        expected: `topics in the stack's region ${region}`,
        found: describeValue(elsewhere),
      };
    },
  },
  {
    keys: ["where", "field"],
    find: ({ values: { field, where } }) => {
      const { valid, total } = predictionPatterns({ field, where });
      // The provider counts bytes, AWS characters.
      const length = Math.max(Buffer.byteLength(valid), Buffer.byteLength(total));
      return length <= FILTER_PATTERN_LENGTH
        ? undefined
        : tooLong("conditions whose filter pattern", FILTER_PATTERN_LENGTH, length);
    },
  },
  {
    keys: ["runbook", "minimumPredictions", "confidence", "period", "datapoints", "silence"],
    find: ({ name, values, context: { project, stack } }) => {
      const { threshold = 99.999999, silence } = values;
      const model = { ...values, threshold, name };
      const context = { project, stack, region: ANY_REGION, dashboard: true };
      const descriptions = [rateDescription(model, context)];
      if (silence !== undefined) descriptions.push(silenceDescription(model, silence, context));
      const length = Math.max(...descriptions.map((description) => description.length));
      return length <= ALARM_DESCRIPTION_LENGTH
        ? undefined
        : tooLong(
            "a shorter runbook URL: the alarm's description",
            ALARM_DESCRIPTION_LENGTH,
            length,
          );
    },
  },
  {
    keys: [],
    find: ({ name, context: { project, stack } }) => {
      const { length } = modelNames(stackPrefix(project, stack), name).silenceAlarm;
      return length <= ALARM_NAME_LENGTH
        ? undefined
        : tooLong("a shorter model name: the alarm's name", ALARM_NAME_LENGTH, length);
    },
  },
];

function tooLong(what: string, limit: number, length: number): { expected: string; found: string } {
  return {
    expected: `${what} has at most ${String(limit)} characters`,
    found: String(length),
  };
}
