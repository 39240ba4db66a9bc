import { ClassificationRate, stackConfig } from "classification-rate";

const watched = new ClassificationRate("classification-rate", stackConfig());

export const models = watched.models;
export const dashboardUrls = watched.dashboardUrls;
export const confirmations = watched.confirmations;
