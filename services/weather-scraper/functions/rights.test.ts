// What the roles may do is what the functions do: no right too many, none too few.
import { afterEach, expect, test } from "@jest/globals";
import { expectLeastPrivilege } from "@warmstart/testing";
import { readFileSync, rmSync } from "node:fs";
import { changedPackage } from "../test/changed-package.ts";
import { openWeather, type Weather } from "../test/open-weather.ts";

let it: Weather | undefined;
afterEach(async () => {
  await it?.close();
  it = undefined;
});

test("a night, a provider that tells to wait, and one whose answers are no forecast, use every right", async () => {
  it = await openWeather();
  it.providers.script([
    { path: "/met/*lat=40.7*", effect: { kind: "status", status: 429, retryAfter: 600 }, times: 1 },
  ]);
  await it.night();
  await it.cloud.clock.advance("80m");
  it.providers.script([{ path: "/met/*lat=39.9*", effect: { kind: "text", text: "Unknown location" }, times: 1 }]);
  await it.night();
  await it.cloud.clock.advance("80m");
  expect(await it.cloud.idle()).toHaveNoDeadLetters();
  const paths = [
    "/locations",
    "/locations/london/forecast?detail=hours",
    "/locations/london/history",
    "/runs/2026-01-16",
  ];
  for (const path of paths) expect(await it.get(path)).toBeHttp(200);
  await expectLeastPrivilege(it.app);
});

test("without sqs:SendMessage the plan is denied; with it, it is not", async () => {
  const folder = changedPackage((template) => template.replace('"sqs:SendMessage"', '"sqs:GetQueueUrl"'));
  it = await openWeather({ folder });
  rmSync(folder, { recursive: true });
  expect(await it.plan()).toBe(false);
  const [denial] = await it.cloud.denials();
  expect(denial).toMatchObject({ action: "sqs:SendMessage", resource: expect.stringContaining("TasksQueue") });
  const logged = await it.cloud.logs("weather-scraper-local-plan");
  expect(logged.filter(({ message }) => message.includes('"ERROR"'))).toMatchObject([
    { message: expect.stringContaining("AccessDenied") },
  ]);
  // The sweep fails as well, but says first that the night is not complete: that rings.
  expect(await it.plan(it.cloud.clock.now() + 90 * 60_000)).toBe(false);
  const lines = await it.cloud.logs("weather-scraper-local-plan");
  expect(lines.map(({ message }) => message)).toContainEqual(expect.stringContaining('"run_complete":0'));
  await it.cloud.deploy("services/weather-scraper", { parameters: { ProvidersUrl: it.providers.url } });
  expect(await it.plan()).toBe(true);
});

interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: object }>>;
}

test("no role has a wildcard, and none may scan", () => {
  const file = readFileSync(
    new URL("../.serverless/cloudformation-template-update-stack.json", import.meta.url),
    "utf8",
  );
  const { Resources } = JSON.parse(file) as Template; // osls wrote it
  const roles = JSON.stringify(Object.values(Resources).filter(({ Type }) => Type === "AWS::IAM::Role"));
  expect(roles).toContain("sqs:SendMessage");
  expect(roles).not.toMatch(/"\*"|dynamodb:\*|s3:\*|sqs:\*|dynamodb:Scan/);
});
