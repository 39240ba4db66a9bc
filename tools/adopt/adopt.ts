import {
  comparisonText,
  predictionPatterns,
  propertyPathText,
} from "../../components/cloudwatch/patterns";
import { durationInput } from "../../components/settings/duration";
import { emailSlug } from "../../components/settings/names";
import { readStack } from "../../components/settings/read";
import { modelSchema } from "../../components/settings/schema";
import { datapointsText } from "../../components/settings/settings";
import type { LiveFilter } from "../aws/logCalls";
import type { LiveSubscription } from "../aws/topicCalls";
import { countedMetric } from "../program/model";
import { patternMeaning } from "../simulator/filterPattern";
import { actionsEnabled, type MetricAlarm, metricKey, queriesOf } from "../simulator/metricAlarm";
import type { MuteRule } from "../simulator/muteRules";
import {
  filterText,
  type LeftAlone,
  type Rate,
  recognise,
  type Recognised,
  type Refusal,
  windowOf,
} from "./recognise";

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
  /** Undefined where they were not looked at. */
  readonly muteRules: readonly MuteRule[] | undefined;
}

interface Told {
  readonly email?: readonly string[];
  readonly topics?: readonly string[];
  readonly notifyRecovery?: true;
}

/** A set-up made by hand, as a model of a stack file. */
interface AdoptedModel {
  readonly name: string;
  /** As a stack file has them. */
  readonly settings: Told & { readonly warning?: Told } & Readonly<Record<string, unknown>>;
  /** Seconds that its alarm looks back. */
  readonly window: number;
  /** Names of the alarms that it replaces. */
  readonly alarms: readonly string[];
  readonly filters: readonly LiveFilter[];
  /** What will not be as it was, and what is not known. */
  readonly notes: readonly string[];
}

export type Adoption = ReturnType<typeof adopt>;

/**
 * Finds the alarms on classification rates that somebody made by hand, and says them as models of a stack file.
 * @param own `<project>-<stack>`: those that this stack of this program provisioned instead
 */
