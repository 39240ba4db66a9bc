import { FILTERS_PER_LOG_GROUP, ROLE_INLINE_POLICIES_LENGTH } from "../cloudwatch/limits";
import { writerPolicy } from "../cloudwatch/policies";
import { modelNames, stackPrefix } from "./names";
import { describeValue, type Problem } from "./problem";
import type { ModelSettings, StackContext } from "./settings";

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
 * `churn`.
 * @param names of all models, also of those whose settings could not be read
 */
function checkNames(
  names: readonly string[],
  models: readonly ModelSettings[],
  { project, stack }: StackContext,
): Problem[] {
  const prefix = stackPrefix(project, stack);
  const owners = new Map<string, string>();
  const problems: Problem[] = [];
  for (const name of names) {
    const alarm = modelNames(prefix, name).rateAlarm.toLowerCase();
    const owner = owners.get(alarm);
    if (owner === undefined) owners.set(alarm, name);
    else {
      problems.push({
        path: ["models", name],
        expected: "a model name that no other model has, whatever its case",
        found: `${describeValue(name)} beside ${describeValue(owner)}`,
        atKey: true,
      });
    }
  }
  for (const { name, silence } of models) {
    if (silence === undefined) continue;
    const { silenceAlarm } = modelNames(prefix, name);
    const owner = owners.get(silenceAlarm.toLowerCase());
    if (owner === undefined) continue;
    problems.push({
      path: ["models", owner],
      expected: "another model name",
      found: `one whose alarm ${silenceAlarm} is the silence alarm of ${describeValue(name)}`,
      atKey: true,
    });
  }
  return problems;
}

/** Models that share a log group share its quota of filters and, if the stack owns it, its retention. */
function checkLogGroups(models: readonly ModelSettings[]): Problem[] {
  const byLogGroup = new Map<string, ModelSettings[]>();
  for (const model of models) {
    const sharing = byLogGroup.get(model.logGroup);
    if (sharing === undefined) byLogGroup.set(model.logGroup, [model]);
    else sharing.push(model);
  }
  return [...byLogGroup].flatMap(([logGroup, sharing]) => [
    ...checkQuota(logGroup, sharing),
    ...checkRetention(logGroup, sharing),
  ]);
}

function checkQuota(logGroup: string, sharing: readonly ModelSettings[]): Problem[] {
  const most = FILTERS_PER_LOG_GROUP / FILTERS_PER_MODEL;
  const first = sharing[most];
  if (first === undefined) return [];
  return [
    {
      path: ["models", first.name, "logGroup"],
      expected: `at most ${String(most)} models on one log group, which takes ${String(FILTERS_PER_LOG_GROUP)} metric filters`,
      found: `${String(sharing.length)} models on ${describeValue(logGroup)}`,
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
      found: retentionText(model.createLogGroup?.retentionDays),
    }));
}

function retentionText(days: number | undefined): string {
  return days === undefined ? "events kept for ever" : `${String(days)} days`;
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
        expected: `inline policies of at most ${String(ROLE_INLINE_POLICIES_LENGTH)} characters on one role; give it a policy of your own for so many log groups`,
        found: `more with this model on ${describeValue(writerRole)}`,
      },
    ];
  });
}
