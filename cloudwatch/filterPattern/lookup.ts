import type { Selector, SelectorStep } from "./ast";
import type { ValueTest } from "./comparison";

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/**
 * Is there a value at `selector` that passes `test`? With a wildcard: any of them.
 *
 * Only own properties count, so `$.constructor` and `$.__proto__` find what the log event holds, not
 * what JavaScript adds. A step that does not fit (a name on an array, an index on an object or beyond
 * the end) finds nothing.
 */
export function anyAt(selector: Selector, test: ValueTest): ValueTest {
  return selector.reduceRight(stepTo, test);
}

function stepTo(next: ValueTest, step: SelectorStep): ValueTest {
  switch (step.kind) {
    case "member": {
      const { name } = step;
      return (value) => isObject(value) && Object.hasOwn(value, name) && next(value[name]);
    }
    case "element": {
      const { index } = step;
      return (value) => isArray(value) && index < value.length && next(value[index]);
    }
    case "anyMember":
      return (value) => {
        if (!isObject(value)) return false;
        for (const name in value) {
          if (Object.hasOwn(value, name) && next(value[name])) return true;
        }
        return false;
      };
    case "anyElement":
      return (value) => isArray(value) && value.some(next);
  }
}

/**
 * Reads the number at `selector` with `read`; NaN if there is no value.
 *
 * @param selector - A selector without wildcards; with one, the first value that is a number counts.
 */
export function numberAt(
  selector: Selector,
  read: (value: unknown) => number,
): (event: unknown) => number {
  let found = Number.NaN;
  const find = anyAt(selector, (value) => {
    found = read(value);
    return !Number.isNaN(found);
  });
  return (event) => (find(event) ? found : Number.NaN);
}

/** Is this parsed log event one that JSON patterns apply to, an object? */
export function isJsonEvent(event: unknown): boolean {
  return isObject(event);
}
