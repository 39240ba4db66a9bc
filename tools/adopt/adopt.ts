import {
  comparisonText,
  predictionPatterns,
  propertyPathText,
} from "../../components/cloudwatch/patterns";
import { durationInput } from "../../components/settings/duration";
import { readStack } from "../../components/settings/read";
import { datapointsText } from "../../components/settings/settings";
import type { LiveFilter } from "../aws/logCalls";
import type { LiveSubscription } from "../aws/topicCalls";
import { predictionFieldsOf } from "../history/modelCounts";
import { InputError } from "../inputError";
import { countedMetric, filtersByMetric } from "../program/model";
import { type AlarmPlan, planAlarm } from "../simulator/alarmPlan";
import { breaches } from "../simulator/alarmState";
import { actionsEnabled, type MetricAlarm, metricKey, queriesOf } from "../simulator/metricAlarm";
import { patternMeaning } from "../simulator/filterPattern";
import { isOnSilence, type Ratio, ratioOf } from "./ratio";

/** What was read of an account in a region. */
export interface Account {
  /** Undefined where nothing says which it is. */
  readonly region: string | undefined;
  readonly alarms: readonly MetricAlarm[];
  /** Alarms of other kinds; the rule of a composite one names the alarms that it follows. */
  readonly otherAlarms: readonly { readonly name: string; readonly rule?: string | undefined }[];
  readonly filters: readonly LiveFilter[];
  /** By topic. Of one that is missing, nothing is known. */
  readonly subscriptions: ReadonlyMap<string, readonly LiveSubscription[]>;
}

/** A set-up made by hand, as a model of a stack file. */
interface AdoptedModel {
  readonly name: string;
  /** As a stack file has them. */
  readonly settings: { readonly topics?: readonly string[] } & Readonly<Record<string, unknown>>;
  /** Seconds that its alarm looks back. */
  readonly window: number;
  /** Names of the alarms that it replaces. */
  readonly alarms: readonly string[];
  readonly filters: readonly LiveFilter[];
  /** What will not be as it was, and what is not known. */
  readonly notes: readonly string[];
}

/** What was looked at and not adopted. */
export interface LeftAlone {
  /** `alarm cpu`, `metric filter errors of /aws/lambda/churn`. */
  readonly what: string;
  readonly why: string;
  /** Whether it may well be a classification rate: then it is a finding, not merely another alarm. */
  readonly isFinding: boolean;
}

export interface Adoption {
  readonly region: string | undefined;
  readonly alarms: number;
  readonly filters: number;
  readonly models: readonly AdoptedModel[];
  readonly leftAlone: readonly LeftAlone[];
  /** Metric filters that nothing reads any more once the models' old alarms are gone. */
  readonly unused: readonly LiveFilter[];
  /** What else reads or follows what the models replace. */
  readonly inTheWay: readonly string[];
}

/** Finds the alarms on classification rates that somebody made by hand, and says them as models of a stack file. */
export function adopt(account: Account): Adoption {
  const { region, filters, otherAlarms } = account;
  const models: AdoptedModel[] = [];
  const leftAlone: LeftAlone[] = otherAlarms.map(({ name }) => ({
    what: `alarm ${name}`,
    why: "it is a composite or a log alarm",
    isFinding: false,
  }));
  const silences = account.alarms.flatMap((alarm) => silenceOf(alarm, account) ?? []);
  for (const alarm of account.alarms) {
    if (silences.some((silence) => silence.alarm === alarm)) continue;
    const rate = rateOf(alarm, account);
    const model = "why" in rate ? rate : modelOf(alarm, rate, silences, models, account);
    if ("why" in model) leftAlone.push({ what: `alarm ${alarm.name}`, ...model });
    else models.push(model);
  }
  const replaced = new Set(models.flatMap(({ alarms }) => alarms));
  for (const { alarm } of silences) {
    if (replaced.has(alarm.name)) continue;
    const why = "it fires on silence, of no rate that is adopted or of one that has another such";
    leftAlone.push({ what: `alarm ${alarm.name}`, why, isFinding: true });
  }
  const readers = new Map(
    account.alarms.flatMap((alarm) =>
      replaced.has(alarm.name) ? [] : metricKeys(alarm).map((key) => [key, alarm.name] as const),
    ),
  );
  const readerOf = (filter: LiveFilter): string | undefined =>
    readers.get(metricKey(countedMetric(filter)));
  const adopted = new Set(models.flatMap((model) => model.filters));
  for (const filter of filters) {
    if (adopted.has(filter)) continue;
    const why = `${readerOf(filter) ?? "no alarm that was looked at"} reads what it counts`;
    leftAlone.push({ what: filterText(filter), why, isFinding: false });
  }
  return {
    ...{ region, models, leftAlone, filters: filters.length },
    alarms: account.alarms.length + otherAlarms.length,
    unused: [...adopted].filter((filter) => readerOf(filter) === undefined),
    inTheWay: [
      ...[...adopted].flatMap((filter) => {
        const reader = readerOf(filter);
        return reader === undefined
          ? []
          : [`alarm ${reader} reads what ${filterText(filter)} counts, too: keep the filter`];
      }),
      ...otherAlarms.flatMap(({ name, rule = "" }) =>
        followed(rule).flatMap((alarm) =>
          replaced.has(alarm)
            ? [`composite alarm ${name} follows ${alarm}: change its rule before that is deleted`]
            : [],
        ),
      ),
    ],
  };
}

