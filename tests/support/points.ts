import {
  DAY,
  type Figure,
  MinuteFigures,
  type MinuteSeries,
} from "../../tools/simulator/minuteSeries";

/** The data points of a series, oldest first. */
export function pointsOf(series: MinuteSeries) {
  return series.days().flatMap((day) => {
    const read = (figure: Figure) => {
      const values = new Float64Array(DAY);
      series.read(figure, day * DAY, values);
      return values;
    };
    const [sums, counts, minima, maxima] = [
      ...[read("sum"), read("count"), read("minimum"), read("maximum")],
    ];
    return Array.from(sums ?? []).flatMap((sum, at) =>
      Number.isNaN(sum)
        ? []
        : [
            {
              minute: day * DAY + at,
              sum,
              count: counts?.[at],
              minimum: minima?.[at],
              maximum: maxima?.[at],
            },
          ],
    );
  });
}

/** A metric of samples in any order; those of the same minute are added up, as PutMetricData does. */
export function minuteSeries(
  samples: Iterable<{ readonly minute: number; readonly sum: number }>,
): MinuteSeries {
  const series = new MinuteFigures();
  for (const { minute, sum } of samples) series.add(minute, sum);
  return series;
}
