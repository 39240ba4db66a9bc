import { readEvent } from "./logEvents";
import { type LogFormat, type LogReader, MAX_LINE_LENGTH, type Tally } from "./logFormat";
import { LogError } from "./logSource";

/**
 * What the console's "Download search results (CSV)" gives, of a log group's events (`timestamp,message`) and of a Logs
 * Insights query (`@timestamp,@message,...`). A cell in quotes may hold line breaks, and quotes that are doubled (RFC
 * 4180).
 */
export const csv: LogFormat = {
  name: "CSV of the CloudWatch console",
  detect: ({ lines: [first = ""] }) => columnsOf(first.split(",").map(unquoted)) !== undefined,
  reader: (tally) => new CsvReader(tally),
};

/** Where a row has its event's time and message. */
type Columns = readonly [time: number, message: number];

function columnsOf(names: readonly string[]): Columns | undefined {
  const find = (wanted: RegExp) => names.findIndex((name) => wanted.test(name.trim()));
  const [time, message] = [find(/^@?timestamp$/i), find(/^@?message$/i)];
  return time < 0 || message < 0 ? undefined : [time, message];
}

function unquoted(cell: string): string {
  return /^".*"$/s.test(cell) ? cell.slice(1, -1).replaceAll('""', '"') : cell;
}

class CsvReader implements LogReader {
  #columns: Columns | undefined;
  #line = 1;

  constructor(private readonly tally: Tally) {}

  take(text: string, last: boolean): number {
    const cell = /("[^"]*(?:""[^"]*)*"|[^",\r\n]*)(,|\r?\n|$)/y;
    let [taken, at] = [0, 0];
    let row: string[] = [];
    while (at < text.length) {
      cell.lastIndex = at;
      const match = cell.exec(text);
      // What ends at the end of the text may go on.
      if (match === null || (!last && cell.lastIndex === text.length && match[2] !== "\n")) break;
      const [whole, content = "", end] = match;
      row.push(unquoted(content));
      at += whole.length;
      if (end === ",") continue;
      this.#row(row);
      this.#line += text.slice(taken, at).split("\n").length - 1;
      [taken, row] = [at, []];
    }
    if (taken < text.length && (last || text.length - taken > MAX_LINE_LENGTH)) {
      const what = `the row that begins in line ${this.#line} is not CSV, or cut off; fetch it again`;
      throw new LogError("damaged", this.tally.file, what);
    }
    return taken;
  }

  #row(row: readonly string[]): void {
    if (row.length === 1 && row[0]?.trim() === "") return;
    if (this.#columns === undefined) {
      this.#columns = columnsOf(row);
      return;
    }
    const [timestamp, message] = this.#columns.map((column) => row[column]);
    const event = readEvent({ timestamp, message });
    if (typeof event === "string") this.tally.notDated(this.#line, row.join(","), event);
    else this.tally.event(event.timestamp, event.message);
  }
}
