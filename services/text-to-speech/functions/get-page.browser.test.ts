// What people see and do: the deployed services, the voice of this machine, and a real browser.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { TestUser } from "@warmstart/testing";
import type { Browser, Page } from "playwright-core";
import type { Mark } from "../src/marks.ts";
import { hasBrowser, openBrowser, visit, type Visit, whyNot } from "../test/browser.ts";
import { contrasts } from "../test/contrast.ts";
import { aPost, openTts, type Tts } from "../test/open-tts.ts";

const TEXT =
  "The café opens at eight. “Two cups,” says Zoë — and the day begins.\n\nA second paragraph follows the first.";
const LISTEN_MS = 1500;
const LATE_MS = 1000;
const HOSTILE = `<img src=x onerror="alert(1)"><script>alert(2)</script>`;

let tts: Tts;
let browser: Browser;
let ann: TestUser;
let seen: Visit;
let page: Page;

const when = hasBrowser ? describe : describe.skip;

const signIn = async ({ email, password }: Pick<TestUser, "email" | "password"> = ann): Promise<void> => {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
};

const write = async (title: string, text: string): Promise<void> => {
  await page.getByLabel("Title").fill(title);
  await page.getByLabel("Text").fill(text);
};
const send = (): Promise<void> => page.getByRole("button", { name: "Read it aloud" }).click();

/** Waits for the entry of a post to say so. */
const until = (title: string, state: string): Promise<void> =>
  page
    .getByRole("listitem")
    .filter({ hasText: `${title}: ${state}` })
    .waitFor({ timeout: 20_000 });

const problem = (): Promise<string> => page.getByRole("alert").filter({ hasText: /./ }).innerText();

const marksOf = async (title: string): Promise<readonly Mark[]> => {
  const { data } = (await tts.get(ann, "/posts")).json as { data: { id: string; title: string }[] }; // the API's schema
  const id = data.find((each) => each.title === title)?.id ?? "";
  const marks = (await (await fetch((await tts.view(ann, id)).marksUrl ?? "")).json()) as Mark[]; // as stored
  return marks.filter(({ type }) => type === "word");
};

/** The word that is highlighted, and where the audio is. */
interface Moment {
  readonly word: string;
  readonly ms: number;
}

const MOMENT =
  "({ word: [...CSS.highlights.get('word')].join(), ms: document.getElementById('audio').currentTime * 1000 })";
const moment = () => page.evaluate<Moment>(MOMENT);

/** One of each frame that the page draws, until the audio has come so far. */
const momentsUntil = (ms: number) =>
  page.evaluate<readonly Moment[]>(`new Promise((done) => {
    const moments = [];
    const look = () => {
      moments.push(${MOMENT});
      if (moments.at(-1).ms < ${ms}) requestAnimationFrame(look);
      else done(moments);
    };
    look();
  })`);

/** Puts the audio there, and waits until the page has drawn what comes of it. */
const seek = (ms: number): Promise<unknown> =>
  page.evaluate(`new Promise((done) => {
    const audio = document.getElementById("audio");
    audio.addEventListener("seeked", () => requestAnimationFrame(() => requestAnimationFrame(done)), { once: true });
    audio.currentTime = ${ms / 1000};
  })`);

/** Asks again until it does: the page's policy lets nobody wait inside of it. */
const holds = async (expression: string): Promise<void> => {
  for (let tries = 0; tries < 200; tries++) if ((await page.evaluate(expression)) === true) return;
  throw new Error(`never was ${expression}`);
};