/** The alarms in a composite one's rule, `ALARM("churn") OR ALARM(arn:aws:cloudwatch:...:alarm:fraud)`. */
function followed(rule: string): string[] {
  const names = rule.matchAll(/\(\s*"?(?:arn:[^"()]*:alarm:)?([^"()]+?)"?\s*\)/g);
  return Array.from(names, ([, name = ""]) => name);
}

function filterText({ name, logGroupName }: LiveFilter): string {
  return `metric filter ${name} of ${logGroupName}`;
}

function metricKeys(alarm: MetricAlarm): string[] {
  return queriesOf(alarm).flatMap(({ metric }) => (metric ? [metricKey(metric)] : []));
}

type Refusal = Omit<LeftAlone, "what">;

/** An alarm that compares a classification rate. */
interface Rate extends Ratio {
  readonly plan: AlarmPlan;
  readonly valid: LiveFilter;
  readonly total: LiveFilter;
  readonly fields: NonNullable<ReturnType<typeof predictionFieldsOf>>;
}

function rateOf(alarm: MetricAlarm, { filters }: Account): Rate | Refusal {
  const byMetric = filtersByMetric(filters);
  const metrics = queriesOf(alarm).flatMap(({ metric }) => metric ?? []);
  const isCounted = metrics.some((metric) => byMetric.has(metricKey(metric)));
  const refused = (why: string, isFinding = isCounted): Refusal => ({ why, isFinding });
  const isOwn = metrics.some(({ metricName }) => /\.total_predictions$/.test(metricName));
  if (isOwn) return refused("a stack of this program provisioned it", false);
  const plan = planOf(alarm);
  if ("why" in plan) return refused(plan.why);
  const ratio = ratioOf(plan);
  if (ratio === undefined) {
    return refused("it does not compare one sum, in percent or as a fraction, of another");
  }
  const [[valid, ...validToo], [total, ...totalToo]] = [ratio.validId, ratio.totalId].map((id) => {
    const counted = plan.metrics.find((one) => one.id === id);
    return (counted && byMetric.get(metricKey(counted.metric))) ?? [];
  }) as [readonly LiveFilter[], readonly LiveFilter[]];
  if (!valid || !total) {
    const isCustom = metrics.some(({ namespace }) => !namespace.startsWith("AWS/"));
    return refused("no metric filter that was read counts into one of its metrics", isCustom);
  }
  if (validToo.length + totalToo.length > 0) {
    return refused("several metric filters count into one of its metrics");
  }
  const odd = [valid, total].flatMap((filter) => oddity(filter) ?? []);
  if (odd[0] !== undefined) return refused(odd[0]);
  if (valid.logGroupName !== total.logGroupName) {
    return refused(`its filters are of ${valid.logGroupName} and of ${total.logGroupName}`);
  }
  const fields = predictionFieldsOf({ valid: valid.pattern, total: total.pattern });
  if (fields !== undefined) return { ...ratio, plan, valid, total, fields };
  return refused(
    `expected filters such as on a property that IS TRUE and on the same that IS TRUE || IS FALSE, found ${valid.pattern} and ${total.pattern}`,
  );
}

