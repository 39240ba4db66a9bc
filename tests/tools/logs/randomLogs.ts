import fc from "fast-check";
import { AT } from "./logs";

// ---- random JSON as it may be spelled, most of it valid, from pools so small that names and values meet

const blank = fc.constantFrom("", "", "", " ", "\t", "\r", "  ");
const character = fc.constantFrom(
  ...["a", "é", "😀", " ", "{", "}", "[", "]", ":", ",", "'", "/", "\u007f", "\u00a0", "\u2028"],
  ...[
    '\\"',
    "\\\\",
    "\\/",
    "\\n",
    "\\u0041",
    "\\u00e9",
    "\\ud83d",
    "\\u0022",
    "\\u005c",
    "\\u0000",
  ],
  ...["true", "prediction_valid", "\\u0070rediction_valid", "churn"],
);
const badCharacter = fc.constantFrom("\u0000", "\u001f", "\\", "\\x", "\\u12", '"');
const text = fc.array(
  fc.oneof({ weight: 40, arbitrary: character }, { weight: 2, arbitrary: badCharacter }),
  { maxLength: 4 },
);
const string = text.map((pieces) => `"${pieces.join("")}"`);
const name = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      ...["prediction_valid", "predictionValid", "Prediction_Valid", "model", "result", "list"],
      ...["timestamp", "message", "a.b", "__proto__", "constructor", "\\u006dodel", "latency"],
    ),
  },
  { weight: 1, arbitrary: text.map((pieces) => pieces.join("")) },
);
const scalar = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("true", "false") },
  fc.constantFrom(
    "null",
    "0",
    "1",
    "-0",
    "-1.5e-3",
    "1E+2",
    "1e999",
    "12345678901234567890",
    "0.1",
  ),
  fc.constantFrom("01", "1.", ".5", "+1", "-", "NaN", "True", "tru", "truee", "1e", "undefined"),
  fc.constantFrom('"churn"', '"fraud"', '"true"', '"chürn"', '"{\\"prediction_valid\\":true}"'),
  string,
);
const { object } = fc.letrec<{ value: string; object: string; array: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    { weight: 5, arbitrary: scalar },
    tie("object"),
    tie("array"),
  ),
  object: fc
    .tuple(blank, fc.array(fc.tuple(blank, name, blank, tie("value"), blank), { maxLength: 5 }))
    .map(([inside, members]) => {
      const all = members.map(([b, key, c, value, d]) => `${b}"${key}"${c}:${d}${value}${b}`);
      return `{${inside}${all.join(",")}}`;
    }),
  array: fc
    .array(fc.tuple(blank, tie("value")), { maxLength: 3 })
    .map((elements) => `[${elements.map(([b, value]) => b + value + b).join(",")}]`),
}));

const around = fc.constantFrom(
  "",
  "",
  "",
  "",
  "",
  " ",
  "\n",
  "\r\n",
  "[INFO]\t",
  "x",
  "\ufeff",
  "\u00a0",
);
/** A log event's message, of all kinds. */
export const message = fc.oneof(
  { weight: 3, arbitrary: fc.boolean().map((valid) => `{"prediction_valid": ${valid}}`) },
  { weight: 6, arbitrary: fc.tuple(around, object, around).map((parts) => parts.join("")) },
  fc.constantFrom("", " ", "{", "}", "prediction_valid=true", "{'prediction_valid': True}", "[]"),
  fc.constantFrom("START RequestId: 1 Version: $LATEST\n", '"{\\"prediction_valid\\":true}"'),
  string,
);

/** Now and then a character is lost, doubled or turned into another. */
const slip = fc.option(
  fc.tuple(fc.nat(), fc.constantFrom("", "\\", '"', "\u0000", "}", "é", "\u001b", "0")),
  { freq: 8 },
);
function slipped(line: string, change: readonly [number, string] | null): string {
  if (change === null || line === "") return line;
  const at = change[0] % line.length;
  return line.slice(0, at) + change[1] + line.slice(at + 1);
}

const time = fc.oneof(
  { weight: 6, arbitrary: fc.nat({ max: 200_000 }).map((later) => String(AT + later)) },
  fc.constantFrom(`"2026-11-22T06:52:24.000Z"`, `"2026-11-22T06:53:24Z"`, `"2026-11-22"`, "null"),
  fc.constantFrom("-1", "1e12", "0123456789012", `${AT}.5`, String(AT / 1000), "99999999999999"),
);

/** An event as JSON, its message escaped in one of several ways. */
const event = fc
  .tuple(
    message,
    time,
    blank,
    fc.nat({ max: 4 }),
    fc.constantFrom("", "é", "e", "_", '"', "\\"),
    fc.constantFrom("prediction_valid", "message", "timestamp"),
    slip,
  )
  .map(([said, at, gap, order, escaped, stream, change]) => {
    let quoted = JSON.stringify(said);
    if (escaped !== "") {
      const code = `\\u${escaped.charCodeAt(0).toString(16).padStart(4, "0")}`;
      quoted = quoted.replace(/\\.|[^]/g, (one) =>
        one === escaped || one === `\\${escaped}` ? code : one,
      );
    }
    const parts = [`"timestamp":${gap}${at}`, `"message":${gap}${quoted}`];
    const extra = [`"ingestionTime":${at}`, `"logStreamName":"${stream}"`];
    const all = [
      parts,
      [...parts].reverse(),
      [...extra, ...parts],
      [...parts, ...extra],
      [...parts, `"message"${gap}:"again"`],
    ];
    return slipped(`{${(all[order] ?? parts).join(`,${gap}`)}}${gap}`, change);
  });
const exported = fc
  .tuple(fc.nat({ max: 200_000 }), message, fc.constantFrom(" ", " ", " ", "  ", ""), slip)
  .map(([later, said, gap, change]) => {
    const line = `${new Date(AT + later).toISOString()}${gap}${said.replaceAll("\n", " ")}`;
    return slipped(line, change);
  });
const timed = fc
  .tuple(time, object, slip)
  .map(([at, inner, change]) => slipped(`{"time":${at},${inner.slice(1)}`, change));

const eol = fc.constantFrom("\n", "\n", "\n", "\r\n", "\n\n");
const lines = (line: fc.Arbitrary<string>, first: string) =>
  fc
    .array(fc.tuple(line, eol), { maxLength: 12 })
    .map((all) => `${first}\n${all.map((parts) => parts.join("")).join("")}`);
/** Whole logs by format; the time field is `time`. */
export const logs: Readonly<Record<string, fc.Arbitrary<string>>> = {
  lines: lines(event, `{"timestamp":${AT},"message":"first"}`),
  pages: fc
    .array(fc.tuple(event, blank), { maxLength: 8 })
    .map((all) => `{"events":[${all.map(([one, gap]) => one + gap).join(",\n")}],"nextToken":""}`),
  export: lines(exported, "2026-11-22T06:52:24.000Z first"),
  timed: lines(timed, `{"time":${AT}}`),
};
