// OWASP API 9 (2023): nothing is served that is not documented, and what is documented is served.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { openShop, type Shop } from "../test/open-products.ts";

let s: Shop;
beforeAll(async () => {
  s = await openShop();
});
afterAll(() => s.cloud.close());

// That the routes are those of the template, both ways, openapi.test.ts asserts.
test("other methods and other versions of its paths are no routes", async () => {
  const { paths } = JSON.parse(readFileSync(new URL("../openapi.json", import.meta.url), "utf8")) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const METHODS = ["get", "post", "put", "patch", "delete"] as const;
  for (const [path, operations] of Object.entries(paths)) {
    const filled = path.replaceAll(/\{\w+\}/g, "x");
    for (const method of METHODS.filter((each) => !(each in operations))) {
      expect([method, path, (await s.app.http[method](filled, { headers: s.staff })).status]).toEqual([
        method,
        path,
        404,
      ]);
    }
    expect((await s.app.http.get(filled.replace("/v1/", "/v0/").replace("/internal/", "/v1/internal/"))).status).toBe(
      filled.startsWith("/openapi") ? 200 : 404,
    );
  }
});
