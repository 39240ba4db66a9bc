import { stringify } from "yaml";
import { grouped } from "../../components/lists";
import { durationText } from "../../components/settings/duration";
import { count, printable, shellWord, wrapped } from "../text";
import type { Adoption } from "./adopt";
import type { LeftAlone } from "./recognise";

/** The lines of a stack file; undefined where there is no model. */
function stackFile({ region, models }: Adoption): string | undefined {
  if (models.length === 0) return undefined;
  const byName = Object.fromEntries(models.map(({ name, settings }) => [name, settings]));
  const config = {
    ...(region !== undefined && { "aws:region": region }),
    "classification-rate:models": byName,
  };
  return stringify({ config }, { lineWidth: 0 });
}

/** What to run once the models are deployed: the alarms first, as nothing reads the filters then. */
function deletions({ region, own, models, unused, unusedRules }: Adoption): string[] {
  // A stack's own are what its file is about again.
  if (own !== undefined) return [];
  const where = region === undefined ? "" : ` --region ${region}`;
  return [
    ...models.map(
      ({ alarms }) =>
        `aws cloudwatch delete-alarms${where} --alarm-names ${alarms.map(shellWord).join(" ")}`,
    ),
    ...unused.map(
      ({ name, logGroupName }) =>
        `aws logs delete-metric-filter${where} --log-group-name ${shellWord(logGroupName)} --filter-name ${shellWord(name)}`,
    ),
    ...unusedRules.map(
      ({ name }) =>
        `aws cloudwatch delete-alarm-mute-rule${where} --alarm-mute-rule-name ${shellWord(name)}`,
    ),
  ];
}

function notLookedAt({ isMuteKnown }: Adoption): string[] {
  const always = "dashboards and what else shows the old metrics";
  return isMuteKnown ? [always] : ["mute rules", always];
}

/** What was found, for machines: what `--json` prints. */
export function jsonReport(adoption: Adoption, lookedAt: string) {
  const { models, leftAlone, inTheWay, alarms, filters } = adoption;
  return {
    ...{ lookedAt, alarms, filters },
    models: models.map(({ name, settings, alarms: replaces, notes }) => ({
      ...{ name, settings, replaces, notes },
    })),
    ...{ leftAlone, inTheWay, deleteAfterwards: deletions(adoption) },
    notLookedAt: notLookedAt(adoption),
    stackFile: stackFile(adoption),
  };
}

/** The same as a stack file, in which all but the models is comments. @param lookedAt where, in words */
export function textReport(adoption: Adoption, lookedAt: string): string {
  const { models, leftAlone, inTheWay, alarms, filters } = adoption;
  const notes = models.flatMap(({ name, notes: own }) => own.map((note) => `${name}: ${note}`));
  const findings = leftAlone.filter(({ isFinding }) => isFinding);
  const others = leftAlone.filter(({ isFinding }) => !isFinding);
  const before = comments([
    ...wrapped(
      `Looked at ${count(alarms, "alarm")} and ${count(filters, "metric filter")} in ${lookedAt}: ${count(models.length, "classification rate")} to adopt.`,
      WIDTH,
    ),
    ...section("Not adopted, and perhaps a classification rate:", byReason(findings)),
    ...section("Not as it was, or not known:", notes),
    ...section("Left alone:", byReason(others)),
  ]);
  const found = stackFile(adoption);
  if (found === undefined) return before;
  const window = durationText(Math.max(...models.map((model) => model.window)));
  const isOwn = adoption.own !== undefined;
  const next = isOwn
    ? `Next: put these lines into the file of the stack ${adoption.own} and run check, then pulumi preview: what it would change is what alarms do not tell (createLogGroup, runbook, tags, writerRole, and the stack's own settings).`
    : `Next: put these lines into a stack file, run check, then pulumi up. New filters count from then on; leave the old alarms until the new ones have seen as much, ${window} later. Then delete:`;
  const after = comments([
    ...wrapped(next, WIDTH),
    ...deletions(adoption).map((command) => `  ${command}`),
    ...section("But:", isOwn ? [] : inTheWay),
    `Not looked at: ${notLookedAt(adoption).join(", ")}.`,
  ]);
  return [before, found, after].join("\n");
}

const WIDTH = 98;

function section(title: string, lines: readonly string[]): string[] {
  const items = lines.flatMap((line) =>
    wrapped(line, WIDTH - 2).map((text, index) => `${index === 0 ? "-" : " "} ${text}`),
  );
  return items.length === 0 ? [] : [title, ...items];
}

/** What has the same reason together: accounts have hundreds of other alarms. */
export function byReason(all: readonly LeftAlone[]): string[] {
  return Array.from(
    grouped(all, ({ why }) => why),
    ([why, some]) => `${some.map(({ what }) => what).join(", ")}: ${why}`,
  );
}

/** Whatever names in an account hold, it stays in the comment. */
function comments(lines: readonly string[]): string {
  return lines.map((line) => `# ${printable(line).replaceAll("\n", "\\n")}\n`).join("");
}
