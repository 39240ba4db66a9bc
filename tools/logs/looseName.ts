/** What may stand between the words of a name. None of these is ever escaped in JSON. */
const SEPARATOR = "[-_. ]?";

/**
 * The source of a regular expression that finds a name as loggers may spell it, when letter case does not
 * count: `prediction_valid` also as `predictionValid`, `PREDICTION-VALID` and so on.
 */
export function looseName(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== "");
  const loose = words.join(SEPARATOR);
  const exact = name.replace(/[^A-Za-z0-9_ ]/g, "\\$&");
  return words.length > 0 && new RegExp(`^${loose}$`, "i").test(name) ? loose : exact;
}

/** A name without what spellings differ in, to compare two of them. */
export function normalName(name: string): string {
  return name.replace(/[-_. ]/g, "").toLowerCase();
}
