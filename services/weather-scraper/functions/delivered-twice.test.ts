// SQS delivers at least once: a night in which everything comes twice leaves what any other night leaves.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openWeather, type Weather } from "../test/open-weather.ts";
import { differences, readTable, type Table, timeless } from "../test/read-table.ts";

const tasks = ["london", "new-york", "beijing", "apalachicola", "lord-howe"].map((locationId) => ({
  runId: "2026-01-15",
  locationId,
}));

let it: Weather;
let once: Table;
beforeAll(async () => {
  it = await openWeather();
  await it.plan();
  await it.deliver(tasks);
  once = await readTable(it);
});
afterAll(() => it.close());

const COMPLETE = { planned: 5, ok: 5, unchanged: 0, skipped: 0, failed: 0, complete: true };

test("a second delivery after the first changes nothing, and asks nobody", async () => {
  it.providers.clearLog();
  expect(await it.deliver(tasks)).toEqual([]);
  expect(differences(once, await readTable(it))).toEqual([]);
  expect(it.providers.log()).toEqual([]);
  expect(await it.get("/runs/2026-01-15")).toBeHttp(200, COMPLETE);
});

test("and so do the tasks themselves, sent by a plan that came twice", async () => {
  await it.cloud.clock.advance("16m");
  await it.cloud.idle();
  expect(differences(once, await readTable(it))).toEqual([]);
});

describe("two deliveries at once", () => {
  let other: Weather;
  let failed: readonly (readonly number[])[];
  beforeAll(async () => {
    other = await openWeather();
    await Promise.all([other.plan(), other.plan()]);
    failed = await Promise.all([other.deliver(tasks), other.deliver(tasks)]);
  });
  afterAll(() => other.close());

  test("leave the same table", async () => {
    expect(failed).toEqual([[], []]);
    expect(other.providers.log().length).toBeGreaterThan(6); // both asked
    expect(timeless(await readTable(other))).toEqual(timeless(once));
    expect(await other.get("/runs/2026-01-15")).toBeHttp(200, COMPLETE);
  });

  test("and a night whose every message is delivered twice leaves what a night leaves", async () => {
    await other.cloud.faults.add({ match: { action: "Deliver", service: "sqs" }, effect: { kind: "duplicate" } });
    await Promise.all([it.night(), other.night()]);
    expect((await other.cloud.faults.list())[0]?.struck).toBeGreaterThanOrEqual(5);
    expect(timeless(await readTable(other))).toEqual(timeless(await readTable(it)));
    expect(await other.get("/runs/2026-01-16")).toBeHttp(200, COMPLETE);
  });
});
