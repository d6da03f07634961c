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
  Object.assign(process.env, await app.env("assignShift"), cloud.env);
  delete process.env["AWS_SESSION_TOKEN"];
});
afterAll(() => cloud.close());

/** What the log says, in this order; of the last one, that the function failed. */
const SAID: Readonly<Record<string, string>> = {
  "assign-shift-morning": "shift assigned",
  "assign-shift-once-more": "shift was assigned before",
  "assign-shift-own-input": "The invocation failed",
};

test.each(Object.entries(SAID))("%s: %s", async (name, message) => {
  const { handler } = await import("../functions/assign-shift.ts");
  expect(await invoke(handler as never, events[name])).toHaveLogged({ message });
});

test("every event is tried here, and is what the factories make", () => {
  const names = readdirSync(folder).map((file) => file.replace(/\.json$/, ""));
  expect(names.toSorted()).toEqual(Object.keys(SAID).toSorted());
  for (const name of names) {
    const kept: unknown = JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
    expect(kept).toEqual(JSON.parse(JSON.stringify(events[name])));
  }
});
