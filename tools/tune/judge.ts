import type { Declared } from "../program/declared";
import type { AlarmState } from "../simulator/alarmState";
import type { MetricAlarm } from "../simulator/metricAlarm";
import { actionsOn } from "../simulator/notification";
import type { Visitor } from "./grid";
import type { TimeSpan } from "../time";

/** How many mails a change to each state sends. */
export type MailCounts = Readonly<Record<AlarmState, number>>;

/** Counts the mails of an alarm's state changes as a rehearsal sends them: for each action, those subscribed to it. */
export function mailCounts(declared: Declared, alarm: MetricAlarm): MailCounts {
  const count = (from: AlarmState, to: AlarmState): number =>
    actionsOn(alarm, { from, to })
      .filter((action) => !declared.deafTopics.includes(action))
      .flatMap((action) => declared.subscriptions.filter(({ topicArn }) => topicArn === action))
      .filter(({ pending }) => !pending).length;
  return {
    ALARM: count("OK", "ALARM"),
    OK: count("ALARM", "OK"),
    INSUFFICIENT_DATA: count("OK", "INSUFFICIENT_DATA"),
  };
}

/** What is known of the time that was replayed: which alarms were wanted. */
export interface Truth {
  /** When something was wrong with the model, in order. */
  readonly incidents: readonly TimeSpan[];
  /** Without incidents: when the model was healthy. */
  readonly baseline: TimeSpan;
}

/** What a setting would have done. */
export interface Outcome {
  /** How often the state became ALARM. */
  readonly episodes: number;
  /** All mails, to every address. */
  readonly mails: number;
  readonly alarmMinutes: number;
  /** How many incidents it noticed. */
  readonly caught: number;
  /** Minutes from each incident's start to its alarm; undefined where there was none. */
  readonly delays: readonly (number | undefined)[];
  /** Episodes that belong to no incident; without incidents, those that began in the baseline. */
  readonly falseEpisodes: number;
  /** How many of them ended in OK, which is a mail more where recovery is mailed. */
  readonly falseRecoveries: number;
  /** Mails of false episodes, to every address. */
  readonly falseMails: number;
}

/**
 * Judges one setting while it is replayed. An alarm belongs to an incident if it begins in it, or so soon after it that
 * the alarm's window still holds data of it. One that began before the incident told nobody of it.
 */
export class Judge implements Visitor {
  #episodes = 0;
  #mails = 0;
  #alarmMinutes = 0;
  #falseEpisodes = 0;
  #falseRecoveries = 0;
  readonly #delays: (number | undefined)[];

  /** @param window minutes that the alarm looks back */
  constructor(
    private readonly truth: Truth,
    private readonly window: number,
    private readonly counts: MailCounts,
  ) {
    this.#delays = truth.incidents.map(() => undefined);
  }

  change(to: AlarmState): void {
    this.#mails += this.counts[to];
    if (to === "ALARM") this.#episodes += 1;
  }

  episode(from: number, until: number, to: AlarmState): void {
    this.#alarmMinutes += until - from;
    const incident = incidentOf(this.truth, from, this.window);
    if (incident >= 0) {
      this.#delays[incident] ??= from - (this.truth.incidents[incident]?.from ?? from);
    } else if (isFalse(this.truth, from)) {
      this.#falseEpisodes += 1;
      if (to === "OK") this.#falseRecoveries += 1;
    }
  }

  outcome(): Outcome {
    const [episodes, recoveries] = [this.#falseEpisodes, this.#falseRecoveries];
    return {
      episodes: this.#episodes,
      mails: this.#mails,
      alarmMinutes: this.#alarmMinutes,
      caught: this.#delays.filter((delay) => delay !== undefined).length,
      delays: [...this.#delays],
      falseEpisodes: episodes,
      falseRecoveries: recoveries,
      falseMails: episodes * this.counts.ALARM + recoveries * this.counts.OK,
    };
  }
}

/** The position of the incident that an alarm which began at a minute belongs to; -1 where it belongs to none. */
function incidentOf({ incidents }: Truth, began: number, window: number): number {
  const during = incidents.findIndex(({ from, to }) => began >= from && began < to);
  if (during >= 0) return during;
  return incidents.findIndex(({ from, to }) => began >= from && began < to + window);
}

function isFalse({ incidents, baseline }: Truth, began: number): boolean {
  return incidents.length > 0 || (began >= baseline.from && began < baseline.to);
}
