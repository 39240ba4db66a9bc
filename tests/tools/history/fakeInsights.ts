import { type InsightsEvent, insightsRows } from "../../support/insightsEngine";
import {
  WireFault,
  type WireHandler,
  type WireHandlers,
  type WireInput,
} from "../aws/wire/wireServer";

/** A query as it was started. */
export interface StartedQuery {
  readonly id: string;
  readonly input: WireInput;
  readonly start: number;
  readonly end: number;
  /** How often it was looked at. */
  looks: number;
  stopped: boolean;
}

/** A query's state; a Complete one has its result. */
export type FakeStatus = "Scheduled" | "Running" | "Complete" | "Failed" | "Cancelled" | "Timeout";

const PAGE = 100;

/** CloudWatch Logs as `history` sees it: log groups, and Insights' queries over the events of one. */
export class FakeInsights {
  readonly queries: StartedQuery[] = [];
  /** What a query is at a look, counted from 1. */
  statusOf = (_query: StartedQuery, look: number): FakeStatus =>
    look === 1 ? "Scheduled" : look === 2 ? "Running" : "Complete";
  /** May throw a fault before a query is started. */
  beforeStart = (): void => undefined;
  logGroup: Record<string, unknown> = { retentionInDays: 90, storedBytes: 5_000_000 };
  /** Of the metric IncomingBytes. */
  incomingBytes: readonly number[] = [1e9];
  /** Bytes that each query scans. */
  bytesScanned = 1_000_000;

  readonly #results = new Map<StartedQuery, Readonly<Record<string, string>>[]>();
  /** Whether a query has as many rows as a result may have. */
  isFull: (query: StartedQuery) => boolean = () => false;

  constructor(
    readonly logGroupName: string,
    readonly events: readonly InsightsEvent[],
  ) {}

  /** Queries that were neither stopped nor have ended. */
  get running(): number {
    return this.queries.filter((query) => {
      if (query.stopped) return false;
      return query.looks === 0 || isRunning(this.statusOf(query, query.looks));
    }).length;
  }

  handlers(others: WireHandlers = {}): WireHandlers {
    return {
      "sts:GetCallerIdentity": () => ({ Account: "123456789012", Arn: "arn:aws:iam::1:user/a" }),
      "logs:DescribeLogGroups": () => ({
        logGroups: [{ logGroupName: this.logGroupName, ...this.logGroup }],
      }),
      "cloudwatch:GetMetricData": () => ({
        MetricDataResults: [
          { Id: "bytes", Timestamps: this.incomingBytes.map(() => 0), Values: this.incomingBytes },
        ],
      }),
      "logs:StartQuery": this.#start,
      "logs:GetQueryResults": this.#look,
      "logs:StopQuery": this.#stop,
      ...others,
    };
  }

  readonly #start: WireHandler = (input) => {
    this.beforeStart();
    const id = `query-${this.queries.length}`;
    const { startTime, endTime } = input;
    const [start, end] = [Number(startTime), Number(endTime)];
    this.queries.push({ id, input, start, end, looks: 0, stopped: false });
    return { queryId: id };
  };

  readonly #look: WireHandler = ({ queryId, nextToken = "0" }) => {
    const query = this.#query(queryId);
    if (nextToken === "0") query.looks += 1;
    const status = this.statusOf(query, query.looks);
    const statistics = { bytesScanned: this.bytesScanned };
    if (status !== "Complete") return { status, statistics, results: [] };
    const rows = this.#rows(query);
    const from = Number(nextToken);
    const behind = from + PAGE;
    return {
      status,
      statistics,
      results: rows
        .slice(from, behind)
        .map((row) => Object.entries(row).map(([field, value]) => ({ field, value }))),
      ...(behind < rows.length && { nextToken: String(behind) }),
    };
  };

  readonly #stop: WireHandler = ({ queryId }) => {
    this.#query(queryId).stopped = true;
    return { success: true };
  };

  #rows(query: StartedQuery): Readonly<Record<string, string>>[] {
    const { start, end, input } = query;
    const known = this.#results.get(query);
    if (known !== undefined) return known;
    const events = this.events.filter(
      ({ timestamp }) => timestamp >= start * 1000 && timestamp <= end * 1000,
    );
    const rows = insightsRows(String(input["queryString"]), events);
    const limit = Number(input["limit"]);
    const result = this.isFull(query)
      ? Array.from({ length: limit }, () => ({}))
      : rows.slice(0, limit);
    this.#results.set(query, result);
    return result;
  }

  #query(id: unknown): StartedQuery {
    const query = this.queries.find((one) => one.id === id);
    if (query === undefined) throw new WireFault("ResourceNotFoundException", String(id));
    return query;
  }
}

function isRunning(status: FakeStatus): boolean {
  return status === "Scheduled" || status === "Running";
}
