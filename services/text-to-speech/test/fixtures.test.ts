// Every event in events/text-to-speech is what the factories make, and does what its name says.
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type EventGround, expectEvents, openCloud, type TestCloud } from "@warmstart/testing";
import { documentClient } from "../src/dynamo-client.ts";
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
  const { Items = [] } = await documentClient().send(new ScanCommand({ TableName: ground.app.resource("PostsTable") }));
  const posts = new Map(Items.filter(({ sk }) => sk === "POST").map((item) => [item["id"], item]));
  for (const id of [fixtures.FIRST, fixtures.SECOND]) expect(posts.get(id)).toMatchObject({ status: "ready" });
  expect(posts.get(fixtures.STUCK)).toMatchObject({ status: "failed" });
  expect(posts.has(fixtures.DOOMED)).toBe(false);
});
