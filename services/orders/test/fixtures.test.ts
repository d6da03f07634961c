// Every event in events/orders is what the factories make, and does what its name says.
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
  for (const [name, { headers }] of await expectEvents(fixtures, ground)) {
    expect([name, headers["idempotency-replayed"]]).toEqual([name, name.endsWith("-replay") ? "true" : undefined]);
  }
});
