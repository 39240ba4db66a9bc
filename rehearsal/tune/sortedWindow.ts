/**
 * The newest data points of an alarm in order of their values, while the window moves on: at most N real ones out of a
 * range that may hold more. A step costs a search and a move among N values.
 */
export class SortedWindow {
  readonly #sorted: Float64Array;
  /** Values and positions of the real points in the window as a ring, the oldest at `#head`. */
  readonly #values: Float64Array;
  readonly #positions: Float64Array;
  #head = 0;
  #size = 0;
  #position = -1;

  /**
   * @param most N, how many real points count
   * @param range how many points are looked at to find them
   */
  constructor(
    private readonly most: number,
    private readonly range: number,
  ) {
    this.#sorted = new Float64Array(most);
    this.#values = new Float64Array(most);
    this.#positions = new Float64Array(most);
  }

  /** How many real points there are. */
  get size(): number {
    return this.#size;
  }

  /** How many points ago the oldest real one was, 1 for the newest. */
  get oldestAge(): number {
    return this.#position - (this.#positions[this.#head] ?? NaN) + 1;
  }

  /** Moves on by one point. @param value NaN for a missing one */
  push(value: number): void {
    this.#position += 1;
    if (this.#size > 0 && this.oldestAge > this.range) this.#drop();
    if (Number.isNaN(value)) return;
    if (this.#size === this.most) this.#drop();
    const slot = (this.#head + this.#size) % this.most;
    this.#values[slot] = value;
    this.#positions[slot] = this.#position;
    const at = this.#find(value);
    this.#sorted.copyWithin(at + 1, at, this.#size);
    this.#sorted[at] = value;
    this.#size += 1;
  }

  /** The k-th smallest real point; infinite where there are fewer, and minus infinite for k up to 0. */
  smallest(k: number): number {
    if (k <= 0) return -Infinity;
    return k > this.#size ? Infinity : (this.#sorted[k - 1] ?? NaN);
  }

  #drop(): void {
    const at = this.#find(this.#values[this.#head] ?? NaN);
    this.#sorted.copyWithin(at, at + 1, this.#size);
    this.#head = (this.#head + 1) % this.most;
    this.#size -= 1;
  }

  /** The position of the first value that is not below another. */
  #find(value: number): number {
    let [low, high] = [0, this.#size];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle] ?? NaN) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
