import assert from "node:assert/strict";
import fc from "fast-check";
import { datapoints } from "../../../components/settings/schema";
import { datapointsText } from "../../../components/settings/settings";
import { assertRefused, churnOf, NEITHER_TEXT_NOR_NUMBER } from "../../support/stackInput";

describe("config: datapoints", () => {
  it("takes `3 of 5`, `3/5`, and one number for all of as many", () => {
    for (const [given, toAlarm, of] of [
      ["3 of 5", 3, 5],
      ["3/5", 3, 5],
      [" 3 / 5 ", 3, 5],
      ["3of5", 3, 5],
      ["1 of 1", 1, 1],
      ["3", 3, 3],
      [3, 3, 3],
      [1, 1, 1],
    ] as const) {
      assert.deepEqual(churnOf({ datapoints: given }).datapoints, { toAlarm, of });
    }
  });

  it("is 3 of 5 by default", () => {
    assert.deepEqual(churnOf({}).datapoints, { toAlarm: 3, of: 5 });
  });

  it("refuses anything else", () => {
    assertRefused(
      "datapoints",
      "data points as `3 of 5`, `3/5` or `3`, the first not above the second",
      [
        ...NEITHER_TEXT_NOR_NUMBER,
        ["5 of 3", '"5 of 3"'],
        ["0 of 3", '"0 of 3"'],
        ["0", '"0"'],
        [0, "0"],
        [-3, "-3"],
        [2.5, "2.5"],
        ["3 out of 5", '"3 out of 5"'],
        ["3-5", '"3-5"'],
        ["3 of 5 of 7", '"3 of 5 of 7"'],
        ["-3 of 5", '"-3 of 5"'],
        ["3.0 of 5", '"3.0 of 5"'],
        ["", "empty text"],
        [["3", "5"], "a list of 2"],
      ],
    );
  });

  it("reads back what it writes", () => {
    const pair = fc
      .integer({ min: 1, max: 10_080 })
      .chain((of) => fc.record({ toAlarm: fc.integer({ min: 1, max: of }), of: fc.constant(of) }));
    fc.assert(
      fc.property(pair, ({ toAlarm, of }) => {
        const canonical = datapointsText({ toAlarm, of });
        assert.equal(canonical, `${toAlarm} of ${of}`);
        for (const text of [canonical, canonical.replace(" of ", "/"), `0${canonical}`]) {
          assert.deepEqual(datapoints.parse(text), { toAlarm, of });
        }
      }),
    );
  });

  it("answers any JSON value with 1 <= M <= N in whole numbers, or a message", () => {
    const nearly = fc.stringMatching(/^[ \d.-]{0,4}( of |\/)?[ \d.-]{0,4}$/);
    fc.assert(
      fc.property(fc.oneof(nearly, fc.jsonValue()), (given) => {
        const { success, data } = datapoints.safeParse(given);
        if (!success) return;
        assert(Number.isSafeInteger(data.toAlarm) && Number.isSafeInteger(data.of));
        assert(1 <= data.toAlarm && data.toAlarm <= data.of);
        assert.deepEqual(datapoints.parse(datapointsText(data)), data);
      }),
    );
  });
});
