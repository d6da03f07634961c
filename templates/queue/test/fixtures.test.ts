// Every event in events/new-service is what the factories make, and does what its name says.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { invoke, openCloud, type TestCloud } from "@warmstart/testing";
import { events, folder } from "./events.ts";

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await openCloud();
  const app = await cloud.deploy("services/new-service", { only: "resources" });
  Object.assign(process.env, await app.env("postEntry"), cloud.env);
  delete process.env["AWS_SESSION_TOKEN"];
});
afterAll(() => cloud.close());

/** How many messages of the batch fail; in this order, a redelivery comes second. */
const FAILED: Readonly<Record<string, number>> = {
  "post-entry-one": 0,
  "post-entry-poison-in-batch": 2,
  "post-entry-redelivery": 0,
};

test.each(Object.entries(FAILED))("%s: %i fail", async (name, failed) => {
  const { handler } = await import("../functions/post-entry.ts");
  const { error, failedItems } = await invoke(handler as never, events[name]);
  expect([error, failedItems.length]).toEqual([undefined, failed]);
});

test("every event is tried here, and is what the factories make", () => {
  const names = readdirSync(folder).map((file) => file.replace(/\.json$/, ""));
  expect(names.toSorted()).toEqual(Object.keys(FAILED).toSorted());
  for (const name of names) {
    const kept: unknown = JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
    expect(kept).toEqual(JSON.parse(JSON.stringify(events[name])));
  }
});
