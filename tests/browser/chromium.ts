import { accessSync, constants } from "node:fs";
import path from "node:path";
import { type Browser, chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];

/** What Chromium is told: no window, no sandbox (containers forbid it), and none of its own calls home. */
const ARGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts the Chromium of this machine. @throws Error that says what to install where there is none */
export function startChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium(), args: ARGS });
}

function findChromium(): string {
  const told = process.env["CHROMIUM"];
  if (told !== undefined && told !== "") {
    if (isProgram(told)) return told;
    throw new Error(`CHROMIUM is ${told}, which is no program that can be run`);
  }
  const folders = (process.env["PATH"] ?? "").split(path.delimiter);
  const onPath = NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  const found = ["/usr/bin/chromium", ...onPath].find(isProgram);
  if (found !== undefined) return found;
  throw new Error(
    "no Chromium found: install it (on Debian and Ubuntu: apt-get install chromium), or name the program of a Chromium or Chrome in the environment variable CHROMIUM",
  );
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
