import { WireFault, type WireInput } from "../wire/wireServer";

/** An API object as CloudWatch and CloudTrail write it on the JSON wire: times are seconds since 1970. */
export function wireForm(value: object): object {
  return JSON.parse(
    JSON.stringify(value, function (this: Record<string, unknown>, key: string, item: unknown) {
      // Dates are text by the time they come here.
      const original = this[key];
      return original instanceof Date ? original.getTime() / 1000 : item;
    }),
  ) as object;
}

/** A text of a call's input; undefined where it is not given. */
export function textOf(input: WireInput, name: string): string | undefined {
  const value = input[name];
  return typeof value === "string" ? value : undefined;
}

/** A number of a call's input. */
export function numberOf(input: WireInput, name: string): number | undefined {
  const value = input[name];
  return typeof value === "number" ? value : undefined;
}

/** A list of texts in a call's input. */
export function textsOf(input: WireInput, name: string): string[] | undefined {
  const value: unknown = input[name];
  return Array.isArray(value) ? value.map(String) : undefined;
}

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** undefined on the last page. */
  readonly next: string | undefined;
}

/**
 * A page of all there is; tokens say where the next one starts.
 * @param invalid the error of a token that was never given out
 */
export function pageOf<T>(
  all: readonly T[],
  size: number,
  token: string | undefined,
  invalid: WireFault,
): Page<T> {
  const start = token === undefined ? 0 : Number(/^page-(\d+)$/.exec(token)?.[1] ?? NaN);
  if (Number.isNaN(start)) throw invalid;
  const end = start + size;
  return {
    items: all.slice(start, end),
    next: end < all.length ? `page-${end}` : undefined,
  };
}

/** `{[name]: token}`, or nothing for the last page: AWS leaves the token out. */
export function nextToken(name: string, page: Page<unknown>): object {
  return page.next === undefined ? {} : { [name]: page.next };
}
