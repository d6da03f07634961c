// OWASP API 9: no route that nobody knows of.
import { afterAll, beforeAll, test } from "@jest/globals";
import { expectOpenApi } from "@warmstart/testing";
import { openOrders, type Orders } from "../test/open-orders.ts";
import { document } from "../test/openapi.ts";

let orders: Orders;
beforeAll(async () => {
  orders = await openOrders();
});
afterAll(() => orders.close());

test("openapi.json is what the schemas give, what the template routes, and what is served", () =>
  expectOpenApi(orders.app, document));
