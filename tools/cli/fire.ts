import { commandText } from "../../components/commandText";
import { alarmOf, modelNamed } from "../program/model";
import { Option } from "commander";
import { type Clock, systemClock } from "../aws/clock";
import { fireAlarm, isWell, watchFired } from "../fire/fireAlarm";
import { firePlan, lookUpAlarm } from "../fire/firePlan";
import { findingsOf, findingText, fireJson, outcomeText, planText } from "../fire/report";
import { ALARM_STATES, type AlarmState } from "../simulator/alarmState";
import {
  expectAllowedAccount,
  type LiveOptions,
  type LiveStack,
  onLiveStack,
  withLiveOptions,
} from "./liveStack";
import { parseCount, printJson } from "./options";
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
      new Option("--state <state>", "the state to set").choices(ALARM_STATES).default("ALARM"),
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
    ...{ stack: run.stack, account: identity.accountId, region: session.region, alarm, to },
    live: await lookUpAlarm(session, alarm.name, to),
  };
  const { plan, finding } = firePlan(question);
  if (plan === undefined) {
    report(options, findingText(finding), fireJson(question, [finding.found]));
    return 1;
  }
  process.stderr.write(planText(plan));
  if (options.yes !== true && !(await confirm("Fire it?"))) {
    report(options, "Nothing was fired.\n", fireJson(plan, ["the answer was no"]));
    return 1;
  }
  const fired = await fireAlarm(session, plan, identity.arn, clock);
  if (plan.actions.length > 0) {
    process.stderr.write("Set. Waiting for the alarm's history to show what was sent ...\n");
  }
  const outcome = await interruptible((signal) =>
    watchFired(fired, { wait: options.wait, clock, signal }),
  );
  report(options, outcomeText(outcome), fireJson(plan, findingsOf(outcome), outcome));
  if (outcome.interrupted) return INTERRUPTED;
  return isWell(outcome) ? 0 : 1;
}

function report({ json }: Options, text: string, result: object): void {
  if (json === true) printJson(result);
  else process.stdout.write(text);
}
