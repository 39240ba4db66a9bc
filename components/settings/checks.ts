import {
  ALARM_ACTIONS,
  ALARM_DESCRIPTION_LENGTH,
  ALARM_NAME_LENGTH,
  FILTER_PATTERN_LENGTH,
  FILTERS_PER_LOG_GROUP,
  longestWindow,
  METRIC_NAME_LENGTH,
  REGEX_FILTERS_PER_LOG_GROUP,
  ROLE_INLINE_POLICIES_LENGTH,
  SHORT_PERIOD_WINDOW,
} from "../cloudwatch/limits";
import {
  predictionPatterns,
  type PropertyPath,
  propertyPathText,
  validText,
} from "../cloudwatch/patterns";
import { writerPolicy } from "../cloudwatch/policies";
import { grouped } from "../lists";
import { rateDescription, silenceDescription, warningDescription } from "./description";
import { describeValue, type Problem } from "./diagnostic";
import { durationText } from "./duration";
import { modelAlarms, modelNames, ownerName } from "./names";
import type { ModelKey } from "./schema";
import type { ModelSettings, Recipients, StackContext } from "./settings";

/** What settings of one model have to keep to together, beyond the form of each. */
interface ModelCheck {
  /** The settings it looks at; it is left out where one of them could not be read. */
  readonly keys: readonly ModelKey[];
  /** What is wrong, or undefined. */
  readonly find: (model: CheckedModel, context: StackContext) => Conflict | undefined;
}

/** What is wrong, and which of the settings to change where that is clear. */
interface Conflict {
  readonly expected: string;
  readonly found: string;
  /** `null` for the model as a whole. @default the first of the check's settings that was given */
  readonly key?: ModelKey | null;
  /** What of that setting, where it is a map. */
  readonly within?: string;
}

/** What a check looks at: a model that may lack what it must have. */
type CheckedModel = Omit<ModelSettings, "logGroup" | "threshold"> &
  Partial<Pick<ModelSettings, "logGroup" | "threshold">>;

/** Names of alarms, metrics, filters and saved queries fit into the shortest of their limits. */
const NAME_LENGTH = Math.min(ALARM_NAME_LENGTH, METRIC_NAME_LENGTH);

/** What a regular expression of a filter pattern can look for as it is written. */
const TEXT_FIELD = /^[A-Za-z0-9_-]+$/;
const TEXT_WORD = /^[A-Za-z_]\w*$/;

/** Longer than any of AWS's region names, for lengths that have to hold in every region. */
const ANY_REGION = "x".repeat(20);

