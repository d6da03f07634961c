// A real browser, where this machine has one. It reaches this machine and nothing else.
import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";

const PATHS = [
  process.env["WARMSTART_CHROMIUM"] ?? "",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];
const path = PATHS.find((each) => each !== "" && existsSync(each));

export const hasBrowser = path !== undefined;
/** Behind the name of a suite that needs one. */
export const whyNot: string = hasBrowser
  ? ""
  : ": skipped, there is no Chromium; apt-get install chromium, or WARMSTART_CHROMIUM=<its path>";
if (!hasBrowser) process.stderr.write(`Tests in a browser${whyNot}\n`); // jest does not name suites that it skips

const FLAGS = [
  // In a container there is no sandbox for root, no GPU, and little shared memory.
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--mute-audio",
  "--autoplay-policy=no-user-gesture-required",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

export const openBrowser = (): Promise<Browser> => chromium.launch({ executablePath: path ?? "", args: FLAGS });

export interface Visit {
  readonly page: Page;
  /** Origins of all requests. */
  readonly asked: ReadonlySet<string>;
  /** Errors and dialogs, and what the page's policy forbade. */
  readonly complaints: readonly string[];
  readonly close: () => Promise<void>;
}

/** A page of somebody who was never here. */
export const visit = async (browser: Browser, url: string): Promise<Visit> => {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const asked = new Set<string>();
  const complaints: string[] = [];
  page.on("request", (request) => asked.add(new URL(request.url()).origin));
  page.on("pageerror", ({ message }) => complaints.push(message));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("console", (message) => {
    const isAnswer = message.text().startsWith("Failed to load resource"); // 4xx, which the page shows
    if (message.type() === "error" && !isAnswer) complaints.push(message.text());
  });
  await page.goto(url);
  return { page, asked, complaints, close: () => context.close() };
};
