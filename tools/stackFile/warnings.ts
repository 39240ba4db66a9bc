import { join, resolve, sep } from "node:path";
import { grouped } from "../../components/lists";
import { type Diagnostic, nearest } from "../../components/settings/diagnostic";
import { dashboardName, modelAlarms, NAMESPACE } from "../../components/settings/names";
import type { ModelSettings } from "../../components/settings/settings";
import { count } from "../text";
import type { StackFile } from "./stackFile";

/**
 * The longest text that Linux takes as one environment variable, which is how Pulumi hands a stack's config to its
 * program: 128 KiB, less the variable's name and the zero at its end.
 */
const CONFIG_LIMIT = 128 * 1024 - "PULUMI_CONFIG=".length - 1;
/** From here on a stack is near a limit. */
const NEAR = 0.8;
/** Alarms in an account and region, unless AWS has granted more. */
const ALARM_QUOTA = 5000;

/** What `aws:region` may be; a newer one is only warned of. */
const REGIONS =
  "af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1 cn-north-1 cn-northwest-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 eusc-de-east-1 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-gov-east-1 us-gov-west-1 us-west-1 us-west-2".split(
    " ",
  );

/** Domains that nobody reads mail at (RFC 2606). */
const EXAMPLE_DOMAIN = /[@.](?:example\.(?:com|net|org)|example|test|invalid)$/;
const SAMPLES = join(__dirname, "../../samples") + sep;

/** What is legal in a stack file by itself, and probably a mistake or soon one. */
export function warningsOn(file: string, stack: StackFile): Diagnostic[] {
  return [size(stack), region(stack), addresses(file, stack), ...sharedEvents(stack)].flatMap(
    (found) => found ?? [],
  );
}

function size(stack: StackFile): Diagnostic | undefined {
  const share = configBytes(stack.config) / CONFIG_LIMIT;
  if (share < NEAR) return undefined;
  const expected =
    "config of at most 128 KiB, which is what Pulumi can hand to a program; models can stand in files of their own, which modelsFrom names";
  const found = `${Math.round(share * 100)} % of that`;
  return {
    ...warning(expected, found, stack.at(`${NAMESPACE}:models`)),
    severity: share > 1 ? "error" : "warning",
  };
}

