import {
  type LogGroup,
  LogMetricFilter,
  MetricAlarm,
  type MetricAlarmArgs,
} from "@pulumi/aws/cloudwatch";
import { RolePolicy } from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import { rateAlarmArgs, silenceAlarmArgs, warningAlarmArgs } from "./alarms";
import type { CommonSettings, MonitorWarning } from "./args";
import { checkedModel } from "./checkedArgs";
import { predictionPatterns } from "./cloudwatch/patterns";
import { writerPolicy } from "./cloudwatch/policies";
import { type Needs, needsOf, reportMissing } from "./existing";
import { newLogGroup } from "./logGroup";
import { newMuteRules } from "./muteRules";
import { accountOf, regionOf } from "./place";
import {
  type DescriptionContext,
  rateDescription,
  silenceDescription,
  warningDescription,
} from "./settings/description";
import { modelNames, type Owner } from "./settings/names";
import type { ModelSettings } from "./settings/settings";

/** The settings of a model, and what tells about it. */
export interface MonitorArgs extends CommonSettings {
  /** Log group that the model logs its predictions to, of the Standard class. */
  readonly logGroup: pulumi.Input<string>;
  /**
   * Percent. The alarm fires when the classification rate is at or below it; take a bit less than the
   * rate at training time.
   */
  readonly threshold: number;
  /** ARNs of the one to five topics that the alarms tell, such as an EmailTopic's topicArn. */
  readonly topics: pulumi.Input<string>[];
  /** An earlier alarm on the same rate, at a threshold above the model's own, for the same people or others. */
  readonly warning?: MonitorWarning;
  /** CloudWatch namespace of the metrics. Default: classification_rate. */
  readonly namespace?: string;
  /** Account of the log group. Default: the AWS provider's. */
  readonly accountId?: pulumi.Input<string>;
  /** Region of the log group and of everything that watches it. Default: the AWS provider's. */
  readonly region?: string;
}

/** The raw resources; undefined where the settings do not ask for one. */
export interface MonitorNodes {
  /** The alarm on the classification rate. */
  readonly rateAlarm: MetricAlarm;
  /** The alarm on hearing nothing of the model: `silence`. */
  readonly silenceAlarm: MetricAlarm | undefined;
  /** The earlier alarm: `warning`. */
  readonly warningAlarm: MetricAlarm | undefined;
  /** Counts the valid predictions. */
  readonly validPredictions: LogMetricFilter;
  /** Counts all predictions. */
  readonly totalPredictions: LogMetricFilter;
  /** The log group: `createLogGroup`. */
  readonly logGroup: LogGroup | undefined;
  /** Lets a role write to the log group: `writerRole`. */
  readonly writerPolicy: RolePolicy | undefined;
  /** The rules that mute its alarms; those of a stack's models are among its own nodes. */
  readonly muteRules: readonly pulumi.CustomResource[];
}

/** What a monitor is made of when all is checked. @internal */
interface MonitorPlan {
  readonly owner: Owner;
  readonly settings: ModelSettings;
  readonly namespace: string;
  readonly logGroup: pulumi.Input<string>;
  readonly topics: readonly pulumi.Input<string>[];
  /** Those of the warning. */
  readonly warningTopics: readonly pulumi.Input<string>[];
  /** Undefined: wherever the AWS provider is. */
  readonly region?: string | undefined;
  /** The page of the stack's dashboard that has the model. */
  readonly dashboardPage?: number | undefined;
  /** Where that is, if somebody has asked already. */
  readonly providerRegion?: pulumi.Output<string>;
  readonly accountId?: pulumi.Input<string> | undefined;
  /** What has to be there already, of a monitor on its own; a stack looks for it, and makes mute rules, for all models. */
  readonly needs?: Needs;
}

const PLANS = new WeakMap<MonitorArgs, MonitorPlan>();

/** Arguments that need no check: those of a model in a stack whose settings have been checked. @internal */
export function plannedArgs(plan: MonitorPlan): MonitorArgs {
  const { logGroup, topics, settings } = plan;
  const args = { logGroup, topics: [...topics], threshold: settings.threshold };
  PLANS.set(args, plan);
  return args;
}

const NODES = new WeakMap<Monitor, MonitorNodes>();

/**
 * Watches the classification rate of one model, whose name is the component's: two metric filters on
 * its log group, an alarm on 100 * (valid / total), and what the settings ask for beside that.
 *
 * @example
 * new Monitor("churn", { logGroup: "/aws/lambda/churn", threshold: 90, topics: [topic.topicArn] });
 */
export class Monitor extends pulumi.ComponentResource {
  /** Name of the rate alarm, as the mail's subject shows it. */
  readonly alarmName: pulumi.Output<string>;
  /** ARN of the rate alarm. */
  readonly alarmArn: pulumi.Output<string>;

