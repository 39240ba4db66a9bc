/** Well below what AWS takes: TestMetricFilter, the scarcest of the calls, five times a second. */
const AT_ONCE = 4;

/**
 * Does things a few at a time.
 * @returns the results in the order of the things, whichever came first
 * @throws the first error; what has begun ends by itself, and nothing more is begun
 */
export async function fewAtOnce<In, Out>(
  things: readonly In[],
  work: (thing: In) => Promise<Out>,
  atOnce = AT_ONCE,
): Promise<Out[]> {
  const results: Out[] = new Array<Out>(things.length);
  const left = things.entries();
  let isOver = false;
  const worker = async (): Promise<void> => {
    for (const [index, thing] of left) {
      if (isOver) return;
      results[index] = await work(thing);
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, worker));
  } finally {
    isOver = true;
  }
  return results;
}
