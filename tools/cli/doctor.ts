import { commandText } from "../../components/commandText";
import { tallyOf } from "../doctor/check";
import { doctor } from "../doctor/doctor";
import { modelNamed } from "../program/model";
import { jsonReport, textReport } from "../doctor/report";
import { type LiveOptions, type LiveStack, onLiveStack, withLiveOptions } from "./liveStack";
import { printJson } from "./options";
import { newCommand, runCommand } from "./runCommand";

interface Options extends LiveOptions {
  readonly model?: string;
  readonly json?: true;
}

/**
 * `doctor`: examines a live stack from its log lines to people's inboxes.
 * @param now the clock
 */
export function main(args: readonly string[], now = () => new Date()): Promise<number> {
  const command = withLiveOptions(
    newCommand("doctor").description(
      "Examines a live stack end to end, from its models' log lines to people's inboxes, and changes nothing.",
    ),
  )
    .option("--model <name>", "only this model and whom its alarms notify")
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      `\nExit code: 0 all was looked at and nothing has to be done, 1 a failure was found or something could not be looked at, 2 wrong usage or input.\nExample: ${commandText("doctor", "--stack prod")}`,
    );
  return runCommand(command, args, () => {
    const options = command.opts<Options>();
    return onLiveStack(options, (live) => examine(live, options, now()));
  });
}

async function examine(live: LiveStack, { model, json }: Options, now: Date): Promise<number> {
  const { run, declared, identity, session } = live;
  if (model !== undefined) modelNamed(declared, model);
  const { path, profile, allowedAccounts, region: declaredRegion } = run;
  const place = { path, allowedAccounts, declaredRegion };
  const checks = await doctor(session, declared, { now, model, identity, place, profile });
  const { stack, region } = declared;
  const examined = { stack, account: identity.accountId, region, checks };
  if (json === true) printJson(jsonReport(examined));
  else process.stdout.write(textReport(examined));
  return tallyOf(checks).failures > 0 ? 1 : 0;
}