  /** The raw resources. */
  get nodes(): MonitorNodes {
    const nodes = NODES.get(this);
    if (nodes === undefined) throw new Error("a monitor was not made by its constructor");
    return nodes;
  }

  /**
   * @param name the model's name: 1 to 64 letters, digits, `-` and `_`
   * @throws InputPropertiesError that names every argument that is wrong
   */
  constructor(name: string, args: MonitorArgs, opts?: pulumi.ComponentResourceOptions) {
    const plan = PLANS.get(args) ?? ownPlan(name, args);
    super("classification-rate:index:Monitor", name, {}, opts);
    const { owner, settings, namespace, dashboardPage } = plan;
    const names = modelNames(owner, settings.name);
    const parent = { parent: this };
    const where = plan.region === undefined ? {} : { region: plan.region };
    const region = plan.providerRegion ?? regionOf(plan, parent);

    const accountId =
      plan.accountId === undefined ? accountOf(parent) : pulumi.output(plan.accountId);
    if (plan.needs !== undefined && opts?.dependsOn === undefined) {
      reportMissing([{ ...plan.needs, monitor: this }], { region, accountId, where }, parent);
    }

    const owned = settings.createLogGroup;
    const ownLogGroup =
      owned && newLogGroup(`${name}-log-group`, plan.logGroup, owned, settings.tags, where, parent);
    const logGroup = pulumi.output(ownLogGroup?.name ?? plan.logGroup);

    const patterns = predictionPatterns(settings);
    const filter = (suffix: string, metric: string, pattern: string): LogMetricFilter =>
      new LogMetricFilter(
        `${name}-${suffix}`,
        {
          name: metric,
          logGroupName: logGroup,
          pattern,
          metricTransformation: { name: metric, namespace, value: "1", defaultValue: "0" },
          ...where,
        },
        parent,
      );

    type Describe = (model: ModelSettings, context: DescriptionContext) => string;
    const alarm = (
      suffix: string,
      own: MetricAlarmArgs,
      describe: Describe,
      topics = plan.topics,
    ): MetricAlarm =>
      new MetricAlarm(
        `${name}-${suffix}`,
        {
          ...own,
          alarmDescription: pulumi
            .all([logGroup, region])
            .apply(([group, known]) =>
              describe(
                { ...settings, logGroup: group },
                { ...owner, region: known, dashboardPage },
              ),
            ),
          actionsEnabled: settings.enabled,
          alarmActions: [...topics],
          okActions: settings.notifyRecovery ? [...topics] : [],
          tags: settings.tags,
          ...where,
        },
        parent,
      );

    const { silence, warning, writerRole } = settings;
    const nodes = {
      logGroup: ownLogGroup,
      validPredictions: filter("valid-predictions", names.validPredictions, patterns.valid),
      totalPredictions: filter("total-predictions", names.totalPredictions, patterns.total),
      rateAlarm: alarm("rate", rateAlarmArgs(settings, { names, namespace }), rateDescription),
      silenceAlarm:
        silence === undefined
          ? undefined
          : alarm("silence", silenceAlarmArgs(silence, { names, namespace }), (model, context) =>
              silenceDescription(model, silence, context),
            ),
      warningAlarm:
        warning === undefined
          ? undefined
          : alarm(
              "warning",
              warningAlarmArgs(settings, warning, { names, namespace }),
              (model, context) => warningDescription(model, warning, context),
              plan.warningTopics,
            ),
      writerPolicy:
        writerRole === undefined
          ? undefined
          : new RolePolicy(
              `${name}-writer`,
              {
                name: names.writerPolicy,
                role: writerRole,
                policy: pulumi
                  .all([logGroup, accountId, region])
                  .apply(([group, account, known]) =>
                    JSON.stringify(writerPolicy(group, { accountId: account, region: known })),
                  ),
              },
              parent,
            ),
    };
    const muted = plan.needs === undefined ? [] : [{ settings, nodes }];
    const muteRules = newMuteRules(
      muted,
      { owner, model: settings.name, prefix: `${name}-`, where },
      parent,
    );
    NODES.set(this, { ...nodes, muteRules });

    this.alarmName = nodes.rateAlarm.name;
    this.alarmArn = nodes.rateAlarm.arn;
    this.registerOutputs({ alarmName: this.alarmName, alarmArn: this.alarmArn });
  }
}

/** The plan of a monitor that a program sets up by itself. */
function ownPlan(name: string, args: MonitorArgs): MonitorPlan {
  const { settings, given } = checkedModel(name, args);
  return {
    owner: { project: pulumi.getProject(), stack: pulumi.getStack() },
    settings,
    namespace: settings.namespace,
    logGroup: given(settings.logGroup),
    topics: settings.topics.map(given),
    warningTopics: (settings.warning?.topics ?? []).map(given),
    region: args.region,
    accountId: args.accountId,
    needs: needsOf(settings, given),
  };
}
