import { Dashboard } from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";
import { dashboardUrl, partitionOf } from "../cloudwatch/consoleUrl";
import { dashboardName, stackPrefix } from "../config/names";
import type { StackSettings } from "../config/settings";
import { dashboardBody, dashboardPages } from "./dashboardBody";

/** What {@link Dashboards} show. */
export interface DashboardsArgs {
  /** The stack whose models are shown. */
  readonly settings: StackSettings;
  /** Account of the alarms. */
  readonly accountId: pulumi.Input<string>;
  /** Region of alarms and metrics. */
  readonly region: pulumi.Input<string>;
}

/** A stack's dashboard, or several where its models are too many for AWS's limits on one. */
export class Dashboards extends pulumi.ComponentResource {
  /** Console links, in the order of the pages. */
  readonly urls: pulumi.Output<string[]>;
  /** The resources themselves. */
  readonly dashboards: readonly Dashboard[];

  constructor(name: string, args: DashboardsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("classification-rate:index:Dashboards", name, {}, opts);
    const { project, stack, namespace, models } = args.settings;
    const prefix = stackPrefix(project, stack);
    const region = pulumi.output(args.region);

    this.dashboards = dashboardPages(models).map(
      (page, index) =>
        new Dashboard(
          `${name}-${String(index + 1)}`,
          {
            dashboardName: dashboardName(prefix, index),
            dashboardBody: pulumi.all([region, args.accountId]).apply(([known, accountId]) =>
              JSON.stringify(
                dashboardBody(page, {
                  prefix,
                  namespace,
                  region: known,
                  alarmArnPrefix: `arn:${partitionOf(known)}:cloudwatch:${known}:${accountId}:alarm:`,
                }),
              ),
            ),
          },
          { parent: this },
        ),
    );

    this.urls = pulumi
      .all([region, pulumi.all(this.dashboards.map((dashboard) => dashboard.dashboardName))])
      .apply(([known, names]) => names.map((page) => dashboardUrl(known, page)));
    this.registerOutputs({ urls: this.urls });
  }
}
