import { Dashboard } from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";
import { type AlarmQuery, rateAlarmQueries } from "./alarms";
import { dashboardUrl } from "./cloudwatch/consoleLinks";
import { TOTAL, VALID } from "./cloudwatch/expressions";
import { validMeaning } from "./cloudwatch/patterns";
import { DASHBOARD_METRICS, DASHBOARD_WIDGETS, WIDGET_ALARMS } from "./cloudwatch/limits";
import { durationText } from "./settings/duration";
import {
  ALARM_KINDS,
  dashboardName,
  modelAlarms,
  modelNames,
  type Owner,
  ownerName,
} from "./settings/names";
import {
  datapointsText,
  type ModelSettings,
  type StackSettings,
  type WarningSettings,
} from "./settings/settings";

/** What a dashboard shows and where it lives. */
interface DashboardContext {
  readonly owner: Owner;
  readonly namespace: string;
  readonly region: string;
  /** Start of the alarms' ARNs: `arn:aws:cloudwatch:eu-west-1:123456789012:alarm:`. */
  readonly alarmArnPrefix: string;
}

/** The parts of a dashboard body that are used here (CloudWatch, "Dashboard body structure"). */
interface DashboardBody {
  readonly widgets: readonly Widget[];
}

interface Widget {
  readonly type: "metric" | "alarm";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: Readonly<Record<string, unknown>>;
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

/** Models by dashboard, in order; no model means one empty dashboard less, none at all. */
function dashboardPages(models: readonly ModelSettings[]): ModelSettings[][] {
  const pages: ModelSettings[][] = [];
  for (let start = 0; start < models.length; start += MODELS_PER_DASHBOARD) {
    pages.push(models.slice(start, start + MODELS_PER_DASHBOARD));
  }
  return pages;
}

/**
 * A dashboard of the given models: the states of their alarms on top, then for each the rate with
 * its threshold as a red line, its warning's as an orange one and, below it, the volumes.
 */
function dashboardBody(models: readonly ModelSettings[], context: DashboardContext): DashboardBody {
  const overview = alarmWidgets(models, context);
  const top = overview.length * ALARMS_HEIGHT;
  const graphs = models.flatMap((model, index) => {
    const x = (index % 2) * MODEL_WIDTH;
    const y = top + Math.floor(index / 2) * (RATE_HEIGHT + VOLUME_HEIGHT);
    return [rateWidget(model, context, x, y), volumeWidget(model, context, x, y + RATE_HEIGHT)];
  });
  return { widgets: [...overview, ...graphs] };
}

function alarmWidgets(models: readonly ModelSettings[], context: DashboardContext): Widget[] {
  const alarms = models.flatMap((model) =>
    modelAlarms(context.owner, model).map(({ name }) => name),
  );
  const widgets: Widget[] = [];
  for (let start = 0; start < alarms.length; start += WIDGET_ALARMS) {
    widgets.push({
      type: "alarm",
      x: 0,
      y: widgets.length * ALARMS_HEIGHT,
      width: COLUMNS,
      height: ALARMS_HEIGHT,
      properties: {
        title: `${ownerName(context.owner)}: alarm states`,
        alarms: alarms
          .slice(start, start + WIDGET_ALARMS)
          .map((alarm) => `${context.alarmArnPrefix}${alarm}`),
      },
    });
  }
  return widgets;
}

function rateWidget(model: ModelSettings, context: DashboardContext, x: number, y: number): Widget {
  const { warning } = model;
  return {
    ...{ type: "metric", x, y, width: MODEL_WIDTH, height: RATE_HEIGHT },
    properties: {
      title: `${model.name}: classification rate`,
      ...graph(model, context),
      metrics: alarmQueries(model, context).map((query) =>
        metricRow(query, model, query.metric === undefined),
      ),
      yAxis: { left: { min: 0, max: 100, label: "%", showUnits: false } },
      annotations: {
        horizontal: [
          thresholdLine("alarm", model, RED),
          ...(warning ? [thresholdLine("warning", warning, ORANGE)] : []),
        ],
      },
    },
  };
}

function thresholdLine(
  kind: "alarm" | "warning",
  { threshold, datapoints }: WarningSettings,
  color: string,
) {
  return {
    label: `threshold ${threshold} %: ${kind} at ${datapointsText(datapoints)}`,
    value: threshold,
    color,
  };
}

function volumeWidget(
  model: ModelSettings,
  context: DashboardContext,
  x: number,
  y: number,
): Widget {
  return {
    ...{ type: "metric", x, y, width: MODEL_WIDTH, height: VOLUME_HEIGHT },
    properties: {
      title: `${model.name}: predictions per ${durationText(model.period).replace(/^1 /, "")}`,
      ...graph(model, context),
      metrics: alarmQueries(model, context)
        .filter((query) => query.metric !== undefined)
        .map((query) => metricRow(query, model, true)),
      yAxis: { left: { min: 0, showUnits: false } },
    },
  };
}

function graph(model: ModelSettings, { region }: DashboardContext): Record<string, unknown> {
  return { region, view: "timeSeries", stat: "Sum", period: model.period };
}

function alarmQueries(model: ModelSettings, { owner, namespace }: DashboardContext): AlarmQuery[] {
  return rateAlarmQueries(model, { names: modelNames(owner, model.name), namespace });
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
    const { settings, region, alarmArnPrefix } = args;
    const pages = dashboardPages(settings.models);
    const names = pages.map((_, index) => dashboardName(settings, index));

    this.dashboards = pages.map(
      (page, index) =>
        new Dashboard(
          `${name}-${index + 1}`,
          {
            dashboardName: dashboardName(settings, index),
            dashboardBody: pulumi.all([region, alarmArnPrefix]).apply(([known, arnPrefix]) =>
              JSON.stringify(
                dashboardBody(page, {
                  owner: settings,
                  namespace: settings.namespace,
                  region: known,
                  alarmArnPrefix: arnPrefix,
                }),
              ),
            ),
            ...args.where,
          },
          { parent: this },
        ),
    );

    this.urls = region.apply((known) => names.map((page) => dashboardUrl(known, page)));
    this.registerOutputs({ urls: this.urls });
  }
}
