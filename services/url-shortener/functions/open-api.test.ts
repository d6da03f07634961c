import { afterAll, beforeAll, test } from "@jest/globals";
import { expectOpenApi } from "@warmstart/testing";
import { document } from "../test/openapi.ts";
import { openShortener, type Shortener } from "../test/open-shortener.ts";

let s: Shortener;
beforeAll(async () => {
  s = await openShortener();
});
afterAll(() => s.cloud.close());

test("openapi.json is what the schemas give, what the template routes, and what is served", () =>
  expectOpenApi(s.app, document));
