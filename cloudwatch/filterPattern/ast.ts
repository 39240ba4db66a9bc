/**
 * A filter pattern as a tree: what a metric filter's `filterPattern` text says, without its spelling.
 *
 * Source of the grammar: CloudWatch Logs User Guide, Filter and pattern syntax
 * (`FilterAndPatternSyntax`), "Using filter patterns to match terms in JSON log events".
 */

/** One step of a {@link Selector}, from a JSON value to a value inside it. */
export type SelectorStep =
  /** `.name` or `['any.name']`: the member of an object with exactly this (case-sensitive) name. */
  | { readonly kind: "member"; readonly name: string }
  /** `[2]`: the element of an array at this zero-based index. */
  | { readonly kind: "element"; readonly index: number }
  /** `.*`: every member of an object. */
  | { readonly kind: "anyMember" }
  /** `[*]`: every element of an array. */
  | { readonly kind: "anyElement" };

/** A property selector such as `$.user.roles[0]`: the steps from the log event's root, at least one. */
export type Selector = readonly SelectorStep[];

/** `=` and `!=`, the operators that strings and regular expressions allow as well as numbers. */
export type EqualityOperator = "=" | "!=";

/** The operators that only numbers allow. */
export type OrderOperator = "<" | "<=" | ">" | ">=";

/** What a field is compared with. */
export type Operand =
  /** An unquoted number; decimals and scientific notation are already resolved. */
  | { readonly kind: "number"; readonly value: number }
  /** A quoted string or an unquoted word, its escapes resolved; `*` in it is a wildcard. */
  | { readonly kind: "text"; readonly text: string }
  /** The part between the `%` signs, as written. */
  | { readonly kind: "regex"; readonly source: string };

/** The values that `IS` can ask for. */
export type IsKeyword = "NULL" | "TRUE" | "FALSE";

/** What is asked of a JSON log event. */
export type Condition =
  | {
      readonly kind: "equality";
      readonly selector: Selector;
      readonly operator: EqualityOperator;
      readonly operand: Operand;
    }
  | {
      readonly kind: "order";
      readonly selector: Selector;
      readonly operator: OrderOperator;
      readonly value: number;
    }
  | { readonly kind: "is"; readonly selector: Selector; readonly keyword: IsKeyword }
  | { readonly kind: "notExists"; readonly selector: Selector }
  /** Two or more terms joined by `&&`; parentheses show as a nested `and` or `or`. */
  | { readonly kind: "and"; readonly terms: readonly Condition[] }
  /** Two or more terms joined by `||`. */
  | { readonly kind: "or"; readonly terms: readonly Condition[] };

/** A parsed filter pattern. */
export type FilterPattern =
  /** The empty, blank or quoted-blank pattern, which every log event matches. */
  | { readonly kind: "everything" }
  /** `{ ... }`, which only JSON log events can match. */
  | { readonly kind: "json"; readonly condition: Condition };
