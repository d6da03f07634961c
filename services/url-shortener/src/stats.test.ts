import { describe, expect, test } from "@jest/globals";
import { NOW } from "../test/a-link.ts";
import { type Counters, statsOf, statsRange } from "./stats.ts";

const iso = ({ from, to }: { from: number; to: number }) => [new Date(from).toISOString(), new Date(to).toISOString()];

describe("the range", () => {
  test("is the last thirty days, today included, or the last day by hour", () => {
    expect(iso(statsRange({}, NOW))).toEqual(["2026-10-23T00:00:00.000Z", "2026-11-22T00:00:00.000Z"]);
    expect(iso(statsRange({ unit: "hour" }, NOW))).toEqual(["2026-11-20T06:00:00.000Z", "2026-11-21T06:00:00.000Z"]);
  });

  test("is widened to whole buckets, its end not included", () => {
    const hours = statsRange({ unit: "hour", from: "2026-11-20T05:30:00Z", to: "2026-11-20T07:00:00Z" }, NOW);
    expect(iso(hours)).toEqual(["2026-11-20T05:00:00.000Z", "2026-11-20T07:00:00.000Z"]);
    expect(iso(statsRange({ from: "2026-11-20", to: "2026-11-21" }, NOW))).toEqual([
      "2026-11-20T00:00:00.000Z",
      "2026-11-21T00:00:00.000Z",
    ]);
  });

  test.each([
    { from: "2026-11-21", to: "2026-11-21" },
    { from: "2026-11-22", to: "2026-11-21" },
    { from: "2025-11-19", to: "2026-11-21" },
    { unit: "hour" as const, from: "2026-10-20T23:00:00Z", to: "2026-11-21" },
    { from: "2026-13-01" },
  ])("%j is refused", (query) => {
    expect(() => statsRange(query, NOW)).toThrow(expect.objectContaining({ code: "invalid-query", status: 400 }));
  });

  test("a leap year and 31 days of hours just fit", () => {
    expect(() => statsRange({ from: "2025-11-20", to: "2026-11-21" }, NOW)).not.toThrow();
    expect(() => statsRange({ unit: "hour", from: "2026-10-21", to: "2026-11-21" }, NOW)).not.toThrow();
  });
});

describe("the answer", () => {
  const range = statsRange({ from: "2026-11-19", to: "2026-11-22" }, NOW);

  test("fills empty days with zeros and sums the rest", () => {
    const counters = new Map<string, Counters>([
      ["T", { n: 100, b: 7 }],
      ["D#2026-11-19", { n: 2, b: 1, d_mobile: 2, s_qr: 1, s_direct: 1, "r_a.com": 2 }],
      ["D#2026-11-21", { n: 3, d_desktop: 3, s_direct: 3, "r_a.com": 1, "r_b.com": 4, "r_*": 5 }],
    ]);
    expect(statsOf("sale", range, counters)).toEqual({
      code: "sale",
      unit: "day",
      from: "2026-11-19T00:00:00.000Z",
      to: "2026-11-22T00:00:00.000Z",
      total: { clicks: 5, bots: 1 },
      allTime: { clicks: 100, bots: 7 },
      series: [
        { t: "2026-11-19T00:00:00.000Z", clicks: 2, bots: 1 },
        { t: "2026-11-20T00:00:00.000Z", clicks: 0, bots: 0 },
        { t: "2026-11-21T00:00:00.000Z", clicks: 3, bots: 0 },
      ],
      referrers: [
        { name: "b.com", clicks: 4 },
        { name: "a.com", clicks: 3 },
        { name: "other", clicks: 5 },
      ],
      devices: [
        { name: "desktop", clicks: 3 },
        { name: "mobile", clicks: 2 },
      ],
      sources: [
        { name: "direct", clicks: 4 },
        { name: "qr", clicks: 1 },
      ],
    });
  });

  test("a device that is called other stays in its place, referrers after the fiftieth become other", () => {
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`r_${i}.com`, 100 - i]));
    const { referrers, devices } = statsOf(
      "sale",
      range,
      new Map([["D#2026-11-19", { ...many, d_other: 5, d_mobile: 2 }]]),
    );
    expect(referrers).toHaveLength(51);
    expect(referrers.at(-1)).toEqual({
      name: "other",
      clicks: Array.from({ length: 10 }, (_, i) => 50 - i).reduce((a, b) => a + b),
    });
    expect(devices).toEqual([
      { name: "other", clicks: 5 },
      { name: "mobile", clicks: 2 },
    ]);
  });
});
