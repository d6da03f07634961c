import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type App, openCloud, send, type TestCloud } from "@warmstart/testing";
import { sample } from "./sample.ts";
import { start } from "./start.ts";

const MET = "met/weatherapi/locationforecast/2.0/compact?lat=51.5&lon=-0.1";

let cloud: TestCloud;
let started: Awaited<ReturnType<typeof start>>;
let app: App;

beforeAll(async () => {
  cloud = await openCloud({ clock: "real" });
  started = await start(cloud);
  app = await cloud.deploy("services/weather-scraper", { parameters: started.parameters });
});
afterAll(async () => {
  await cloud.close();
  await started.stop();
});

const providersOf = ({ parameters }: typeof started): string => parameters["ProvidersUrl"] ?? "";

const forecast = async (url: string) =>
  (await send("GET", `${url}/${MET}`, { headers: { "user-agent": "test https://example.com" } })).headers;

test("a second one finds another port", async () => {
  const second = await start(cloud);
  expect(providersOf(second)).not.toBe(providersOf(started));
  expect(await forecast(providersOf(second))).toHaveProperty("last-modified");
  await second.stop();
});

test("the commands that npm start prints give a forecast when typed", async () => {
  const { stdout } = await promisify(execFile)("bash", ["-euo", "pipefail", "-c", sample({ url: app.http.url })], {
    cwd: join(import.meta.dirname, "../../.."),
    env: { ...process.env, WARMSTART_PORT: new URL(cloud.endpoint).port, NODE_OPTIONS: "" },
  });
  expect(stdout).toContain('{"batchItemFailures":[]}');
  expect(JSON.parse(stdout.slice(stdout.indexOf('{"location"')))).toMatchObject({
    location: { id: "london" },
    provider: "met",
    stale: false,
  });
});

test("the providers tell the time of the cloud when it is moved on", async () => {
  const before = await forecast(providersOf(started));
  await cloud.clock.advance("7h"); // there is an issue every six
  const after = await forecast(providersOf(started));
  expect(Date.parse(after["date"] ?? "") - Date.parse(before["date"] ?? "")).toBeGreaterThanOrEqual(7 * 3_600_000);
  expect(after["last-modified"]).not.toBe(before["last-modified"]);
});
