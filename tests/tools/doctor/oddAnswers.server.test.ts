import assert from "node:assert/strict";
import fc from "fast-check";
import { AwsCallError } from "../../../tools/aws/awsCall";
import { textReport } from "../../../tools/doctor/report";
import { FakeAccount } from "../aws/fakeAccount";
import type { WireHandlers } from "../aws/wire/wireServer";
import { declaredStack, examined, NOW } from "./examined";

/** What an answer may have in a value's place. */
const ODD: readonly unknown[] = [
  null,
  "",
  "odd",
  7,
  -1e300,
  true,
  [],
  ["odd"],
  [null],
  {},
  { a: 1 },
];

interface Spoiling {
  readonly action: string;
  /** Which of an answer's values, by their order in it. */
  readonly which: number;
  /** What stands there instead; undefined leaves it out. */
  readonly odd: unknown;
}

/** An answer with another value somewhere in it. */
function spoilt(answer: unknown, { which, odd }: Spoiling): unknown {
  let left = which % (count(answer) || 1);
  const walk = (value: unknown): unknown => {
    if (left === 0) {
      left -= 1;
      return odd;
    }
    left -= 1;
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item)]));
  };
  return walk(answer) ?? {};
}

function count(value: unknown): number {
  if (typeof value !== "object" || value === null) return 1;
  return 1 + Object.values(value).reduce((sum: number, item) => sum + count(item), 0);
}

describe("doctor and odd answers of AWS", () => {
  it("names them or makes do, and never falls over them", async () => {
    const account = FakeAccount.of(await declaredStack(), { now: NOW });
    const actions = Object.keys(account.handlers()).filter((name) => !/Identity|Set/.test(name));
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          action: fc.constantFrom(...actions),
          which: fc.nat(300),
          odd: fc.constantFrom(...ODD, undefined),
        }),
        async (spoiling) => {
          const { action } = spoiling;
          const answer = account.handlers()[action];
          assert(answer !== undefined);
          const more: WireHandlers = {
            [action]: async (input) => {
              const odd = spoilt(await answer(input), spoiling);
              return typeof odd === "object" && odd !== null ? odd : {};
            },
          };
          try {
            const { checks } = await examined(undefined, {}, more);
            assert.ok(textReport({ stack: "s", account: "1", region: "r", checks }).length > 0);
          } catch (error) {
            if (!(error instanceof AwsCallError)) throw error;
          }
        },
      ),
      { numRuns: 15 },
    );
  });
});
