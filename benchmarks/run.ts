import { checkRatio } from "./check";
import { previewRatio } from "./preview";
import { ratioLine } from "./ratios";
import { evaluationSeconds, readingRatios } from "./rehearse";
import { tuneRatio } from "./tune";

/** `npm run bench -- [pairs of runs] [megabytes of log]`. */
async function main(): Promise<void> {
  const [runs, megabytes] = [Number(process.argv[2] ?? 5), Number(process.argv[3] ?? 1024)];
  console.log(
    `Time by the other's time: medians of ${runs} pairs of runs, made in turn (lowest to highest), after one that does not count.`,
  );
  console.log(ratioLine(await checkRatio(1000, 2.5, runs)));
  for (const [every, aims] of [
    [1, [2.5, 1.5]],
    [10, [1, 0.8]],
  ] as const) {
    const ratios = await readingRatios({ every, megabytes, runs, aims });
    for (const ratio of ratios) console.log(ratioLine(ratio));
  }
  console.log(ratioLine(await previewRatio(1, 0.45, runs)));
  console.log(ratioLine(await previewRatio(100, 0.6, runs)));

  console.log(ratioLine(await tuneRatio(200, Math.min(3, runs))));

  console.log("\nSeconds on this machine, reading not included:");
  const year = evaluationSeconds(1, 365);
  console.log(`  one model-year of evaluations every minute   ${year.toFixed(2)} (aim: under 1)`);
  const many = evaluationSeconds(200, 30);
  console.log(`  200 models over 30 days                      ${many.toFixed(2)} (aim: under 20)`);
}

void main();
