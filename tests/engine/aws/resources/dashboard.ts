import { ACCOUNT_ID } from "../account";
import { Cloud } from "../cloud";
import { AwsError } from "../errors";
import { bag, Bag, isBag, list, parseJson, text } from "../json";
import { Kind, REGION } from "../kind";

const MOST_WIDGETS = 500;
const MOST_METRICS_PER_WIDGET = 500;
const MOST_METRICS = 2500;

/** PutDashboard is an upsert by name. The name is required: the provider gives none by itself. */
export const dashboard: Kind = {
  type: "aws:cloudwatch/dashboard:Dashboard",
  label: "CloudWatch Dashboard",
  inputs: {
    dashboardBody: { type: "json", required: true },
    dashboardName: {
      type: "string",
      required: true,
      forceNew: true,
      max: 255,
      pattern: /^[0-9A-Za-z_-]+$/,
    },
    region: REGION,
  },
  computed: ["dashboardArn"],

  async create(cloud, inputs, made) {
    await putDashboard(cloud, inputs);
    made(text(inputs["dashboardName"]));
  },

  async update(cloud, { inputs }) {
    await putDashboard(cloud, inputs);
  },

  async delete(cloud, name) {
    await cloud.make(callFor("DeleteDashboards", name), (account) =>
      account.remove("dashboard", cloud.region, name) ? "deleted" : "nothing",
    );
  },

  find(cloud, name) {
    const thing = cloud.look().get("dashboard", cloud.region, name);
    // A dashboard belongs to the account as a whole; its ARN has no region.
    const dashboardArn = `arn:aws:cloudwatch::${ACCOUNT_ID}:dashboard/${name}`;
    return thing && { thing, outputs: { ...thing.attributes, dashboardName: name, dashboardArn } };
  },
};

function callFor(call: string, name: string) {
  return { service: "CloudWatch", call, kind: "dashboard", name } as const;
}

async function putDashboard(cloud: Cloud, inputs: Bag): Promise<void> {
  const name = text(inputs["dashboardName"]);
  await cloud.make(callFor("PutDashboard", name), (account) => {
    const body = text(inputs["dashboardBody"]);
    const problem = bodyProblem(body);
    if (problem !== undefined) throw new AwsError("InvalidParameterInput", problem);
    const existed = account.get("dashboard", cloud.region, name) !== undefined;
    const attributes = { dashboardBody: body };
    account.put({ kind: "dashboard", region: cloud.region, name, attributes, tags: {} });
    return existed ? "overwrote" : "created";
  });
}

/** A body is JSON with widgets; each that shows data names its region; the counts are limited. */
function bodyProblem(source: string): string | undefined {
  const body = parseJson(source);
  if (!isBag(body)) return "The field DashboardBody must be a valid JSON object";
  const widgets = list(body["widgets"]).map(bag);
  if (widgets.length > MOST_WIDGETS) {
    return `A dashboard has at most ${MOST_WIDGETS} widgets`;
  }
  for (const [index, widget] of widgets.entries()) {
    const place = `/widgets/${index}`;
    const properties = bag(widget["properties"]);
    if (text(widget["type"]) === "") return `${place}: should have required property 'type'`;
    if (["metric", "log"].includes(text(widget["type"])) && text(properties["region"]) === "") {
      return `${place}/properties: should have required property 'region'`;
    }
    if (metricCount(widget) > MOST_METRICS_PER_WIDGET) {
      return `${place}: at most ${MOST_METRICS_PER_WIDGET} metrics`;
    }
  }
  const metrics = widgets.reduce((sum, widget) => sum + metricCount(widget), 0);
  if (metrics <= MOST_METRICS) return undefined;
  return `A dashboard has at most ${MOST_METRICS} metrics`;
}

function metricCount(widget: Bag): number {
  return list(bag(widget["properties"])["metrics"]).length;
}
