import { commandText } from "../../components/commandText";
import { alarmOf, modelNamed } from "../program/model";
import { Option } from "commander";
import { type Clock, systemClock } from "../aws/clock";
import { fireAlarm, isWell, watchFired } from "../fire/fireAlarm";
import { firePlan, liveAlarm } from "../fire/firePlan";
import { findingsOf, findingText, fireJson, outcomeText, planText } from "../fire/report";
import type { AlarmState } from "../simulator/alarmState";
import {
  expectAllowedAccount,
  type LiveOptions,
  type LiveStack,
  onLiveStack,
  withLiveOptions,
} from "./liveStack";
import { parseCount } from "./options";
import { newCommand, runCommand } from "./runCommand";
import { confirm, INTERRUPTED, interruptible } from "./terminal";

interface Options extends LiveOptions {
  readonly model: string;
  readonly state: AlarmState;
  readonly silence?: true;
  readonly warning?: true;
  readonly yes?: true;
  /** Seconds. */
  readonly wait: number;
  readonly json?: true;
}

/** `fire`: sets an alarm's state, to see the mail arrive. */
export function main(args: readonly string[], clock: Clock = systemClock): Promise<number> {
  const command = withLiveOptions(newCommand("fire"))
    .description(
      "Sets the state of a model's alarm until its next evaluation, so that its notification is sent, and reports whether it was. Asks first.",
    )
    .requiredOption("--model <name>", "the model whose alarm to fire")
    .addOption(
      new Option("--state <state>", "the state to set")
        .choices(["ALARM", "OK", "INSUFFICIENT_DATA"])
        .default("ALARM"),
    )
    .addOption(
      new Option(
        "--silence",
        "the alarm on the model's silence instead of the one on its rate",
      ).conflicts("warning"),
    )
    .option("--warning", "the model's earlier alarm instead of the one on its rate")
    .option("--yes", "do not ask")
    .option("--wait <seconds>", "how long to wait for the notification", parseCount, 60)
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      `\nExit code: 0 all notifications were sent to somebody, 1 one failed or was not seen in time, there was none to send, or nothing was fired (also on a no), 2 wrong usage or input, 130 Ctrl-C while waiting (the state is set).\nExample: ${commandText("fire", "--stack prod --model churn")}`,
    );
  return runCommand(command, args, () => {
    const options = command.opts<Options>();
    return onLiveStack(options, (live) => fire(live, options, clock));
  });
}

async function fire(live: LiveStack, options: Options, clock: Clock): Promise<number> {
  expectAllowedAccount(live);
  const { run, declared, identity, session } = live;
  const { state: to, silence, warning } = options;
  const kind = silence ? "silence" : warning ? "warning" : "rate";
  const alarm = alarmOf(modelNamed(declared, options.model), kind);
  const question = {
    ...{ stack: run.stack, region: session.region, alarm, to },
    live: await liveAlarm(session, alarm.name, to),
  };
  const account = identity.accountId;

  const planning = firePlan(question);
  if ("finding" in planning) {
    const { finding } = planning;
    const json = fireJson(account, question, undefined, [finding.found]);
    report(options, findingText(finding), json);
    return 1;
  }
  const { plan } = planning;
  process.stderr.write(planText(plan));
  if (options.yes !== true && !(await confirm("Fire it?"))) {
    const json = fireJson(account, plan, undefined, ["the answer was no"], plan.recipients);
    report(options, "Nothing was fired.\n", json);
    return 1;
  }
  const fired = await fireAlarm(session, plan, identity.arn, clock);
  if (plan.actions.length > 0) {
    process.stderr.write("Set. Waiting for the alarm's history to show what was sent ...\n");
  }
  const outcome = await interruptible((signal) =>
    watchFired(session, fired, { wait: options.wait, clock, signal }),
  );
  const json = fireJson(account, plan, outcome, findingsOf(outcome), plan.recipients);
  report(options, outcomeText(outcome), json);
  if (outcome.interrupted) return INTERRUPTED;
  return isWell(outcome) ? 0 : 1;
}

function report({ json }: Options, text: string, result: object): void {
  process.stdout.write(json === true ? `${JSON.stringify(result, undefined, 2)}\n` : text);
}
