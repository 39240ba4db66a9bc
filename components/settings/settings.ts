import type { Owner } from "./names";
import type { ModelValues, StackValues } from "./schema";

/** A model's checked settings, with its name and who is told. */
export interface ModelSettings
  extends Omit<ModelValues, "email" | "topics" | "warning">, Recipients {
  /** The model's key in the config: 1 to 64 letters, digits, `-` and `_`. */
  readonly name: string;
  readonly warning?: WarningSettings | undefined;
}

/** An earlier alarm on a model's rate; what the setting leaves out is the model's own. */
export interface WarningSettings extends Recipients {
  /** Percent, above the model's threshold. */
  readonly threshold: number;
  readonly datapoints: Datapoints;
}

/** Who is told. */
export interface Recipients {
  /** Lower-case addresses, each once; may be empty where there are topics. */
  readonly emails: readonly string[];
  /** ARNs of existing topics; may be empty where there are addresses. */
  readonly topics: readonly string[];
}

/** A stack's checked settings: plain values, nothing left to decide. */
export interface StackSettings extends StackValues, Owner {
  /** In the order of their names. */
  readonly models: readonly ModelSettings[];
}

/** What the config is checked against beside itself. */
export interface StackContext extends Owner {
  /** The stack's region where it is known before anything runs (`aws:region`). */
  readonly region?: string | undefined;
}

/** How many of the newest data points must breach before the alarm fires: "3 of 5". */
export interface Datapoints {
  /** M, the data points that must be at or below the threshold. */
  readonly toAlarm: number;
  /** N, the newest data points that are looked at. */
  readonly of: number;
}

/** Data points as the setting writes them. */
export function datapointsText({ toAlarm, of }: Datapoints): string {
  return `${toAlarm} of ${of}`;
}
