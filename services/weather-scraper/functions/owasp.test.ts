// OWASP API Security (2023), as far as an API for anyone that only reads has the subject: 4, 8 and 9.
import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { type App, expectOpenApi, openCloud, type TestCloud } from "@warmstart/testing";
import { expectBadInputRefused, expectFuzzSurvived } from "@warmstart/testing/security";
import { document } from "../test/openapi.ts";
import { aForecast, runOf, storesOf } from "../test/put-forecasts.ts";

const isFull = process.env["WARMSTART_FULL"] === "1";
const path = { id: "london", date: "2026-01-15" };

let cloud: TestCloud;
let app: App;
beforeAll(async () => {
  cloud = await openCloud();
  app = await cloud.deploy("services/weather-scraper");
  const stores = storesOf(cloud, app);
  await stores.put(aForecast());
  await stores.runs.open(runOf(path.date), 1, "2026-01-15T02:07:00.000Z");
});
afterEach(() => cloud.faults.clear());
afterAll(() => cloud.close());

test("4: limits, cursors and unknown parameters are refused on every route", () =>
  expectBadInputRefused({ app, path, headers: {} }));

test("4: no hostile request breaks a function", async () => {
  const { statuses } = await expectFuzzSurvived({ cloud, app, path, callers: [{}], ...(!isFull && { cases: 70 }) });
  expect(Object.keys(statuses).length).toBeGreaterThan(2);
});

test("8: whatever fails inside, the answer is 5xx and says nothing of it", async () => {
  const requests = [
    () => app.http.get("/locations/london/forecast"),
    () => app.http.get("/locations/london/forecast?detail=hours"),
    () => app.http.get("/locations/london/history"),
    () => app.http.get("/runs/2026-01-15"),
  ];
  for (const effect of [
    { kind: "error", code: "AccessDeniedException", status: 400, message: "no arn:aws:dynamodb for you" },
    { kind: "error", code: "InternalServerError", status: 500 },
  ] as const) {
    await cloud.faults.add({ id: "table", match: { service: "dynamodb" }, effect });
    const answers = await Promise.all(requests.map((request) => request()));
    await cloud.faults.clear("table");
    for (const { status, json, headers } of answers) {
      expect([500, 503]).toContain(status);
      expect(Object.keys(json as object).toSorted()).toEqual(["code", "instance", "status", "title", "type"]);
      expect(headers).toMatchObject({ "cache-control": "no-store", "x-content-type-options": "nosniff" });
    }
  }
});

test("8: pages of any origin may show a forecast; nothing but reading is let through", async () => {
  const headers = { origin: "https://garden.example", "access-control-request-method": "GET" };
  const preflight = await app.http.options("/locations", { headers });
  expect(preflight.headers).toMatchObject({
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET",
  });
  expect(preflight.headers).not.toHaveProperty("access-control-allow-credentials");
});

test("8: no role scans, writes for a reader, or holds a right on all there is", () => {
  const file = new URL("../.serverless/cloudformation-template-update-stack.json", import.meta.url);
  const { Resources } = JSON.parse(readFileSync(file, "utf8")) as { Resources: Record<string, { Type: string }> }; // osls wrote it
  const roles = Object.values(Resources).filter(({ Type }) => Type === "AWS::IAM::Role");
  expect(roles.length).toBeGreaterThan(6);
  expect(JSON.stringify(roles)).not.toMatch(/dynamodb:Scan|"dynamodb:\*"|"Resource":\["?\*/);
  const rightsOf = (name: string) => JSON.stringify(Resources[`${name}Role`]).match(/dynamodb:\w+/g) ?? [];
  expect(["ListLocations", "GetForecast", "GetHistory", "GetRun", "OpenApi"].map(rightsOf)).toEqual([
    [],
    ["dynamodb:GetItem"],
    ["dynamodb:Query"],
    ["dynamodb:Query"],
    [],
  ]);
});

test("9: openapi.json is what the schemas give, what the template routes, and what is served", () =>
  expectOpenApi(app, document));
