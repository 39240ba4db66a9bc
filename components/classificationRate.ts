import { QueryDefinition } from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";
import type { ModelConfig, ModelDefaults } from "./args";
import { type Checked, checkedStack, stackKeys } from "./checkedArgs";
import { alarmUrl, insightsUrl, logGroupUrl, partitionOf } from "./cloudwatch/consoleLinks";
import { QUERY_LENGTH, QUERY_LOG_GROUPS } from "./cloudwatch/limits";
import { allInvalidPredictionsQuery, invalidPredictionsQuery } from "./cloudwatch/queries";
import { dashboardPage, Dashboards } from "./dashboards";
import { EmailTopic } from "./emailTopic";
import { needsOf, reportMissing } from "./existing";
import { newLogGroup } from "./logGroup";
import { newMuteRules } from "./muteRules";
import { Monitor, plannedArgs } from "./monitor";
import { accountOf, regionOf } from "./place";
import { configOf } from "./settings/input";
import {
  emailSlug,
  keyAlias,
  modelNames,
  NAMESPACE,
  savedQueryName,
  topicName,
} from "./settings/names";
import type { ModelSettings, Recipients, StackSettings } from "./settings/settings";
import { TopicKey } from "./topicKey";

/** The models to watch: the keys of a stack's config. */
export interface ClassificationRateArgs {
  /** The models to watch, by name: 1 to 64 letters, digits, - and _. */
  readonly models: Record<string, ModelConfig>;
  /**
   * Files with more models, or patterns of files such as models/*.yaml, from the project's folder: for
   * more than the 128 KiB that a stack's config may have.
   */
  readonly modelsFrom?: string[];
  /** Settings that hold for every model that does not set them itself. */
  readonly defaults?: ModelDefaults;
  /** CloudWatch namespace of the metrics. Default: classification_rate. */
  readonly namespace?: string;
  /** Encrypt the e-mail topics with a key of the stack's own, which AWS KMS bills. Default: false. */
  readonly encryptTopics?: boolean;
  /** Provision a dashboard of all models. Default: true. */
  readonly dashboard?: boolean;
  /** Region of the log groups and of everything that watches them. Default: the AWS provider's. */
  readonly region?: string;
}

/** Where to find a model's alarm and logs. */
export interface ModelOutputs {
  /** The rate alarm's name. */
  readonly alarmName: string;
  /** The rate alarm's ARN. */
  readonly alarmArn: string;
  /** Console link to the alarm: its graph, its threshold, its history. */
  readonly alarmUrl: string;
  /** The warning's alarm, where the model has one. */
  readonly warningAlarmName?: string;
  /** Console link to the warning's alarm. */
  readonly warningAlarmUrl?: string;
  /** Console link to the model's log group. */
  readonly logsUrl: string;
  /** Console link to a Logs Insights query that lists the model's newest invalid predictions. */
  readonly invalidPredictionsUrl: string;
}

/** Who gets no mail yet. */
export interface Confirmations {
  /** Addresses that had yet to confirm when the stack was last refreshed. */
  readonly pending: string[];
  /** What to do about them. */
  readonly whatToDo: string;
}

/** The components of a stack and its raw resources; undefined or empty where the settings ask for none. */
export interface ClassificationRateNodes {
  /** By model. */
  readonly monitors: Readonly<Record<string, Monitor>>;
  /** By address. */
  readonly topics: Readonly<Record<string, EmailTopic>>;
  /** The key that encrypts the topics: `encryptTopics`. */
  readonly topicKey: TopicKey | undefined;
  /** The stack's dashboards: `dashboard`. */
  readonly dashboards: Dashboards | undefined;
  /** The saved Logs Insights query for the invalid predictions of all models. */
  readonly savedQuery: QueryDefinition | undefined;
  /** By window, in the order in which models first name them. */
  readonly muteRules: readonly pulumi.CustomResource[];
}

const NODES = new WeakMap<ClassificationRate, ClassificationRateNodes>();

/**
 * Watches all models of a stack: a Monitor for each, an EmailTopic for each address however many models
 * it watches, a dashboard, and a saved query for the invalid predictions. A second one in a program, under
 * another name, has that name in all of its own.
 *
 * @example
 * new ClassificationRate("classification-rate", {
 *   defaults: { email: ["ml-team@example.com"] },
 *   models: { churn: { logGroup: "/aws/lambda/churn", threshold: 90 } },
 * });
 */
