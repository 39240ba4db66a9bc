/**
 * Where AWS's documents are silent or disagree, and what this model takes to be true.
 *
 * A few readings are fixed, because no source suggests another: of duplicate keys in a log event the
 * last counts; a log event is JSON if the whole line is one JSON object; numbers are 64-bit floating
 * point, their text is their shortest decimal form (`1.0` reads `1`); null, arrays and objects take
 * part in no comparison; inside quotes `\"` is a quote, `\\` a backslash, and any other backslash is
 * an ordinary character.
 */
export interface FilterPatternAssumptions {
  /**
   * Does `!=` match when the field is absent?
   *
   * Source: a `test-metric-filter` run on real events (DataBiosphere/azul PR #8228) and floci's tests
   * say no; fakecloud's code says yes; AWS's guide says nothing. Fairly sure. Say
   * `$.x NOT EXISTS || $.x != ...` where it matters.
   * @default false
   */
  readonly notEqualMatchesAbsentField: boolean;

  /**
   * Do `=` and `!=` see the JSON values true and false, as the texts `true` and `false`?
   *
   * Source: the guide calls only strings and numbers value nodes and has `IS` for booleans; floci's
   * tests said yes in one version and no in the next. Not sure. Write `IS TRUE`.
   * @default false
   */
  readonly comparisonsSeeBooleans: boolean;

  /**
   * Do `IS TRUE` and `IS FALSE` see the strings `"true"` and `"false"`?
   *
   * Source: the guide speaks of fields that contain the value TRUE or FALSE; floci's tests say a
   * string is not one. Fairly sure. A number never counts.
   * @default false
   */
  readonly isSeesText: boolean;

  /**
   * Is a `*` between other characters of a string a wildcard, rather than an asterisk?
   *
   * Source: the 2018-2021 guide gives `"Ev*ent"` as literal; the 2026 guide says only that `*` matches
   * text, and a `test-metric-filter` run of 2026 (DataBiosphere/azul PR #8228) shows it matching.
   * Fairly sure. A `*` at the start or end is a wildcard in every source.
   * @default true
   */
  readonly starInMiddleIsWildcard: boolean;

  /**
   * Is a JSON string that spells a number (`"3"`) that number, when a pattern compares with one?
   *
   * Source: floci's tests; AWS's guide says nothing. Not sure.
   * @default true
   */
  readonly numericTextIsNumber: boolean;

  /**
   * Is a JSON number its decimal text, when a pattern compares with a quoted string or a regex?
   *
   * Source: floci's tests; the guide says so for `*` only (`4*` matches 404), which this setting
   * does not touch. Not sure.
   * @default true
   */
  readonly numberMatchesText: boolean;

  /**
   * Over `.*` or `[*]`, must any or all of the values differ for `!=` to match?
   *
   * Source: the guide's wording is that the wildcard selects any element or field. Not sure. With
   * `"all"` at least one value that can be compared is still needed.
   * @default "any"
   */
  readonly notEqualOverWildcard: "any" | "all";
}

/** The assumptions in force unless a caller says otherwise: the default of every field. */
export const DEFAULT_FILTER_PATTERN_ASSUMPTIONS: FilterPatternAssumptions = {
  notEqualMatchesAbsentField: false,
  comparisonsSeeBooleans: false,
  isSeesText: false,
  starInMiddleIsWildcard: true,
  numericTextIsNumber: true,
  numberMatchesText: true,
  notEqualOverWildcard: "any",
};
