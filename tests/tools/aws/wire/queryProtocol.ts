import { create } from "xmlbuilder2";
import type { WireFault } from "./wireServer";

/** AWS's query protocol: a form goes in, XML comes out. */

/** The parameters of a call, by their flat names (`Attributes.entry.1.key`). */
export function queryInput(body: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(body));
}

/** Properties that are maps in AWS's models; the protocol writes them otherwise than structures. */
const MAPS = new Set(["Attributes"]);

/** `{Subscriptions: [...]}` as the XML of a call's result. */
export function queryReply(action: string, reply: object): string {
  return xml(`${action}Response`, {
    [`${action}Result`]: content(reply),
    ResponseMetadata: { RequestId: "test" },
  });
}

/** The XML of an error. */
export function queryFault({ code, message, status }: WireFault): string {
  const Type = status >= 500 ? "Receiver" : "Sender";
  return xml("ErrorResponse", { Error: { Type, Code: code, Message: message }, RequestId: "test" });
}

function xml(name: string, value: object): string {
  return create({ [name]: value }).end();
}

function content(value: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, written(name, item)]),
  );
}

function written(name: string, item: unknown): unknown {
  if (Array.isArray(item)) return { member: item.map((entry) => written(name, entry)) };
  if (typeof item !== "object" || item === null) return String(item);
  if (!MAPS.has(name)) return content(item);
  return { entry: Object.entries(item).map(([key, value]) => ({ key, value: String(value) })) };
}
