import { checkRatio } from "./check";
import { previewRatio } from "./preview";
import { ratioLine } from "./ratios";

/** Prints ratios of runs made in turn; absolute times say more about the machine. */
async function main(): Promise<void> {
  const runs = Number(process.argv[2] ?? 5);
  console.log(
    `Medians of ${String(runs)} pairs of runs (lowest to highest), after one that does not count.`,
  );
  console.log(ratioLine(await checkRatio(1000, 1.5, runs)));
  console.log(ratioLine(await previewRatio(1, 0.45, runs)));
  console.log(ratioLine(await previewRatio(100, 0.6, runs)));
}

void main();
