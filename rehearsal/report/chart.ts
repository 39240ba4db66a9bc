/** What a chart shows, one value an evaluation; NaN where there was no data point. */
export interface ChartInput {
  readonly values: Float64Array;
  readonly threshold: number;
  /** Whether the alarm was in state ALARM at the i-th value. */
  readonly inAlarm: (index: number) => boolean;
  /** Columns of the plot. @default 72 */
  readonly width?: number;
  /** Rows of the plot. @default 8 */
  readonly height?: number;
}

const [VALUE, THRESHOLD, ALARM] = ["•", "┄", "▀"];
const ALARM_LABEL = "ALARM";

/**
 * A chart for the terminal: the value against the threshold, and below it a bar for the time in
 * ALARM. Each column shows its lowest and its highest value, so that no excursion is lost.
 * @returns lines, none where there is no value to show
 */
export function chart(input: ChartInput): string[] {
  const { values, threshold, inAlarm, width = 72, height = 8 } = input;
  const columns = Math.min(width, values.length);
  const bounds = Array.from({ length: columns }, (_, column) => {
    const start = Math.floor((column * values.length) / columns);
    const end = Math.max(start + 1, Math.floor(((column + 1) * values.length) / columns));
    let [low, high, alarmed] = [Infinity, -Infinity, false];
    for (let index = start; index < end; index += 1) {
      const value = values[index] ?? NaN;
      if (value < low) low = value;
      if (value > high) high = value;
      alarmed ||= inAlarm(index);
    }
    return { low, high, alarmed };
  });
  const lowest = Math.min(threshold, ...bounds.map(({ low }) => low));
  const highest = Math.max(threshold, ...bounds.map(({ high }) => high));
  if (bounds.every(({ low }) => low === Infinity)) return [];

  const span = highest > lowest ? highest - lowest : 1;
  const rowOf = (value: number): number => Math.round(((highest - value) / span) * (height - 1));
  const labels = [lowest, highest, threshold].map(label);
  const margin = Math.max(ALARM_LABEL.length, ...labels.map(({ length }) => length));
  const thresholdRow = rowOf(threshold);

  const lines = Array.from({ length: height }, (_, row) => {
    const cells = bounds.map(({ low, high }) =>
      row >= rowOf(high) && row <= rowOf(low) ? VALUE : row === thresholdRow ? THRESHOLD : " ",
    );
    const shown =
      row === thresholdRow
        ? threshold
        : row === 0
          ? highest
          : row === height - 1
            ? lowest
            : undefined;
    return `${(shown === undefined ? "" : label(shown)).padStart(margin)} │${cells.join("")}`;
  });
  const alarms = bounds
    .map(({ alarmed }) => (alarmed ? ALARM : " "))
    .join("")
    .trimEnd();
  return [...lines, `${ALARM_LABEL.padStart(margin)} │${alarms}`].map((line) => line.trimEnd());
}

function label(value: number): string {
  return String(Number(value.toFixed(1)));
}
