import { describe, expect, test } from "@jest/globals";
import { aLink, NOW } from "../test/a-link.ts";
import * as v from "valibot";
import { clickId, clickLog } from "./clicks.ts";
import { type Click, ClickLine } from "./count-clicks.ts";
import type { Headers } from "./redirect.ts";

const SANDBOX = "00112233445566ff";
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

const logged = (headers: Headers, query: Headers = {}): { line: string; click: Click } => {
  let line = "";
  clickLog(SANDBOX, (text) => (line += text))(aLink(), headers, query);
  return { line, click: v.parse(ClickLine, JSON.parse(line)) };
};

describe("the click line", () => {
  test("is one line of JSON with the referrer's host and the agent, but no address and no target", () => {
    const { line, click } = logged({
      "user-agent": FIREFOX,
      referer: "https://news.example/story?id=1",
      "x-forwarded-for": "203.0.113.9",
    });
    expect(line).toMatch(/^\{"type":"click","v":1,.*\}\n$/);
    expect(click).toMatchObject({ sandbox: SANDBOX, seq: 0, id: clickId(aLink()), ref: "news.example", ua: FIREFOX });
    expect(line).not.toMatch(/203\.0\.113|story|example\.com/);
  });

  test("numbers the clicks of an instance from zero", () => {
    const seqs: unknown[] = [];
    const log = clickLog(SANDBOX, (line) => seqs.push(JSON.parse(line).seq));
    for (let i = 0; i < 3; i++) log(aLink(), {}, {});
    expect(seqs).toEqual([0, 1, 2]);
  });

  test("says when a QR code or a prefetch brought it", () => {
    expect(logged({ purpose: "prefetch" }, { s: "qr" }).click).toMatchObject({ src: "qr", pre: 1 });
    expect(logged({}, { s: "other" }).click.src).toBeUndefined();
  });

  test.each([{ dnt: "1" }, { "sec-gpc": "1" }])("with %j neither agent nor referrer is kept", (wish) => {
    const { click } = logged({ "user-agent": FIREFOX, referer: "https://news.example/", ...wish });
    expect(click.ua).toBeUndefined();
    expect(click.ref).toBeUndefined();
  });

  test("cuts a long agent, drops an absurd referrer, and cannot be split by a new-line", () => {
    const { line, click } = logged({ "user-agent": `a\n${"b".repeat(500)}`, referer: "not a url" });
    expect(click.ua).toHaveLength(160);
    expect(click.ref).toBeUndefined();
    expect(line.trimEnd()).not.toContain("\n");
  });
});

test.each([
  null,
  [],
  { type: "click" },
  { v: 2 },
  { seq: 0.5 },
  { sandbox: "../x" },
  { id: "sale" },
  { t: 8.64e15 + 1 },
  { ua: {} },
])("%j makes no click", (fields) => {
  const line = { type: "click", v: 1, sandbox: SANDBOX, seq: 0, t: NOW, id: "sale.abc" };
  expect(v.is(ClickLine, line)).toBe(true);
  expect(
    v.is(ClickLine, Array.isArray(fields) || fields === null || fields.type ? fields : { ...line, ...fields }),
  ).toBe(false);
});
