import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { declaredByProgram } from "../../tools/cli/project";
import { fileSource } from "../../tools/logs/logSource";
import { htmlReport } from "../../tools/rehearse/htmlReport";
import { rehearseLogs } from "../../tools/rehearse/rehearseLogs";
import { startChromium } from "./chromium";
import { drawnIn, nextFrames, openReport, type OpenReport } from "./openReport";
import { HOSTILE, scene } from "./scene";

const SAMPLE = "samples/digits.jsonl.gz";

const WHOLE = "2026-03-02 00:00 to 2026-03-16 00:00 UTC";

describe("HTML report in a browser", () => {
  let browser: Browser;
  let report: OpenReport;

  before(async () => {
    browser = await startChromium();
  });
  after(() => browser.close());
  afterEach(async () => {
    const { requests, incidents } = report;
    await report.close();
    // Whatever a test does, the page stays quiet and off the network.
    assert.deepEqual(incidents, []);
    assert.equal(requests.length, 1);
    assert.match(requests[0] ?? "", /^file:/);
  });

  it("draws every chart, with its threshold in red", async () => {
    report = await openReport(browser, htmlReport(scene()));
    for (const chart of [0, 1]) {
      const values = await drawnIn(report.page, chart, "values");
      assert.ok(values.red > 400, `red: ${values.red}`);
      assert.ok(values.blue > 1000, `blue: ${values.blue}`);
      const sums = await drawnIn(report.page, chart, "volumes");
      assert.ok(sums.painted > 10_000, `painted: ${sums.painted}`);
      assert.equal(sums.red, 0);
    }
  });

  it("zooms both charts by dragging, and back by a double click", async () => {
    report = await openReport(browser, htmlReport(scene()));
    const { page } = report;
    assert.equal(await shownRange(page), WHOLE);
    const before = await picture(page, "volumes");
    await drag(page, 0.5, 0.75);
    assert.match(await shownRange(page), /^2026-03-0[89] \d\d:\d\d to 2026-03-12 \d\d:\d\d UTC$/);
    assert.notEqual(await picture(page, "volumes"), before);
    await page.locator(".values .u-over").first().dblclick();
    assert.equal(await shownRange(page), WHOLE);
    assert.equal(await picture(page, "volumes"), before);
  });

  it("zooms by keys and buttons", async () => {
    report = await openReport(browser, htmlReport(scene()));
    const { page } = report;
    const chart = page.locator("[data-chart]").first();
    await chart.focus();
    await page.keyboard.press("+");
    assert.equal(await shownRange(page), "2026-03-05 12:00 to 2026-03-12 12:00 UTC");
    await page.keyboard.press("ArrowRight");
    assert.equal(await shownRange(page), "2026-03-07 06:00 to 2026-03-14 06:00 UTC");
    await page.keyboard.press("0");
    assert.equal(await shownRange(page), WHOLE);
    await chart.getByRole("button", { name: "Zoom in" }).click();
    await chart.getByRole("button", { name: "Earlier" }).click();
    assert.equal(await shownRange(page), "2026-03-03 18:00 to 2026-03-10 18:00 UTC");
    await chart.getByRole("button", { name: "Show the whole time range" }).click();
    assert.equal(await shownRange(page), WHOLE);
  });

  it("tells the values under the cursor, in UTC", async () => {
    report = await openReport(browser, htmlReport(scene()), { timezoneId: "Asia/Kolkata" });
    const { page } = report;
    const over = page.locator(".values .u-over").first();
    await over.scrollIntoViewIfNeeded();
    const box = (await over.boundingBox()) ?? assert.fail();
    await page.mouse.move(box.x + box.width * (10 / 14), box.y + 40);
    const tip = await page.locator(".tip:visible").innerText();
    assert.match(tip, /^2026-03-1[12] \d\d:\d\d UTC/);
    assert.match(tip, /classification_rate\s+8\d(\.\d+)? %\s+threshold\s+90 %\s+state\s+ALARM/);
    assert.match(tip, /total predictions from \d\d:00\s+\d+/);
    await page.mouse.move(5, 5);
    assert.equal(await page.locator(".tip:visible").count(), 0);
  });

  it("opens a mail from the table of state changes", async () => {
    report = await openReport(browser, htmlReport(scene()));
    const { page } = report;
    await page.locator(".changes > summary").first().click();
    const link = page.locator(".changes a").first();
    const href = (await link.getAttribute("href")) ?? assert.fail();
    assert.equal(await page.locator(`${href} pre`).isVisible(), false);
    await link.click();
    await page.locator(`${href} pre`).waitFor({ state: "visible" });
  });

  it("lets hostile content show, and do nothing else", async () => {
    report = await openReport(browser, htmlReport(scene({ hostile: HOSTILE })));
    const { page } = report;
    await drawnIn(page, 0, "values");
    await page.locator(".values .u-over").first().hover();
    await page.locator(".tip:visible").waitFor();
    await page.evaluate(
      "document.querySelectorAll('details').forEach((it) => { it.open = true; })",
    );
    await nextFrames(page);
    assert.equal(await page.locator("script").count(), 3);
    assert.equal(await page.locator("img").count(), 0);
    const text = await page.locator("body").innerText();
    assert.ok(text.split("<script>alert(1)</script>").length > 10);
  });

  it("runs no script but its own, whatever gets into the page", async () => {
    report = await openReport(browser, htmlReport(scene()));
    const outcome = await report.page.evaluate<unknown>(`(async () => {
      const violated = new Promise((done) => {
        addEventListener("securitypolicyviolation", (event) => done(event.effectiveDirective));
      });
      const script = document.createElement("script");
      script.textContent = "globalThis.injected = true";
      document.body.append(script);
      return [await violated, globalThis.injected === undefined];
    })()`);
    assert.deepEqual(outcome, ["script-src-elem", true]);
    // The one incident that is meant to be.
    const expected = report.incidents.length;
    assert.equal(expected, 1);
    report = { ...report, incidents: report.incidents.slice(expected) };
  });

  it("follows the dark mode, also when it changes", async () => {
    report = await openReport(browser, htmlReport(scene()), { colorScheme: "dark" });
    const { page } = report;
    const background = () =>
      page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
    assert.equal(await background(), "rgb(16, 20, 26)");
    const dark = await picture(page, "values");
    await page.emulateMedia({ colorScheme: "light" });
    assert.equal(await background(), "rgb(246, 247, 249)");
    assert.notEqual(await picture(page, "values"), dark);
    assert.ok((await drawnIn(page, 0, "values")).red > 400);
  });

  it("fits a phone and a change of its width", async () => {
    const viewport = { width: 400, height: 800 };
    report = await openReport(browser, htmlReport(scene({ hostile: HOSTILE })), { viewport });
    const { page } = report;
    const width = () => page.evaluate<number>("document.documentElement.scrollWidth");
    assert.equal(await width(), 400);
    await page.setViewportSize({ width: 320, height: 800 });
    await nextFrames(page);
    assert.equal(await width(), 320);
  });

  it("draws all charts on light ground for printing, and goes back", async () => {
    report = await openReport(browser, htmlReport(scene()), { colorScheme: "dark" });
    const { page } = report;
    const paper = await page.pdf({ format: "A4" });
    assert.ok(paper.length > 50_000);
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    assert.equal(await page.locator(".chart .u-wrap").count(), 4);
    assert.equal(await page.locator(".changes[open]").count(), 2);
    const background = () =>
      page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
    assert.equal(await background(), "rgb(246, 247, 249)");
    await page.evaluate("dispatchEvent(new Event('afterprint'))");
    assert.equal(await background(), "rgb(16, 20, 26)");
  });

  it("zooms in a year of minutes", async () => {
    report = await openReport(browser, htmlReport(scene({ days: 365 })));
    const { page } = report;
    const before = await shownRange(page);
    for (let times = 0; times < 5; times += 1) {
      await page.locator("[data-chart]").first().focus();
      await page.keyboard.press("+");
      await nextFrames(page);
    }
    assert.notEqual(await shownRange(page), before);
  });

  it("filters many alarms by the words of their rows", async () => {
    const run = scene();
    const [first] = run.rehearsal.alarms;
    assert.ok(first);
    const alarms = Array.from({ length: 30 }, (_, number) => {
      const alarm = { ...first.alarm, name: `alarm-${number}`, model: `model-${number}` };
      return { ...first, alarm };
    });
    const rehearsal = { ...run.rehearsal, alarms };
    report = await openReport(browser, htmlReport({ ...run, declared: 30, rehearsal }));
    const { page } = report;
    await page.getByLabel("Filter").fill("model-12 alarm");
    assert.equal(await page.locator("#summary tbody tr:visible").count(), 1);
    assert.equal(await page.locator("section.alarm:visible").count(), 1);
    await page.locator("section.alarm:visible").getByRole("link", { name: "All alarms" }).click();
    await page.getByLabel("Filter").fill("");
    assert.equal(await page.locator("section.alarm:visible").count(), 30);
    await page.emulateMedia({ media: "print" });
    await page.setViewportSize({ width: 720, height: 900 });
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    await nextFrames(page);
    assert.ok((await page.evaluate<number>("document.documentElement.scrollWidth")) <= 720);
    // A reason squeezed into a narrow column would be as long as the page.
    const reason = page.locator(".changes td:last-child").first();
    assert.ok(((await reason.boundingBox())?.width ?? 0) > 200);
  });

  it("says in words where there is nothing to draw", async () => {
    const run = scene();
    const alarms = run.rehearsal.alarms.map((one) => {
      const newest = one.newest();
      const none = { ...newest, values: newest.values.fill(NaN) };
      return { ...one, newest: () => none, metrics: new Map() };
    });
    const html = htmlReport({ ...run, rehearsal: { ...run.rehearsal, alarms } });
    report = await openReport(browser, html);
    assert.equal(await report.page.locator("figure").count(), 0);
    assert.match(
      await report.page.locator("#alarm-0").innerText(),
      /no data at all[^]*No data point/,
    );
  });

  it("draws the bundled sample, rehearsed for real", async () => {
    const program = await declaredByProgram("dev", { folder: "samples" });
    const logs = [{ logGroup: "/aws/lambda/digits-classifier", sources: [fileSource(SAMPLE)] }];
    report = await openReport(browser, htmlReport(await rehearseLogs(program, logs, {})));
    const values = await drawnIn(report.page, 0, "values");
    assert.ok(values.red > 400 && values.blue > 1000);
    assert.match(await report.page.locator("main").innerText(), /1 e-mail|3 e-mails/);
  });
});

async function shownRange(page: Page): Promise<string> {
  return page.locator(".shown").first().innerText();
}

/** The first chart's picture, as text to compare. */
async function picture(page: Page, plot: string): Promise<string> {
  await page.mouse.move(5, 5);
  await nextFrames(page);
  return page.evaluate<string>(`document.querySelector(".${plot} canvas").toDataURL()`);
}

/** Drags over the first chart, from one fraction of its width to another. */
async function drag(page: Page, from: number, to: number): Promise<void> {
  const over = page.locator(".values .u-over").first();
  await over.scrollIntoViewIfNeeded();
  const box = (await over.boundingBox()) ?? assert.fail();
  await page.mouse.move(box.x + box.width * from, box.y + 50);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * to, box.y + 60, { steps: 5 });
  await page.mouse.up();
}
