import assert from "node:assert/strict";
import fc from "fast-check";
import { readDate, readMoment, readSpan, spanText } from "../../../tools/time";
import {
  lineTotal,
  minuteCounts,
  readTraffic,
  type SeriesLine,
  seriesSchema,
  type Traffic,
} from "../../../tools/verify/series";

const rate: fc.Arbitrary<Traffic> = fc.record(
  {
    kind: fc.constant("rate" as const),
    amount: fc.integer({ min: 0, max: 5000 }),
    per: fc.constantFrom(1, 7, 15, 60, 1440),
    from: fc.integer({ min: 0, max: 100_000 }),
    to: fc.integer({ min: 0, max: 100_000 }),
  },
  { noNullPrototype: true },
);

const counts: fc.Arbitrary<Traffic> = fc
  .record({ total: fc.nat(3000), missing: fc.nat(3000) })
  .map(({ total, missing }) => ({ kind: "counts", total, valid: Math.max(0, total - missing) }));

const traffic: fc.Arbitrary<Traffic> = fc.oneof(
  rate,
  counts,
  fc.constantFrom<Traffic>({ kind: "nothing" }, { kind: "other events" }),
);

const line: fc.Arbitrary<SeriesLine> = fc.record({
  minutes: fc.integer({ min: 1, max: 200 }),
  traffic,
});

/** A traffic as a test file has it. */
function written(traffic: Traffic): string {
  const percent = (parts: number): string => `${String(parts / 1000)}%`;
  switch (traffic.kind) {
    case "nothing":
    case "other events":
      return traffic.kind;
    case "counts":
      return `${traffic.valid} of ${traffic.total}`;
    case "rate": {
      const { amount, per, from, to } = traffic;
      const shares =
        from === to ? `at ${percent(from)}` : `from ${percent(from)} to ${percent(to)}`;
      return `${amount}/${spanText(per)} ${shares}`;
    }
  }
}

describe("alarm tests: spans and times", () => {
  it("reads what it writes", () => {
    fc.assert(
      fc.property(fc.nat(10_000_000), (minutes) => readSpan(spanText(minutes)) === minutes),
    );
  });

  it("reads spans of days, hours and minutes, in this order", () => {
    const spans = {
      "0h": 0,
      "90m": 90,
      "10h30m": 630,
      "1d12h": 2160,
      " 1d 1m ": 1441,
      "24h": 1440,
    };
    for (const [text, minutes] of Object.entries(spans))
      assert.equal(readSpan(text), minutes, text);
    for (const text of [
      "",
      "h",
      "10",
      "10 hours",
      "1m1h",
      "-1h",
      "1.5h",
      "1h1h",
      "90s",
      10,
      null,
    ]) {
      assert.equal(readSpan(text), undefined, String(text));
    }
  });

  it("reads dates of whole minutes, in UTC unless they say otherwise", () => {
    const march = Date.UTC(2026, 2, 2) / 60_000;
    for (const text of [
      "2026-03-02",
      "2026-03-02T00:00Z",
      "2026-03-02 00:00",
      "2026-03-02T01:00+01:00",
    ]) {
      assert.equal(readDate(text), march, text);
    }
    for (const text of [
      "2026-02-30",
      "2026-13-01",
      "2026-03-02T00:00:30Z",
      "March 2",
      "12:00",
      2026,
    ]) {
      assert.equal(readDate(text), undefined, String(text));
    }
    assert.deepEqual(readMoment("2026-03-02T00:01Z"), { time: (march + 1) * 60_000 });
    assert.deepEqual(readMoment("12h"), { seconds: 43_200 });
  });
});

