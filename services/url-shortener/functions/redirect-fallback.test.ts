import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { httpEvent, invoke, NO_POOL, openCloud, type TestCloud } from "@warmstart/testing";
import "@warmstart/testing/matchers";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const hostileUrls: { url: string; rule: string }[] = JSON.parse(
  readFileSync(new URL("../src/hostile-urls.json", import.meta.url), "utf8"),
);

type Resolver = (tools: { resolveVariable: (name: string) => Promise<unknown> }) => Promise<{ url: string }>;
const resolveFallbackUrl: Resolver = createRequire(import.meta.url)("../fallback-url.cjs");

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await openCloud();
  const app = await cloud.deploy("services/url-shortener", { only: "resources", imports: NO_POOL });
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

const packaged = async (fallbackUrl: string, baseUrl = "https://sho.rt"): Promise<string> => {
  const parameters: Record<string, string> = { "param:fallbackUrl": fallbackUrl, "param:baseUrl": baseUrl };
  const { url } = await resolveFallbackUrl({ resolveVariable: async (name: string) => parameters[name] });
  return url;
};

describe("when the service is packaged", () => {
  test("the fallback may be absent, or what a link's target may be", async () => {
    expect(await packaged("")).toBe("");
    expect(await packaged("https://Example.com/lost", "")).toBe("https://example.com/lost");
  });

  test.each(hostileUrls.map(({ url, rule }) => [JSON.stringify(url), rule]).filter(([url]) => url !== '""'))(
    "%s is refused: %s",
    async (quoted) => {
      await expect(packaged(JSON.parse(quoted ?? ""))).rejects.toThrow(/^The parameter fallbackUrl, /);
    },
  );
});
