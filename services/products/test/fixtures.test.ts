// Every event in events/products but those of imports is what the factories make, and does what its name says.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { invoke, openCloud, type TestCloud } from "@warmstart/testing";
import "@warmstart/testing/matchers";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { tableOf } from "../src/dynamo-client.ts";
import { dynamoProducts } from "../src/dynamo-products.ts";
import { dynamoReservations } from "../src/dynamo-reservations.ts";
import { createProduct } from "../src/product.ts";
import { reserve } from "../src/reservation.ts";
import { aProduct } from "./a-product.ts";
import { events, folder, HELD, IMPORTS, MUG, TEAPOT } from "./events.ts";

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await openCloud();
  const app = await cloud.deploy("services/products", { only: "resources", imports: IMPORTS });
  Object.assign(process.env, await app.env("createProduct"), cloud.env);
  delete process.env["AWS_SESSION_TOKEN"];
  const table = tableOf(app.resource("ProductsTable"));
  const now = cloud.clock.now();
  const opening = { id: "0", productId: MUG, delta: 10, reason: "opening", by: "ann", at: new Date(now).toISOString() };
  const mug = aProduct({ sku: "MUG-1", status: "active" });
  await createProduct(dynamoProducts(table), mug, { id: MUG, now, opening });
  await createProduct(dynamoProducts(table), aProduct({ sku: "TEAPOT-1" }), { id: TEAPOT, now });
  const expiresAt = new Date(now + 30 * 60_000).toISOString();
  await reserve(dynamoReservations(table), HELD, { items: [{ productId: MUG, quantity: 2 }], expiresAt });
});
afterAll(() => cloud.close());

const changes = () => import("../functions/change-product.ts");
const reservations = () => import("../functions/reservations.ts");

const handlers = {
  "list-products": async () => (await import("../functions/products.ts")).list,
  "get-product": async () => (await import("../functions/products.ts")).get,
  "list-staff-products": async () => (await import("../functions/staff-products.ts")).list,
  "get-staff-product": async () => (await import("../functions/staff-products.ts")).get,
  "create-product": async () => (await import("../functions/create-product.ts")).handler,
  "replace-product": async () => (await changes()).replace,
  "update-product": async () => (await changes()).update,
  "archive-product": async () => (await changes()).archive,
  "get-stock": async () => (await import("../functions/stock.ts")).get,
  "adjust-stock": async () => (await import("../functions/stock.ts")).adjust,
  quote: async () => (await import("../functions/quotes.ts")).handler,
  reserve: async () => (await reservations()).reserve,
  commit: async () => (await reservations()).commit,
  release: async () => (await reservations()).release,
  sweep: async () => (await import("../functions/sweep.ts")).handler,
  "open-api": async () => (await import("../functions/openapi.ts")).handler,
};

const run = async (name: string) => {
  const [owner] = Object.entries(handlers).filter(([prefix]) => name.startsWith(`${prefix}-`));
  if (owner === undefined) throw new Error(`${name} is for no function`);
  return invoke((await owner[1]()) as never, events[name]);
};

/** In this order: a replay needs its first, a release its reservation. */
const STATUS: Readonly<Record<string, number | undefined>> = {
  "list-products-newest": 200,
  "list-products-category-page2": 200,
  "list-products-price-without-category": 400,
  "get-product-one": 200,
  "list-staff-products-drafts": 200,
  "list-staff-products-customer": 403,
  "get-staff-product-draft": 200,
  "create-product-new": 201,
  "create-product-sku-taken": 409,
  "replace-product-stale": 412,
  "update-product-no-if-match": 428,
  "archive-product-reserved": 409,
  "update-product-price": 200,
  "get-stock-one": 200,
  "adjust-stock-delivery": 200,
  "adjust-stock-replay": 200,
  "adjust-stock-no-key": 400,
  "quote-one": 200,
  "reserve-new": 201,
  "reserve-short": 409,
  "reserve-other-content": 422,
  "commit-held": 200,
  "release-committed": 200,
  "release-unknown": 200,
  "sweep-every-minute": undefined,
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
  const own = names.filter((name) => !name.includes("import"));
  expect(own.toSorted()).toEqual(Object.keys(STATUS).toSorted());
  for (const name of own) {
    const kept: unknown = JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
    expect(kept).toEqual(JSON.parse(JSON.stringify(events[name])));
  }
});
