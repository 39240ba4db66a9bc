import {
  ALARM_ACTIONS,
  ALARM_DESCRIPTION_LENGTH,
  ALARM_NAME_LENGTH,
  FILTER_PATTERN_LENGTH,
  METRIC_NAME_LENGTH,
  longestWindow,
} from "../cloudwatch/limits";
import { predictionPatterns } from "../cloudwatch/predictionPatterns";
import { rateDescription, silenceDescription } from "./alarmDescription";
import { durationText } from "./duration";
import { windowLimitText } from "./forms";
import type { ModelKey } from "./modelSchema";
import { modelNames, stackPrefix } from "./names";
import { describeValue } from "./problem";
import type { ModelSettings, StackContext } from "./settings";

/** What settings of one model have to keep to together, beyond the form of each. */
export interface ModelCheck {
  /** The settings it looks at; it is left out where one of them could not be read. */
  readonly keys: readonly ModelKey[];
  /** What is wrong, or undefined. */
  readonly find: (model: CheckedModel, context: StackContext) => Conflict | undefined;
}

/** What is wrong, and which of the settings to change where that is clear. */
export interface Conflict {
  readonly expected: string;
  readonly found: string;
  /** `null` for the model as a whole. @default the first of the check's settings that was given */
  readonly key?: ModelKey | null;
}

/** What a check looks at: a model that may lack what it must have. */
export type CheckedModel = Omit<ModelSettings, "logGroup" | "threshold"> & { threshold?: number };

/** Names of alarms, metrics, filters and saved queries fit into the shortest of their limits. */
const NAME_LENGTH = Math.min(ALARM_NAME_LENGTH, METRIC_NAME_LENGTH);

/** Longer than any of AWS's region names, for lengths that have to hold in every region. */
const ANY_REGION = "x".repeat(20);

export const MODEL_CHECKS: readonly ModelCheck[] = [
  {
    keys: ["datapoints", "period"],
    find: ({ datapoints, period }) => {
      const limit = longestWindow(period);
      if (period * datapoints.of <= limit) return undefined;
      const most = Math.floor(limit / period);
      const each = durationText(period);
      if (most === 0) {
        const expected = `a period of at most ${windowLimitText(limit)}`;
        return { expected, found: each, key: "period" };
      }
      const expected = `at most ${String(most)} data points of ${each}, as an alarm looks back over ${windowLimitText(limit)} at most`;
      return { expected, found: `${String(datapoints.of)} of ${each}` };
    },
  },
  {
    keys: ["email", "topics"],
    find: ({ emails, topics }) => {
      const actions = emails.length + topics.length;
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
    find: ({ topics }, { region }) => {
      if (region === undefined || !/^[a-z0-9-]+$/.test(region)) return undefined;
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
    find: ({ field, where }) => {
      const { valid, total } = predictionPatterns({ field, where });
      // The provider counts bytes, AWS characters.
      const length = Math.max(Buffer.byteLength(valid), Buffer.byteLength(total));
      return length <= FILTER_PATTERN_LENGTH
        ? undefined
        : tooLong("a field and conditions whose filter pattern", FILTER_PATTERN_LENGTH, length);
    },
  },
  {
    keys: ["runbook", "minimumPredictions", "confidence", "period", "datapoints", "silence"],
    find: (values, { project, stack }) => {
      const { silence } = values;
      const model = hasThreshold(values) ? values : { ...values, threshold: 99.999999 };
      const context = { project, stack, region: ANY_REGION, dashboard: true };
      const descriptions = [rateDescription(model, context)];
      if (silence !== undefined) descriptions.push(silenceDescription(model, silence, context));
      const length = Math.max(...descriptions.map((description) => description.length));
      if (length <= ALARM_DESCRIPTION_LENGTH) return undefined;
      const isRunbook = values.runbook !== undefined;
      const what = isRunbook
        ? "a shorter runbook URL"
        : "shorter names of project, stack and model";
      return {
        ...tooLong(`${what}: the alarm's description`, ALARM_DESCRIPTION_LENGTH, length),
        key: isRunbook ? "runbook" : null,
      };
    },
  },
  {
    keys: [],
    find: ({ name }, { project, stack }) => {
      const names: string[] = Object.values({ ...modelNames(stackPrefix(project, stack), name) });
      const length = Math.max(...names.map((physicalName) => physicalName.length));
      return length <= NAME_LENGTH
        ? undefined
        : tooLong("a shorter model name: the longest name made of it", NAME_LENGTH, length);
    },
  },
];

function hasThreshold(model: CheckedModel): model is CheckedModel & { threshold: number } {
  return model.threshold !== undefined;
}

function tooLong(what: string, limit: number, length: number): Conflict {
  return {
    expected: `${what} has at most ${String(limit)} characters`,
    found: String(length),
  };
}
