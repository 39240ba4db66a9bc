import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../tests/engine/process";
import { REPOSITORY } from "../tests/engine/workspace";
import { evaluateAlarm } from "../tools/simulator/alarmEvaluation";
import { type MetricAlarm, metricKey } from "../tools/simulator/metricAlarm";
import type { MinuteSeries } from "../tools/simulator/minuteSeries";
import { minuteSeries } from "../tests/support/points";
import { writeBigLog } from "./bigLog";
import { compare, type Ratio } from "./ratios";

const MEGABYTE = 1024 * 1024;

/** What a big file is measured with. */
interface Reading {
  /** One line in so many is a prediction. */
  readonly every: number;
  readonly megabytes: number;
  /** Pairs of runs. */
  readonly runs: number;
  /** At most so many times a bare loop's time, with one core and with two. */
  readonly aims: readonly [oneCore: number, twoCores: number];
}

/** A stack of one model, whatever the sample's becomes; as `pulumi config --json` prints it. */
const CONFIG = {
  "aws:region": { value: "eu-west-1" },
  "classification-rate:models": {
    objectValue: {
      digits: { logGroup: "/aws/lambda/digits-classifier", threshold: 89, email: "a@example.com" },
    },
  },
};

/**
 * Rehearsing one big file against a bare Node loop that parses every line, on one core and on two, and
 * against jq.
 */
export async function readingRatios({ every, megabytes, runs, aims }: Reading): Promise<Ratio[]> {
  const folder = mkdtempSync(join(tmpdir(), "bench-rehearse-"));
  const path = join(folder, "log.jsonl");
  const config = join(folder, "config.json");
  const options = { cwd: REPOSITORY, env: process.env, timeout: 600_000 };
  const peaks = [0];
  const timed = async (command: string, ...args: string[]): Promise<number> => {
    const { exitCode, stderr, seconds } = await run(command, args, options);
    if (exitCode !== 0) throw new Error(stderr);
    peaks.push(Number(/peak (\d+)/.exec(stderr)?.[1] ?? 0));
    return seconds;
  };
  const ours = (cores: string): Promise<number> =>
    timed(
      ...(["taskset", "--cpu-list", cores, process.execPath, "--require"] as const),
      ...[join(__dirname, "peak.cjs"), join(REPOSITORY, "tools", "cli", "run.cjs")],
      ...["start", "--config", config, "--logs", `digits=${path}`, "--json"],
    );
  const bare = (): Promise<number> =>
    timed(process.execPath, join(__dirname, "bareLoop.cjs"), path);
  const jq = (): Promise<number> =>
    timed("jq", "-c", "select(.message | fromjson? | .prediction_valid == false)", path);
  try {
    writeBigLog({ path, size: megabytes * MEGABYTE, every });
    writeFileSync(config, JSON.stringify(CONFIG));
    // The first start after a change strips the types.
    await ours("0");
    const share = every === 1 ? "each line a prediction" : `one line in ${every}`;
    const what = `rehearsing ${megabytes} MB, ${share}, `;
    const [oneCore, twoCores] = aims;
    const ratios = [
      await compare({ what: `${what}one core`, aim: oneCore, runs }, () => ours("0"), bare),
      await compare({ what: `${what}two cores`, aim: twoCores, runs }, () => ours("0,1"), bare),
    ];
    if (spawnSync("jq", ["--version"]).status === 0) {
      const aim = 1 / 3;
      ratios.push(await compare({ what: `${what}by jq's`, aim, runs: 1 }, () => ours("0,1"), jq));
    }
    console.log(`  peak memory ${Math.max(...peaks)} MB (aim: under 200)`);
    return ratios;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const RATE: MetricAlarm = {
  name: "rate",
  comparisonOperator: "LessThanOrEqualToThreshold",
  threshold: 90,
  evaluationPeriods: 5,
  datapointsToAlarm: 3,
  treatMissingData: "notBreaching",
  metricQueries: [
    sum("valid"),
    sum("total"),
    { id: "rate", expression: "100 * (valid / total)", returnData: true },
  ],
};

function sum(id: string) {
  const metric = { namespace: "n", metricName: id, period: 3600, stat: "Sum" };
  return { id, returnData: false, metric };
}

function seriesOf(sums: Float64Array): MinuteSeries {
  return minuteSeries(Array.from(sums, (sum, minute) => ({ minute, sum })));
}

/** Seconds to evaluate alarms at every minute of a time; reading is not part of it. */
export function evaluationSeconds(alarms: number, days: number): number {
  const length = days * 1440;
  const total = Float64Array.from({ length }, (_, minute) => 20 + (minute % 13));
  const valid = total.map((all, minute) => Math.floor(all * (minute % 9000 < 600 ? 0.8 : 0.97)));
  const metrics = new Map<string, MinuteSeries>([
    [metricKey({ namespace: "n", metricName: "valid" }), seriesOf(valid)],
    [metricKey({ namespace: "n", metricName: "total" }), seriesOf(total)],
  ]);
  const begin = performance.now();
  for (let alarm = 0; alarm < alarms; alarm += 1) {
    evaluateAlarm({ ...RATE, threshold: 85 + (alarm % 10) }, metrics, { from: 1, to: length });
  }
  return (performance.now() - begin) / 1000;
}
