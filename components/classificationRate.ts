import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import { getRegionOutput } from "@pulumi/aws/getRegion";
import * as pulumi from "@pulumi/pulumi";
import { alarmUrl, logGroupUrl } from "./cloudwatch/consoleLinks";
import { Dashboards } from "./dashboards";
import { EmailTopic } from "./emailTopic";
import { newLogGroup } from "./logGroup";
import { Monitor } from "./monitor";
import { emailSlug, keyAlias, stackPrefix, topicName } from "./settings/names";
import { modelInput, type ModelSettings, type StackSettings } from "./settings/settings";
import { TopicKey } from "./topicKey";

/** What a {@link ClassificationRate} is made of. */
export interface ClassificationRateArgs {
  /** The checked settings of the stack; see `stackSettings`. */
  readonly settings: StackSettings;
}

/** Where to find a model's alarm and logs. */
export interface ModelOutputs {
  /** The rate alarm's name. */
  readonly alarmName: string;
  readonly alarmArn: string;
  /** Console link to the alarm: its graph, its threshold, its history. */
  readonly alarmUrl: string;
  /** Console link to the model's log group. */
  readonly logsUrl: string;
}

/** Who gets no mail yet. */
export interface Confirmations {
  /** Addresses that had yet to confirm when the stack was last refreshed. */
  readonly pending: readonly string[];
  /** What to do about them. */
  readonly whatToDo: string;
}

/**
 * Watches all models of a stack: a {@link Monitor} for each, an {@link EmailTopic} for each address
 * however many models it watches, and {@link Dashboards}. One per program: physical names are made of
 * project, stack and model.
 */
export class ClassificationRate extends pulumi.ComponentResource {
  /** By model. */
  readonly models: pulumi.Output<Record<string, ModelOutputs>>;
  /** Console links; none if the stack has no dashboard. */
  readonly dashboardUrls: pulumi.Output<string[]>;
  readonly confirmations: pulumi.Output<Confirmations>;
  /** The components themselves. */
  readonly monitors: readonly Monitor[];
  readonly topics: readonly EmailTopic[];
  readonly dashboards: Dashboards | undefined;

  constructor(
    name: string,
    { settings }: ClassificationRateArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    requireThisStack(settings);
    super("classification-rate:index:ClassificationRate", name, {}, opts);
    const { project, stack, namespace, models } = settings;
    const prefix = stackPrefix(project, stack);
    const parent = { parent: this };
    const { region } = getRegionOutput({}, parent);
    const { accountId } = getCallerIdentityOutput({}, parent);
    const where = { accountId, region };

    const key =
      settings.encryptTopics && addresses(models).length > 0
        ? new TopicKey("topics", { alias: keyAlias(prefix), ...where }, parent)
        : undefined;
    const topics = new Map(
      addresses(models).map((address) => [
        address,
        new EmailTopic(
          emailSlug(address),
          {
            address,
            topicName: topicName(prefix, address),
            ...where,
            ...(key !== undefined && { keyArn: key.keyArn }),
          },
          parent,
        ),
      ]),
    );
    const logGroups = ownedLogGroups(models, parent);

    this.monitors = models.map((model) => {
      const { email, ...input } = modelInput(model);
      const mails = model.emails.flatMap((address) => topics.get(address)?.topicArn ?? []);
      const args = {
        ...input,
        logGroup: logGroups.get(model.logGroup) ?? model.logGroup,
        createLogGroup: false,
        topics: [...mails, ...model.topics],
        namespace,
        dashboard: settings.dashboard,
        ...where,
      };
      return new Monitor(model.name, args, parent);
    });
    this.topics = [...topics.values()];
    this.dashboards = settings.dashboard
      ? new Dashboards("dashboard", { settings, ...where }, parent)
      : undefined;

    this.models = pulumi
      .all([
        region,
        pulumi.all(
          this.monitors.map(({ alarmName, alarmArn }) => pulumi.all([alarmName, alarmArn])),
        ),
      ])
      .apply(([known, alarms]) => modelOutputs(models, known, alarms));
    this.dashboardUrls = this.dashboards?.urls ?? pulumi.output([]);
    this.confirmations = pulumi
      .all(this.topics.map(({ address, pending }) => ({ address, pending })))
      .apply((all) => confirmations(all.filter(({ pending }) => pending)));
    this.registerOutputs({
      models: this.models,
      dashboardUrls: this.dashboardUrls,
      confirmations: this.confirmations,
    });
  }
}

/** Physical names come from project and stack, so settings of another stack would be named wrongly. */
function requireThisStack({ project, stack }: StackSettings): void {
  if (project === pulumi.getProject() && stack === pulumi.getStack()) return;
  throw new Error(
    `expected settings of project ${pulumi.getProject()}, stack ${pulumi.getStack()}, found those of ${project}, ${stack}`,
  );
}

/** Every address that any model mails, once. */
function addresses(models: readonly ModelSettings[]): string[] {
  return [...new Set(models.flatMap((model) => model.emails))].sort();
}

/**
 * The log groups that the stack owns, by name. They belong to the stack rather than to one model:
 * a log group that several models share outlives the first of them.
 */
function ownedLogGroups(
  models: readonly ModelSettings[],
  opts: pulumi.CustomResourceOptions,
): Map<string, pulumi.Output<string>> {
  const logGroups = new Map<string, pulumi.Output<string>>();
  for (const { logGroup, createLogGroup, tags } of models) {
    if (createLogGroup === undefined || logGroups.has(logGroup)) continue;
    logGroups.set(logGroup, newLogGroup(logGroup, logGroup, createLogGroup, tags, opts).name);
  }
  return logGroups;
}

function modelOutputs(
  models: readonly ModelSettings[],
  region: string,
  alarms: readonly (readonly [string, string])[],
): Record<string, ModelOutputs> {
  return Object.fromEntries(
    models.map((model, index) => {
      const [alarmName = "", alarmArn = ""] = alarms[index] ?? [];
      return [
        model.name,
        {
          alarmName,
          alarmArn,
          alarmUrl: alarmUrl(region, alarmName),
          logsUrl: logGroupUrl(region, model.logGroup),
        },
      ];
    }),
  );
}

function confirmations(pending: readonly { readonly address: string }[]): Confirmations {
  return {
    pending: pending.map(({ address }) => address),
    whatToDo:
      pending.length === 0
        ? "Nothing: every address had confirmed when the stack was last refreshed."
        : "No mail until their owners click the link that AWS sent them (good for two days); then run `pulumi refresh`.",
  };
}
