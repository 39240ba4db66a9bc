import {
  type LogGroup,
  LogMetricFilter,
  MetricAlarm,
  type MetricAlarmArgs,
  QueryDefinition,
} from "@pulumi/aws/cloudwatch";
import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import { getRegionOutput } from "@pulumi/aws/getRegion";
import { RolePolicy } from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import { rateAlarmArgs, silenceAlarmArgs } from "./alarms";
import { predictionPatterns } from "./cloudwatch/patterns";
import { writerPolicy } from "./cloudwatch/policies";
import { invalidPredictionsQuery } from "./cloudwatch/queries";
import { newLogGroup } from "./logGroup";
import {
  type DescriptionContext,
  rateDescription,
  silenceDescription,
} from "./settings/description";
import { modelNames, stackPrefix } from "./settings/names";
import type { ModelInput } from "./settings/schema";
import { type ModelSettings, monitorSettings } from "./settings/settings";

/** A model's settings as in a stack's config, and what a program may know only at deployment. */
export interface MonitorArgs extends Omit<ModelInput, "logGroup" | "email" | "topics"> {
  /** The model's log group, of the Standard class; created if `createLogGroup` is set. */
  readonly logGroup: pulumi.Input<string>;
  /** ARNs of the one to five topics that the alarms tell, such as an `EmailTopic`'s `topicArn`. */
  readonly topics: readonly pulumi.Input<string>[];
  /** CloudWatch namespace of the metrics. @default classification_rate */
  readonly namespace?: string;
  /** Account of the log group. @default the AWS provider's */
  readonly accountId?: pulumi.Input<string>;
  /** Region of the alarms. @default the AWS provider's */
  readonly region?: pulumi.Input<string>;
  /** Whether the alarms' descriptions link to the stack's dashboard. @default false */
  readonly dashboard?: boolean;
}

/**
 * Watches the classification rate of one model: two metric filters on its log group, an alarm on
 * `100 * (valid / total)`, a saved query for the invalid predictions, and what the settings ask for
 * beside that.
 *
 * @example
 * new Monitor("churn", { logGroup: "/aws/lambda/churn", threshold: 90, topics: [topic.topicArn] });
 */
export class Monitor extends pulumi.ComponentResource {
  /** Name of the rate alarm, as the mail's subject shows it. */
  readonly alarmName: pulumi.Output<string>;
  /** ARN of the rate alarm. */
  readonly alarmArn: pulumi.Output<string>;

  /** The resources themselves; undefined where the settings do not ask for one. */
  readonly rateAlarm: MetricAlarm;
  readonly silenceAlarm: MetricAlarm | undefined;
  readonly validPredictions: LogMetricFilter;
  readonly totalPredictions: LogMetricFilter;
  readonly invalidPredictions: QueryDefinition;
  readonly logGroup: LogGroup | undefined;
  readonly writerPolicy: RolePolicy | undefined;

  /**
   * @param name the model's name: 1 to 64 letters, digits, `-` and `_`
   * @throws SettingsError that names every argument that is wrong
   */
  constructor(name: string, args: MonitorArgs, opts?: pulumi.ComponentResourceOptions) {
    const [project, stack] = [pulumi.getProject(), pulumi.getStack()];
    const settings = checkedSettings(name, args, { project, stack });
    super("classification-rate:index:Monitor", name, {}, opts);

    const { topics, namespace = "classification_rate", dashboard = false } = args;
    const names = modelNames(stackPrefix(project, stack), name);
    const parent = { parent: this };
    const region = pulumi.output(args.region ?? getRegionOutput({}, parent).region);

    const owned = settings.createLogGroup;
    this.logGroup =
      owned && newLogGroup(`${name}-log-group`, args.logGroup, owned, settings.tags, parent);
    const logGroup = pulumi.output(this.logGroup?.name ?? args.logGroup);

    const patterns = predictionPatterns(settings);
    const filter = (suffix: string, metric: string, pattern: string): LogMetricFilter =>
      new LogMetricFilter(
        `${name}-${suffix}`,
        {
          name: metric,
          logGroupName: logGroup,
          pattern,
          metricTransformation: { name: metric, namespace, value: "1", defaultValue: "0" },
        },
        parent,
      );
    this.validPredictions = filter("valid-predictions", names.validPredictions, patterns.valid);
    this.totalPredictions = filter("total-predictions", names.totalPredictions, patterns.total);
    this.invalidPredictions = new QueryDefinition(
      `${name}-invalid-predictions`,
      {
        name: names.invalidPredictionsQuery,
        logGroupNames: [logGroup],
        queryString: invalidPredictionsQuery(settings),
      },
      parent,
    );

    type Describe = (context: DescriptionContext) => string;
    const alarm = (suffix: string, own: MetricAlarmArgs, describe: Describe): MetricAlarm =>
      new MetricAlarm(
        `${name}-${suffix}`,
        {
          ...own,
          alarmDescription: region.apply((known) =>
            describe({ project, stack, region: known, dashboard }),
          ),
          actionsEnabled: settings.enabled,
          alarmActions: [...topics],
          okActions: settings.notifyRecovery ? [...topics] : [],
          tags: settings.tags,
        },
        parent,
      );
    this.rateAlarm = alarm("rate", rateAlarmArgs(settings, { names, namespace }), (context) =>
      rateDescription(settings, context),
    );
    const { silence, writerRole } = settings;
    this.silenceAlarm =
      silence === undefined
        ? undefined
        : alarm("silence", silenceAlarmArgs(silence, { names, namespace }), (context) =>
            silenceDescription(settings, silence, context),
          );

    const account = (): pulumi.Input<string> =>
      args.accountId ?? getCallerIdentityOutput({}, parent).accountId;
    this.writerPolicy =
      writerRole === undefined
        ? undefined
        : new RolePolicy(
            `${name}-writer`,
            {
              name: names.writerPolicy,
              role: writerRole,
              policy: pulumi
                .all([logGroup, account(), region])
                .apply(([group, accountId, known]) =>
                  JSON.stringify(writerPolicy(group, { accountId, region: known })),
                ),
            },
            parent,
          );

    this.alarmName = this.rateAlarm.name;
    this.alarmArn = this.rateAlarm.arn;
    this.registerOutputs({ alarmName: this.alarmName, alarmArn: this.alarmArn });
  }
}

/** Checks what is known before deployment; stand-ins take the place of what is not. */
function checkedSettings(
  name: string,
  args: MonitorArgs,
  { project, stack }: { readonly project: string; readonly stack: string },
): ModelSettings {
  const { logGroup, topics, accountId, region, dashboard, ...model } = args;
  // Who writes JavaScript has no compiler that insists on a list.
  const list: unknown = topics;
  const standIn = (position: number): string =>
    `arn:aws:sns:${typeof region === "string" ? region : "region"}:000000000000:known-at-deployment-${position}`;
  const input = {
    ...model,
    logGroup: known(logGroup, "known-at-deployment"),
    topics: Array.isArray(list)
      ? list.map((topic: unknown, at) => known(topic, standIn(at)))
      : list,
  };
  const context = { project, stack, region: typeof region === "string" ? region : undefined };
  return monitorSettings(name, input, context, `Monitor ${name}`);
}

function known(value: unknown, standIn: string): unknown {
  return pulumi.Output.isInstance(value) || value instanceof Promise ? standIn : value;
}
