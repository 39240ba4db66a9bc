import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text as readAll } from "node:stream/consumers";
import { queryFault, queryInput, queryReply } from "./queryProtocol";

/** A call as it came in: the service's name in IAM actions, and what the API calls it. */
export interface WireCall {
  /** `logs:DescribeMetricFilters` */
  readonly action: string;
  readonly input: WireInput;
}

export type WireInput = Readonly<Record<string, unknown>>;

/** Answers a call: what it returns is the reply; a {@link WireFault} that it throws is the service's error. */
export type WireHandler = (input: WireInput) => object | Promise<object>;

/** By action, such as `sns:GetTopicAttributes`. */
export type WireHandlers = Readonly<Record<string, WireHandler>>;

/** An error as a service reports it. */
export class WireFault extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

/** What an unreliable network does. */
export type Mishap = "hang" | "reset";

/** What a handler throws to have no answer given. */
export class WireMishap extends Error {
  constructor(readonly mishap: Mishap) {
    super(mishap);
  }
}

/** By the prefix of X-Amz-Target. */
const JSON_SERVICES: Readonly<Record<string, string>> = {
  GraniteServiceVersion20100801: "cloudwatch",
  Logs_20140328: "logs",
  TrentService: "kms",
  CloudTrail_20131101: "cloudtrail",
};

/** By the version that calls of the query protocol carry. */
const QUERY_SERVICES: Readonly<Record<string, string>> = {
  "2010-03-31": "sns",
  "2011-06-15": "sts",
};

/**
 * A server on this machine that speaks AWS's wire protocols (JSON for CloudWatch, CloudWatch Logs, KMS and CloudTrail,
 * query and XML for SNS and STS), so that real SDK clients call it: their serialisation, paging and retries are tested,
 * not stood in for. What it does not handle is forwarded, or refused.
 */
export class WireServer {
  /** Everything that was called, in order. */
  readonly calls: WireCall[] = [];
  readonly #server: Server;

  private constructor(
    private readonly handlers: WireHandlers,
    private readonly forwardTo: string | undefined,
  ) {
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  /** @param forwardTo where calls without a handler go */
  static async start(handlers: WireHandlers, forwardTo?: string): Promise<WireServer> {
    const server = new WireServer(handlers, forwardTo);
    await new Promise<void>((ready) => server.#server.listen(0, "127.0.0.1", ready));
    return server;
  }

  get endpoint(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** How often an action was called. */
  count(action: string): number {
    return this.calls.filter((call) => call.action === action).length;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readAll(request);
    const { isJson, action, input } = callOf(request, body);
    this.calls.push({ action, input });
    const handler = this.handlers[action];
    if (handler === undefined && this.forwardTo !== undefined) {
      await forward(this.forwardTo, request, body, response);
      return;
    }
    const name = action.slice(action.indexOf(":") + 1);
    try {
      if (handler === undefined) throw new WireFault("UnknownOperationException", action, 404);
      const reply = await handler(input);
      send(response, 200, isJson ? JSON.stringify(reply) : queryReply(name, reply));
    } catch (error) {
      if (error instanceof WireMishap) {
        if (error.mishap === "reset") response.destroy();
        return;
      }
      const fault = error instanceof WireFault ? error : new WireFault("Bug", String(error), 418);
      const { code: __type, message, status } = fault;
      send(response, status, isJson ? JSON.stringify({ __type, message }) : queryFault(fault));
    }
  }
}

function callOf(request: IncomingMessage, body: string): WireCall & { readonly isJson: boolean } {
  const target = request.headers["x-amz-target"];
  if (typeof target === "string") {
    const [prefix = "", name = ""] = target.split(".");
    const action = `${JSON_SERVICES[prefix] ?? prefix}:${name}`;
    return { isJson: true, action, input: JSON.parse(body || "{}") as WireInput };
  }
  const { Action = "", Version = "", ...input } = queryInput(body);
  return { isJson: false, action: `${QUERY_SERVICES[Version] ?? Version}:${Action}`, input };
}

async function forward(
  endpoint: string,
  request: IncomingMessage,
  body: string,
  response: ServerResponse,
): Promise<void> {
  const kept = ["authorization", "content-type", "x-amz-target", "x-amz-date"].flatMap((name) => {
    const value = request.headers[name];
    return typeof value === "string" ? [[name, value] as const] : [];
  });
  const answer = await fetch(`${endpoint}${request.url ?? "/"}`, {
    method: request.method ?? "POST",
    headers: Object.fromEntries(kept),
    body,
  });
  send(response, answer.status, await answer.text());
}

function send(response: ServerResponse, status: number, body: string): void {
  const type = body.startsWith("<") ? "text/xml" : "application/x-amz-json-1.1";
  response.writeHead(status, { "content-type": type, "x-amzn-requestid": "test" }).end(body);
}
