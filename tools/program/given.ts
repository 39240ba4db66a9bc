import { isMap } from "../../components/settings/input";
import { text } from "./properties";

/** How Pulumi marks values in a state that JSON has no form for (its property encoding). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** What a preview says of a value that only AWS will know. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** What a preview says of a secret. */
const HIDDEN = "[secret]";

/** A value that is there and cannot be read: nothing may take it for empty, for 0, or for a text. */
export class UnreadableValueError extends Error {
  override readonly name = "UnreadableValueError";

  /** @param why as in "its threshold is an encrypted secret" */
  constructor(
    readonly key: string,
    why: string,
  ) {
    super(`its ${key} is ${why}`);
  }
}

/** A value that a template or plan leaves open. */
export class UnknownValue {
  /** @param why as in "its threshold is the parameter Threshold, which has no default" */
  constructor(readonly why: string) {}
}

/** A value as it is, out of what Pulumi wrapped it in. @throws UnreadableValueError where it is not shown */
function plain(value: unknown, key: string): unknown {
  if (value instanceof UnknownValue) throw new UnreadableValueError(key, value.why);
  if (value === UNKNOWN) throw new UnreadableValueError(key, "not known yet");
  if (value === HIDDEN) {
    throw new UnreadableValueError(key, "a secret, which no preview shows (in --state it can be)");
  }
  if (!isMap(value) || value[SIGNATURE] === undefined) return value;
  if (value[SIGNATURE] === OUTPUT && "value" in value) return plain(value["value"], key);
  if (value[SIGNATURE] === OUTPUT) throw new UnreadableValueError(key, "not known yet");
  if (value[SIGNATURE] !== SECRET) throw new UnreadableValueError(key, "a file or a resource");
  if (typeof value["plaintext"] !== "string") {
    throw new UnreadableValueError(
      key,
      "an encrypted secret (`pulumi stack export --show-secrets` shows it)",
    );
  }
  return plain(JSON.parse(value["plaintext"]), key);
}

/**
 * The properties that are given for a resource. It knows which of them were asked for, so that the others, which would
 * make a difference without being looked at, can be named. What is given as null, false, 0, empty text or an empty map
 * or list is not set: a state has such values for all that a program left out.
 */
export class Given {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly #asked = new Set<string>();
  readonly #parts = new Map<string, Given>();

  constructor(values: Readonly<Record<string, unknown>>, path = "") {
    this.#values = values;
    this.#path = path;
  }

  /** A value as it is; undefined where it is not set, which false and 0 are. @throws UnreadableValueError */
  value(key: string): unknown {
    this.#asked.add(key);
    const value = plain(this.#values[key], this.#path + key);
    return value === null || value === "" ? undefined : value;
  }

  /** Text; numbers and booleans as text, anything else as empty text. @throws UnreadableValueError */
  text(key: string): string {
    return text(this.value(key));
  }

  /** Text, or undefined where it is not set. @throws UnreadableValueError */
  optional(key: string): string | undefined {
    const value = this.value(key);
    return value === undefined ? undefined : text(value);
  }

  /** A number; NaN where there is none. @throws UnreadableValueError */
  number(key: string): number {
    return Number(this.value(key) ?? NaN);
  }

  /** Whether something is so; a template may say it in text. @throws UnreadableValueError */
  flag(key: string): boolean | undefined {
    const value = this.optional(key);
    return value === undefined ? undefined : !/^(false|no|off)$/i.test(value);
  }

  /**
   * A list of texts; one by itself is a list as well.
   * @param instead what stands for one that cannot be read. @default none does
   * @throws UnreadableValueError
   */
  texts(key: string, instead?: (why: string) => string): string[] {
    const read = (one: () => unknown): unknown => {
      try {
        return one();
      } catch (error) {
        if (instead === undefined || !(error instanceof UnreadableValueError)) throw error;
        return instead(error.message);
      }
    };
    const values = [read(() => this.value(key)) ?? []].flat();
    return values.map((item) => text(read(() => plain(item, this.#path + key))));
  }

  /** A map of texts, or undefined where there is none or it is empty. @throws UnreadableValueError */
  textMap(key: string): Record<string, string> | undefined {
    const value = this.value(key);
    const entries = Object.entries(isMap(value) ? value : {});
    if (entries.length === 0) return undefined;
    return Object.fromEntries(
      entries.map(([name, item]) => [name, text(plain(item, `${this.#path}${key}.${name}`))]),
    );
  }

  /** What is given in a map; nothing where there is none. @throws UnreadableValueError */
  map(key: string): Given {
    return this.#part(this.value(key), `${this.#path}${key}.`);
  }

  /** What is given in each map of a list. @throws UnreadableValueError */
  list(key: string): Given[] {
    const value = this.value(key);
    return Array.isArray(value)
      ? value.map((item, index) => {
          const place = `${this.#path}${key}[${index}]`;
          return this.#part(plain(item, place), `${place}.`);
        })
      : [];
  }

  /** What is set and was not asked for so far, by its path. */
  get unasked(): string[] {
    const own = Object.entries(this.#values).flatMap(([key, value]) =>
      this.#asked.has(key) || !isSet(value) ? [] : [this.#path + key],
    );
    return [...own, ...[...this.#parts.values()].flatMap((part) => part.unasked)];
  }

  #part(value: unknown, path: string): Given {
    const part = this.#parts.get(path) ?? new Given(isMap(value) ? value : {}, path);
    this.#parts.set(path, part);
    return part;
  }
}

/**
 * Whether something is set: not null, false, 0, empty text, or a map or list of only such.
 * @param depth how far to look into maps and lists that are nested
 */
export function isSet(value: unknown, depth = 4): boolean {
  if (typeof value !== "object" || value === null) return Boolean(value);
  return depth === 0 || Object.values(value).some((item) => isSet(item, depth - 1));
}