export class ClassificationRate extends pulumi.ComponentResource {
  /** By model, where to find its alarm and logs. */
  readonly models: pulumi.Output<Record<string, ModelOutputs>>;
  /** Console links to the dashboards; none if the stack has no dashboard. */
  readonly dashboardUrls: pulumi.Output<string[]>;
  /** The addresses that get no mail until they confirm, and what to do about that. */
  readonly confirmations: pulumi.Output<Confirmations>;

  /** The components that this one is made of. */
  get nodes(): ClassificationRateNodes {
    const nodes = NODES.get(this);
    if (nodes === undefined) throw new Error("a stack was not made by its constructor");
    return nodes;
  }

  /** @throws InputPropertiesError that names every argument that is wrong */
  constructor(name: string, args: ClassificationRateArgs, opts?: pulumi.ComponentResourceOptions) {
    const { settings, given } = checkedStack(name, args);
    super("classification-rate:index:ClassificationRate", name, {}, opts);
    const { models, namespace } = settings;
    const parent = { parent: this };
    const where = args.region === undefined ? {} : { region: args.region };
    const region = regionOf(args, parent);
    const accountId = accountOf(parent);
    // URNs know a parent's type, not its name: what two components have in common must be in the child's.
    const child = (own: string): string =>
      settings.component === undefined ? own : `${settings.component}.${own}`;

    const told = models.flatMap((model) => [model, ...(model.warning ? [model.warning] : [])]);
    const addresses = [...new Set(told.flatMap(({ emails }) => emails))].sort();
    const topicKey =
      settings.encryptTopics && addresses.length > 0
        ? new TopicKey(
            child("topics"),
            { alias: keyAlias(settings), accountId, region, where },
            parent,
          )
        : undefined;
    const topics = new Map(
      addresses.map((address) => [
        address,
        new EmailTopic(
          child(emailSlug(address)),
          {
            address,
            topicName: topicName(settings, address),
            ...where,
            ...(topicKey && { keyArn: topicKey.keyArn }),
          },
          parent,
        ),
      ]),
    );

    const logGroups = ownedLogGroups(models, child, where, parent);
    const logGroup = (model: ModelSettings): pulumi.Input<string> =>
      logGroups.get(model.logGroup) ?? given(model.logGroup);
    const topicsOf = ({ emails, topics: others }: Recipients): pulumi.Input<string>[] => [
      ...emails.flatMap((address) => topics.get(address)?.topicArn ?? []),
      ...others.map(given),
    ];
    const monitors = models.map((model, index) => {
      const plan = {
        owner: settings,
        settings: { ...model, createLogGroup: undefined },
        namespace,
        logGroup: logGroup(model),
        topics: topicsOf(model),
        warningTopics: model.warning === undefined ? [] : topicsOf(model.warning),
        region: args.region,
        providerRegion: region,
        accountId,
        dashboardPage: settings.dashboard ? dashboardPage(index) : undefined,
      };
      return { model, monitor: new Monitor(child(model.name), plannedArgs(plan), parent) };
    });

    if (opts?.dependsOn === undefined) {
      const needs = monitors.map(({ model, monitor }) => ({
        ...needsOf(model, given, (name) => logGroups.has(name)),
        monitor,
      }));
      reportMissing(needs, { region, accountId, where }, parent);
    }

    const alarmArnPrefix = pulumi
      .all([region, accountId])
      .apply(
        ([known, account]) => `arn:${partitionOf(known)}:cloudwatch:${known}:${account}:alarm:`,
      );
    const dashboards = settings.dashboard
      ? new Dashboards(child("dashboard"), { settings, alarmArnPrefix, region, where }, parent)
      : undefined;
    const savedQuery = newSavedQuery(
      settings,
      child("invalid-predictions"),
      logGroup,
      where,
      parent,
    );

    const muteRules = newMuteRules(
      monitors.map(({ model, monitor: { nodes } }) => ({ settings: model, nodes })),
      { owner: settings, prefix: child(""), where },
      parent,
    );

    NODES.set(this, {
      monitors: Object.fromEntries(monitors.map(({ model, monitor }) => [model.name, monitor])),
      topics: Object.fromEntries(topics),
      topicKey,
      dashboards,
      savedQuery,
      muteRules,
    });
    this.models = modelOutputs(settings, given, region, alarmArnPrefix);
    this.dashboardUrls = dashboards?.urls ?? pulumi.output([]);
    this.confirmations = pulumi
      .all([...topics].map(([address, { pending }]) => ({ address, pending })))
      .apply((all) => confirmations(all.filter(({ pending }) => pending)));
    this.registerOutputs({
      models: this.models,
      dashboardUrls: this.dashboardUrls,
      confirmations: this.confirmations,
    });
  }
}

