import { describe, expect, test } from "@jest/globals";
import { aLink, NOW } from "../test/a-link.ts";
import { linkStoreContract } from "../test/link-store-contract.ts";
import { memoryLinks } from "../test/memory-links.ts";
import { codeFor } from "./code.ts";
import { createLink, editLink, ownLink, removeLink, viewOf } from "./link.ts";

const ann = { ownerId: "ann", base: "https://sho.rt", now: NOW };

linkStoreContract("in memory", memoryLinks);

describe("createLink", () => {
  test("makes a random code of seven letters, and the same one again for the same seed", async () => {
    const links = memoryLinks();
    const link = await createLink(links, { url: "https://example.com" }, ann, { seed: "s" });
    expect(link).toMatchObject({
      code: expect.stringMatching(/^[1-9A-HJ-NP-Za-km-z]{7}$/),
      url: "https://example.com/",
    });
    expect(await createLink(links, { url: "https://example.com" }, ann, { seed: "s" })).toEqual(link);
    expect((await createLink(links, { url: "https://example.com" }, ann, { seed: "s", index: 1 })).code).not.toBe(
      link.code,
    );
  });

  test("tries another code when chance hits a taken one, three at most", async () => {
    const links = memoryLinks();
    links.put(codeFor("s", 0, 0), aLink());
    links.put(codeFor("s", 0, 1), aLink());
    expect((await createLink(links, { url: "https://example.com" }, ann, { seed: "s" })).code).toBe(codeFor("s", 0, 2));
    links.put(codeFor("t", 0, 0), aLink());
    links.put(codeFor("t", 0, 1), aLink());
    links.put(codeFor("t", 0, 2), aLink());
    await expect(createLink(links, { url: "https://example.com" }, ann, { seed: "t" })).rejects.toThrow(
      "3 random codes",
    );
  });

  test("a taken slug is a conflict", async () => {
    const links = memoryLinks();
    await createLink(links, { url: "https://example.com", slug: "sale" }, ann, { seed: "a" });
    await expect(
      createLink(links, { url: "https://example.com", slug: "sale" }, ann, { seed: "b" }),
    ).rejects.toMatchObject({ code: "slug-taken", status: 409 });
  });

  test.each(["preview", "stats", "www", "links"])("the slug %s is reserved", async (slug) => {
    await expect(
      createLink(memoryLinks(), { url: "https://example.com", slug }, ann, { seed: "a" }),
    ).rejects.toMatchObject({ status: 422 });
  });

  test("an unsafe URL is refused with its rule", async () => {
    await expect(createLink(memoryLinks(), { url: "https://sho.rt/x" }, ann, { seed: "a" })).rejects.toMatchObject({
      code: "unsafe-url",
      errors: [{ pointer: "#/url", code: "own-host", detail: expect.any(String) }],
    });
  });

  test.each(["2026-11-21T05:30:00Z", "2020-01-01T00:00:00Z", "2037-01-01T00:00:00Z", "2026-02-31T99:00:00Z"])(
    "expiry %s is refused",
    async (expiresAt) => {
      await expect(
        createLink(memoryLinks(), { url: "https://example.com", expiresAt }, ann, { seed: "a" }),
      ).rejects.toMatchObject({ status: 422 });
    },
  );

  test("a password is stored as a hash and never shown", async () => {
    const links = memoryLinks();
    const link = await createLink(links, { url: "https://example.com", password: "correct horse" }, ann, { seed: "a" });
    expect(JSON.stringify(link)).not.toContain("correct horse");
    const view = viewOf(link, ann);
    expect(view).toMatchObject({ protected: true });
    expect(Object.keys(view)).not.toEqual(expect.arrayContaining([expect.stringMatching(/pw|owner|madeBy|password/)]));
  });
});

describe("editLink", () => {
  test("checks the new URL and removes what is null", async () => {
    const links = memoryLinks();
    links.put("sale", aLink({ title: "x", tags: ["a"], maxUses: 2, uses: 2, pw: "h", protected: true }));
    const which = { code: "sale", ownerId: "ann", version: 1 };
    await expect(editLink(links, which, { url: "javascript:alert(1)" }, ann)).rejects.toMatchObject({
      code: "unsafe-url",
    });
    const link = await editLink(
      links,
      which,
      { url: "https://аpple.com", title: null, tags: [], maxUses: null, password: null },
      ann,
    );
    expect(viewOf(link, ann)).toEqual({
      code: "sale",
      shortUrl: "https://sho.rt/sale",
      url: "https://xn--pple-43d.com/",
      tags: [],
      state: "active",
      protected: false,
      confusable: true,
      version: 2,
      createdAt: aLink().createdAt,
      updatedAt: "2026-11-21T05:30:00.000Z",
    });
    expect(JSON.stringify(link)).not.toContain('"uses"');
  });

  test("a stale version is 412, another's link 404", async () => {
    const links = memoryLinks();
    links.put("sale", aLink({ version: 3 }));
    await expect(editLink(links, { code: "sale", ownerId: "ann", version: 2 }, {}, ann)).rejects.toMatchObject({
      status: 412,
    });
    await expect(editLink(links, { code: "sale", ownerId: "bob", version: 3 }, {}, ann)).rejects.toMatchObject({
      status: 404,
    });
    await expect(removeLink(links, { code: "sale", ownerId: "bob", version: 3 }, NOW)).rejects.toMatchObject({
      status: 404,
    });
    await expect(ownLink(links, "sale", "bob")).rejects.toMatchObject({ status: 404 });
  });
});

test("a removed link is nobody's for ninety days", async () => {
  const links = memoryLinks();
  links.put("sale", aLink());
  await removeLink(links, { code: "sale", ownerId: "ann", version: 1 }, NOW);
  const soon = { ...ann, now: NOW + 89 * 86_400_000 };
  await expect(
    createLink(links, { url: "https://example.com", slug: "sale" }, soon, { seed: "a" }),
  ).rejects.toMatchObject({ status: 409 });
  const later = { ...ann, now: NOW + 91 * 86_400_000 };
  expect(await createLink(links, { url: "https://example.com", slug: "sale" }, later, { seed: "a" })).toMatchObject({
    version: 1,
  });
});

test("the reason why a link is disabled is shown to its owner", () =>
  expect(viewOf(aLink({ disabled: "phishing" }), ann)).toMatchObject({ state: "disabled", reason: "phishing" }));
