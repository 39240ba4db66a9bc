import assert from "node:assert/strict";
import { chunks, grouped } from "../../components/lists";

describe("lists", () => {
  it("are grouped in the order in which the keys first come", () => {
    const groups = grouped(["b1", "a1", "b2"], ([first]) => first);
    assert.deepEqual(
      [...groups],
      [
        ["b", ["b1", "b2"]],
        ["a", ["a1"]],
      ],
    );
    assert.equal(grouped([], String).size, 0);
  });

  it("are cut into as few of a length as hold them", () => {
    assert.deepEqual(chunks([1, 2, 3, 4, 5], 2), [[1, 2], [3, 4], [5]]);
    assert.deepEqual(chunks([1, 2], 2), [[1, 2]]);
    assert.deepEqual(chunks([], 2), []);
  });
});