/** What a filter does that no model's does. */
function oddity(filter: LiveFilter): string | undefined {
  const { metricValue, defaultValue = 0, dimensions, fieldSelectionCriteria } = filter;
  const odd =
    Number(metricValue) !== 1
      ? `adds ${metricValue} for each event, not 1`
      : defaultValue !== 0
        ? `adds ${defaultValue} for other events`
        : dimensions !== undefined
          ? "has dimensions"
          : fieldSelectionCriteria !== undefined
            ? "selects events by where they come from"
            : undefined;
  return odd && `${filterText(filter)} ${odd}`;
}

function planOf(alarm: MetricAlarm): AlarmPlan | { readonly why: string } {
  try {
    return planAlarm(alarm);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { why: error.message.replace(`alarm ${alarm.name}: `, "") };
  }
}

/** An alarm that fires when a filter has counted nothing. */
interface Silence {
  readonly alarm: MetricAlarm;
  readonly filter: LiveFilter;
  readonly seconds: number;
}

function silenceOf(alarm: MetricAlarm, { filters }: Account): Silence | undefined {
  const plan = planOf(alarm);
  const [key = ""] = metricKeys(alarm);
  const [filter, ...others] = filtersByMetric(filters).get(key) ?? [];
  if ("why" in plan || !filter || others.length > 0 || !isOnSilence(plan)) return undefined;
  if (/\.total_predictions$/.test(filter.metricName)) return undefined;
  return { alarm, filter, seconds: windowOf(plan) };
}

function windowOf({ periodMinutes, rule }: AlarmPlan): number {
  return periodMinutes * 60 * rule.evaluationPeriods;
}

/** The model that does what an alarm does, as near as it comes. @param others what was adopted before it */
function modelOf(
  alarm: MetricAlarm,
  rate: Rate,
  silences: readonly Silence[],
  others: readonly AdoptedModel[],
  account: Account,
): AdoptedModel | Refusal {
  const { plan, fields, total, whole, isInvalid, least, below } = rate;
  const { comparisonOperator, threshold, treatMissingData, ...rule } = plan.rule;
  if (comparisonOperator.startsWith("Less") === isInvalid) {
    const why = `it fires when the rate is high, not low (${comparisonOperator} ${threshold})`;
    return { why, isFinding: true };
  }
  const notes: string[] = [];
  const percent = (100 * (isInvalid ? whole - threshold : threshold)) / whole;
  if (!comparisonOperator.endsWith("OrEqualToThreshold")) {
    notes.push("a rate of exactly the threshold fires now, too");
  }
  if (!Number.isNaN(below)) {
    const few = least === 1 ? "without predictions" : `with fewer than ${least} predictions`;
    const was = breaches(comparisonOperator, below, threshold) ? "bad" : "good";
    notes.push(`a period ${few} was a ${was} one; now it has no data point (treatMissingData)`);
  }
  const silence = silences.find(({ filter }) => filter === total);
  if (silence !== undefined && actionsText(silence.alarm) !== actionsText(alarm)) {
    notes.push(`${silence.alarm.name} told others; now both alarms tell those of ${alarm.name}`);
  }
  const { valid = true, logFormat = "json" } = fields;
  const field = propertyPathText(fields.field);
  const where = fields.where.map(({ path, value }) => [propertyPathText(path), value] as const);
  const settings = {
    logGroup: total.logGroupName,
    // A fraction's percentage without what binary fractions add to it.
    threshold: Number(percent.toPrecision(12)),
    period: durationInput(plan.periodMinutes * 60),
    datapoints: datapointsText({ toAlarm: rule.datapointsToAlarm, of: rule.evaluationPeriods }),
    ...told(alarm, account, notes),
    ...(least > 1 && { minimumPredictions: least }),
    treatMissingData,
    ...(field !== "prediction_valid" && { field }),
    ...(valid !== true && { valid: typeof valid === "object" ? comparisonText(valid) : valid }),
    ...(logFormat !== "json" && { logFormat }),
    ...(where.length > 0 && { where: Object.fromEntries(where) }),
    ...(silence !== undefined && { silence: durationInput(silence.seconds) }),
    ...(!actionsEnabled(alarm) && { enabled: false }),
  };
  const name = modelName(alarm, total, others);
  // The names of project and stack are not known yet; these are as short as can be.
  const context = { project: "p", stack: "s", region: account.region };
  const { problems, settings: read } = readStack({ models: { [name]: settings } }, context);
  for (const { path, expected, found } of problems) {
    const why = `${path.slice(2).join(".")}: expected ${expected}, found ${found}`;
    return { why, isFinding: true };
  }
  const patterns = read?.models.map((model) => predictionPatterns(model))[0];
  const isSame =
    patterns !== undefined &&
    patternMeaning(patterns.valid) === patternMeaning(rate.valid.pattern) &&
    patternMeaning(patterns.total) === patternMeaning(total.pattern);
  if (!isSame) return { why: "no settings count what its filters count", isFinding: true };
  const alarms = [alarm.name, ...(silence === undefined ? [] : [silence.alarm.name])];
  return { name, settings, window: windowOf(plan), alarms, filters: [rate.valid, total], notes };
}