/** Presses Tab until an element with this name has the focus. */
const tabTo = async (name: string): Promise<void> => {
  const focused =
    "(({ activeElement: e, body }) => e === body ? '' : (e.ariaLabel ?? e.labels?.[0]?.textContent ?? e.textContent))(document)";
  for (let tries = 0; tries < 30; tries++) {
    if (String(await page.evaluate(focused)).includes(name)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`${name} cannot be reached by Tab`);
};

/** It spoke to this machine only, ran nothing strange, and keeps nothing: the token is in memory. */
const expectManners = async (): Promise<void> => {
  const own = [new URL(tts.app.http.url).origin, tts.cloud.endpoint];
  expect(own).toEqual(expect.arrayContaining([...seen.asked]));
  expect(seen.complaints).toEqual([]);
  expect(await page.context().storageState()).toMatchObject({ cookies: [], origins: [] });
};

when(`the page in a browser${whyNot}`, () => {
  beforeAll(async () => {
    [tts, browser] = await Promise.all([openTts(), openBrowser()]);
    ann = await tts.person();
  });
  beforeEach(async () => {
    seen = await visit(browser, `${tts.app.http.url}/`);
    ({ page } = seen);
  });
  afterEach(async () => {
    await expectManners();
    await seen.close();
  });
  afterAll(async () => {
    await browser.close();
    await tts.cloud.close();
  });

  test("a text is posted, becomes ready by itself, its words are highlighted as they are spoken, and all can be read", async () => {
    await signIn();
    await write("Morning", TEXT);
    await page.getByText("106 characters, about 0:07, at most $0.0008").waitFor();
    await send();
    await until("Morning", "ready");
    expect(await page.locator("#said").innerText()).toMatch(/^Morning: ready, 0:0\d, 208 characters billed/);
    const marks = await marksOf("Morning");
    await page.getByRole("button", { name: "Listen: Morning" }).click();
    await page.locator("audio:focus").waitFor();
    expect(await page.locator("#words").textContent()).toBe(TEXT);
    const heard = new Set<string>();
    for (const { word, ms } of await momentsUntil(LISTEN_MS)) {
      // Never a word that is still to come, and on a busy machine one that has just passed.
      const begun = marks.filter(({ time }) => time <= ms);
      const recent = begun.filter((_mark, at) => (begun[at + 1]?.time ?? ms) > ms - LATE_MS);
      expect(["", ...recent.map(({ value }) => value)]).toContain(word);
      heard.add(word);
    }
    expect(heard.size).toBeGreaterThan(3);
    await page.evaluate("document.getElementById('audio').pause()");
    for (const word of ["café", "Zoë", "second", "The", "first"]) {
      await seek((marks.find(({ value }) => value === word)?.time ?? 0) + 1);
      expect((await moment()).word).toBe(word);
    }
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const texts = await contrasts(page);
      expect(texts.length).toBeGreaterThan(15);
      expect(texts.filter(({ contrast }) => contrast < 4.5)).toEqual([]);
    }
  });

  test("whatever a title says is text, in the list and above the audio, and SSML is shown as it was written", async () => {
    const ssml = `<speak>Tea is <emphasis>ready</emphasis>. <break time="300ms"/> Mind the cup, &lt;dear&gt;.</speak>`;
    await tts.accepted(ann, { title: HOSTILE, ssml, marks: true });
    await signIn();
    await until(HOSTILE, "ready");
    await page.getByRole("button", { name: `Listen: ${HOSTILE}` }).click();
    expect(await page.getByRole("heading", { name: HOSTILE }).innerText()).toBe(HOSTILE);
    const words = (await page.locator("#words").textContent()) ?? "";
    expect(words.trim()).toMatch(/^Tea is <emphasis>ready<\/emphasis>\.\s+Mind the cup, &lt;dear&gt;\.$/);
    for (const { start, end, value } of await marksOf(HOSTILE)) expect(words.slice(start, end)).toBe(value);
    expect(await page.evaluate("document.querySelectorAll('img, body script').length")).toBe(0);
  });

  test("the keyboard is enough", async () => {
    const { keyboard } = page;
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    await tabTo("E-mail");
    await keyboard.type(ann.email);
    await tabTo("Password");
    await keyboard.type(ann.password);
    await keyboard.press("Enter");
    await page.getByRole("heading", { name: "Your posts" }).waitFor();
    await page.locator("[name=title]:focus").waitFor();
    await keyboard.type("By hand");
    await tabTo("Text");
    await keyboard.type("One two three four five.");
    await tabTo("Voice");
    await keyboard.type("Matthew (en-US, s");
    expect(await page.getByLabel("Voice").inputValue()).toBe("Matthew standard");
    await tabTo("Show the word");
    await keyboard.press("Space");
    await tabTo("Read it aloud");
    await keyboard.press("Enter");
    await until("By hand", "ready");
    await tabTo("Listen: By hand");
    await keyboard.press("Enter");
    await page.locator("audio:focus").waitFor();
    await holds("!document.activeElement.paused");
    await keyboard.press("Space");
    await holds("document.activeElement.paused");
    await tabTo("Delete: By hand");
    await keyboard.press("Enter");
    await page.locator("h2:focus").waitFor();
    expect(await page.getByRole("listitem").filter({ hasText: "By hand" }).count()).toBe(0);
  });

  test("what goes wrong is said, and what was written stays", async () => {
    await signIn({ ...ann, password: "not the password" });
    expect(await problem()).toBe("Incorrect username or password.");
    await signIn();
    await page.locator("[name=title]:focus").waitFor(); // the list is there, and moves nothing any more
    await write("Noise", "…!!!");
    await send();
    expect(await problem()).toMatch(/\bspeak|letter/);
    expect(await page.getByLabel("Text").inputValue()).toBe("…!!!");
    await tts.cloud.clock.advance("16m"); // tokens last 15
    await send();
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    await signIn();
    expect(await page.getByLabel("Text").inputValue()).toBe("…!!!");
  });

  test("without voices there is still a list, and without marks a post that can be heard", async () => {
    await page.route("**/m/*/*", (route) => route.abort());
    await page.route("**/voices", (route) => route.fulfill({ status: 503, json: { detail: "Polly is away" } }));
    await page.reload();
    expect(await problem()).toBe("Polly is away");
    await signIn();
    await page.getByRole("button", { name: "Listen: Morning" }).click();
    await holds("!document.getElementById('audio').paused");
    expect(await problem()).toBe("Failed to fetch");
    await write("Silence", "Who speaks?");
    await send();
    expect(await page.getByLabel("Text").inputValue()).toBe("Who speaks?"); // not sent: a voice is required
  });

  test("a failed post says why, and older posts come a page at a time", async () => {
    const bob = await tts.person();
    const error = { code: "voice", detail: "Joanna has gone" };
    for (let at = 0; at < 24; at++) await tts.put(aPost(bob.id, { title: `Old ${at}`, status: "failed", error }));
    await tts.put(aPost(bob.id, { title: "New", status: "failed", error }));
    await signIn(bob);
    await page.getByText("New: failed: Joanna has gone").waitFor();
    const items = page.getByRole("listitem");
    expect(await items.count()).toBe(20);
    await page.getByRole("button", { name: "Older ones" }).click();
    await page.getByText("Old 0: ").waitFor();
    expect(await items.count()).toBe(25);
    expect(await items.first().innerText()).toContain("New");
    expect(await page.getByRole("button", { name: "Older ones" }).isVisible()).toBe(false);
  });
});