export const MODEL_CHECKS: readonly ModelCheck[] = [
  {
    keys: ["datapoints", "period"],
    find: tooLongWindow,
  },
  {
    keys: ["email", "topics"],
    find: ({ emails, topics }) => {
      if (emails.length + topics.length === 0) {
        return {
          expected: "an e-mail address or a list of them, or else topics",
          found: "nothing",
        };
      }
      return tooManyActions({ emails, topics });
    },
  },
  {
    keys: ["topics"],
    find: topicElsewhere,
  },
  {
    keys: ["warning", "threshold"],
    find: ({ warning, threshold }) => {
      if (warning === undefined || threshold === undefined || warning.threshold > threshold) {
        return undefined;
      }
      const found = `a warning at ${warning.threshold} and the alarm at ${threshold}`;
      return { expected: "a warning at a higher threshold than the alarm", found };
    },
  },
  {
    keys: ["warning", "datapoints", "period"],
    find: ({ warning, datapoints, period }) => {
      if (warning === undefined || warning.datapoints === datapoints) return undefined;
      const conflict = tooLongWindow({ datapoints: warning.datapoints, period });
      // A period that is too long altogether has been found with the alarm's data points.
      if (conflict === undefined || conflict.key === "period") return undefined;
      return { ...conflict, key: "warning", within: "datapoints" };
    },
  },
  {
    keys: ["warning", "email", "topics"],
    find: ({ warning, emails }, context) => {
      // Who is told of the alarm, too, has been looked at.
      if (warning === undefined || warning.emails === emails) return undefined;
      const conflict = tooManyActions(warning);
      if (conflict !== undefined) return { ...conflict, key: "warning" };
      const elsewhere = topicElsewhere(warning, context);
      return elsewhere && { ...elsewhere, key: "warning", within: "topics" };
    },
  },
  {
    keys: ["where", "field"],
    find: ({ field, where }) => {
      const condition = where.find(
        ({ path }) => startsWith(path, field) || startsWith(field, path),
      );
      if (condition !== undefined) {
        const path = propertyPathText(condition.path);
        return {
          expected: `conditions on other properties than the field ${propertyPathText(field)}`,
          found: `one on ${path}, which no valid and no invalid prediction can both meet`,
        };
      }
      const inner = where.find(({ path }) =>
        where.some((other) => other.path !== path && startsWith(path, other.path)),
      );
      const expected = "conditions that one event can meet";
      if (inner !== undefined) {
        return {
          expected,
          found: `one on ${propertyPathText(inner.path)} and one on what holds it`,
        };
      }
      const paths = [field, ...where.map(({ path }) => path)];
      const split = paths.find((path) => paths.some((other) => needsList(path, other)));
      if (split === undefined) return undefined;
      const found = `${propertyPathText(split)} beside one that takes what holds it for an object`;
      return { expected, found };
    },
  },
  {
    keys: ["logFormat", "field", "where", "valid"],
    find: ({ logFormat, field, where, valid }) => {
      if (logFormat === "json") return undefined;
      if (where.length > 0) {
        const expected =
          "no conditions where logFormat is text, for a regular expression stands alone";
        return {
          expected,
          found: `one on ${propertyPathText(where[0]?.path ?? [])}`,
          key: "where",
        };
      }
      if (field.length > 1 || !TEXT_FIELD.test(String(field[0]))) {
        const expected = "a plain name where logFormat is text, of letters, digits, - and _";
        return { expected, found: describeValue(propertyPathText(field)), key: "field" };
      }
      if (valid === true || (typeof valid === "string" && TEXT_WORD.test(valid))) return undefined;
      const expected =
        "true, or a word of letters, digits and _ where logFormat is text, which knows no numbers";
      return { expected, found: describeValue(validText(valid)), key: "valid" };
    },
  },
  {
    keys: ["where", "field", "valid", "logFormat"],
    find: (model) => {
      const { valid, total } = predictionPatterns(model);
      // The provider counts bytes, AWS characters.
      const length = Math.max(Buffer.byteLength(valid), Buffer.byteLength(total));
      return length <= FILTER_PATTERN_LENGTH
        ? undefined
        : tooLong("a field and conditions whose filter pattern", FILTER_PATTERN_LENGTH, length);
    },
  },
  {
    keys: [
      ...(["runbook", "minimumPredictions", "confidence", "period", "datapoints"] as const),
      ...(["silence", "warning", "mute"] as const),
    ],
    find: (values, owner) => {
      const { silence, warning, mute, logGroup = "", runbook = "" } = values;
      // What a description says anyway takes 700 bytes at most, and more in a warning's and of mute windows; building it is most of a check's time.
      const names = 5 * logGroup.length + 3 * (ownerName(owner).length + values.name.length);
      const room = 300 - (warning === undefined ? 0 : 100) - (mute.length > 0 ? 140 : 0);
      if (Buffer.byteLength(runbook) + names < room) return undefined;
      const model = {
        ...values,
        logGroup: values.logGroup ?? "",
        threshold: values.threshold ?? 99.999999,
      };
      const context = { ...owner, region: ANY_REGION, dashboardPage: 99 };
      const descriptions = [rateDescription(model, context)];
      if (silence !== undefined) descriptions.push(silenceDescription(model, silence, context));
      if (warning !== undefined) descriptions.push(warningDescription(model, warning, context));
      const length = Math.max(...descriptions.map((text) => Buffer.byteLength(text)));
      if (length <= ALARM_DESCRIPTION_LENGTH) return undefined;
      const isRunbook = values.runbook !== undefined;
      const what = isRunbook
        ? "a shorter runbook URL"
        : "shorter names of log group, project, stack and model";
      return {
        ...tooLong(`${what}: the alarm's description`, ALARM_DESCRIPTION_LENGTH, length),
        key: isRunbook ? "runbook" : null,
      };
    },
  },
  {
    keys: [],
    find: ({ name }, owner) => {
      const names: string[] = Object.values({ ...modelNames(owner, name) });
      const length = Math.max(...names.map((physicalName) => physicalName.length));
      return length <= NAME_LENGTH
        ? undefined
        : tooLong("a shorter model name: the longest name made of it", NAME_LENGTH, length);
    },
  },
];

