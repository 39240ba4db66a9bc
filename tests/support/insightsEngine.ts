/** A log event. */
export interface InsightsEvent {
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly message: string;
}

type Fields = ReadonlyMap<string, string | number>;
type Row = Readonly<Record<string, string>>;

const MINUTE = 60_000;

/**
 * CloudWatch Logs Insights, as far as its guide and its users tell and `history` needs it: `filter`, and one `stats` of
 * sums and counts by minute. It reads the query's text, so that a wrong query shows.
 */
export function insightsRows(query: string, events: readonly InsightsEvent[]): Row[] {
  const commands = query.split("\n| ");
  const filters = commands.flatMap((command) => /^filter (.*)$/s.exec(command)?.[1] ?? []);
  const [, stats = ""] = /^stats (.*)$/m.exec(commands.join("\n")) ?? [];
  const [, sumField = "", sumName = "", countName = "", binName = ""] =
    /^sum\((.+)\) as (\w+), count\(\*\) as (\w+) by bin\(1m\) as (\w+)$/.exec(stats) ?? [];
  const limit = Number(/^limit (\d+)$/.exec(commands.at(-1) ?? "")?.[1]);
  if (binName === "" || !commands.includes(`sort ${binName} asc`) || !(limit > 0)) {
    throw new Error(`MalformedQueryException: ${query}`);
  }
  const tests = filters.map(testOf);
  const isCondition = sumField.includes(" ");
  const bins = new Map<number, { sum: number; count: number }>();
  for (const { timestamp, message } of events) {
    const fields = discovered(message);
    if (!tests.every((test) => test(message, fields))) continue;
    const minute = Math.floor(timestamp / MINUTE);
    const bin = bins.get(minute) ?? { sum: 0, count: 0 };
    bin.sum += Number(
      fields.get(plainName(sumField)) ?? (isCondition && testOf(sumField)(message, fields)),
    );
    bin.count += 1;
    bins.set(minute, bin);
  }
  const sorted = [...bins].sort(([a], [b]) => a - b).slice(0, limit);
  return sorted.map(([minute, { sum, count }]) => ({
    [binName]: new Date(minute * MINUTE).toISOString().replace("T", " ").replace("Z", ""),
    [sumName]: String(sum),
    [countName]: String(count),
  }));
}

type Test = (message: string, fields: Fields) => boolean;

function testOf(text: string): Test {
  const [, source] = /^@message like \/(.*)\/$/s.exec(text) ?? [];
  if (source !== undefined) {
    const form = new RegExp(source);
    return (message) => form.test(message);
  }
  const terms = text.split(/ or (?=[^"]*(?:"[^"]*"[^"]*)*$)/).map(comparisonOf);
  return (_, fields) => terms.some((term) => term(fields));
}

function comparisonOf(text: string): (fields: Fields) => boolean {
  const [, present] = /^ispresent\((`[^`]+`|[\w@.]+)\)$/.exec(text) ?? [];
  if (present !== undefined) return (fields) => fields.has(plainName(present));
  const [, field = "", operator = "", value = ""] =
    /^(`[^`]+`|[\w@.]+) (=|<=?|>=?) (.+)$/s.exec(text) ?? [];
  if (field === "") throw new Error(`MalformedQueryException: ${text}`);
  const name = plainName(field);
  // Text that spells a number is one to Insights.
  const numbers: Readonly<Record<string, (one: number, other: number) => boolean>> = {
    "=": (one, other) => one === other,
    "<": (one, other) => one < other,
    "<=": (one, other) => one <= other,
    ">": (one, other) => one > other,
    ">=": (one, other) => one >= other,
  };
  if (!value.startsWith('"')) {
    return (fields) => numbers[operator]?.(Number(fields.get(name)), Number(value)) ?? false;
  }
  const wanted = value.slice(1, -1).replaceAll('\\"', '"');
  return (fields) => fields.has(name) && String(fields.get(name)) === wanted;
}

function plainName(field: string): string {
  return field.replaceAll("`", "");
}

/** The fields of the first JSON object in a message, also behind a prefix; booleans are 1 and 0. */
function discovered(message: string): Fields {
  const fields = new Map<string, string | number>();
  const ends = [...message.matchAll(/\}/g)].map(({ index }) => index + 1);
  for (let at = message.indexOf("{"); at >= 0; at = message.indexOf("{", at + 1)) {
    const json = ends
      .map((end) => parsed(message.slice(at, end)))
      .find((value) => value !== undefined);
    if (json === undefined) continue;
    flatten(json, "", fields);
    break;
  }
  return fields;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function flatten(value: unknown, name: string, into: Map<string, string | number>): void {
  if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      flatten(inner, name === "" ? key : `${name}.${key}`, into);
    }
  } else if (typeof value === "boolean") into.set(name, Number(value));
  else if (typeof value === "string" || typeof value === "number") into.set(name, value);
}
