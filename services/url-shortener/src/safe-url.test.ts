import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { readFileSync } from "node:fs";
import { checkUrl, isConfusable } from "./safe-url.ts";

/** Any code point; the unit "binary" means the same and takes half a second to build. */
const character = fc.nat(0x10ffff).map((point) => String.fromCodePoint(point).toWellFormed());

const hostileUrls: { url: string; rule: string }[] = JSON.parse(
  readFileSync(new URL("hostile-urls.json", import.meta.url), "utf8"),
);
const OWN_HOST = "sho.rt";

describe("hostile URLs", () => {
  test("there are at least sixty of them", () => {
    expect(hostileUrls.length).toBeGreaterThanOrEqual(60);
  });

  test.each(hostileUrls.map(({ url, rule }) => [JSON.stringify(url), rule]))("%s is refused: %s", (quoted, rule) => {
    expect(checkUrl(JSON.parse(quoted), OWN_HOST)).toMatchObject({ ok: false, rule });
  });

  test("a path that grows past the limit when it is encoded is too long", () => {
    expect(checkUrl(`https://example.com/${"ä".repeat(1000)}`)).toMatchObject({ ok: false, rule: "too-long" });
    expect(checkUrl(`https://example.com/${"a".repeat(2100)}`)).toMatchObject({ ok: false, rule: "too-long" });
  });
});

describe("good URLs", () => {
  test.each([
    ["https://example.com", "https://example.com/"],
    ["HTTP://EXAMPLE.COM:8080/Path?q=1#f", "http://example.com:8080/Path?q=1#f"],
    ["https://example.com./", "https://example.com/"],
    ["https://bücher.de/käse", "https://xn--bcher-kva.de/k%C3%A4se"],
    ["https://пример.рф/", "https://xn--e1afmkfd.xn--p1ai/"],
    ["https://_dmarc.example.co.uk/", "https://_dmarc.example.co.uk/"],
    ["https://notbit.ly/", "https://notbit.ly/"],
    ["https://example.com/%0d%0aSet-Cookie:a=b", "https://example.com/%0d%0aSet-Cookie:a=b"],
  ])("%s is stored as %s", (input, url) => {
    expect(checkUrl(input, OWN_HOST)).toMatchObject({ ok: true, url });
  });

  test("a host that mixes scripts inside a label is confusable, a whole-script host is not", () => {
    expect(checkUrl("https://аpple.com/")).toMatchObject({ ok: true, confusable: true });
    expect(isConfusable("xn--pple-43d.com")).toBe(true);
    expect(isConfusable("пример.com")).toBe(false);
    expect(isConfusable("bücher.de")).toBe(false);
  });
});

test("whatever is accepted is http(s), free of control characters and stable when checked again", () => {
  const piece = fc.constantFrom(
    "http",
    "https",
    "://",
    "example.com",
    "@",
    "\r\n",
    "\t",
    "\\",
    "/",
    "[::1]",
    "%0d",
    ":80",
    "ä",
    "?",
    "#",
    "127.1",
    ".",
  );
  const spelling = fc.array(fc.oneof(piece, fc.string({ unit: character, maxLength: 6 })), { maxLength: 8 });
  fc.assert(
    fc.property(spelling, fc.boolean(), (parts, prefixed) => {
      const check = checkUrl((prefixed ? "https://" : "") + parts.join(""), OWN_HOST);
      if (!check.ok) return;
      expect(check.url).toMatch(/^https?:\/\/[\x21-\x7e]+$/);
      expect(checkUrl(check.url, OWN_HOST)).toEqual(check);
    }),
    { seed: 20261121, numRuns: 5000 },
  );
});
