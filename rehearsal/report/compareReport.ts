import type { Comparison } from "../compare";
import { isoMinute } from "./jsonReport";
import { count, minutesText, minuteText } from "./words";

/** A comparison of two stacks for a person at a terminal. Times are in UTC. */
export function compareText({ stacks, alarms, only }: Comparison): string {
  const [one, other] = stacks;
  const sections = alarms.map(({ name, differences, mails }) => {
    const title = `Alarm ${name}: ${count(mails[0], "mail")} in ${one}, ${count(mails[1], "mail")} in ${other}`;
    if (differences.length === 0) return `${title}\n  the same states all the time`;
    const lines = differences.map(({ from, to, states }) => {
      const length = minutesText(to - from);
      return `  ${minuteText(from)} to ${minuteText(to)} (${length}): ${states[0]} in ${one}, ${states[1]} in ${other}`;
    });
    const total = differences.reduce((sum, { from, to }) => sum + to - from, 0);
    return [title, ...lines, `  different for ${minutesText(total)}`].join("\n");
  });
  const missing = stacks.flatMap((stack, side) => {
    const names = only[side] ?? [];
    return names.length === 0 ? [] : [`Only rehearsed in ${stack}: ${names.join(", ")}`];
  });
  return `${[`Compared: ${one} and ${other}`, ...sections, ...missing].join("\n\n")}\n`;
}

/** The same for machines; times are ISO-8601 in UTC. */
export function compareJson({ stacks, alarms, only }: Comparison): unknown {
  const [one, other] = stacks;
  return {
    stacks,
    alarms: alarms.map(({ name, differences, mails }) => ({
      name,
      mails: { [one]: mails[0], [other]: mails[1] },
      differences: differences.map(({ from, to, states }) => ({
        from: isoMinute(from),
        to: isoMinute(to),
        states: { [one]: states[0], [other]: states[1] },
      })),
    })),
    only: { [one]: only[0], [other]: only[1] },
  };
}
