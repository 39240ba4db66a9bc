import { ClassificationRate, stackConfig } from "./components";

const watched = new ClassificationRate("classification-rate", stackConfig());

/** Per model: the rate alarm's name and ARN, console links to it, to the logs, to the invalid predictions. */
export const models = watched.models;
/** Console links to the stack's dashboards. */
export const dashboardUrls = watched.dashboardUrls;
/** The addresses that get no mail until they confirm, and what to do about that. */
export const confirmations = watched.confirmations;
