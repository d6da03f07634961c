// Every event in events/users is what the factories make, and does what its name says.
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

test("each event does what its name says", async () => {
  const ran = await expectEvents(fixtures, ground);
  for (const name of ["confirm-user-sign-up", "confirm-user-reset"]) {
    expect(ran.get(name)?.result).toEqual(ground.meant?.(fixtures.events[name]));
  }
});
