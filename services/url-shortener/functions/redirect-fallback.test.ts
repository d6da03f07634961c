import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { httpEvent, invoke, openCloud, type TestCloud } from "@warmstart/testing";
import "@warmstart/testing/matchers";

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await openCloud();
  const app = await cloud.deploy("services/url-shortener", { only: "resources" });
  Object.assign(process.env, await app.env("redirect"));
});
afterAll(() => cloud.close());

const load = async (fallback: string) => {
  process.env["FALLBACK_URL"] = fallback;
  jest.resetModules();
  return (await import("./redirect.ts")).handler;
};
const get = (code: string) => httpEvent(`GET /${code}`, { route: "GET /{code}" });

test("an unknown code leads to the fallback, what can be no code does not", async () => {
  const handler = await load("https://example.com/lost");
  expect(await invoke(handler as never, get("unknown"))).toMatchObject({
    status: 302,
    headers: { location: "https://example.com/lost" },
  });
  expect(await invoke(handler as never, get("robots.txt"))).toMatchObject({ status: 404 });
});

test("a fallback that is no web address stops the function at its start", async () => {
  await expect(load("javascript:alert(1)")).rejects.toThrow("FALLBACK_URL");
});
