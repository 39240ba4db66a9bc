import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";

/** A report open in a browser, and what it did there. */
export interface OpenReport {
  readonly page: Page;
  /** Addresses asked for, the report's own file included. */
  readonly requests: readonly string[];
  /** Errors and warnings on the console, uncaught errors, dialogs, violations of the content security policy. */
  readonly incidents: readonly string[];
  readonly close: () => Promise<void>;
}

/** Opens a report as a person would: from a file. */
export async function openReport(
  browser: Browser,
  html: string,
  options: BrowserContextOptions = {},
): Promise<OpenReport> {
  const folder = mkdtempSync(path.join(tmpdir(), "report-"));
  const file = path.join(folder, "report.html");
  writeFileSync(file, html);
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, ...options });
  const page = await context.newPage();
  const requests: string[] = [];
  const incidents: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("pageerror", (error) => incidents.push(error.message));
  page.on("console", (message) => {
    // A violation of the content security policy is an error on the console too.
    if (["error", "warning"].includes(message.type())) incidents.push(message.text());
  });
  page.on("dialog", (dialog) => {
    incidents.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(pathToFileURL(file).href);
  // A chart is drawn when it comes near the window, which on a phone it is not at once.
  const charts = page.locator("[data-chart]");
  if ((await charts.count()) > 0) {
    await charts.first().scrollIntoViewIfNeeded();
    await page.locator(".chart canvas").first().waitFor();
  }
  return {
    page,
    requests,
    incidents,
    close: async () => {
      await context.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What a canvas shows, in numbers of pixels. */
export interface Drawn {
  readonly painted: number;
  /** Of the threshold and the marks of ALARM. */
  readonly red: number;
  /** Of the line of the value. */
  readonly blue: number;
}

/** Looks at the canvas of a plot: `values` or `volumes` of the n-th chart. */
export async function drawnIn(page: Page, chart: number, plot: string): Promise<Drawn> {
  const selector = `[data-chart="${chart}"] .${plot} canvas`;
  await page.locator(selector).scrollIntoViewIfNeeded();
  await nextFrames(page);
  return page.evaluate<Drawn>(`(() => {
    const canvas = document.querySelector(${JSON.stringify(selector)});
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let [painted, red, blue] = [0, 0, 0];
    for (let i = 0; i < data.length; i += 4) {
      const [r, g, b, alpha] = data.subarray(i, i + 4);
      if (alpha > 0) painted += 1;
      if (alpha > 200 && r > 180 && g < 130 && b < 130) red += 1;
      if (alpha > 200 && b > 150 && r < 130) blue += 1;
    }
    return { painted, red, blue };
  })()`);
}

/** Waits until what was changed is drawn. */
export async function nextFrames(page: Page): Promise<void> {
  await page.evaluate(
    "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))",
  );
}
