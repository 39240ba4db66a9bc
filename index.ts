import * as pulumi from "@pulumi/pulumi";
import { ClassificationRate } from "./components";
import {
  projectConfig,
  SettingsError,
  stackSettings,
  type StackSettings,
} from "./components/settings";

const watched = new ClassificationRate("classification-rate", { settings: settings() });

/** Per model: the rate alarm's name and ARN, console links to it and to the logs. */
export const models = watched.models;
/** Console links to the stack's dashboards. */
export const dashboardUrls = watched.dashboardUrls;
/** The addresses that get no mail until they confirm, and what to do about that. */
export const confirmations = watched.confirmations;

/** The stack's settings; where they are wrong, the engine shows why and registers nothing. */
function settings(): StackSettings {
  const [project, stack] = [pulumi.getProject(), pulumi.getStack()];
  const region = new pulumi.Config("aws").get("region");
  try {
    const raw = projectConfig(pulumi.runtime.allConfig(), project);
    return stackSettings(raw, { project, stack, region });
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const count = error.problems.length === 1 ? "a problem" : `${error.problems.length} problems`;
    throw new pulumi.RunError(
      `The config of stack ${stack} has ${count}; nothing was changed. \`npm run check\` shows the lines.\n${error.message}`,
    );
  }
}
