export {
  ClassificationRate,
  type ClassificationRateArgs,
  type Confirmations,
  type ModelOutputs,
} from "./classificationRate";
export { Dashboards, type DashboardsArgs } from "./dashboards";
export { EmailTopic, type EmailTopicArgs } from "./emailTopic";
export { Monitor, type MonitorArgs } from "./monitor";
export { TopicKey, type TopicKeyArgs } from "./topicKey";
