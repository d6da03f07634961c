// Every event in events/weather-scraper is what the factories make, and does what its name says.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { invoke } from "@warmstart/testing";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { events, folder } from "./events.ts";
import { openWeather, type Weather } from "./open-weather.ts";

let weather: Weather;
beforeAll(async () => {
  weather = await openWeather({ only: "resources" });
  const { app, cloud, providers } = weather;
  Object.assign(process.env, await app.env("fetch"), await app.env("plan"), cloud.env);
  delete process.env["AWS_SESSION_TOKEN"];
  providers.script([{ path: "/met/*lat=39.9*", effect: { kind: "status", status: 403 } }]);
});
afterAll(() => weather.close());

const handlers = {
  plan: () => import("../functions/plan.ts"),
  fetch: () => import("../functions/fetch.ts"),
  "list-locations": () => import("../functions/list-locations.ts"),
  "get-forecast": () => import("../functions/get-forecast.ts"),
  "get-history": () => import("../functions/get-history.ts"),
  "get-run": () => import("../functions/get-run.ts"),
  "open-api": () => import("../functions/open-api.ts"),
};

const run = async (name: string) => {
  const [owner] = Object.entries(handlers).filter(([prefix]) => name.startsWith(`${prefix}-`));
  if (owner === undefined) throw new Error(`${name} is for no function`);
  const { handler } = await owner[1]();
  return invoke(handler as never, events[name]);
};

/** In this order: a forecast needs its fetch. The status of an answer, or how many messages failed. */
const OUTCOMES: Readonly<Record<string, number>> = {
  "plan-night": 0,
  "fetch-one": 0,
  "fetch-batch-with-poison": 1,
  "fetch-dlq": 1,
  "plan-sweep": 0,
  "list-locations-all": 200,
  "list-locations-no-such-parameter": 400,
  "get-forecast-london": 200,
  "get-forecast-hours-us": 200,
  "get-forecast-if-none-match": 304,
  "get-forecast-unknown": 404,
  "get-forecast-not-yet": 404,
  "get-forecast-no-days": 400,
  "get-history-of-a-day": 200,
  "get-history-no-such-date": 400,
  "get-run-night": 200,
  "get-run-none": 404,
  "open-api-document": 200,
};

test("each event does what its name says", async () => {
  const answers = new Map<string, unknown>();
  for (const [name, outcome] of Object.entries(OUTCOMES)) {
    const { status, error, failedItems, json } = await run(name);
    expect([name, status ?? failedItems.length, error]).toEqual([name, outcome, undefined]);
    answers.set(name, json);
  }
  const report = { planned: 5, ok: 2, failed: 1, skipped: 1, complete: false };
  expect(answers.get("get-run-night")).toMatchObject(report);
  const day = { date: "2026-01-17", provider: "met", partial: false };
  expect(answers.get("get-history-of-a-day")).toMatchObject({ data: [day] });
});

test("every event is tried here, and is what the factories make", () => {
  const names = readdirSync(folder).map((file) => file.replace(/\.json$/, ""));
  expect(names.toSorted()).toEqual(Object.keys(OUTCOMES).toSorted());
  for (const name of names) {
    const kept: unknown = JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
    expect(kept).toEqual(JSON.parse(JSON.stringify(events[name])));
  }
});
