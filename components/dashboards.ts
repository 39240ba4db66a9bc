import { Dashboard } from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";
import { type AlarmQuery, rateAlarmQueries } from "./alarms";
import { dashboardUrl } from "./cloudwatch/consoleLinks";
import { TOTAL, VALID } from "./cloudwatch/expressions";
import { validMeaning } from "./cloudwatch/patterns";
import { DASHBOARD_METRICS, DASHBOARD_WIDGETS, WIDGET_ALARMS } from "./cloudwatch/limits";
import { chunks } from "./lists";
import { durationText } from "./settings/duration";
import { ALARM_KINDS, dashboardName, modelAlarms, modelNames, ownerName } from "./settings/names";
import {
  datapointsText,
  type ModelSettings,
  type StackSettings,
  type WarningSettings,
} from "./settings/settings";

/** What a dashboard shows of, and where it lives. */
interface DashboardContext {
  readonly settings: StackSettings;
  readonly region: string;
  /** Start of the alarms' ARNs: `arn:aws:cloudwatch:eu-west-1:123456789012:alarm:`. */
  readonly alarmArnPrefix: string;
}

const COLUMNS = 24;
const MODEL_WIDTH = COLUMNS / 2;
const RATE_HEIGHT = 6;
const VOLUME_HEIGHT = 4;
const ALARMS_HEIGHT = 4;
const RED = "#d62728";
const ORANGE = "#ff7f0e";

/** Alarms, widgets, and in these metrics and expressions, that a model has at most. */
const [ALARMS, WIDGETS, METRICS] = [ALARM_KINDS.length, 2, 6];

/** How many models one dashboard holds within AWS's limits on widgets, metrics and alarms. */
const MODELS_PER_DASHBOARD = Math.floor(
  Math.min(
    (DASHBOARD_WIDGETS - 1) / (WIDGETS + ALARMS / WIDGET_ALARMS),
    DASHBOARD_METRICS / (METRICS + ALARMS),
  ),
);

/** The page that shows a model. @param index the model's place in the stack's settings, from 0 @internal */
export function dashboardPage(index: number): number {
  return Math.floor(index / MODELS_PER_DASHBOARD);
}

/**
 * A dashboard of the given models (CloudWatch, "Dashboard body structure"): the states of their alarms on
 * top, then for each the rate with its threshold as a red line, its warning's as an orange one and, below
 * it, the volumes.
 */
function dashboardBody(models: readonly ModelSettings[], context: DashboardContext) {
  const { settings, alarmArnPrefix } = context;
  const alarms = models.flatMap((model) => modelAlarms(settings, model));
  const overview = chunks(alarms, WIDGET_ALARMS).map((shown, index) => ({
    ...{ type: "alarm", x: 0, y: index * ALARMS_HEIGHT, width: COLUMNS, height: ALARMS_HEIGHT },
    properties: {
      title: `${ownerName(settings)}: alarm states`,
      alarms: shown.map(({ name }) => `${alarmArnPrefix}${name}`),
    },
  }));
  const top = overview.length * ALARMS_HEIGHT;
  const graphs = models.flatMap((model, index) => {
    const x = (index % 2) * MODEL_WIDTH;
    const y = top + Math.floor(index / 2) * (RATE_HEIGHT + VOLUME_HEIGHT);
    return graphsOf(model, context, x, y);
  });
  return { widgets: [...overview, ...graphs] };
}

function graphsOf(
  model: ModelSettings,
  { settings, region }: DashboardContext,
  x: number,
  y: number,
) {
  const { name, period, warning } = model;
  const names = modelNames(settings, name);
  const queries = rateAlarmQueries(model, { names, namespace: settings.namespace });
  const graph = { region, view: "timeSeries", stat: "Sum", period };
  const rate = {
    ...{ type: "metric", x, y, width: MODEL_WIDTH, height: RATE_HEIGHT },
    properties: {
      title: `${name}: classification rate`,
      ...graph,
      metrics: queries.map((query) => metricRow(query, model, query.metric === undefined)),
      yAxis: { left: { min: 0, max: 100, label: "%", showUnits: false } },
      annotations: {
        horizontal: [
          thresholdLine("alarm", model, RED),
          ...(warning ? [thresholdLine("warning", warning, ORANGE)] : []),
        ],
      },
    },
  };
  const volumes = {
    ...{ type: "metric", x, y: y + RATE_HEIGHT, width: MODEL_WIDTH, height: VOLUME_HEIGHT },
    properties: {
      title: `${name}: predictions per ${durationText(period).replace(/^1 /, "")}`,
      ...graph,
      metrics: queries
        .filter(({ metric }) => metric !== undefined)
        .map((query) => metricRow(query, model, true)),
      yAxis: { left: { min: 0, showUnits: false } },
    },
  };
  return [rate, volumes];
}

function thresholdLine(kind: string, { threshold, datapoints }: WarningSettings, color: string) {
  const label = `threshold ${threshold} %: ${kind} at ${datapointsText(datapoints)}`;
  return { label, value: threshold, color };
}

/** One entry of a widget's `metrics`. */
function metricRow(
  { id, metric, expression, label }: AlarmQuery,
  { field, valid }: ModelSettings,
  visible: boolean,
): unknown[] {
  if (metric === undefined) return [{ id, expression, label }];
  const meaning = valid === true ? "" : `: ${validMeaning(field, valid)}`;
  const labels = new Map([
    [VALID, `valid predictions${meaning}`],
    [TOTAL, "all predictions"],
  ]);
  return [metric.namespace, metric.metricName, { id, label: labels.get(id) ?? id, visible }];
}

/** What dashboards show, and where. @internal */
interface DashboardsArgs {
  /** The stack whose models are shown. */
  readonly settings: StackSettings;
  /** Start of the alarms' ARNs. */
  readonly alarmArnPrefix: pulumi.Output<string>;
  /** Region of alarms and metrics. */
  readonly region: pulumi.Output<string>;
  /** The region to place the dashboards in; undefined: the AWS provider's. */
  readonly where: { readonly region?: string };
}

/** A stack's dashboard, or several where its models are too many for AWS's limits on one. */
export class Dashboards extends pulumi.ComponentResource {
  /** Console links, in the order of the pages. */
  readonly urls: pulumi.Output<string[]>;
  /** The raw resources. */
  readonly dashboards: readonly Dashboard[];

  /** @internal */
  constructor(name: string, args: DashboardsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("classification-rate:index:Dashboards", name, {}, opts);
    const { settings, region, alarmArnPrefix, where } = args;
    const pages = chunks(settings.models, MODELS_PER_DASHBOARD);

    this.dashboards = pages.map(
      (models, page) =>
        new Dashboard(
          `${name}-${page + 1}`,
          {
            dashboardName: dashboardName(settings, page),
            dashboardBody: pulumi
              .all([region, alarmArnPrefix])
              .apply(([known, arnPrefix]) =>
                JSON.stringify(
                  dashboardBody(models, { settings, region: known, alarmArnPrefix: arnPrefix }),
                ),
              ),
            ...where,
          },
          { parent: this },
        ),
    );

    this.urls = region.apply((known) =>
      pages.map((_, page) => dashboardUrl(known, dashboardName(settings, page))),
    );
    this.registerOutputs({ urls: this.urls });
  }
}
