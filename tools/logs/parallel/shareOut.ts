/**
 * Gives each of the readers one unit after the other, from the first on.
 *
 * @returns For each unit a promise of what came of it: undefined if a reader failed on it, or if nobody
 * began with it because one had failed before.
 */
export function shareOut<Unit, Result>(
  units: readonly Unit[],
  readers: readonly ((unit: Unit) => Promise<Result | undefined>)[],
): Promise<Result | undefined>[] {
  const waiting: { unit: Unit; settle: (result: Result | undefined) => void }[] = [];
  const results = units.map(
    (unit) =>
      new Promise<Result | undefined>((settle) => {
        waiting.push({ unit, settle });
      }),
  );
  const work = async (read: (unit: Unit) => Promise<Result | undefined>): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      try {
        next.settle(await read(next.unit));
      } catch {
        next.settle(undefined);
        for (const { settle } of waiting.splice(0)) settle(undefined);
      }
    }
  };
  for (const reader of readers) void work(reader);
  return results;
}
