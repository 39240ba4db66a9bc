import assert from "node:assert/strict";
import type { Clock } from "../../../tools/aws/clock";
import { main } from "../../../tools/cli/history";
import { captured, inFolder, type Run } from "../../support/folders";
import type { InsightsEvent } from "../../support/insightsEngine";
import { TEST_CREDENTIALS } from "../aws/wire/session";
import { WireFault, type WireHandlers, WireServer } from "../aws/wire/wireServer";
import { FakeInsights } from "../history/fakeInsights";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = new Date("2026-03-10T12:00:30Z");
const START = NOW.getTime() - 72 * HOUR;

const stack = (account = ""): string => `config:
  aws:region: eu-west-1
${account}  classification-rate:defaults: { email: team@example.com, notifyRecovery: true }
  classification-rate:models:
    plain: { logGroup: /logs/all, threshold: 80, period: 30m, where: { model: plain } }
    least: { logGroup: /logs/all, threshold: 80, period: 1h, datapoints: 2 of 3, minimumPredictions: 20, where: { model: least } }
    sure: { logGroup: /logs/all, threshold: 80, period: 30m, datapoints: 2 of 2, confidence: 95, silence: 2h, field: out.valid, where: { model: sure } }
`;

/** Models that log otherwise. */
const FORMS = `config:
  aws:region: eu-west-1
  classification-rate:defaults: { email: team@example.com, threshold: 80, period: 30m, notifyRecovery: true }
  classification-rate:models:
    score: { logGroup: /logs/all, field: score, valid: ">= 0.5" }
    named: { logGroup: /logs/all, field: verdict, valid: ok, where: { model: named } }
    text: { logGroup: /logs/all, field: text_valid, logFormat: text, silence: 2h }
`;

const FILES = {
  "Pulumi.yaml": "name: classification-rate\nruntime: nodejs\n",
  "Pulumi.prod.yaml": stack(),
  "Pulumi.forms.yaml": FORMS,
  "Pulumi.dev.yaml": stack().replace("field: out.valid, ", ""),
  "Pulumi.other.yaml": stack('  aws:allowedAccountIds: ["999999999999"]\n'),
};

/** Three days of three models in one log group: rates that fall, quiet hours, silence, and lines that never count. */
const EVENTS: readonly InsightsEvent[] = Array.from({ length: 72 * 20 }, (_, index) => {
  const hour = index / 20;
  const timestamp = START + index * 3 * MINUTE + ((index * 7919) % MINUTE);
  const isBad = (hour > 20 && hour < 26) || (hour > 50 && hour < 51);
  const isValid = isBad ? index % 3 === 0 : index % 20 !== 0;
  const isSilent = hour > 30 && hour < 36;
  const isQuiet = hour > 40 && hour < 60 && index % 9 !== 0;
  const messages = [
    `{"model":"plain","prediction_valid":${isValid}}`,
    `{"model":"plain","prediction_valid":"${isValid}"}`,
    `[INFO] {"model":"plain","prediction_valid":false}`,
    ...(isQuiet ? [] : [`{"prediction_valid": ${isValid}, "model": "least"}`]),
    ...(isQuiet ? [] : [`{"model":"least",\n  "prediction_valid": ${String(!isBad)}\n}`]),
    ...(isSilent ? [] : [`{"model":"sure","out":{"valid":${isValid}}}`]),
    `{"model":"sure","out":{"valid":${isValid ? "1" : "0"}}}`,
    ...(isSilent ? [] : [`{"score":${isValid ? "0.5" : "4.9e-1"}}`, `{"score":"0.9"}`]),
    `{"model":"named","verdict":"${isValid ? "ok" : "no"}"}`,
    ...(isQuiet ? [] : [`INFO text_valid=${isValid ? "True" : "False"} in 3 ms`]),
    "END RequestId: 1",
  ];
  return messages.map((message) => ({ timestamp, message }));
}).flat();

export const RAW = EVENTS.map((event) => `${JSON.stringify(event)}\n`).join("");

/** By stack. */
export const MODELS = { prod: ["plain", "least", "sure"], forms: ["score", "named", "text"] };
export const PLAIN = ["--stack", "prod", "--model", "plain", "--from", "3d"];

export const clock: Clock = {
  now: () => NOW,
  sleep: () => new Promise((done) => setImmediate(done)),
};

/** What the server has and answers. */
export interface Situation {
  readonly prepare?: (fake: FakeInsights) => void;
  readonly handlers?: WireHandlers;
  readonly events?: readonly InsightsEvent[];
}

/** Runs something in the project's folder with a server that has the events; commands find it by the environment. */
export async function withServer<T>(
  { prepare, handlers, events = EVENTS }: Situation,
  use: (fake: FakeInsights, server: WireServer) => Promise<T>,
): Promise<T> {
  const fake = new FakeInsights("/logs/all", events);
  prepare?.(fake);
  const server = await WireServer.start(fake.handlers(handlers));
  Object.assign(process.env, TEST_CREDENTIALS, { AWS_ENDPOINT_URL: server.endpoint });
  const { isTTY } = process.stdin;
  Object.assign(process.stdin, { isTTY: false });
  try {
    return await inFolder(FILES, () => use(fake, server));
  } finally {
    Object.assign(process.stdin, { isTTY });
    Reflect.deleteProperty(process.env, "AWS_ENDPOINT_URL");
    await server.stop();
  }
}

/** Runs the command alone, on a few events unless it says otherwise. */
export function run(args: readonly string[], situation: Situation = {}): Promise<Run> {
  return withServer({ events: EVENTS.slice(0, 10), ...situation }, async () => {
    const result = await captured(() => main(args, clock));
    assert.doesNotMatch(result.stderr, /^\s+at /m);
    return result;
  });
}

/** An action that is not permitted. */
export function deny(action: string): WireHandlers {
  return {
    [action]: () => {
      throw new WireFault("AccessDeniedException", "not yours");
    },
  };
}
