export { checkStackFile, type Finding, type StackFileCheck } from "./checkStackFile";
export { type ModelInput } from "./modelSchema";
export { SettingsError, type Problem } from "./problem";
export { projectConfig } from "./projectConfig";
export { stackSettings } from "./readStack";
export { type ModelSettings, type StackContext, type StackSettings } from "./settings";
