import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { block, blockWithLinks, inline, scriptJson } from "../../../tools/page/page";
import {
  alarmChart,
  keptPositions,
  metricNames,
  POINTS,
  stateSpans,
  volumes,
} from "../../../tools/rehearse/alarmChart";
import { htmlReport } from "../../../tools/rehearse/htmlReport";
import type { RehearsedAlarm } from "../../../tools/rehearse/rehearse";
import type { RehearsalRun } from "../../../tools/rehearse/rehearseLogs";
import { conditionText, firesWhen, unitOf } from "../../../tools/text";
import { minuteSeries } from "../../support/points";
import { HOSTILE, scene, START } from "../../browser/scene";

const run = scene();
const page = htmlReport(run);
const hostilePage = htmlReport(scene({ hostile: HOSTILE }));

function alarmAt(position: number, { rehearsal }: RehearsalRun = run): RehearsedAlarm {
  const found = rehearsal.alarms[position];
  assert.ok(found);
  return found;
}

/** A page without its styles and scripts, so that only what is shown is searched. */
function shown(html: string): string {
  return html.replace(/<(style|script)\b[^>]*>.*?<\/\1>/gs, "");
}

describe("HTML report: thinning", () => {
  const value = fc.oneof(
    { weight: 5, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
    { weight: 1, arbitrary: fc.constant(NaN) },
  );
  const column = fc.array(value, { minLength: 1, maxLength: 400 });

  it("keeps all of a short series", () => {
    assert.deepEqual(keptPositions([[3, NaN, 1]], 10), [0, 1, 2]);
    assert.deepEqual(keptPositions([], 10), []);
  });

  it("keeps order, ends, extremes and gaps within the limit", () => {
    fc.assert(
      fc.property(column, fc.integer({ min: 5, max: 100 }), (values, limit) => {
        const kept = keptPositions([values], limit);
        assert.ok(kept.length <= limit);
        assert.ok(kept.every((position, i) => i === 0 || position > (kept[i - 1] ?? -1)));
        assert.equal(kept[0], 0);
        assert.equal(kept.at(-1), values.length - 1);
        const drawn = kept.map((position) => values[position] ?? NaN);
        const real = (list: readonly number[]) => list.filter((item) => !Number.isNaN(item));
        assert.equal(Math.min(...real(drawn)), Math.min(...real(values)));
        assert.equal(Math.max(...real(drawn)), Math.max(...real(values)));
        assert.equal(drawn.some(Number.isNaN), values.some(Number.isNaN));
      }),
    );
  });

  it("keeps the extremes of every series", () => {
    const flat = new Float64Array(10_000).fill(5);
    const [low, high] = [Float64Array.from(flat), Float64Array.from(flat)];
    low[1234] = -1;
    high[8765] = 11;
    const kept = keptPositions([low, high], 100);
    assert.ok(kept.includes(1234) && kept.includes(8765) && kept.length <= 100);
  });

  it("keeps an excursion in a year of minutes", () => {
    const year = new Float64Array(525_600).fill(97);
    year[400_001] = 12;
    const alarm = { ...alarmAt(0), newest: () => ({ first: START + 1, step: 1, values: year }) };
    const options = { from: START + 1, to: START + year.length };
    const chart = alarmChart({ ...alarm, mails: [] }, options);
    assert.ok(chart.times.length <= POINTS);
    assert.equal(chart.values[chart.times.indexOf(START + 1 + 400_001)], 12);
    assert.equal(chart.points, year.length);
  });
});

describe("HTML report: spans and volumes", () => {
  const change = (at: number, from: "OK" | "ALARM", to: "OK" | "ALARM") => ({
    ...(alarmAt(0).changes[0] ?? assert.fail()),
    at,
    from,
    to,
  });

  it("tells the states from the changes, the last one open to the end", () => {
    const changes = [
      change(20, "OK", "ALARM"),
      change(30, "ALARM", "OK"),
      change(45, "OK", "ALARM"),
    ];
    assert.deepEqual(stateSpans({ changes, finalState: "ALARM" }, { from: 10, to: 60 }), [
      ["OK", 10, 20],
      ["ALARM", 20, 30],
      ["OK", 30, 45],
      ["ALARM", 45, 60],
    ]);
  });

  it("knows the state without any change, and drops empty spans", () => {
    const span = { from: 10, to: 60 };
    assert.deepEqual(stateSpans({ changes: [], finalState: "INSUFFICIENT_DATA" }, span), [
      ["INSUFFICIENT_DATA", 10, 60],
    ]);
    const atOnce = { changes: [change(10, "OK", "ALARM")], finalState: "ALARM" } as const;
    assert.deepEqual(stateSpans(atOnce, span), [["ALARM", 10, 60]]);
  });

  it("agrees with the minutes in ALARM", () => {
    for (const alarm of run.rehearsal.alarms) {
      const inAlarm = stateSpans(alarm, run.options).filter(([state]) => state === "ALARM");
      assert.equal(
        inAlarm.reduce((minutes, [, from, to]) => minutes + to - from, 0),
        alarm.minutesInAlarm,
      );
    }
  });

  it("adds up by period, with whole clock periods and gaps", () => {
    const series = minuteSeries([
      { minute: 58, sum: 1 },
      { minute: 59, sum: 2 },
      { minute: 60, sum: 4 },
      { minute: 119, sum: 8 },
      { minute: 180, sum: 16 },
      { minute: 190, sum: 32 },
    ]);
    const { starts, sums } = volumes([series], 60, { from: 59, to: 185 });
    assert.deepEqual(starts, [59, 60, 120, 180]);
    assert.deepEqual([...(sums[0] ?? [])], [2, 12, NaN, 16]);
  });

  it("gives each moment of mailing one mark with all its addressees", () => {
    const alarm = alarmAt(0);
    const { mails } = alarmChart(alarm, run.options);
    assert.equal(mails.length * 2, alarm.mails.length);
    assert.deepEqual(mails[0]?.to, ["ml-team@example.com", "oncall@example.com"]);
  });
});

describe("HTML report: words", () => {
  const { alarm } = alarmAt(0);

  it("says when an alarm fires, in percent only where that is its unit", () => {
    const condition = "at or below 90 % in 3 of 5 periods of 1 hour";
    assert.equal(conditionText(alarm), condition);
    assert.equal(firesWhen(alarm), `Fires when classification_rate is ${condition}.`);
    assert.equal(firesWhen(alarmAt(1).alarm), "Fires when there are no predictions for 1 hour.");
    assert.equal(unitOf(alarm), " %");
    assert.equal(unitOf(alarmAt(1).alarm), "");
  });

  it("names metrics by what they count, and apart", () => {
    assert.deepEqual(metricNames(alarm, ["valid", "total"]), [
      "valid predictions",
      "total predictions",
    ]);
    const metric = { namespace: "n", metricName: "a.errors", period: 60, stat: "Sum" };
    const two = {
      ...alarm,
      metricQueries: [
        { id: "m1", metric },
        { id: "m2", metric: { ...metric, metricName: "b.errors" } },
      ],
    };
    assert.deepEqual(metricNames(two, ["m1", "m2"]), ["m1 (a.errors)", "m2 (b.errors)"]);
  });

  it("counts with thousands and plurals", () => {
    const text = shown(page);
    assert.match(text, /60,480 log events read/);
    assert.match(text, /1 line without a time that can be read was left out/);
    assert.match(text, /10 log events carry the field but can never match/);
    assert.match(text, /2 of 2 alarms would have fired/);
    assert.doesNotMatch(text, /\b1 (minutes|alarms|e-mails|lines|state changes)\b/);
    assert.doesNotMatch(text, /undefined|NaN|\[object/);
  });

  it("is whole with nothing to show", () => {
    const rehearsal = { alarms: [], mails: [], undelivered: [] };
    const empty = shown(htmlReport({ ...run, rehearsal, logs: [], notes: [] }));
    assert.match(
      empty,
      /No alarm would have fired, no e-mail would have been sent by what was rehearsed\./,
    );
    assert.match(empty, /No alarm was rehearsed/);
    assert.match(empty, /No log was read/);
  });

  it("holds the mails in full, their subjects as headings", () => {
    const mail = run.rehearsal.mails[0] ?? assert.fail();
    assert.ok(page.includes(inline(mail.subject)));
    assert.ok(page.includes(blockWithLinks(mail.body.trimEnd())));
    assert.equal(page.split('<details class="mail').length - 1, run.rehearsal.mails.length);
  });

  it("stays small when an alarm flaps, and says what it leaves out", () => {
    const alarmOne = alarmAt(0);
    const one = alarmOne.changes[0] ?? assert.fail();
    const mail = run.rehearsal.mails[0] ?? assert.fail();
    const changes = Array.from({ length: 1201 }, () => one);
    const rehearsal = {
      alarms: [{ ...alarmOne, changes }],
      mails: Array.from({ length: 501 }, () => mail),
      undelivered: [],
    };
    const text = shown(htmlReport({ ...run, rehearsal }));
    assert.match(text, /1,001 later state changes left out here/);
    assert.match(text, /1 later e-mail left out here/);
  });
});

describe("HTML report: safety", () => {
  it("escapes text, and makes controls and reordering visible", () => {
    assert.equal(inline(`<a b="c">&'`), "&#60;a b=&#34;c&#34;&#62;&#38;&#39;");
    const shown = String.raw`a\u001b[31m\u202eb\u0000\u007f\t\ud800`;
    assert.equal(inline("a\u001b[31m\u202eb\0\u007f\t\ud800"), shown);
    assert.equal(inline("a\r\nb\rc"), String.raw`a\nb\rc`);
    assert.equal(block("a\r\nb\rc"), "a\nb\\rc");
  });

  it("links https addresses only, and nothing beyond them", () => {
    assert.equal(
      blockWithLinks(`see https://a.example/?b=1&c="x javascript:alert(1)`),
      `see <a href="https://a.example/?b=1&#38;c=" rel="noreferrer noopener">https://a.example/?b=1&#38;c=</a>&#34;x javascript:alert(1)`,
    );
  });

  // Single surrogates as well.
  const telling = fc.constantFrom("<", "/", "!", "-", ">", "&", "\u2028", "\u2029");
  const sign = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
  it("writes JSON that can neither end its script nor change on the way", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.oneof(telling, sign) }), (text) => {
        const json = scriptJson({ text: text + HOSTILE });
        assert.doesNotMatch(json, /[<>&\u2028\u2029]/);
        assert.deepEqual(JSON.parse(json), { text: text + HOSTILE });
      }),
    );
  });

  it("lets no markup of logs, names, mails and notes through", () => {
    assert.ok(!hostilePage.includes(HOSTILE));
    assert.doesNotMatch(hostilePage, /<img|<script>alert|\u202e|\u001b/);
    const tags = (html: string) =>
      [...shown(html).matchAll(/<[a-z][a-z0-9]*/g)]
        .map(([tag]) => tag)
        .filter((tag) => tag !== "<a");
    // Links apart, as hostile addresses may hold some: exactly the elements of the harmless page.
    assert.deepEqual(tags(hostilePage), tags(page));
  });

  it("allows exactly its own scripts and styles", () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? "";
    assert.match(policy, /^default-src 'none'; script-src 'sha256-/);
    assert.doesNotMatch(policy, /unsafe|https?:|\*|data:/);
    for (const [, text = ""] of page.matchAll(/<(?:script|style)>(.*?)<\/(?:script|style)>/gs)) {
      const hash = createHash("sha256").update(text).digest("base64");
      assert.ok(policy.includes(`'sha256-${hash}'`));
    }
    assert.doesNotMatch(shown(page), / style=| on[a-z]+=/);
  });

  it("refers to nothing that would be fetched", () => {
    assert.doesNotMatch(page, /<(?:link|img|iframe|object|embed|base|form)\b|@import|url\(|src=/);
    const links = [...shown(page).matchAll(/<a href="([^"]*)"([^>]*)>/g)];
    assert.ok(links.length > 0);
    for (const [, href = "", rest = ""] of links) {
      if (!href.startsWith("#")) assert.match(`${href}${rest}`, /^https:.*noreferrer/);
    }
  });

  it("carries the licence of the library in it", () => {
    assert.match(page, /Copyright \(c\) \d+ Leon Sorokin/);
  });
});
