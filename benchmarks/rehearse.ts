import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../tests/engine/process";
import { REPOSITORY } from "../tests/engine/workspace";
import { evaluateAlarm } from "../tools/simulator/alarmEvaluation";
import { type MetricAlarm, metricKey } from "../tools/simulator/metricAlarm";
import type { MinuteSeries } from "../tools/simulator/windowStatistics";
import { writeBigLog } from "./bigLog";
import { compare, type Ratio } from "./ratios";

const MEGABYTE = 1024 * 1024;

/**
 * Rehearsing one big file against a bare Node loop that parses every line, and against jq.
 * @param every one line in so many is a prediction
 * @param megabytes the file's size
 */
export async function readingRatios(
  every: number,
  aim: number,
  megabytes: number,
  runs: number,
): Promise<{ ratios: Ratio[]; peak: number }> {
  const folder = mkdtempSync(join(tmpdir(), "bench-rehearse-"));
  const path = join(folder, "log.jsonl");
  const options = { cwd: REPOSITORY, env: process.env, timeout: 600_000 };
  let peak = 0;
  const timed = async (command: string, ...args: string[]): Promise<number> => {
    const { exitCode, stderr, seconds } = await run(command, args, options);
    if (exitCode !== 0) throw new Error(stderr);
    peak = Math.max(peak, Number(/peak (\d+)/.exec(stderr)?.[1] ?? 0));
    return seconds;
  };
  const rehearse = (log: string): Promise<number> =>
    timed(
      process.execPath,
      ...["--require", join(__dirname, "peak.cjs"), join(REPOSITORY, "tools", "cli", "run.cjs")],
      ...["rehearse", "--stack", "dev", "--logs", `digits=${log}`, "--json"],
    );
  const ours = (): Promise<number> => rehearse(path);
  const small = join(folder, "small.jsonl");
  /** Lines a second are what a longer log would show: the program's start is timed and left out. */
  const reading = async (): Promise<number> => (await rehearse(path)) - (await rehearse(small));
  const bare = (): Promise<number> =>
    timed(process.execPath, join(__dirname, "bareLoop.cjs"), path);
  const jq = (): Promise<number> =>
    timed("jq", "-c", "select(.message | fromjson? | .prediction_valid == false)", path);
  try {
    writeBigLog({ path, size: megabytes * MEGABYTE, every });
    writeBigLog({ path: small, size: 1, every });
    const share = every === 1 ? "each line a prediction" : `one line in ${every}`;
    // A command keeps what makes its next start quick, which takes memory only once.
    await ours();
    peak = 0;
    const what = `rehearsing ${megabytes} MB, ${share}`;
    const ratios = [
      await compare({ what: `${what}, by a bare loop's`, aim, runs }, ours, bare),
      await compare({ what: "  the same without the program's start", aim, runs }, reading, bare),
    ];
    if (spawnSync("jq", ["--version"]).status === 0) {
      ratios.push(
        await compare({ what: `${what}, by jq's`, aim: 0.33, runs: 1 }, ours, jq),
        await compare(
          { what: "  the same without the program's start", aim: 0.33, runs: 1 },
          reading,
          jq,
        ),
      );
    }
    return { ratios, peak };
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

/** Seconds to evaluate alarms at every minute of a time; reading is not part of it. */
export function evaluationSeconds(alarms: number, days: number): number {
  const length = days * 1440;
  const total = Float64Array.from({ length }, (_, minute) => 20 + (minute % 13));
  const valid = total.map((all, minute) => Math.floor(all * (minute % 9000 < 600 ? 0.8 : 0.97)));
  const metrics = new Map<string, MinuteSeries>([
    [metricKey({ namespace: "n", metricName: "valid" }), { start: 0, sums: valid }],
    [metricKey({ namespace: "n", metricName: "total" }), { start: 0, sums: total }],
  ]);
  const begin = performance.now();
  for (let alarm = 0; alarm < alarms; alarm += 1) {
    evaluateAlarm({ ...RATE, threshold: 85 + (alarm % 10) }, metrics, { from: 1, to: length });
  }
  return (performance.now() - begin) / 1000;
}
