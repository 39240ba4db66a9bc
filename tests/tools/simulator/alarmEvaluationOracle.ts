import type { AlarmState, TreatMissingData } from "../../../tools/simulator/alarmState";

/**
 * The rules of alarm evaluation, read straight from the user guide minute by minute, slowly. Shares no code with
 * cloudwatch/ (types only).
 */
export interface OracleScene {
  /** Samples by minute; a minute without one is absent. */
  readonly valid: ReadonlyMap<number, readonly number[]>;
  readonly total: ReadonlyMap<number, readonly number[]>;
  readonly periodMinutes: number;
  readonly n: number;
  readonly m: number;
  readonly extra: number;
  readonly treatment: TreatMissingData;
  readonly operator: string;
  readonly threshold: number;
  readonly statistic: string;
  readonly watched: string;
  readonly from: number;
  readonly to: number;
}

export interface OracleResult {
  readonly changes: { at: number; from: AlarmState; to: AlarmState; value: number | undefined }[];
  readonly minutesInAlarm: number;
}

/** What an alarm can watch in the random scenes, and its data points from those of valid and total, oldest first. */
export const WATCHED: Readonly<
  Record<string, (valid: Series, total: Series) => readonly (number | undefined)[]>
> = {
  valid: (valid) => valid,
  "100 * (valid / total)": (valid, total) => valid.map((v, i) => percent(v, total[i])),
  "IF(total >= 3, 100 * (valid / total))": (valid, total) =>
    valid.map((v, i) => ((total[i] ?? 0) >= 3 ? percent(v, total[i]) : undefined)),
  "100 * (FILL(valid, 1) / FILL(total, REPEAT))": (valid, total) => {
    let last: number | undefined;
    const repeated = total.map((t) => (last = t ?? last));
    return valid.map((v, i) => percent(v ?? 1, repeated[i]));
  },
  "valid - MIN(total)": (valid, total) => {
    const real = total.filter((t) => t !== undefined);
    if (real.length === 0) return valid.map(() => undefined);
    return valid.map((v) => (v === undefined ? undefined : v - Math.min(...real)));
  },
};

type Series = readonly (number | undefined)[];

function percent(valid: number | undefined, total: number | undefined): number | undefined {
  if (total === undefined || total === 0) return undefined;
  return 100 * ((valid ?? 0) / total);
}

function statisticOf(samples: readonly number[], statistic: string): number | undefined {
  if (samples.length === 0) return undefined;
  const sum = samples.reduce((a, b) => a + b, 0);
  if (statistic === "Sum") return sum;
  if (statistic === "SampleCount") return samples.length;
  if (statistic === "Average") return sum / samples.length;
  return statistic === "Minimum" ? Math.min(...samples) : Math.max(...samples);
}

function breaching(value: number, operator: string, threshold: number): boolean {
  if (operator === "GreaterThanOrEqualToThreshold") return value >= threshold;
  if (operator === "GreaterThanThreshold") return value > threshold;
  if (operator === "LessThanThreshold") return value < threshold;
  return value <= threshold;
}

/** X, 0 and - as the guide draws them, oldest first. */
function decide(drawn: readonly string[], scene: OracleScene, current: AlarmState): AlarmState {
  const { n, m, treatment } = scene;
  const real = drawn.filter((c) => c !== "-");
  const enough = (cells: readonly string[]) =>
    cells.filter((c) => c === "X").length >= m ? "ALARM" : "OK";
  if (real.length >= n) return enough(real.slice(-n));
  const holes = n - real.length;
  if (treatment === "breaching") return enough([...real, ..."X".repeat(holes).split("")]);
  if (treatment === "notBreaching") return enough([...real, ..."0".repeat(holes).split("")]);
  if (enough(real) === "ALARM") return "ALARM";
  if (real.includes("0")) return "OK";
  if (treatment === "ignore") return current;
  if (real.length === 0) return "INSUFFICIENT_DATA";
  const age = drawn.length - drawn.indexOf("X");
  return age >= m ? "ALARM" : "OK";
}

export function oracle(scene: OracleScene): OracleResult {
  const { periodMinutes, n, extra, from, to } = scene;
  const hourly = n * periodMinutes > 24 * 60;
  const changes: OracleResult["changes"] = [];
  let state: AlarmState = "INSUFFICIENT_DATA";
  let minutesInAlarm = 0;
  for (let t = from; t <= to; t++) {
    if (!hourly || t % 60 === 0) {
      const points = pointsAt(t, periodMinutes, n + extra, scene);
      const drawn = points.map((v) =>
        v === undefined ? "-" : breaching(v, scene.operator, scene.threshold) ? "X" : "0",
      );
      const next = decide(drawn, scene, state);
      if (next !== state) changes.push({ at: t, from: state, to: next, value: points.at(-1) });
      state = next;
    }
    if (state === "ALARM" && t < to) minutesInAlarm++;
  }
  return { changes, minutesInAlarm };
}

function pointsAt(t: number, period: number, range: number, scene: OracleScene) {
  const column = (metric: ReadonlyMap<number, readonly number[]>) => {
    const points: (number | undefined)[] = [];
    for (let k = range; k >= 1; k--) {
      const samples: number[] = [];
      for (let minute = t - k * period; minute < t - (k - 1) * period; minute++) {
        samples.push(...(metric.get(minute) ?? []));
      }
      points.push(statisticOf(samples, scene.statistic));
    }
    return points;
  };
  return WATCHED[scene.watched]?.(column(scene.valid), column(scene.total)) ?? [];
}
