import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Dashboards } from "../../components/dashboards";
import { ACCOUNT, REGION, withMocks } from "../support/mocks";
import { settingsOf } from "../support/stackInput";
import { all, type Inputs, parsed } from "./provisioned";

type MetricRow = readonly [string, string, MetricOptions] | readonly [ExpressionRow];

export interface MetricOptions {
  readonly id: string;
  readonly label: string;
  readonly visible: boolean;
}

export interface ExpressionRow {
  readonly id: string;
  readonly expression: string;
  readonly label: string;
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface AlarmWidget extends Place {
  readonly type: "alarm";
  readonly properties: { readonly title: string; readonly alarms: readonly string[] };
}

export interface MetricWidget extends Place {
  readonly type: "metric";
  readonly properties: {
    readonly title: string;
    readonly region: string;
    readonly period: number;
    readonly metrics: readonly MetricRow[];
    readonly annotations?: {
      readonly horizontal: readonly {
        readonly label: string;
        readonly value: number;
        readonly color: string;
      }[];
    };
  };
}

type Widget = AlarmWidget | MetricWidget;

/** One dashboard, checked against what CloudWatch takes. */
export interface Page {
  readonly name: unknown;
  readonly alarms: readonly AlarmWidget[];
  readonly graphs: readonly MetricWidget[];
}

/** The dashboards of a stack with these keys, each of them sound. */
export async function pagesOf(keys: Readonly<Record<string, unknown>>): Promise<Page[]> {
  const settings = settingsOf(keys);
  const { resources } = await withMocks({}, () => {
    new Dashboards("dashboard", {
      settings,
      alarmArnPrefix: pulumi.output(`arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:`),
      region: pulumi.output(REGION),
      where: {},
    });
  });
  return all(resources, "dashboard").map(page);
}

/** A dashboard's widgets, once CloudWatch would have taken them. */
export function page(inputs: Inputs): Page {
  const body = parsed(inputs, "dashboardBody") as { widgets: Widget[] };
  assert.deepEqual(Object.keys(body), ["widgets"]);
  const { widgets } = body;
  assert.ok(widgets.length <= 500, `${widgets.length} widgets`);
  const alarms = widgets.filter((widget) => widget.type === "alarm");
  const graphs = widgets.filter((widget) => widget.type === "metric");
  assert.equal(alarms.length + graphs.length, widgets.length);
  alarms.forEach(assertAlarms);
  graphs.forEach(assertGraph);
  assertPlaces(widgets);
  const metrics = graphs.flatMap(({ properties }) => properties.metrics);
  assert.ok(metrics.length <= 2500, `${metrics.length} metrics`);
  const name = inputs["dashboardName"];
  assert.match(String(name), /^[A-Za-z0-9_-]{1,255}$/);
  return { name, alarms, graphs };
}

function assertAlarms({ properties: { title, alarms, ...others } }: AlarmWidget): void {
  assert.deepEqual(others, {});
  assert.equal(typeof title, "string");
  assert.ok(alarms.length >= 1 && alarms.length <= 100, `${alarms.length} alarms`);
  for (const arn of alarms) assert.match(arn, /^arn:aws:cloudwatch:eu-west-1:123456789012:alarm:./);
}

function assertGraph({ properties }: MetricWidget): void {
  const { metrics, region, period, title } = properties;
  const known = "title region view stat period metrics yAxis annotations".split(" ");
  for (const key of Object.keys(properties)) assert.ok(known.includes(key), key);
  assert.equal(region, REGION);
  assert.ok(Number.isInteger(period) && period % 60 === 0, title);
  assert.ok(metrics.length >= 1 && metrics.length <= 500, title);

  const ids = metrics.map((row) => (row.length === 1 ? row[0].id : row[2].id));
  assert.equal(new Set(ids).size, ids.length, "ids are unique in a widget");
  for (const row of metrics) {
    if (row.length !== 1) {
      assert.deepEqual(
        row.map((part) => typeof part),
        ["string", "string", "object"],
      );
      continue;
    }
    for (const [word] of row[0].expression.matchAll(/[a-z]\w*/g)) {
      assert.ok(ids.includes(word), `${word} is not in the graph ${title}`);
    }
  }
}

/** Inside the grid's 24 columns, and no widget over another. */
function assertPlaces(places: readonly Place[]): void {
  const taken = new Set<string>();
  for (const { x, y, width, height } of places) {
    for (const value of [x, y, width, height]) assert.ok(Number.isInteger(value) && value >= 0);
    assert.ok(width >= 1 && height >= 1 && x + width <= 24, "within 24 columns");
    for (let column = x; column < x + width; column++) {
      for (let row = y; row < y + height; row++) {
        const cell = `${column},${row}`;
        assert.ok(!taken.has(cell), `two widgets at ${cell}`);
        taken.add(cell);
      }
    }
  }
}
