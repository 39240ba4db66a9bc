import { main as rehearse } from "./rehearse";

const PRESET = {
  stack: "dev",
  logs: ["digits=samples/digits.jsonl.gz"],
  mails: "first alarm",
} as const;

const NEXT = `
This was two weeks of a real classifier whose camera went bad (samples/README.md), replayed through
the alarm that Pulumi.dev.yaml declares for the model "digits". What next:
  - change its threshold in Pulumi.dev.yaml and run npm start again
  - see it as a page with charts: npm start -- --html report.html
  - rehearse your own logs: npm run rehearse -- --stack dev --logs churn=<file>
  - deploy: see README.md
`;

/** `npm start`: rehearses the dev stack over the bundled sample. */
export async function main(args: readonly string[]): Promise<number> {
  const exitCode = await rehearse(args, PRESET);
  const isForPeople = !args.some((arg) => ["--json", "--help", "-h"].includes(arg));
  if (exitCode === 0 && isForPeople) process.stdout.write(NEXT);
  return exitCode;
}