function tooLongWindow({
  datapoints,
  period,
}: Pick<ModelSettings, "datapoints" | "period">): Conflict | undefined {
  const limit = longestWindow(period);
  const limitText = limit === SHORT_PERIOD_WINDOW ? "1 day" : "7 days";
  if (period * datapoints.of <= limit) return undefined;
  const most = Math.floor(limit / period);
  const each = durationText(period);
  if (most === 0) {
    const expected = `a period of at most ${limitText}`;
    return { expected, found: each, key: "period" };
  }
  const expected = `at most ${most} data points of ${each}, as an alarm looks back over ${limitText} at most`;
  return { expected, found: `${datapoints.of} of ${each}` };
}

function tooManyActions({ emails, topics }: Recipients): Conflict | undefined {
  const actions = emails.length + topics.length;
  if (actions <= ALARM_ACTIONS) return undefined;
  const expected = `at most ${ALARM_ACTIONS} addresses and topics together`;
  return { expected, found: String(actions) };
}

function topicElsewhere(
  { topics }: Pick<Recipients, "topics">,
  { region }: StackContext,
): Conflict | undefined {
  if (region === undefined || !/^[a-z0-9-]+$/.test(region)) return undefined;
  const elsewhere = topics.find((arn) => arn.split(":")[3] !== region);
  if (elsewhere === undefined) return undefined;
  return { expected: `topics in the stack's region ${region}`, found: describeValue(elsewhere) };
}

/** Whether one path has an index where the other has a name: nothing is a list and an object. */
function needsList(one: PropertyPath, other: PropertyPath): boolean {
  const at = one.findIndex((segment, index) => segment !== other[index]);
  return at >= 0 && typeof one[at] === "number" && typeof other[at] === "string";
}

/** Whether a path leads to, or into, what another one leads to. */
function startsWith(path: PropertyPath, start: PropertyPath): boolean {
  return start.every((segment, position) => path[position] === segment);
}

function tooLong(what: string, limit: number, length: number): Conflict {
  return {
    expected: `${what} has at most ${limit} bytes`,
    found: String(length),
  };
}

/** A model's metric filters: valid and total predictions. */
const FILTERS_PER_MODEL = 2;

/** What the models of a stack have to keep to together. */
export function checkStack(
  names: readonly string[],
  models: readonly ModelSettings[],
  context: StackContext,
): Problem[] {
  return [...checkNames(names, models, context), ...checkLogGroups(models), ...checkRoles(models)];
}

/**
 * No two models may own one name in AWS, where creating the second silently overwrites the first:
 * neither `churn` and `Churn`, nor the alarm of a model `churn-silence` and the silence alarm of
 * `churn`, or of `churn-warning` and its warning.
 * @param names of all models, also of those whose settings could not be read
 */
