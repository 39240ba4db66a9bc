export { type ModelInput } from "./schema";
export { SettingsError, type Problem } from "./diagnostic";
export { projectConfig } from "./read";
export { stackSettings } from "./read";
export { type ModelSettings, type StackContext, type StackSettings } from "./settings";