/**
 * The log groups that the stack owns, by name. They belong to the stack rather than to one model:
 * a log group that several models share outlives the first of them.
 */
function ownedLogGroups(
  models: readonly ModelSettings[],
  child: (own: string) => string,
  where: { readonly region?: string },
  opts: pulumi.CustomResourceOptions,
): Map<string, pulumi.Output<string>> {
  const owned = new Map<string, pulumi.Output<string>>();
  for (const { logGroup, createLogGroup, tags } of models) {
    if (createLogGroup === undefined || owned.has(logGroup)) continue;
    const created = newLogGroup(child(logGroup), logGroup, createLogGroup, tags, where, opts);
    owned.set(logGroup, created.name);
  }
  return owned;
}

/**
 * One saved query for all models, since AWS saves 1,000 per region and account and no more. It names the
 * log groups as long as one query may have them all, and else is run on those that its user picks.
 */
function newSavedQuery(
  settings: StackSettings,
  name: string,
  logGroup: (model: ModelSettings) => pulumi.Input<string>,
  where: { readonly region?: string },
  opts: pulumi.CustomResourceOptions,
): QueryDefinition | undefined {
  const queryString = allInvalidPredictionsQuery(settings.models);
  if (settings.models.length === 0 || queryString.length > QUERY_LENGTH) return undefined;
  const logGroups = new Map(settings.models.map((model) => [model.logGroup, logGroup(model)]));
  return new QueryDefinition(
    name,
    {
      name: savedQueryName(settings),
      queryString,
      ...(logGroups.size <= QUERY_LOG_GROUPS && { logGroupNames: [...logGroups.values()] }),
      ...where,
    },
    opts,
  );
}

/** Names and links are made, not asked for, so that a preview shows them. */
function modelOutputs(
  settings: StackSettings,
  given: Checked<unknown>["given"],
  region: pulumi.Output<string>,
  alarmArnPrefix: pulumi.Output<string>,
): pulumi.Output<Record<string, ModelOutputs>> {
  const logGroups = pulumi.all(settings.models.map(({ logGroup }) => given(logGroup)));
  return pulumi.all([region, alarmArnPrefix, logGroups]).apply(([known, arnPrefix, groups]) =>
    Object.fromEntries(
      settings.models.map((model, at) => {
        const { rateAlarm: alarmName, warningAlarm } = modelNames(settings, model.name);
        const logGroup = groups[at] ?? model.logGroup;
        const outputs = {
          alarmName,
          alarmArn: `${arnPrefix}${alarmName}`,
          alarmUrl: alarmUrl(known, alarmName),
          ...(model.warning !== undefined && {
            warningAlarmName: warningAlarm,
            warningAlarmUrl: alarmUrl(known, warningAlarm),
          }),
          logsUrl: logGroupUrl(known, logGroup),
          invalidPredictionsUrl: insightsUrl(known, logGroup, invalidPredictionsQuery(model)),
        };
        return [model.name, outputs];
      }),
    ),
  );
}

function confirmations(pending: readonly { readonly address: string }[]): Confirmations {
  return {
    pending: pending.map(({ address }) => address),
    whatToDo:
      pending.length === 0
        ? "Nothing: every address had confirmed when the stack was last refreshed."
        : "No mail until their owners click the link that AWS sent them (good for two days); then run `pulumi up --refresh` or `pulumi refresh --run-program`.",
  };
}

/**
 * The stack's config in the namespace `classification-rate`, as arguments of a `ClassificationRate`. They
 * may have the more liberal forms of a stack's file; the component takes and checks these, too.
 * @throws RunError where the settings stand in the project's namespace
 */
export function stackConfig(): ClassificationRateArgs {
  const config = pulumi.runtime.allConfig();
  const project = pulumi.getProject();
  const keys = stackKeys();
  const elsewhere = Object.keys(configOf(config, project)).filter((key) => keys.includes(key));
  if (project !== NAMESPACE && elsewhere.length > 0) {
    // A key without a namespace belongs to the project.
    const [found, expected] = [project, NAMESPACE].map((namespace) =>
      elsewhere.map((key) => `${namespace}:${key}`).join(", "),
    );
    throw new pulumi.RunError(
      `The config of stack ${pulumi.getStack()} has settings in another namespace: expected ${expected}, found ${found}`,
    );
  }
  // What it really holds is for the component to check.
  return configOf(config, NAMESPACE) as Record<string, unknown> & ClassificationRateArgs;
}