function checkNames(
  names: readonly string[],
  models: readonly ModelSettings[],
  owner: StackContext,
): Problem[] {
  const owners = new Map<string, string>();
  const problems: Problem[] = [];
  for (const name of names) {
    const alarm = modelNames(owner, name).rateAlarm.toLowerCase();
    const other = owners.get(alarm);
    if (other === undefined) owners.set(alarm, name);
    else {
      problems.push({
        path: ["models", name],
        expected: "a model name that no other model has, whatever its case",
        found: `${describeValue(name)} beside ${describeValue(other)}`,
        atKey: true,
      });
    }
  }
  for (const model of models) {
    for (const { kind, name } of modelAlarms(owner, model).slice(1)) {
      const other = owners.get(name.toLowerCase());
      if (other === undefined) continue;
      problems.push({
        path: ["models", other],
        expected: "another model name",
        found: `one whose alarm ${name} is the ${kind} alarm of ${describeValue(model.name)}`,
        atKey: true,
      });
    }
  }
  return problems;
}

/** Models that share a log group share its quota of filters and, if the stack owns it, its retention. */
function checkLogGroups(models: readonly ModelSettings[]): Problem[] {
  const byLogGroup = grouped(models, ({ logGroup }) => logGroup);
  return [...byLogGroup].flatMap(([logGroup, sharing]) => [
    ...checkQuota(logGroup, sharing),
    ...checkRetention(logGroup, sharing),
  ]);
}

function checkQuota(logGroup: string, sharing: readonly ModelSettings[]): Problem[] {
  const texts = sharing.filter(({ logFormat }) => logFormat === "text");
  const mostTexts = Math.floor(REGEX_FILTERS_PER_LOG_GROUP / FILTERS_PER_MODEL);
  const surplus = texts[mostTexts];
  if (surplus !== undefined) {
    return [
      {
        path: ["models", surplus.name, "logFormat"],
        expected: `text for at most ${mostTexts} models on one log group, which takes ${REGEX_FILTERS_PER_LOG_GROUP} metric filters with a regular expression`,
        found: `${texts.length} on ${describeValue(logGroup)}`,
      },
    ];
  }
  const most = FILTERS_PER_LOG_GROUP / FILTERS_PER_MODEL;
  const first = sharing[most];
  if (first === undefined) return [];
  return [
    {
      path: ["models", first.name, "logGroup"],
      expected: `at most ${most} models on one log group, which takes ${FILTERS_PER_LOG_GROUP} metric filters`,
      found: `${sharing.length} models on ${describeValue(logGroup)}`,
    },
  ];
}

function checkRetention(logGroup: string, sharing: readonly ModelSettings[]): Problem[] {
  const [first, ...others] = sharing.filter((model) => model.createLogGroup !== undefined);
  return others
    .filter((model) => model.createLogGroup?.retentionDays !== first?.createLogGroup?.retentionDays)
    .map((model) => ({
      path: ["models", model.name, "createLogGroup"],
      expected: `the retention that model ${first?.name ?? ""} gives the same log group ${logGroup}`,
      found:
        model.createLogGroup?.retentionDays === undefined
          ? "events kept for ever"
          : `${model.createLogGroup.retentionDays} days`,
    }));
}

/** A role's inline policies have one size limit together. */
function checkRoles(models: readonly ModelSettings[]): Problem[] {
  const lengths = new Map<string, number>();
  return models.flatMap(({ name, writerRole, logGroup }) => {
    if (writerRole === undefined) return [];
    const policy = writerPolicy(logGroup, { accountId: "0".repeat(12), region: "x".repeat(20) });
    const before = lengths.get(writerRole) ?? 0;
    const length = before + JSON.stringify(policy).length;
    lengths.set(writerRole, length);
    if (before > ROLE_INLINE_POLICIES_LENGTH || length <= ROLE_INLINE_POLICIES_LENGTH) return [];
    return [
      {
        path: ["models", name, "writerRole"],
        expected: `inline policies of at most ${ROLE_INLINE_POLICIES_LENGTH} characters on one role; give it a policy of your own for so many log groups`,
        found: `more with this model on ${describeValue(writerRole)}`,
      },
    ];
  });
}
