// What events/weather-scraper/ holds, made by the test kit's factories. `node test/events.ts` writes the files anew.
import { eventBridgeEvent, httpEvent, type Outcome, scheduleEvent, sqsEvent, writeEvents } from "@warmstart/testing";
import { join } from "node:path";

export const folder: string = join(import.meta.dirname, "../../../events/weather-scraper");

const night = "2026-01-16";
const by = (name: string, time: string) =>
  scheduleEvent({ name: `weather-scraper-local-${name}`, by: "scheduler", time: Date.parse(`${night}T${time}:00Z`) });

const task = (locationId: string) => ({ runId: night, locationId });
const tasks = (contents: readonly unknown[], receiveCount = 1) => sqsEvent(contents, { queue: "tasks", receiveCount });

const route = (name: string, path: string, headers: Readonly<Record<string, string>> = {}) =>
  httpEvent(`GET ${path}`, { route: `GET ${name}`, headers });
const forecast = (path: string, headers: Readonly<Record<string, string>> = {}) =>
  route("/locations/{id}/forecast", `/locations/${path}`, headers);

export const events: Readonly<Record<string, unknown>> = {
  "plan-night": by("plan", "02:07"),
  "plan-sweep": by("sweep", "03:37"),
  "plan-not-a-schedule": eventBridgeEvent({ source: "weather", detailType: "Run Asked For", detail: { runId: night } }),
  "fetch-one": tasks([task("london")]),
  // The second is no task, the third a place that was taken out of the file while it waited.
  "fetch-batch-with-poison": tasks([task("new-york"), "poison", task("atlantis")]),
  // Its third try: when it fails again, the queue gives it to the dead-letter queue.
  "fetch-dlq": tasks([task("beijing")], 3),
  "list-locations-all": route("/locations", "/locations"),
  "list-locations-no-such-parameter": route("/locations", "/locations?country=gb"),
  "get-forecast-london": forecast("london/forecast"),
  "get-forecast-hours-us": forecast("london/forecast?days=2&units=us&detail=hours"),
  "get-forecast-if-none-match": forecast("london/forecast", { "if-none-match": "*" }),
  "get-forecast-unknown": forecast("atlantis/forecast"),
  "get-forecast-not-yet": forecast("lord-howe/forecast"),
  "get-forecast-no-days": forecast("london/forecast?days=0"),
  "get-history-of-a-day": route("/locations/{id}/history", `/locations/london/history?validDate=2026-01-17&limit=10`),
  "get-history-no-such-date": route("/locations/{id}/history", "/locations/london/history?validDate=2026-02-30"),
  "get-run-night": route("/runs/{date}", `/runs/${night}`),
  "get-run-none": route("/runs/{date}", "/runs/1999-12-31"),
  "open-api-document": route("/openapi.json", "/openapi.json"),
  "open-api-no-such-parameter": route("/openapi.json", "/openapi.json?format=yaml"),
};

/** In this order: a forecast needs its fetch. */
export const outcomes: Readonly<Record<string, Outcome>> = {
  "plan-night": "done",
  "fetch-one": "done",
  "fetch-batch-with-poison": "1 failed",
  "fetch-dlq": "1 failed",
  "plan-sweep": "done",
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
  "plan-not-a-schedule": "throws TypeError",
  "open-api-document": 200,
  "open-api-no-such-parameter": 400,
};

if (import.meta.main) writeEvents({ folder, events });
