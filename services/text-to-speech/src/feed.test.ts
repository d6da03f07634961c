// A feed is XML whatever the posts are called, and tells players what is there.
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { feedXml } from "./feed.ts";
import { aPost } from "../test/a-post.ts";

/** Any code point; the unit "binary" means the same and takes half a second to build. */
const character = fc.nat(0x10ffff).map((point) => String.fromCodePoint(point).toWellFormed());

const address = { base: "https://api.example", owner: "ann", token: "t0ken" };
const feedOf = (...titles: readonly string[]): string =>
  feedXml(
    titles.map((title) => aPost("ann", { title, status: "ready", bytes: 1234, durationMs: 3_723_400 })),
    address,
  );

const TOKEN = /<\?xml [^>]*\?>|<(\/?)([A-Za-z:]+)((?:\s+[\w:]+="[^"<&]*(?:&(?:amp|lt|gt|quot|apos);[^"<&]*)*")*)\s*(\/?)>|&(?:amp|lt|gt|quot|apos);|[^<&]+/gu; // prettier-ignore
const CHARACTERS = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

/** XML 1.0 as far as a feed needs it: known entities, possible characters, elements that are closed in their order. */
const isWellFormed = (xml: string): boolean => {
  const open: string[] = [];
  let at = 0;
  for (const { 0: text, 1: end, 2: name, 4: empty, index } of xml.matchAll(TOKEN)) {
    if (index !== at) return false;
    at += text.length;
    if (name === undefined || empty === "/") continue;
    if (end === "/" && open.pop() !== name) return false;
    if (end !== "/") open.push(name);
  }
  return at === xml.length && open.length === 0 && CHARACTERS.test(xml);
};

test("the check of the tests finds what is wrong", () => {
  for (const wrong of ["<a>", "<a></b>", "<a>&b;</a>", "<a b=\"<\"/>", "a < b", "<a>\u0001</a>", "<a>\ufffe</a>"])
    expect([wrong, isWellFormed(wrong)]).toEqual([wrong, false]);
}); // prettier-ignore

describe("a feed", () => {
  test("is well-formed, whatever titles hold", () => {
    const titles = fc.array(fc.oneof(fc.string({ unit: character }), fc.constantFrom("]]>", "<img src=x onerror=alert(1)>", "&amp;", "\0", "\ud800"))); // prettier-ignore
    fc.assert(
      fc.property(titles, (each) => expect(isWellFormed(feedOf(...each))).toBe(true)),
      { seed: 7, numRuns: process.env["WARMSTART_FULL"] === "1" ? 300 : 60 },
    );
  });

  test("shows a title as it is", () => {
    expect(feedOf(`<img src=x> & "more"`)).toContain("<title>&lt;img src=x&gt; &amp; &quot;more&quot;</title>");
  });

  test("has what RSS and players of podcasts ask for", () => {
    const xml = feedOf("One");
    for (const part of ["title", "link", "description"]) expect(xml).toMatch(new RegExp(`<channel>[^]*<${part}>`));
    expect(xml).toContain(`<atom:link href="https://api.example/feed.xml?owner=ann&amp;token=t0ken" rel="self"`);
    expect(xml).toMatch(/<enclosure url="https:\/\/api\.example\/audio\/pst_\w+\?token=t0ken" length="1234" type="audio\/mpeg"\/>/); // prettier-ignore
    expect(xml).toContain("<itunes:duration>01:02:03</itunes:duration>");
    expect(xml).toMatch(/<pubDate>\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT<\/pubDate>/);
  });
});
