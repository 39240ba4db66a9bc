import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { declaredByProgram } from "../../tools/cli/project";
import { fileSource } from "../../tools/logs/logSource";
import { alarmOf, modelNamed } from "../../tools/program/model";
import { tuneHtml } from "../../tools/tune/htmlReport";
import { tuneLogs, type TuneRun } from "../../tools/tune/tuneLogs";
import { startChromium } from "./chromium";
import { drawnIn, nextFrames, openReport, type OpenReport } from "./openReport";
import { HOSTILE } from "./scene";

describe("tune page in a browser", () => {
  let browser: Browser;
  let report: OpenReport;
  let run: TuneRun;

  before(async () => {
    browser = await startChromium();
    const declared = await declaredByProgram("dev");
    const sources = [fileSource("samples/digits.jsonl.gz")];
    run = await tuneLogs(
      declared,
      alarmOf(modelNamed(declared, "digits"), "rate"),
      [{ logGroup: "/aws/lambda/digits-classifier", sources }],
      {
        baselineUntil: Date.parse("2026-03-09T00:00Z"),
        incidents: [{ from: Date.parse("2026-03-09T00:00Z"), to: Date.parse("2026-03-12T13:40Z") }],
      },
    );
  });
  after(() => browser.close());
  afterEach(async () => {
    const { requests, incidents } = report;
    await report.close();
    assert.deepEqual(incidents, []);
    assert.equal(requests.length, 1);
  });

  it("draws mails and delays, with the budget in red and the suggested line in blue", async () => {
    report = await openReport(browser, tuneHtml(run));
    const mails = await drawnIn(report.page, 0, "mails");
    assert.ok(mails.red > 200, `red: ${mails.red}`);
    assert.ok(mails.blue > 1000, `blue: ${mails.blue}`);
    const delays = await drawnIn(report.page, 0, "delays");
    assert.ok(delays.blue > 1000, `blue: ${delays.blue}`);
  });

  it("says what is suggested and why", async () => {
    report = await openReport(browser, tuneHtml(run));
    const text = await report.page.locator("body").innerText();
    const { threshold } = run.suggestions.chosen?.cell ?? assert.fail();
    assert.ok(text.includes(`Suggested: ${threshold} % in 3 of 5`));
    assert.match(text, /It catches 1 of 1 incident/);
    assert.doesNotMatch(text, /undefined|NaN|\[object/);
    assert.equal(await report.page.locator("tr.suggested").count(), 1);
  });

  it("tells the figures under the cursor, of the settings that are shown", async () => {
    report = await openReport(browser, tuneHtml(run));
    const { page } = report;
    const over = page.locator(".mails .u-over");
    await over.scrollIntoViewIfNeeded();
    const box = (await over.boundingBox()) ?? assert.fail();
    await page.mouse.move(box.x + box.width / 2, box.y + 40);
    const tip = page.locator(".tip:visible");
    assert.match(await tip.innerText(), /^at or below \d\d(\.\d+)? %\s+false\s+mails/);
    assert.equal(await tip.locator("tr").count(), 1 + 7);
    await page.getByRole("button", { name: "1 of 1" }).click();
    await page.mouse.move(box.x + box.width / 3, box.y + 40);
    assert.equal(await tip.locator("tr").count(), 1 + 6);
  });

  it("switches to all mails, hides settings and zooms", async () => {
    report = await openReport(browser, tuneHtml(run));
    const { page } = report;
    const first = await picture(page);
    await page.getByRole("button", { name: "All mails" }).click();
    const all = await picture(page);
    assert.notEqual(all, first);
    await page.getByRole("button", { name: "5 of 5" }).click();
    const fewer = await picture(page);
    assert.notEqual(fewer, all);
    await page.getByRole("button", { name: "Show all thresholds" }).click();
    assert.notEqual(await picture(page), fewer);
    assert.match(
      await page.locator(".shown").innerText(),
      /^Thresholds from \d\d(\.\d+)? % to 100 %/,
    );
    await page.locator("[data-chart]").focus();
    await page.keyboard.press("+");
    assert.doesNotMatch(await page.locator(".shown").innerText(), /to 100 %/);
  });

  it("lets hostile content show, and do nothing else", async () => {
    const alarm = { ...run.alarm, model: HOSTILE };
    const html = tuneHtml({ ...run, alarm, stack: HOSTILE, notes: [HOSTILE] });
    report = await openReport(browser, html);
    const text = await report.page.locator("body").innerText();
    assert.ok(text.split("<script>alert(1)</script>").length > 3);
    assert.equal(await report.page.locator("img").count(), 0);
  });

  it("fits a phone, dark mode and paper", async () => {
    const viewport = { width: 360, height: 800 };
    report = await openReport(browser, tuneHtml(run), { viewport, colorScheme: "dark" });
    const { page } = report;
    assert.equal(await page.evaluate<number>("document.documentElement.scrollWidth"), 360);
    const dark = await picture(page);
    await page.emulateMedia({ colorScheme: "light" });
    assert.notEqual(await picture(page), dark);
    assert.ok((await page.pdf({ format: "A4" })).length > 30_000);
  });

  it("draws without incidents, without a suggestion", async () => {
    const truth = { ...run.truth, incidents: [] };
    const grid = run.grid.map((cell) => ({ ...cell, caught: 0, delays: [] }));
    const suggestions = { chosen: undefined, perSetting: [] };
    report = await openReport(browser, tuneHtml({ ...run, truth, grid, suggestions }));
    assert.ok((await drawnIn(report.page, 0, "mails")).blue > 500);
    assert.equal(await report.page.locator(".delays").count(), 0);
    assert.match(await report.page.locator("body").innerText(), /No suggestion/);
  });
});

async function picture(page: Page): Promise<string> {
  await page.mouse.move(5, 5);
  await nextFrames(page);
  return page.evaluate<string>(`document.querySelector(".mails canvas").toDataURL()`);
}
