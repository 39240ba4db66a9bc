import {
  type RateOptions,
  rateQueries,
  TOTAL,
  VALID,
} from "../../components/cloudwatch/expressions";
import { predictionPatterns, validText } from "../../components/cloudwatch/patterns";
import { type LeftAlone, type Rate, recognise } from "../adopt/recognise";
import type { BlindSpot } from "../blindSpots";
import { InputError } from "../inputError";
import type { Declared, DeclaredAlarm } from "../program/declared";
import { percentText } from "../text";
import { alarmWith, type Setting } from "./grid";
import type { TunedModel } from "./tuneLogs";

/** An alarm that any program declares and that is recognised as a classification rate. */
export interface ForeignRate {
  readonly rate: Rate;
  /** As this program would declare it, so that settings can be tried on it. */
  readonly alarm: DeclaredAlarm;
  readonly model: TunedModel;
}

/** What of what is declared can be tuned, and what cannot. */
export interface ForeignRates {
  /** At least one. */
  readonly rates: readonly ForeignRate[];
  readonly leftAlone: readonly LeftAlone[];
  /** What may be a rate, too, or could not be read. */
  readonly blind: readonly BlindSpot[];
}

/**
 * Finds the classification rates among the alarms of any program, as `adopt` finds them in an account.
 * @param wanted only the alarm or model of this name
 * @throws InputError where there is none, with why each alarm is none
 */
export function foreignRates(declared: Declared, wanted?: string): ForeignRates {
  const { alarms, filters, refused } = declared;
  const asked = alarms.filter(
    ({ name, model }) => wanted === undefined || name === wanted || model === wanted,
  );
  const { models, others } = recognise(asked, filters);
  const rates = models.flatMap(({ rate }) => {
    const alarm = alarms.find((one) => one === rate.alarm);
    return alarm === undefined ? [] : foreignRate(alarm, rate);
  });
  const leftAlone = [
    ...others.map(({ alarm, ...refusal }) => ({ what: `alarm ${alarm.name}`, ...refusal })),
    ...models.flatMap(({ rate, warning, silence }) => [
      ...[warning ?? []].flat().map(({ alarm, threshold }) => ({
        what: `alarm ${alarm.name}`,
        why: `it is an earlier warning of ${rate.alarm.name}, and stays at ${percentText(threshold)}`,
        isFinding: false,
      })),
      ...[silence ?? []].flat().map(({ alarm }) => ({
        what: `alarm ${alarm.name}`,
        why: "it fires on silence",
        isFinding: false,
      })),
    ]),
  ];
  const found = leftAlone.map(({ what, why }) => `${what}: ${why}`);
  if (rates.length === 0) {
    const unread = refused.flatMap(({ isAlarm, text }) => (isAlarm ? text : []));
    const known = [...new Set(alarms.map(({ model }) => model))].join(", ");
    const what = wanted === undefined ? "" : `, found --model ${wanted}`;
    throw new InputError(
      asked.length === 0 && wanted !== undefined
        ? `expected one of the models ${known}${what}`
        : [
            `expected an alarm on a classification rate: two metric filters of one log group, and the share of one in the other${what}`,
            ...[...found, ...unread].map((line) => `  ${line}`),
          ].join("\n"),
    );
  }
  const causes = [
    ...leftAlone.flatMap(({ isFinding, what, why }) => (isFinding ? `${what}: ${why}` : [])),
    // Whom alarms mail is no part of what one of them is set to.
    ...refused.flatMap(({ isAlarm, hidesMails, text }) =>
      (isAlarm || hidesMails) && wanted !== undefined ? [] : text,
    ),
  ];
  const spot = { what: "not all that is declared is tuned", models: [], lines: [], properties: [] };
  return { rates, leftAlone, blind: causes.length > 0 ? [{ ...spot, causes }] : [] };
}

function foreignRate(alarm: DeclaredAlarm, rate: Rate): ForeignRate {
  const { plan, validId, confidence, least, threshold, fields } = rate;
  const { datapointsToAlarm: toAlarm, evaluationPeriods: of } = plan.rule;
  const setting: Setting = {
    valid: fields?.valid ?? true,
    period: plan.periodMinutes * 60,
    confidence,
    minimumPredictions: least > 1 ? least : undefined,
    datapoints: { toAlarm, of },
    threshold,
  };
  const metricQueries = plan.metrics.map(({ id, metric }) => {
    return { id: id === validId ? VALID : TOTAL, metric, returnData: false };
  });
  const base = { ...alarm, comparisonOperator: "LessThanOrEqualToThreshold", metricQueries };
  return { rate, alarm: alarmWith(base, setting), model: { ...fields, ...setting } };
}

/** What of a setting differs from the alarm as it is: in CloudWatch's names of an alarm, and of the filter of valid ones. */
export function awsChanges(
  { rate, model }: ForeignRate,
  setting: Setting,
): { changes: Record<string, unknown>; lines: string[] } {
  const { plan, whole, isInvalid, below, fields } = rate;
  const { period, datapoints, threshold, valid } = setting;
  const isRewritten =
    setting.confidence !== model.confidence ||
    setting.minimumPredictions !== model.minimumPredictions;
  // An expression with an else-branch is not what was tried.
  const isOurs = isRewritten || !Number.isNaN(below);
  const own = (whole * (isInvalid ? 100 - threshold : threshold)) / 100;
  const now = plan.rule;
  const pairs = [
    ["Threshold", isOurs ? threshold : Number(own.toPrecision(12)), now.threshold],
    [
      "ComparisonOperator",
      `${isInvalid && !isOurs ? "Greater" : "Less"}ThanOrEqualToThreshold`,
      now.comparisonOperator,
    ],
    ["Period", period, plan.periodMinutes * 60],
    ["EvaluationPeriods", datapoints.of, now.evaluationPeriods],
    ["DatapointsToAlarm", datapoints.toAlarm, now.datapointsToAlarm],
  ] as const;
  const isOtherValid = validText(valid) !== validText(model.valid);
  const pattern =
    isOtherValid && fields ? predictionPatterns({ ...fields, valid }).valid : undefined;
  const changed = pairs.filter(([, after, before]) => after !== before);
  const isSame = changed.every(([key]) => key === "ComparisonOperator");
  if (isSame && !isRewritten && !isOtherValid) return { changes: {}, lines: [] };
  const expressions = isOurs ? expressionsOf(rate, setting) : [];
  return {
    changes: {
      ...Object.fromEntries(changed.map(([key, after]) => [key, after] as const)),
      ...(isOurs && { Metrics: expressions }),
      ...(pattern !== undefined && { FilterPattern: pattern }),
    },
    lines: [
      ...changed.map(([key, after, before]) => `${key}: ${after} (now ${before})`),
      ...expressions.map(
        ({ Id, Expression, ReturnData }) =>
          `Expression ${Id}${ReturnData ? ", which the alarm watches" : ""}: ${Expression}`,
      ),
      ...(pattern === undefined ? [] : [`FilterPattern of ${rate.valid.name}: ${pattern}`]),
    ],
  };
}

/** The expressions that the alarm's own two metrics need for a setting. */
function expressionsOf({ validId, totalId }: Rate, options: RateOptions) {
  return rateQueries(options).map(({ id, expression, returnData }) => ({
    Id: id,
    Expression: expression.replaceAll(new RegExp(`\\b(${VALID}|${TOTAL})\\b`, "g"), (name) =>
      name === VALID ? validId : totalId,
    ),
    ReturnData: returnData,
  }));
}
