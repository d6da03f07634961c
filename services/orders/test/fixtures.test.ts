// Every event in events/orders is what the factories make, and does what its name says.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { invoke, openCloud, type TestCloud } from "@warmstart/testing";
import "@warmstart/testing/matchers";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CONFIRMED, DECLINED, events, folder, IMPORTS, PAID, SHIPPED, SLOW } from "./events.ts";
import { fakeProducts, type FakeProducts, obliging } from "./fake-products.ts";
import { anOrder, storeOf } from "./put-order.ts";

let cloud: TestCloud;
let products: FakeProducts;
beforeAll(async () => {
  cloud = await openCloud();
  products = await fakeProducts();
  products.answer = obliging;
  const imports = { ...IMPORTS, "products-local-ApiUrl": products.url };
  const app = await cloud.deploy("services/orders", { only: "resources", imports });
  Object.assign(process.env, await app.env("createOrder"), cloud.env);
  delete process.env["AWS_SESSION_TOKEN"];
  const store = storeOf({ cloud, app });
  for (const id of [CONFIRMED, DECLINED, SLOW]) await store.add(anOrder("bob", "CONFIRMED", { id }));
  await store.add(anOrder("bob", "PAID", { id: PAID, payment: { attempt: 2 } }));
  await store.add(anOrder("bob", "SHIPPED", { id: SHIPPED }));
});
afterAll(async () => {
  await cloud.close();
  await products.close();
});

const orders = () => import("../functions/orders.ts");
const handlers = {
  "create-order": async () => (await import("../functions/create-order.ts")).handler,
  "list-orders": async () => (await orders()).list,
  "get-order": async () => (await orders()).get,
  "list-events": async () => (await orders()).events,
  "update-order": async () => (await import("../functions/update-order.ts")).handler,
  "pay-order": async () => (await import("../functions/pay-order.ts")).handler,
  "cancel-order": async () => (await import("../functions/cancel-order.ts")).handler,
  "ship-order": async () => (await import("../functions/ship-order.ts")).ship,
  "deliver-order": async () => (await import("../functions/ship-order.ts")).deliver,
  "recover-orders": async () => (await import("../functions/recover-orders.ts")).handler,
  "open-api": async () => (await import("../functions/openapi.ts")).handler,
};

const run = async (name: string) => {
  const [owner] = Object.entries(handlers).filter(([prefix]) => name.startsWith(`${prefix}-`));
  if (owner === undefined) throw new Error(`${name} is for no function`);
  return invoke((await owner[1]()) as never, events[name]);
};

/** In this order: a replay needs its first, a shipment its payment. */
const STATUS: Readonly<Record<string, number | undefined>> = {
  "create-order-new": 201,
  "create-order-replay": 201,
  "create-order-other-body": 422,
  "create-order-no-key": 400,
  "create-order-two-lines-one-product": 409,
  "create-order-negative-quantity": 422,
  "create-order-price-changed": 409,
  "list-orders-own": 200,
  "list-orders-staff-page2": 200,
  "list-orders-of-another": 403,
  "get-order-own": 200,
  "get-order-unknown": 404,
  "list-events-own": 200,
  "update-order-stale": 412,
  "update-order-note": 200,
  "pay-order-ok": 200,
  "pay-order-declined": 402,
  "pay-order-timeout": 202,
  "cancel-order-confirmed": 200,
  "cancel-order-paid": 409,
  "cancel-order-paid-by-staff": 200,
  "ship-order-customer": 403,
  "ship-order-paid": 200,
  "deliver-order-shipped": 200,
  "recover-orders-every-minute": undefined,
  "open-api-document": 200,
};

test("each event does what its name says", async () => {
  for (const [name, status] of Object.entries(STATUS)) {
    const { status: answered, error, headers } = await run(name);
    expect([name, answered, error]).toEqual([name, status, undefined]);
    expect([name, headers["idempotency-replayed"]]).toEqual([name, name.endsWith("-replay") ? "true" : undefined]);
  }
});

test("every event is tried here, and is what the factories make", () => {
  const names = readdirSync(folder).map((file) => file.replace(/\.json$/, ""));
  expect(names.toSorted()).toEqual(Object.keys(STATUS).toSorted());
  for (const name of names) {
    const kept: unknown = JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
    expect(kept).toEqual(JSON.parse(JSON.stringify(events[name])));
  }
});
