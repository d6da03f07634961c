// What every store of links must do; run against the one in memory and the real table.
import { expect, test } from "@jest/globals";
import { contract } from "@warmstart/testing";
import type { LinkStore } from "../src/link.ts";
import type { Link } from "../src/redirect.ts";
import { aLink, NOW } from "./a-link.ts";

const at = (link: Link, version: number | undefined = link.version) => ({
  code: link.code,
  ownerId: link.ownerId,
  version,
});

const isOdd = (link: Link): boolean => link.tags?.includes("odd") === true;

/** `open` gives a store; tests use codes and owners of their own. */
export const linkStoreContract = contract("links", (open: () => LinkStore | Promise<LinkStore>) => {
  test("a link is found as it was added, with every field", async () => {
    const links = await open();
    const link = aLink({
      code: "full",
      title: "Käse",
      tags: ["a", "b"],
      expiresAt: 1,
      maxUses: 3,
      pw: "x",
      protected: true,
      confusable: true,
      madeBy: "m",
    });
    expect(await links.add(link)).toEqual(link);
    expect(await links.get("full")).toEqual(link);
    expect(await links.get("nothing")).toBeUndefined();
  });

  test("a taken code is refused, but a repeated try of the same request finds its own link", async () => {
    const links = await open();
    const first = aLink({ code: "taken", madeBy: "one" });
    await links.add(first);
    expect(await links.add({ ...first, url: "https://example.org/", madeBy: "two" })).toBeUndefined();
    expect(await links.add({ ...first, createdAt: "2027-01-01T00:00:00.000Z" })).toEqual(first);
  });

  test("of a hundred creates at once one wins", async () => {
    const links = await open();
    const tries = Array.from({ length: 100 }, (_, i) => links.add(aLink({ code: "race", madeBy: `m${i}` })));
    expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1);
  });

  test("a change writes and removes fields and raises the version", async () => {
    const links = await open();
    const link = aLink({ code: "change", title: "old", tags: ["a"], maxUses: 3, uses: 1 });
    await links.add(link);
    const changed = await links.change(at(link), {
      title: "new",
      tags: null,
      maxUses: 5,
      updatedAt: "2026-11-21T06:00:00.000Z",
    });
    const { tags: _, ...kept } = link;
    expect(changed).toEqual({ ...kept, title: "new", maxUses: 5, version: 2, updatedAt: "2026-11-21T06:00:00.000Z" });
    expect(await links.get("change")).toEqual(changed);
  });

  test("another version, another owner and an absent link are told apart", async () => {
    const links = await open();
    const link = aLink({ code: "tell" });
    await links.add(link);
    expect(await links.change(at(link, 7), { title: "x" })).toBe("other-version");
    expect(await links.change({ ...at(link), ownerId: "bob" }, { title: "x" })).toBe("absent");
    expect(await links.change({ ...at(link), code: "nothing" }, { title: "x" })).toBe("absent");
    expect(await links.remove(at(link, 7), 1)).toBe("other-version");
    expect(await links.remove({ ...at(link), ownerId: "bob" }, 1)).toBe("absent");
    expect(await links.get("tell")).toEqual(link);
  });

  test("any version will do for those who may", async () => {
    const links = await open();
    const link = aLink({ code: "any", version: 4 });
    await links.add(link);
    expect(await links.change({ code: "any", ownerId: "ann", version: undefined }, { title: "x" })).toMatchObject({
      version: 5,
    });
  });

  test("any owner will do for those who may, but a link must be there", async () => {
    const links = await open();
    const link = aLink({ code: "whose", version: 4 });
    await links.add(link);
    expect(await links.change({ code: "whose" }, { disabled: "phishing" })).toEqual({
      ...link,
      disabled: "phishing",
      version: 5,
    });
    expect(await links.change({ code: "whose" }, { disabled: null })).toEqual({ ...link, version: 6 });
    expect(await links.change({ code: "nothing" }, { disabled: "phishing" })).toBe("absent");
    await links.remove({ code: "whose", ownerId: "ann" }, Math.floor(NOW / 1000) + 100);
    expect(await links.change({ code: "whose" }, { disabled: "phishing" })).toBe("absent");
  });

  test("a removed link leaves only a tombstone, which keeps the code until it is overdue", async () => {
    const links = await open();
    const link = aLink({ code: "grave" });
    const ttl = Math.floor(NOW / 1000) + 100;
    await links.add(link);
    expect(await links.remove(at(link), ttl)).toBe("removed");
    expect(await links.get("grave")).toEqual({ deleted: true, ttl });
    expect(await links.change(at(link), { title: "x" })).toBe("absent");
    const again = (seconds: number) => ({
      ...link,
      madeBy: "m2",
      createdAt: new Date((ttl + seconds) * 1000).toISOString(),
    });
    expect(await links.add(again(-1))).toBeUndefined();
    expect(await links.add(again(1))).toEqual(again(1));
  });

  test("of two hundred uses at once exactly maxUses are given", async () => {
    const links = await open();
    const link = aLink({ code: "uses", maxUses: 10 });
    await links.add(link);
    const uses = await Promise.all(Array.from({ length: 200 }, () => links.use(link)));
    expect(uses.filter(Boolean)).toHaveLength(10);
    expect(await links.get("uses")).toMatchObject({ uses: 10, version: 1 });
    expect(await links.use(aLink({ code: "nothing", maxUses: 1 }))).toBe(false);
    expect(await links.use({ ...link, createdAt: "2020-01-01T00:00:00.000Z" })).toBe(false);
  });

  test("a list is of one owner, newest first, in pages without gap or repetition", async () => {
    const links = await open();
    const made = Array.from({ length: 25 }, (_, i) =>
      aLink({
        code: `list${i}`,
        ownerId: "lister",
        createdAt: new Date(NOW + (i >> 1) * 1000).toISOString(),
        ...(i % 5 === 0 && { maxUses: 2 }),
      }),
    );
    for (const link of [...made, aLink({ code: "listx", ownerId: "other" })]) await links.add(link);
    await links.use(aLink({ ...made[5] }));
    const seen: Link[] = [];
    let after: string | undefined;
    do {
      const page = await links.list("lister", { limit: 7, ...(after !== undefined && { after }) });
      expect(page.links.length).toBeLessThanOrEqual(7);
      seen.push(...page.links);
      after = page.next;
    } while (after !== undefined);
    expect(seen.map(({ code }) => code)).toEqual(
      made
        .toSorted((a, b) => (`${a.createdAt}#${a.code}` < `${b.createdAt}#${b.code}` ? 1 : -1))
        .map(({ code }) => code),
    );
    expect(seen.find(({ code }) => code === "list5")).toMatchObject({ maxUses: 2, uses: 1 });
    expect(seen.find(({ code }) => code === "list10")?.uses ?? 0).toBe(0);
  });

  test("a list can be filtered, and a page that the filter cuts goes on where it stopped", async () => {
    const links = await open();
    for (let i = 0; i < 20; i++) {
      await links.add(
        aLink({
          code: `keep${i}`,
          ownerId: "keeper",
          createdAt: new Date(NOW + i * 1000).toISOString(),
          tags: [i % 2 ? "odd" : "even"],
        }),
      );
    }
    const odd: string[] = [];
    let after: string | undefined;
    do {
      const page = await links.list("keeper", { limit: 3, keep: isOdd, ...(after !== undefined && { after }) });
      odd.push(...page.links.map(({ code }) => code));
      after = page.next;
    } while (after !== undefined);
    expect(odd).toEqual(Array.from({ length: 10 }, (_, i) => `keep${19 - i * 2}`));
  });
});