export function adopt(account: Account, own?: string) {
  const { region, filters, otherAlarms, muteRules = [] } = account;
  const models: AdoptedModel[] = [];
  const leftAlone: LeftAlone[] = otherAlarms.map(({ name }) => ({
    what: `alarm ${name}`,
    why: "it is a composite or a log alarm",
    isFinding: false,
  }));
  const why =
    own === undefined
      ? "a stack of this program provisioned it (--own)"
      : `it is none of the stack ${own}`;
  const examined = account.alarms.filter((alarm) => {
    const isExamined = own === undefined ? !isOwn(alarm, "") : isOwn(alarm, `${own}-`);
    if (!isExamined) leftAlone.push({ what: `alarm ${alarm.name}`, why, isFinding: false });
    return isExamined;
  });
  const recognised = recognise(examined, filters);
  for (const { alarm, ...refusal } of recognised.others) {
    leftAlone.push({ what: `alarm ${alarm.name}`, ...refusal });
  }
  for (const one of recognised.models) {
    const model = modelOf(one, models, account, own);
    if ("why" in model) {
      const what = alarmsOf(one).map(({ name }) => name);
      leftAlone.push({ what: `alarm ${what.join(", ")}`, ...model });
    } else models.push(model);
  }
  const replaced = new Set(models.flatMap(({ alarms }) => alarms));
  const readers = new Map(
    account.alarms.flatMap((alarm) =>
      replaced.has(alarm.name)
        ? []
        : queriesOf(alarm).flatMap(({ metric }) =>
            metric === undefined ? [] : [[metricKey(metric), alarm.name] as const],
          ),
    ),
  );
  const readerOf = (filter: LiveFilter): string | undefined =>
    readers.get(metricKey(countedMetric(filter)));
  const adopted = new Set(models.flatMap((model) => model.filters));
  for (const filter of filters) {
    if (adopted.has(filter)) continue;
    const reader = readerOf(filter) ?? "no alarm that was looked at";
    leftAlone.push({
      what: filterText(filter),
      why: `${reader} reads what it counts`,
      isFinding: false,
    });
  }
  return {
    ...{ region, own, models, leftAlone, filters: filters.length },
    isMuteKnown: account.muteRules !== undefined,
    alarms: account.alarms.length + otherAlarms.length,
    /** Metric filters that nothing reads any more once the models' old alarms are gone. */
    unused: [...adopted].filter((filter) => readerOf(filter) === undefined),
    /** Mute rules that mute nothing any more then. */
    unusedRules: muteRules.filter(({ alarmNames }) => alarmNames.every((one) => replaced.has(one))),
    /** What else reads or follows what the models replace. */
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

/** Whether a stack of this program provisioned an alarm. @param prefix what its names begin with */
function isOwn(alarm: MetricAlarm, prefix: string): boolean {
  const metrics = queriesOf(alarm).flatMap(({ metric }) => metric?.metricName ?? []);
  return metrics.some((name) => name.startsWith(prefix) && name.endsWith(".total_predictions"));
}

/** The alarms in a composite one's rule, `ALARM("churn") OR ALARM(arn:aws:cloudwatch:...:alarm:fraud)`. */
function followed(rule: string): string[] {
  const names = rule.matchAll(/\(\s*"?(?:arn:[^"()]*:alarm:)?([^"()]+?)"?\s*\)/g);
  return Array.from(names, ([, name = ""]) => name);
}

function alarmsOf({ rate, silence, warning }: Recognised): MetricAlarm[] {
  return [rate.alarm, silence?.alarm ?? [], warning?.alarm ?? []].flat();
}

/** The model that does what alarms do, as near as it comes. @param others what was adopted before it */
function modelOf(
  recognised: Recognised<LiveFilter>,
  others: readonly AdoptedModel[],
  account: Account,
  own: string | undefined,
): AdoptedModel | Refusal {
  const { rate, silence, warning } = recognised;
  const { alarm, plan, fields, total, confidence, least } = rate;
  if (fields === undefined) {
    const why = `expected filters such as on a property that IS TRUE and on the same that IS TRUE || IS FALSE, found ${rate.valid.pattern} and ${total.pattern}`;
    return { why, isFinding: true };
  }
  const notes = new Set(rate.differences);
  if (silence !== undefined && actionsText(silence.alarm) !== actionsText(alarm)) {
    notes.add(`${silence.alarm.name} told others; now both alarms tell those of ${alarm.name}`);
  }
  const { valid = true, logFormat = "json" } = fields;
  const field = propertyPathText(fields.field);
  const where = fields.where.map(({ path, value }) => [propertyPathText(path), value] as const);
  const alarms = alarmsOf(recognised).map(({ name }) => name);
  const mute = muteOf(alarms, account.muteRules ?? [], notes);
  const recipients = told(alarm, account, own, notes);
  const settings = {
    logGroup: total.logGroupName,
    threshold: rate.threshold,
    period: durationInput(plan.periodMinutes * 60),
    datapoints: datapointsOf(rate),
    ...recipients,
    ...(least > 1 && { minimumPredictions: least }),
    ...(confidence !== undefined && { confidence }),
    treatMissingData: plan.rule.treatMissingData,
    ...(field !== "prediction_valid" && { field }),
    ...(valid !== true && { valid: typeof valid === "object" ? comparisonText(valid) : valid }),
    ...(logFormat !== "json" && { logFormat }),
    ...(where.length > 0 && { where: Object.fromEntries(where) }),
    ...(silence !== undefined && { silence: durationInput(silence.seconds) }),
    ...(warning !== undefined && { warning: warningOf(warning, rate, account, own, notes) }),
    ...(mute.length > 0 && { mute }),
    ...(!actionsEnabled(alarm) && { enabled: false }),
  };
  const name =
    own === undefined ? modelName(alarm, total, others) : alarm.name.slice(own.length + 1);
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
  const filters = [rate.valid, total];
  return { name, settings, window: windowOf(plan), alarms, filters, notes: [...notes] };
}

function datapointsOf({ plan: { rule } }: Rate): string {
  return datapointsText({ toAlarm: rule.datapointsToAlarm, of: rule.evaluationPeriods });
}

/** What of a warning differs from the rate that it is earlier than. */
function warningOf(
  warning: Rate,
  rate: Rate,
  account: Account,
  own: string | undefined,
  notes: Set<string>,
) {
  const isTold = actionsText(warning.alarm) === actionsText(rate.alarm);
  const { notifyRecovery, ...recipients } = told(warning.alarm, account, own, notes);
  if (notifyRecovery !== told(rate.alarm, account, own, notes).notifyRecovery) {
    notes.add(
      `${warning.alarm.name} and ${rate.alarm.name} did not both tell that the rate is OK again; now both do as the latter`,
    );
  }
  for (const difference of warning.differences) notes.add(difference);
  return {
    threshold: warning.threshold,
    ...(datapointsOf(warning) !== datapointsOf(rate) && { datapoints: datapointsOf(warning) }),
    ...(!isTold && recipients),
  };
}

/** The windows in which a model's alarms are muted. */
function muteOf(alarms: readonly string[], rules: readonly MuteRule[], notes: Set<string>) {
  return rules.flatMap(({ name, alarmNames, expression, duration, timezone, start, expire }) => {
    const muted = alarms.filter((alarm) => alarmNames.includes(alarm));
    if (muted.length === 0) return [];
    const [, kind = "", text = ""] = /^(cron|at)\((.*)\)$/.exec(expression) ?? [];
    const window = {
      [kind]: text,
      duration: durationInput(duration),
      ...(timezone !== "UTC" && { timezone }),
    };
    const isWhole = start === undefined && expire === undefined;
    if (!isWhole || !modelSchema.shape.mute.safeParse([window]).success) {
      const why = isWhole ? "no window of mute says its schedule" : "it begins or ends some day";
      notes.add(`mute rule ${name} is not adopted: ${why}`);
      return [];
    }
    if (muted.length < alarms.length) {
      notes.add(`mute rule ${name} muted ${muted.join(", ")} alone; now all alarms of the model`);
    }
    return [window];
  });
}

/** Who is told. Topics that somebody has confirmed are kept: nobody has to confirm anything again. */
function told(
  alarm: MetricAlarm,
  { subscriptions }: Account,
  own: string | undefined,
  notes: Set<string>,
): Told {
  const { alarmActions = [], okActions = [], insufficientDataActions = [] } = alarm;
  const [email, topics]: [string[], string[]] = [[], []];
  for (const action of alarmActions) {
    const all = subscriptions.get(action);
    const pending = (all ?? []).filter(({ state }) => state === "pending");
    const addresses = pending.flatMap((one) => (one.protocol === "email" ? one.endpoint : []));
    const stacks = (all ?? []).find(({ endpoint }) => action.endsWith(`-${emailSlug(endpoint)}`));
    if (!action.includes(":sns:")) {
      notes.add(`its action ${action} is no topic: not adopted`);
    } else if (own !== undefined && stacks !== undefined) {
      email.push(stacks.endpoint);
    } else if (addresses.length > 0 && all?.every(({ state }) => state !== "confirmed") === true) {
      notes.add(
        `nobody has confirmed ${action}: its addresses get a topic and a mail to confirm of the stack's own`,
      );
      email.push(...addresses);
    } else {
      topics.push(action);
      if (all === undefined) notes.add(`who is told by ${action} was not looked at`);
      else if (all.length === 0) notes.add(`nobody is subscribed to ${action}, or it is gone`);
      for (const { endpoint } of pending) notes.add(`${endpoint} has not confirmed ${action}`);
    }
  }
  const isAlike = actionsText({ alarmActions: okActions }) === actionsText(alarm);
  if (okActions.length > 0 && !isAlike) {
    notes.add(
      "when the rate was OK again it told others than in ALARM: not adopted, see notifyRecovery",
    );
  }
  if (insufficientDataActions.length > 0) {
    notes.add("it told of INSUFFICIENT_DATA: not adopted, see silence");
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
