import { join, relative } from "node:path";
import { main as rehearse } from "./rehearse";

const SAMPLES = join(__dirname, "../../samples");
const NEXT = `
This was two weeks of a real classifier whose camera went bad (samples/README.md), replayed through
the alarms that samples/Pulumi.dev.yaml declares: "digits" counts the flag that the model logs,
"digits-score" the probability beside it, and both come to the same. What next:
  - change a threshold in samples/Pulumi.dev.yaml and run npm start again
  - see it as a page with charts: npm start -- --html report.html
  - put your own models into Pulumi.dev.yaml, and rehearse their logs:
    npm run rehearse -- --stack dev --logs churn=<file>
  - deploy: see README.md
`;

/** `npm start`: rehearses the stack of samples/ over the bundled sample. */
export async function main(args: readonly string[]): Promise<number> {
  const log = relative(process.cwd(), join(SAMPLES, "digits.jsonl.gz"));
  const exitCode = await rehearse(args, {
    ...{ stack: "dev", folder: SAMPLES, mails: "first alarm" },
    logs: [`digits=${log}`],
  });
  const isForPeople = !args.some((arg) => ["--json", "--help", "-h"].includes(arg));
  if (exitCode === 0 && isForPeople) process.stdout.write(NEXT);
  return exitCode;
}