/** The length of the config as Pulumi writes it: JSON in JSON, in Go's form. */
function configBytes(config: Readonly<Record<string, string>>): number {
  const escaped = (json: string): string =>
    json.replace(/[<>&\u2028\u2029]/g, (character) => {
      return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
    });
  const values = Object.entries(config).map(([key, value]) => [
    key,
    /^[[{]/.test(value) ? escaped(value) : value,
  ]);
  return Buffer.byteLength(escaped(JSON.stringify(Object.fromEntries(values))));
}

function region({ region: name, at }: StackFile): Diagnostic | undefined {
  if (name === undefined || REGIONS.includes(name)) return undefined;
  const letters = nearest(name, REGIONS.map(withoutHyphens));
  const meant = REGIONS.find((known) => withoutHyphens(known) === letters);
  const found = `"${name}"${meant === undefined ? "" : ` (did you mean ${meant}?)`}`;
  return warning("a region of AWS", found, at("aws:region"));
}

function withoutHyphens(text: string): string {
  return text.replaceAll("-", "");
}

function addresses(file: string, { settings, at }: StackFile): Diagnostic | undefined {
  if (resolve(file).startsWith(SAMPLES)) return undefined;
  const isExample = (address: string): boolean => EXAMPLE_DOMAIN.test(address);
  const models = settings?.models ?? [];
  const told = models.flatMap(({ name, emails, warning }) => [
    { emails, place: [name, "email"] },
    { emails: warning?.emails ?? [], place: [name, "warning", "email"] },
  ]);
  const first = told.find(({ emails }) => emails.some(isExample));
  if (first === undefined) return undefined;
  const all = [...new Set(told.flatMap(({ emails }) => emails.filter(isExample)))].sort();
  const found = `${all.slice(0, 3).join(", ")}${all.length > 3 ? ", ..." : ""}`;
  return warning("addresses that somebody reads", found, at(`${NAMESPACE}:models`, ...first.place));
}

/** Models that count each other's predictions, as nothing tells their log events apart. */
function sharedEvents({ settings, at }: StackFile): Diagnostic[] {
  const models = settings?.models ?? [];
  const groups = grouped(models, ({ logGroup }) => logGroup);
  return models.flatMap((model): Diagnostic[] => {
    const { logGroup, name } = model;
    const others: readonly ModelSettings[] = groups.get(logGroup) ?? [];
    const same = others.slice(0, others.indexOf(model)).find((one) => countSameEvents(model, one));
    if (same === undefined) return [];
    const expected = `a \`where\` that tells the models ${same.name} and ${name} apart`;
    const found = `that both count the same events of log group ${logGroup}`;
    return [warning(expected, found, at(`${NAMESPACE}:models`, name, "logGroup"))];
  });
}

function countSameEvents(one: ModelSettings, other: ModelSettings): boolean {
  if (JSON.stringify(one.field) !== JSON.stringify(other.field)) return false;
  return !one.where.some(({ path, value }) =>
    other.where.some(
      (condition) =>
        JSON.stringify(condition.path) === JSON.stringify(path) &&
        valueText(condition.value) !== valueText(value),
    ),
  );
}

/** Filters take a number for its text and the other way round, but a boolean for no text. */
function valueText(value: string | number | boolean): string | boolean {
  return typeof value === "boolean" ? value : String(value);
}

/** A stack with its file. */
interface Checked extends StackFile {
  readonly file: string;
}

/** What only shows when all stacks of a project are seen together. @returns the warnings of each stack */
export function warningsAcross(stacks: readonly Checked[]): Diagnostic[][] {
  const alarms = new Map<string, number>();
  return stacks.map((stack, index): Diagnostic[] => {
    const { settings, region: name = "" } = stack;
    if (settings === undefined) return [];
    const earlier = stacks.slice(0, index).filter((other) => mayShareAccount(stack, other));
    const collisions = earlier.flatMap((other) => collision(stack, other) ?? []);
    const before = alarms.get(name) ?? 0;
    const sum = before + alarmNames(stack).length;
    alarms.set(name, sum);
    const limit = ALARM_QUOTA * NEAR;
    if (sum < limit || before >= limit) return collisions;
    const expected = `fewer than ${count(ALARM_QUOTA, "alarm")} in an account and region, which is AWS's quota (it can be raised)`;
    const found = `${count(sum, "alarm")} in the project's stacks`;
    return [...collisions, warning(expected, found, stack.at(`${NAMESPACE}:models`))];
  });
}

function mayShareAccount(one: StackFile, other: StackFile): boolean {
  if (one.region !== undefined && other.region !== undefined && one.region !== other.region) {
    return false;
  }
  const [accounts, others] = [one.allowedAccounts, other.allowedAccounts];
  return accounts.length === 0 || others.length === 0 || accounts.some((id) => others.includes(id));
}

/** In one account, the stack that is deployed last overwrites what has the same name, and whoever removes it removes both. */
function collision(stack: StackFile, other: Checked): Diagnostic | undefined {
  const taken = new Set(alarmNames(other).map(({ name }) => name.toLowerCase()));
  const alarm = alarmNames(stack).find(({ name }) => taken.has(name.toLowerCase()));
  const dashboard = dashboardOf(stack);
  const [what, name, place] =
    alarm !== undefined
      ? ["alarm", alarm.name, stack.at(`${NAMESPACE}:models`, alarm.model)]
      : ["dashboard", dashboard, stack.at(`${NAMESPACE}:dashboard`)];
  if (alarm === undefined && (dashboard === undefined || dashboard !== dashboardOf(other))) {
    return undefined;
  }
  const expected = "names that no other stack of the project has";
  return warning(expected, `the ${what} ${name ?? ""} in ${other.file}, too`, place);
}

function alarmNames({ settings }: StackFile): { name: string; model: string }[] {
  if (settings === undefined) return [];
  return settings.models.flatMap((model) =>
    modelAlarms(settings, model).map(({ name }) => ({ name, model: model.name })),
  );
}

function dashboardOf({ settings }: StackFile): string | undefined {
  return settings?.dashboard === true ? dashboardName(settings, 0) : undefined;
}

function warning(expected: string, found: string, place: Partial<Diagnostic>): Diagnostic {
  const message = `expected ${expected}, found ${found}`;
  return { severity: "warning", ...place, message, expected, found };
}
