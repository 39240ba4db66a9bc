import { visibleText } from "../text";
import type { NearMissKind } from "./nearMissAdvice";
import { NearMissFinder } from "./nearMissFinder";
import type { WatchedField } from "./watchedFields";

export type { NearMissKind } from "./nearMissAdvice";

/** Most near misses that are told apart; beyond, they join one of the same kind. */
const MAX_NEAR_MISSES = 50;

/** Longest message that is looked into, in characters: what CloudWatch Logs allowed for long, 256 KB. */
const MAX_NEAR_MISS_LENGTH = 256 * 1024;

/** Lines that carry the field of a metric filter, but in a form that it can never match. */
export interface NearMiss {
  readonly kind: NearMissKind;
  readonly count: number;
  /** One of the lines, shortened, control characters made visible. */
  readonly example: string;
  /** What to change, in the logger or in the stack's `field`. */
  readonly advice: string;
}

/**
 * Collects the near misses of a log group: the commonest failure of metric filters, and a silent one.
 * Lines that have the field as it should be are none, even if no filter matches (those of other models in
 * the same log group). Memory is constant, and the time for a line in proportion to its length.
 */
export class NearMisses {
  readonly #finder: NearMissFinder;
  readonly #found = new Map<string, { -readonly [Key in keyof NearMiss]: NearMiss[Key] }>();
  #toldApart = true;

  /**
   * @param fields - What the log group's filters are about.
   * @param matches - Does one of its filters match this parsed event?
   */
  constructor(fields: readonly WatchedField[], matches: (event: unknown) => boolean) {
    this.#finder = new NearMissFinder(fields, matches);
  }

  /** Does the event have one of the fields where and as it should be? Then it is no near miss. */
  carries(event: unknown): boolean {
    return this.#finder.carries(event);
  }

  /** Looks at a message that no filter matches. */
  look(message: string): void {
    if (message.length > MAX_NEAR_MISS_LENGTH) return;
    const mention = this.#finder.mention(message);
    if (mention < 0) return;
    const obstacles = this.#finder.find(message) ?? [];
    const [outermost] = obstacles;
    if (outermost === undefined) return;
    const { kind } = outermost;
    const setting = this.#finder.setting(message, obstacles);
    const advice = [
      obstacles.map((obstacle) => obstacle.advice).join("\nThen: "),
      ...(setting === undefined ? [] : [`Or leave the logger as it is and set ${setting}`]),
    ].join("\n");
    this.#add(kind, advice, 1, () => visibleText(message, mention));
  }

  /** What was collected; undefined if there was so much that some had to join others. */
  part(): readonly NearMiss[] | undefined {
    return this.#toldApart ? [...this.#found.values()] : undefined;
  }

  /** Adds what was collected of the logs' next part, as if it had been looked at here. */
  addPart(part: readonly NearMiss[]): void {
    for (const { kind, advice, count, example } of part) {
      this.#add(kind, advice, count, () => example);
    }
  }

  /** The near misses so far, the most frequent first. */
  list(): NearMiss[] {
    return [...this.#found.values()].sort((a, b) => b.count - a.count);
  }

  #add(kind: NearMissKind, advice: string, count: number, example: () => string): void {
    const key = `${kind}\n${advice}`;
    const known = this.#found.get(key) ?? this.#standIn(kind);
    if (known !== undefined) known.count += count;
    else this.#found.set(key, { kind, count, example: example(), advice });
  }

  /** When there are too many: one of the same kind, else the last. */
  #standIn(kind: NearMissKind) {
    if (this.#found.size < MAX_NEAR_MISSES) return undefined;
    this.#toldApart = false;
    const all = [...this.#found.values()];
    return all.find((found) => found.kind === kind) ?? all.at(-1);
  }
}
