import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import { declaredOffline, stackToRun } from "../../tools/cli/project";
import { datapointsText } from "../../components/settings/settings";
import { fileSource } from "../../tools/logs/logSource";
import { alarmOf, modelNamed } from "../../tools/program/model";
import { tuneHtml } from "../../tools/tune/htmlReport";
import { tuneReport } from "../../tools/tune/report";
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
    const stack = stackToRun("dev", { folder: "samples" });
    const declared = await declaredOffline(stack);
    const sources = [fileSource("samples/digits.jsonl.gz")];
    const model = stack.settings?.models.find(({ name }) => name === "digits") ?? assert.fail();
    run = await tuneLogs(
      declared,
      alarmOf(modelNamed(declared, "digits"), "rate"),
      model,
      [{ logGroup: "/aws/lambda/digits-classifier", sources }],
      {
        baselineUntil: Date.parse("2026-03-09T00:00Z"),
        incidents: [{ from: Date.parse("2026-03-09T00:00Z"), to: Date.parse("2026-03-12T13:40Z") }],
        effort: 0.1,
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

  it("draws the frontier and the rates, with the suggested and the declared", async () => {
    report = await openReport(browser, page(run));
    const { page: shown } = report;
    assert.equal(await shown.locator("svg.plot").count(), 2);
    assert.equal(
      await shown.locator(".plot .mark > .suggested, .plot .mark > .declared").count(),
      2,
    );
    assert.ok((await shown.locator(".plot .mark > .other").count()) > 1);
    assert.equal(await shown.locator(".level.suggested, .level.declared").count(), 2);
    assert.equal(await shown.locator("rect.incident").count(), 1);
    assert.equal(await shown.locator("path[d*=NaN]").count(), 0);
    assert.equal(await shown.locator("script").count(), 0);
    // Dashes and forms tell apart what colours do.
    const dashes = (level: string) =>
      shown.evaluate<string>(
        `getComputedStyle(document.querySelector(".level.${level}")).strokeDasharray`,
      );
    assert.equal(new Set([await dashes("suggested"), await dashes("declared")]).size, 2);
  });

  it("says what is suggested and why, in a table that marks it", async () => {
    report = await openReport(browser, page(run));
    const text = await report.page.locator("body").innerText();
    const { threshold, datapoints } = run.chosen?.cell ?? assert.fail();
    assert.ok(text.includes(`Suggestion: ${threshold} % in ${datapointsText(datapoints)}`));
    assert.match(text, /It catches 1 of 1 incident/);
    assert.doesNotMatch(text, /undefined|NaN|\[object/);
    assert.equal(await report.page.locator("tr.suggested").count(), 1);
  });

  it("lets hostile content show, and do nothing else", async () => {
    const alarm = { ...run.alarm, model: HOSTILE };
    report = await openReport(browser, page({ ...run, alarm, stack: HOSTILE, notes: [HOSTILE] }));
    const text = await report.page.locator("body").innerText();
    assert.ok(text.split("<script>alert(1)</script>").length > 3);
    assert.equal(await report.page.locator("img").count(), 0);
  });

  it("fits a phone, dark mode and paper", async () => {
    const viewport = { width: 360, height: 800 };
    report = await openReport(browser, page(run), { viewport, colorScheme: "dark" });
    const { page: shown } = report;
    assert.equal(await shown.evaluate<number>("document.documentElement.scrollWidth"), 360);
    const line = () =>
      shown.evaluate<string>("getComputedStyle(document.querySelector('path.rate')).stroke");
    const dark = await line();
    await shown.emulateMedia({ colorScheme: "light" });
    assert.notEqual(await line(), dark);
    assert.ok((await shown.pdf({ format: "A4" })).length > 30_000);
  });

  it("draws suspected days and the declared line, without a suggestion", async () => {
    const { from } = run.span;
    const odd = { from: from + 1440, to: from + 2880, predictions: 9, rate: 50, elsewhere: 90 };
    const none = { chosen: undefined, nearest: undefined, frontier: [], suspects: [odd] };
    report = await openReport(browser, page({ ...run, ...none }));
    assert.equal(await report.page.locator("rect.suspect").count(), 1);
    assert.equal(await report.page.locator("svg.plot").count(), 1);
    assert.match(await report.page.locator("body").innerText(), /No suggestion/);
  });
});

function page(run: TuneRun): string {
  return tuneHtml(run, tuneReport(run, { args: [], source: "", files: [], reading: "" }));
}
