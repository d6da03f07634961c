import { afterAll, beforeAll, test } from "@jest/globals";
import { expectOpenApi } from "@warmstart/testing";
import { document } from "../test/openapi.ts";
import { openShop, type Shop } from "../test/open-products.ts";

let s: Shop;
beforeAll(async () => {
  s = await openShop();
});
afterAll(() => s.cloud.close());

test("openapi.json is what the schemas give, what the template routes, and what is served", () =>
  expectOpenApi(s.app, document));
