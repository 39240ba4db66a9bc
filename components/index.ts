export {
  type CommonSettings,
  LogFormat,
  MissingData,
  type ModelConfig,
  type ModelDefaults,
  type ModelWarning,
  type MonitorWarning,
  type MuteWindow,
  type OwnedLogGroup,
} from "./args";
export {
  ClassificationRate,
  type ClassificationRateArgs,
  type ClassificationRateNodes,
  type Confirmations,
  type ModelOutputs,
  stackConfig,
} from "./classificationRate";
export { EmailTopic, type EmailTopicArgs, type EmailTopicNodes } from "./emailTopic";
export { Monitor, type MonitorArgs, type MonitorNodes } from "./monitor";
