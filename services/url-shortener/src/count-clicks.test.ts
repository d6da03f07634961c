import { describe, expect, test } from "@jest/globals";
import { NOW } from "../test/a-link.ts";
import { expectExactCounts } from "../test/exact-counting.ts";
import { memoryClicks } from "../test/memory-clicks.ts";
import { type Click, countClicks, fold, widen } from "./count-clicks.ts";

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148 Safari/604.1";
const GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";

const aClick = (fields: Partial<Click> = {}): Click => ({
  sandbox: "00112233445566ff",
  seq: 0,
  t: NOW,
  id: "sale.abc",
  ua: FIREFOX,
  ...fields,
});

describe("fold", () => {
  test("counts per hour, day and in all, people and bots apart", () => {
    const buckets = fold(
      [aClick(), aClick({ ua: IPHONE, src: "qr", ref: "news.example" }), aClick({ ua: GOOGLEBOT }), aClick({ pre: 1 })],
      new Map(),
    );
    expect(buckets).toEqual([
      {
        id: "sale.abc",
        key: "H#2026-11-21T05",
        adds: { n: 2, b: 2 },
        ttl: Date.parse("2026-11-21T05:00Z") / 1000 + 90 * 86_400,
      },
      {
        id: "sale.abc",
        key: "D#2026-11-21",
        adds: { n: 2, b: 2, d_desktop: 1, d_mobile: 1, s_direct: 1, s_qr: 1, "r_news.example": 1 },
      },
      { id: "sale.abc", key: "T", adds: { n: 2, b: 2 } },
    ]);
  });

  test("keeps fifty referrers a day and adds the others up", () => {
    const known = new Map([["sale.abc D#2026-11-21", new Set(Array.from({ length: 49 }, (_, i) => `old${i}.com`))]]);
    const day = fold(
      ["old3.com", "new1.com", "new2.com", "new1.com", "new3.com"].map((ref) => aClick({ ref })),
      known,
    )[1];
    expect(day?.adds).toMatchObject({ "r_old3.com": 1, "r_new1.com": 2, "r_*": 2 });
    expect(day?.adds).not.toHaveProperty("r_new2.com");
  });
});

test("ranges widen, join and keep gaps", () => {
  expect(widen([], [0, 1, 2])).toEqual([[0, 2]]);
  expect(widen([[0, 2]], [5, 3])).toEqual([
    [0, 3],
    [5, 5],
  ]);
  expect(
    widen(
      [
        [0, 3],
        [5, 5],
      ],
      [4],
    ),
  ).toEqual([[0, 5]]);
});

describe("countClicks", () => {
  test("a batch with a hundred links of one sandbox is cut into transactions that fit", async () => {
    const store = memoryClicks();
    const clicks = Array.from({ length: 200 }, (_, seq) =>
      aClick({ seq, id: `l${seq % 100}.abc`, t: NOW + (seq % 3) * 3_600_000 }),
    );
    expect(await countClicks(store, clicks)).toEqual({ gaps: 0 });
    expect([...store.counters].filter(([name]) => name.endsWith(" T")).reduce((sum, [, { n = 0 }]) => sum + n, 0)).toBe(
      200,
    );
  });

  test("a missing line is a gap until it comes", async () => {
    const store = memoryClicks();
    expect(await countClicks(store, [aClick({ seq: 0 }), aClick({ seq: 2 })])).toEqual({ gaps: 1 });
    expect(await countClicks(store, [aClick({ seq: 1 })])).toEqual({ gaps: 0 });
    expect(store.counters.get("sale.abc T")).toEqual({ n: 3 });
  });

  test("more than a hundred gaps fail the batch, so that it is tried again", async () => {
    const clicks = Array.from({ length: 102 }, (_, i) => aClick({ seq: i * 2 }));
    await expect(countClicks(memoryClicks(), clicks)).rejects.toThrow("more than 100 gaps");
  });

  test("two counters at once on one sandbox count each click once", async () => {
    const store = memoryClicks();
    const clicks = Array.from({ length: 90 }, (_, seq) => aClick({ seq, id: `l${seq}.abc` }));
    await Promise.all([
      countClicks(store, clicks),
      countClicks(store, clicks.toReversed()),
      countClicks(store, clicks.slice(20, 60)),
    ]);
    expect(store.counters.size).toBe(270);
    for (const { n } of store.counters.values()) expect(n).toBe(1);
  });
});

const LINES = process.env["WARMSTART_FULL"] === "1" ? 5000 : 1500;

test(`${LINES} clicks of 50 links and 8 sandboxes, delivered twice, re-cut, shuffled, with crashes at every write, are counted exactly`, async () => {
  const store = memoryClicks();
  const countersOf = async (id: string) =>
    new Map(
      [...store.counters].flatMap(([name, counts]) =>
        name.startsWith(`${id} `) ? [[name.slice(id.length + 1), counts]] : [],
      ),
    );
  await expect(
    expectExactCounts({ lines: LINES, links: 50, sandboxes: 8, store, countersOf }),
  ).resolves.toBeUndefined();
});
