// Every event in events/new-service is what the factories make, and does what its name says.
import { afterAll, beforeAll, test } from "@jest/globals";
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

test("each event does what its name says", async () => {
  await expectEvents(fixtures, ground);
});
