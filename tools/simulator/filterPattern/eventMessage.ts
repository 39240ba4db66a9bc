import { createRequire } from "node:module";
import { compareDecimals, type Decimal, javaDouble, parseDecimal } from "../decimal";

// Loaded with the first event that needs it only.
const load = createRequire(__filename);

/** A log event's message as filter patterns see it: its text, and its JSON, parsed at most once. */
export class EventMessage {
  #json: unknown;
  #spelled: unknown;

  /** @param json - What {@link parseJsonMessage} makes of the text, where a caller has parsed it already. */
  constructor(
    readonly text: string,
    json?: unknown,
  ) {
    this.#json = json;
  }

  /** The message as a JSON object, or null if it is none. */
  get json(): unknown {
    return (this.#json ??= parseJsonMessage(this.text));
  }

  /** The same with {@link SpelledNumber}s, or null. It takes some four times as long, so only what needs it asks for it. */
  get spelledJson(): unknown {
    return (this.#spelled ??= this.json === null ? null : parseSpelled(this.text));
  }
}

const OPENS_OBJECT = /^\s*\{/;

/**
 * A log event's message as JSON; null if it is not JSON.
 *
 * The whole line must be one JSON object, blanks around it aside (recorded: arrays and text behind the object match
 * nothing; that text before it does not either is what other implementations say). Of duplicate keys the last counts
 * (assumed). Lines that cannot be an object are not parsed at all.
 */
function parseJsonMessage(message: string): unknown {
  if (!OPENS_OBJECT.test(message)) return null;
  try {
    return JSON.parse(message) as unknown;
  } catch {
    return null;
  }
}

/**
 * A JSON number with what JSON.parse forgets (recorded): digits alone are an exact whole number, and their own text;
 * anything else is a double, compared by its shortest decimal form, whose text is Java's (`1e0` is the text `1.0`;
 * that large and small ones are in Java's form, too, is assumed). Beyond a double it is no number at all.
 */
export class SpelledNumber {
  readonly text: string;
  readonly #decimal: Decimal | undefined;

  constructor(spelled: string) {
    const whole = /^-?\d+$/.test(spelled);
    const double = Number(spelled);
    this.text = whole ? spelled : javaDouble(double);
    const exact = whole ? spelled : String(double);
    this.#decimal = parseDecimal(exact);
  }

  /** Below, at or above 0 as it is less than, equal to or greater than `bound`; NaN if it is no number. */
  compare(bound: Decimal): number {
    return this.#decimal === undefined ? NaN : compareDecimals(this.#decimal, bound);
  }
}

function parseSpelled(message: string): unknown {
  const { parse } = load("lossless-json") as typeof import("lossless-json");
  try {
    return parse(message, null, {
      parseNumber: (spelled) => new SpelledNumber(spelled),
      onDuplicateKey: ({ newValue }) => newValue,
    });
  } catch (error) {
    // What nests more deeply than this parser can follow: no number of it is compared with anything.
    if (error instanceof RangeError || error instanceof SyntaxError) return null;
    throw error;
  }
}
