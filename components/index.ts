export type {
  CommonSettings,
  ModelConfig,
  ModelDefaults,
  ModelWarning,
  MonitorWarning,
  MuteWindow,
  OwnedLogGroup,
} from "./args";
export {
  ClassificationRate,
  type ClassificationRateArgs,
  type ClassificationRateNodes,
  type Confirmations,
  type ModelOutputs,
} from "./classificationRate";
export { EmailTopic, type EmailTopicArgs, type EmailTopicNodes } from "./emailTopic";
export { Monitor, type MonitorArgs, type MonitorNodes } from "./monitor";
export { LogFormat, MissingData } from "./settings/schema";
export { stackConfig } from "./stackConfig";
