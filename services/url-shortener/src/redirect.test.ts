import { describe, expect, test } from "@jest/globals";
import { aLink, NOW } from "../test/a-link.ts";
import { decide, isPrefetch, type LinkRecord, parseCode, stateOf } from "./redirect.ts";

const get = { method: "GET", headers: { "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0" } };
const kindOf = (record: LinkRecord | undefined, request = get, now = NOW): string => {
  const outcome = decide(record, request, now);
  return outcome.kind === "gone" ? outcome.code : outcome.kind;
};

const agent = (name: string) => ({ method: "GET", headers: { "user-agent": name } });

describe("codes", () => {
  test.each(["ab", "a".repeat(65), "favicon.ico", "robots.txt", "a/b", "", "a b c", "äöü", "abc++", "__proto__\n"])(
    "%j can be no code",
    (segment) => expect(parseCode(segment)).toBeUndefined(),
  );

  test("a random code keeps its capitals, a slug is folded", () => {
    expect(parseCode("Ab3xK9z")).toEqual({ code: "Ab3xK9z", plus: false });
    expect(parseCode("My-Sale")).toEqual({ code: "my-sale", plus: false });
    expect(parseCode("PREVIEWS")).toEqual({ code: "previews", plus: false });
  });

  test("a plus asks for the page, decoded or not", () => {
    expect(parseCode("sale+")).toEqual({ code: "sale", plus: true });
    expect(parseCode("sale%2B")).toEqual({ code: "sale", plus: true });
    expect(parseCode("sale%2b")).toEqual({ code: "sale", plus: true });
  });
});

describe("what a redirect answers", () => {
  test("nothing there is missing", () => expect(kindOf(undefined)).toBe("missing"));

  test("a link redirects", () => expect(decide(aLink(), get, NOW)).toEqual({ kind: "redirect", link: aLink() }));

  test("a deleted link is gone for as long as its tombstone lasts, swept or not", () => {
    const tombstone = { deleted: true, ttl: NOW / 1000 + 60 } as const;
    expect(kindOf(tombstone)).toBe("link-deleted");
    expect(kindOf(tombstone, get, NOW + 59_999)).toBe("link-deleted");
    expect(kindOf(tombstone, get, NOW + 60_000)).toBe("missing");
  });

  test("a link expires to the second", () => {
    const link = aLink({ expiresAt: NOW / 1000 + 10 });
    expect(kindOf(link, get, NOW + 9_999)).toBe("redirect");
    expect(kindOf(link, get, NOW + 10_000)).toBe("link-expired");
  });

  test("disabled comes before expired, expired before used up, all before the password", () => {
    const link = { expiresAt: 1, maxUses: 1, uses: 1, protected: true };
    expect(kindOf(aLink({ ...link, disabled: "phishing" }))).toBe("link-disabled");
    expect(kindOf(aLink(link))).toBe("link-expired");
    expect(kindOf(aLink({ ...link, expiresAt: NOW }))).toBe("link-used-up");
    expect(kindOf(aLink({ protected: true, maxUses: 2, uses: 1 }))).toBe("page");
  });

  test("a confusable host goes over the page", () => expect(kindOf(aLink({ confusable: true }))).toBe("page"));

  test("a limited link is used by people and only looked at by everyone else", () => {
    const link = aLink({ maxUses: 1 });
    expect(kindOf(link)).toBe("use");
    expect(kindOf(link, { ...get, method: "HEAD" })).toBe("page");
    expect(
      kindOf(link, { method: "GET", headers: { ...get.headers, "sec-purpose": "prefetch;prerender" } as never }),
    ).toBe("page");
    for (const crawler of [
      "Slackbot-LinkExpanding 1.0",
      "WhatsApp/2.23",
      "facebookexternalhit/1.1",
      "Skype URI Preview",
    ]) {
      expect(kindOf(link, agent(crawler))).toBe("page");
    }
  });
});

test("prefetch is told by Sec-Purpose, Purpose or X-Moz", () => {
  expect(isPrefetch({ "sec-purpose": "prefetch" })).toBe(true);
  expect(isPrefetch({ purpose: "Preview" })).toBe(true);
  expect(isPrefetch({ "x-moz": "prefetch" })).toBe(true);
  expect(isPrefetch({ "user-agent": "prefetcher" })).toBe(false);
});

test("a link without limits is active", () => expect(stateOf(aLink(), NOW)).toBe("active"));