describe("alarm tests: the lines of a series", () => {
  it("reads what a model logs", () => {
    const forms: Readonly<Record<string, Traffic>> = {
      "200/h at 95%": { kind: "rate", amount: 200, per: 60, from: 95_000, to: 95_000 },
      "3 / 15m at 97.5 %": { kind: "rate", amount: 3, per: 15, from: 97_500, to: 97_500 },
      "5000/d from 96% to 80.125%": {
        kind: "rate",
        amount: 5000,
        per: 1440,
        from: 96_000,
        to: 80_125,
      },
      "190 of 200": { kind: "counts", valid: 190, total: 200 },
      "190/200": { kind: "counts", valid: 190, total: 200 },
      nothing: { kind: "nothing" },
      "other events": { kind: "other events" },
    };
    for (const [text, expected] of Object.entries(forms))
      assert.deepEqual(readTraffic(text), expected);
    const wrong = [
      "200",
      "200/h",
      "200/h at 101%",
      "200/x at 9%",
      "201 of 200",
      "95%",
      "200/0h at 9%",
      7,
    ];
    for (const text of wrong) assert.equal(readTraffic(text), undefined, String(text));
  });

  it("reads what it means, whatever the traffic", () => {
    fc.assert(
      fc.property(traffic, (wanted) => {
        assert.deepEqual(readTraffic(written(wanted)), wanted);
      }),
    );
  });

  it("takes `each` for a list of lines of the same length", () => {
    const input = [{ "1h": "nothing" }, { "each 30m": ["1 of 2", "nothing"] }];
    const lines = seriesSchema.parse(input);
    assert.deepEqual(
      lines.map(({ minutes, traffic: { kind } }) => [minutes, kind]),
      [
        [60, "nothing"],
        [30, "counts"],
        [30, "nothing"],
      ],
    );
  });

  it("refuses a series of more than a year, before it is worked out", () => {
    const { error } = seriesSchema.safeParse([{ "99999d": "200/h at 95%" }]);
    assert.equal(error?.issues[0]?.message, "a series of at most 366 days");
  });
});

describe("alarm tests: a series minute by minute", () => {
  it("has the exact totals of every line", () => {
    fc.assert(
      fc.property(line, (one) => {
        const minutes = minuteCounts([one]);
        const total = minutes.reduce((sum, count) => sum + count.total, 0);
        const valid = minutes.reduce((sum, count) => sum + count.valid, 0);
        assert.equal(total, lineTotal(one));
        const { traffic: logged } = one;
        if (logged.kind === "counts") assert.equal(valid, logged.valid);
        if (logged.kind === "rate") {
          const mean = ((logged.from + logged.to) / 2 / 100_000) * total;
          assert(Math.abs(valid - mean) <= 0.5 + 1e-6, `${valid} of ${mean}`);
        }
        for (const { minute, ...count } of minutes) {
          assert(minute >= 0 && minute < one.minutes);
          assert(count.valid >= 0 && count.valid <= count.total);
        }
      }),
    );
  });

  it("spreads a line evenly: no stretch is a whole prediction off", () => {
    fc.assert(
      fc.property(line, fc.nat(199), fc.nat(199), (one, a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)].map((m) => Math.min(m, one.minutes));
        const within = minuteCounts([one]).filter(
          ({ minute }) => minute >= (from ?? 0) && minute < (to ?? 0),
        );
        const total = within.reduce((sum, count) => sum + count.total, 0);
        const even = (lineTotal(one) * ((to ?? 0) - (from ?? 0))) / one.minutes;
        assert(Math.abs(total - even) < 1, `${total} instead of ${even}`);
      }),
    );
  });

  it("adds up line after line", () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 5 }), (lines) => {
        const minutes = minuteCounts(lines);
        let before = 0;
        const each = lines.flatMap((one) => {
          const own = minuteCounts([one]).map((count) => ({
            ...count,
            minute: before + count.minute,
          }));
          before += one.minutes;
          return own;
        });
        assert.deepEqual(minutes, each);
        const times = minutes.map(({ minute }) => minute);
        assert.deepEqual(
          times,
          [...new Set(times)].sort((a, b) => a - b),
        );
      }),
    );
  });

  it("is what one would write down: examples", () => {
    const of = (text: string, minutes: number): string => {
      const logged = readTraffic(text);
      assert(logged !== undefined);
      return minuteCounts([{ minutes, traffic: logged }])
        .map(({ minute, total, valid }) => `${minute}: ${valid}/${total}`)
        .join(", ");
    };
    assert.equal(of("1 of 2", 4), "0: 1/1, 2: 0/1");
    assert.equal(of("0 of 1", 60), "0: 0/1");
    assert.equal(of("60/h at 50%", 4), "0: 1/1, 1: 0/1, 2: 1/1, 3: 0/1");
    assert.equal(of("4/m from 100% to 0%", 2), "0: 3/4, 1: 1/4");
    assert.equal(of("other events", 2), "0: 0/0, 1: 0/0");
    assert.equal(of("nothing", 2), "");
  });
});