/** Who is told. Topics that somebody has confirmed are kept: nobody has to confirm anything again. */
function told(
  alarm: MetricAlarm,
  { subscriptions }: Account,
  notes: string[],
): { email?: string[]; topics?: string[]; notifyRecovery?: true } {
  const { alarmActions = [], okActions = [], insufficientDataActions = [] } = alarm;
  const [email, topics]: [string[], string[]] = [[], []];
  for (const action of alarmActions) {
    const all = subscriptions.get(action);
    const pending = (all ?? []).filter(({ state }) => state === "pending");
    const addresses = pending.flatMap((one) => (one.protocol === "email" ? one.endpoint : []));
    if (!action.includes(":sns:")) {
      notes.push(`its action ${action} is no topic: not adopted`);
    } else if (addresses.length > 0 && all?.every(({ state }) => state !== "confirmed") === true) {
      notes.push(
        `nobody has confirmed ${action}: its addresses get a topic and a mail to confirm of the stack's own`,
      );
      email.push(...addresses);
    } else {
      topics.push(action);
      if (all === undefined) notes.push(`who is told by ${action} was not looked at`);
      else if (all.length === 0) notes.push(`nobody is subscribed to ${action}, or it is gone`);
      for (const { endpoint } of pending) notes.push(`${endpoint} has not confirmed ${action}`);
    }
  }
  const isAlike = actionsText({ alarmActions: okActions }) === actionsText(alarm);
  if (okActions.length > 0 && !isAlike) {
    notes.push(
      "when the rate was OK again it told others than in ALARM: not adopted, see notifyRecovery",
    );
  }
  if (insufficientDataActions.length > 0) {
    notes.push("it told of INSUFFICIENT_DATA: not adopted, see silence");
  }
  return {
    ...(email.length > 0 && { email }),
    ...(topics.length > 0 && { topics }),
    ...(okActions.length > 0 && isAlike && { notifyRecovery: true as const }),
  };
}

function actionsText({ alarmActions = [] }: Pick<MetricAlarm, "alarmActions">): string {
  return [...alarmActions].sort().join(" ");
}

/** The alarm's name without what goes without saying, in the characters that a model's may have. */
function modelName(
  alarm: MetricAlarm,
  { logGroupName }: LiveFilter,
  others: readonly AdoptedModel[],
): string {
  const plain = (text: string): string =>
    text
      .replace(/classification[-_ .]?rate|\balarm\b/gi, " ")
      .replace(/[^A-Za-z0-9_-]+/g, "-")
      .replace(/-{2,}/g, "-")
      .replace(/^[-_]+|[-_]+$/g, "")
      .slice(0, 60);
  const name = plain(alarm.name) || plain(logGroupName.replace(/^.*\//, "")) || "model";
  const taken = new Set(others.map((other) => other.name.toLowerCase()));
  for (let number = 1; ; number++) {
    const numbered = number === 1 ? name : `${name}-${number}`;
    if (!taken.has(numbered.toLowerCase())) return numbered;
  }
}
