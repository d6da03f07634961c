// Every event in events/url-shortener is what the factories make, and does what its name says.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type EventGround, expectEvents, openCloud, type TestCloud } from "@warmstart/testing";
import * as fixtures from "./events.ts";
import { seedEvents } from "./seed-events.ts";

let cloud: TestCloud;
let ground: EventGround;
beforeAll(async () => {
  cloud = await openCloud();
  ground = await seedEvents(cloud);
});
afterAll(() => cloud.close());

const COUNTED = ["redirect-hit", "redirect-bot", "redirect-prefetch", "submit-page-right-password"];

test("each event does what its name says; a batch, its duplicate, its recut and its dead letter count once", async () => {
  const ran = await expectEvents(fixtures, ground);
  const counted = [...ran].filter(([, { logs }]) => logs.some(({ type }) => type === "click"));
  expect(counted.map(([name]) => name)).toEqual(COUNTED);
  expect(ran.get("link-stats-day")?.json).toMatchObject({
    total: { clicks: 3, bots: 2 },
    allTime: { clicks: 3, bots: 2 },
    referrers: [{ name: "news.example", clicks: 1 }],
    sources: [
      { name: "direct", clicks: 2 },
      { name: "qr", clicks: 1 },
    ],
  });
});
