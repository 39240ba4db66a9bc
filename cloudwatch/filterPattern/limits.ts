/** Longest filter pattern, in characters (CloudWatch Logs API Reference, PutMetricFilter `filterPattern`). */
export const MAX_PATTERN_LENGTH = 1024;

/** Most regular expressions in one pattern (CloudWatch Logs User Guide, Filter and pattern syntax, regex quotas). */
export const MAX_REGEXES_PER_PATTERN = 2;

/** Most `.*` and `[*]` in one property selector (same page, wildcard selector quota). */
export const MAX_WILDCARDS_PER_SELECTOR = 1;

/** Most `.*` and `[*]` in one pattern (same page, quota of compound expressions). */
export const MAX_WILDCARDS_PER_PATTERN = 3;
