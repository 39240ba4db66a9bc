import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import { declaredByProgram } from "../../tools/cli/project";
import { datapointsText } from "../../components/settings/schema";
import { fileSource } from "../../tools/logs/logSource";
import { alarmOf, modelNamed } from "../../tools/program/model";
import { tuneHtml } from "../../tools/tune/htmlReport";
import { tuneLogs, type TuneRun } from "../../tools/tune/tuneLogs";
import { startChromium } from "./chromium";
import { openReport, type OpenReport } from "./openReport";
import { HOSTILE } from "./scene";

describe("tune page in a browser", () => {
  let browser: Browser;
  let report: OpenReport;
  let run: TuneRun;

  before(async () => {
    browser = await startChromium();
    const declared = await declaredByProgram("dev", { folder: "samples" });
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

  it("draws a line for each setting, the budget, and the suggested and the declared point", async () => {
    report = await openReport(browser, tuneHtml(run));
    const { page } = report;
    for (const chart of [".falseMails", ".delays"]) {
      assert.equal(await page.locator(`${chart} g`).count(), 7);
      assert.equal(await page.locator(`${chart} g.main`).count(), 1);
      assert.equal(await page.locator(`${chart} .suggested, ${chart} .declared`).count(), 2);
    }
    assert.equal(await page.locator(".limit").count(), 1);
    assert.equal(await page.locator("path[d*=NaN]").count(), 0);
  });

  it("says what is suggested and why", async () => {
    report = await openReport(browser, tuneHtml(run));
    const text = await report.page.locator("body").innerText();
    const { threshold, datapoints } = run.suggestions.chosen?.cell ?? assert.fail();
    assert.ok(text.includes(`Suggested: ${threshold} % in ${datapointsText(datapoints)}`));
    assert.match(text, /It catches 1 of 1 incident/);
    assert.doesNotMatch(text, /undefined|NaN|\[object/);
    assert.equal(await report.page.locator("tr.suggested").count(), 1);
  });

  it("tells the figures under the cursor", async () => {
    report = await openReport(browser, tuneHtml(run));
    const { page } = report;
    const plot = page.locator(".falseMails");
    await plot.scrollIntoViewIfNeeded();
    const box = (await plot.boundingBox()) ?? assert.fail();
    const tip = await page.evaluate<string>(
      `document.elementFromPoint(${box.x + box.width / 2}, ${box.y + 40}).textContent`,
    );
    assert.match(
      tip,
      /^at or below \d\d(\.\d+)? %\n1 of 1: [\d,]+ false of [\d,]+ mails, .* in ALARM/,
    );
    assert.equal(tip.split("\n").length, 1 + 7);
  });

  it("switches to all mails and hides settings, without a script", async () => {
    report = await openReport(browser, tuneHtml(run));
    const { page } = report;
    assert.equal(await page.locator("script").count(), 0);
    const shown = async () =>
      Promise.all(
        (await page.locator(".plot:visible").all()).map((plot) => plot.getAttribute("class")),
      );
    assert.deepEqual(await shown(), ["plot falseMails", "plot delays"]);
    await page.getByLabel("All mails").check();
    assert.deepEqual(await shown(), ["plot mails", "plot delays"]);
    assert.equal(await page.locator(".mails g:visible").count(), 7);
    await page.getByLabel("5 of 5").uncheck();
    assert.equal(await page.locator(".mails g:visible").count(), 6);
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
    const line = () =>
      page.evaluate<string>("getComputedStyle(document.querySelector('.main path')).stroke");
    const dark = await line();
    await page.emulateMedia({ colorScheme: "light" });
    assert.notEqual(await line(), dark);
    assert.ok((await page.pdf({ format: "A4" })).length > 30_000);
  });

  it("draws without incidents, without a suggestion", async () => {
    const truth = { ...run.truth, incidents: [] };
    const grid = run.grid.map((cell) => ({ ...cell, caught: 0, delays: [] }));
    const suggestions = { chosen: undefined, perSetting: [] };
    report = await openReport(browser, tuneHtml({ ...run, truth, grid, suggestions }));
    assert.equal(await report.page.locator(".falseMails g").count(), 7);
    assert.equal(await report.page.locator(".delays").count(), 0);
    assert.match(await report.page.locator("body").innerText(), /No suggestion/);
  });
});
