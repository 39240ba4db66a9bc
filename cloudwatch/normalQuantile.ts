/**
 * How many standard deviations around the mean hold a given share of a normal distribution: 1.96
 * for 95 %. Used for confidence intervals.
 * @param confidence percent, above 0 and below 100
 * @returns the two-sided quantile z, exact to about 1e-12
 */
export function twoSidedQuantile(confidence: number): number {
  let [low, high] = [0, 10];
  while (high - low > 1e-13) {
    const middle = (low + high) / 2;
    if (shareWithin(middle) < confidence / 100) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * The share of a normal distribution within z standard deviations of its mean, as the series
 * 2 phi(z) (z + z^3/3 + z^5/(3*5) + ...), which has only positive terms: nothing cancels.
 */
function shareWithin(z: number): number {
  let [term, sum] = [z, z];
  for (let divisor = 3; term > sum * 1e-17; divisor += 2) {
    term *= (z * z) / divisor;
    sum += term;
  }
  return (2 * sum * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
}
