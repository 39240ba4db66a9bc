import assert from "node:assert/strict";
import { fewAtOnce } from "../../../tools/doctor/doctor";

/** Lets everything that can go on go on. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe("a few at once", () => {
  it("keeps the order of the things, and to the limit", async () => {
    let running = 0;
    let most = 0;
    const results = await fewAtOnce(
      [5, 1, 4, 2, 3],
      async (turns) => {
        running += 1;
        most = Math.max(most, running);
        for (let left = turns; left > 0; left -= 1) await turn();
        running -= 1;
        return turns * 10;
      },
      2,
    );
    assert.deepEqual(results, [50, 10, 40, 20, 30]);
    assert.equal(most, 2);
    assert.deepEqual(await fewAtOnce([], () => Promise.reject(new Error("never"))), []);
  });

  it("ends with the first error, and begins nothing more", async () => {
    const begun: number[] = [];
    const work = async (thing: number): Promise<void> => {
      begun.push(thing);
      await turn();
      if (thing === 1) throw new Error("one");
    };
    await assert.rejects(fewAtOnce([1, 2, 3, 4, 5, 6], work, 2), /^Error: one$/);
    for (let turns = 0; turns < 5; turns += 1) await turn();
    assert.deepEqual(begun.slice(0, 2), [1, 2]);
    assert.ok(begun.length <= 3, String(begun));
  });
});
