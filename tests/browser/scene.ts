import type { Declared, DeclaredAlarm } from "../../tools/program/declared";
import { minuteSeries } from "../support/points";
import { type FilterPoints, rehearse } from "../../tools/rehearse/rehearse";
import type { RehearsalRun } from "../../tools/rehearse/rehearseLogs";

/** Markup that would run if any of it reached a page unescaped. */
export const HOSTILE = `</script></pre></details><script>alert(1)</script><img src=x onerror=alert(2)>"'&<!--`;

const NAMESPACE = "classification_rate";
const TOPIC = "arn:aws:sns:eu-west-1:123456789012:classification-rate-dev-ml-team";

/** Monday, 2 March 2026, midnight. */
export const START = Date.parse("2026-03-02T00:00Z") / 60_000;

const DAY = 1440;

/** What a synthetic rehearsal is about. */
export interface SceneOptions {
  /** @default 14 */
  readonly days?: number;
  /** Put into every text that comes from outside. @default none */
  readonly hostile?: string;
}

/**
 * A model that degrades from the ninth day on and recovers on the thirteenth, with a gap of half a day on the fifth, and
 * one that is silent at night: replayed as a real one.
 */
export function scene({ days = 14, hostile = "" }: SceneOptions = {}): RehearsalRun {
  const options = { from: START + 1, to: START + days * DAY };
  const alarms = [rateAlarm("churn", 90, hostile), silenceAlarm("fraud")];
  const points = [
    ...predictions("churn", days, churnRate),
    ...predictions("fraud", days, fraudRate),
  ];
  const declared: Declared = {
    stack: `dev${hostile}`,
    region: "eu-west-1",
    accountId: "123456789012",
    filters: [],
    alarms,
    topics: [],
    subscriptions: ["ml-team@example.com", `oncall${hostile}@example.com`].map((endpoint) => ({
      topicArn: TOPIC,
      protocol: "email",
      endpoint,
      pending: false,
    })),
    muteRules: [],
    refused: [],
    notes: [],
  };
  return {
    stack: declared.stack,
    declared: alarms.length,
    blind: [],
    options,
    rehearsal: rehearse(declared, alarms, points, options),
    logs: [
      {
        logGroup: `/aws/lambda/churn-classifier${hostile}`,
        events: 60_480,
        matched: new Map([
          [`classification-rate-dev-churn.valid_predictions${hostile}`, 55_012],
          ["classification-rate-dev-churn.total_predictions", 60_470],
        ]),
        nearMisses: [
          {
            kind: `text before the JSON${hostile}`,
            count: 10,
            example: `INFO\t{"prediction_valid": true} \u001b[31m\u202e${hostile}`,
            advice: `Log the JSON alone, without "INFO" before it.${hostile}`,
          },
        ],
        undated: 1,
        undatedExamples: [`churn.log:17: Traceback (most recent call last):${hostile}`],
      },
    ],
    notes: [`chat@example.com gets no mail: its subscription is not confirmed${hostile}`],
  };
}

function churnRate(minute: number): number {
  const day = minute / DAY;
  if (day >= 4.5 && day < 5) return NaN;
  return day >= 8 && day < 12 ? 0.97 - 0.12 * Math.min(1, day - 8) : 0.965;
}

function fraudRate(minute: number): number {
  const hour = (minute / 60) % 24;
  return hour < 5 ? NaN : 0.99;
}

/** Minutes with predictions of a model, more by day than by night; deterministic. */
function predictions(
  model: string,
  days: number,
  rate: (minute: number) => number,
): FilterPoints[] {
  let seed = 7;
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const minutes = Array.from({ length: days * DAY }, (_, minute) => {
    const share = rate(minute);
    const daily = 6 + 5 * Math.sin(((minute % DAY) / DAY - 0.3) * 2 * Math.PI);
    const total = Number.isNaN(share) ? 0 : Math.round(daily * (0.5 + random()));
    const valid = Array.from({ length: total }, random).filter((draw) => draw < share).length;
    return { minute: START + minute, total, valid };
  }).filter(({ total }) => total > 0);
  return [
    {
      namespace: NAMESPACE,
      metricName: `classification-rate-dev-${model}.valid_predictions`,
      series: minuteSeries(
        minutes.map(({ minute, valid }) => ({ minute, sum: valid, count: valid || 1 })),
      ),
    },
    {
      namespace: NAMESPACE,
      metricName: `classification-rate-dev-${model}.total_predictions`,
      series: minuteSeries(
        minutes.map(({ minute, total }) => ({ minute, sum: total, count: total })),
      ),
    },
  ];
}

function sum(id: string, model: string, period: number) {
  return {
    id,
    returnData: false,
    metric: {
      namespace: NAMESPACE,
      metricName: `classification-rate-dev-${model}.${id}_predictions`,
      period,
      stat: "Sum",
    },
  };
}

function rateAlarm(model: string, threshold: number, hostile: string): DeclaredAlarm {
  return {
    model: `${model}${hostile}`,
    name: `classification-rate-dev-${model}${hostile}`,
    description: `See https://example.com/runbook?a=1&b=2 ${hostile}`,
    comparisonOperator: "LessThanOrEqualToThreshold",
    threshold,
    evaluationPeriods: 5,
    datapointsToAlarm: 3,
    treatMissingData: "missing",
    alarmActions: [TOPIC],
    okActions: [TOPIC],
    metricQueries: [
      sum("valid", model, 3600),
      sum("total", model, 3600),
      {
        id: "rate",
        expression: "100 * (valid / total)",
        label: `classification_rate${hostile}`,
        returnData: true,
      },
    ],
  };
}

function silenceAlarm(model: string): DeclaredAlarm {
  return {
    model,
    name: `classification-rate-dev-${model}-silence`,
    comparisonOperator: "LessThanThreshold",
    threshold: 1,
    evaluationPeriods: 4,
    treatMissingData: "breaching",
    alarmActions: [TOPIC],
    metricQueries: [
      sum("total", model, 900),
      { id: "predictions", expression: "FILL(total, 0)", label: "predictions", returnData: true },
    ],
  };
}
