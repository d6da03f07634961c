// Every event in events/weather-scraper is what the factories make, and does what its name says.
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
afterAll(async () => {
  await cloud.close();
  await ground.close?.();
});

test("each event does what its name says", async () => {
  const ran = await expectEvents(fixtures, ground);
  const report = { planned: 5, ok: 2, failed: 1, skipped: 1, complete: false };
  expect(ran.get("get-run-night")?.json).toMatchObject(report);
  const day = { date: "2026-01-17", provider: "met", partial: false };
  expect(ran.get("get-history-of-a-day")?.json).toMatchObject({ data: [day] });
});
