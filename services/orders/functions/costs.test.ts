// What each request costs, in calls of DynamoDB and in units of capacity.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { App, TestUser } from "@warmstart/testing";
import { bearer, line, newKey, openStore, orderOf, type Store } from "../test/open-store.ts";

let s: Store;
let ann: TestUser;
let lamp: string;
beforeAll(async () => {
  s = await openStore();
  ann = await s.person();
  lamp = await s.product(100);
});
afterAll(() => s.cloud.close());

/** The calls that `send` made, by service. */
const callsOf = async (send: () => Promise<unknown>): Promise<Record<string, readonly string[]>> => {
  const before = (await s.cloud.requests({ service: "dynamodb" })).length;
  await send();
  const made = (await s.cloud.requests({ service: "dynamodb" })).slice(before);
  const of = ({ stackName }: App) =>
    made.filter(({ principal }) => principal.includes(`/${stackName}-`)).map(({ action }) => action);
  return { orders: of(s.app), products: of(s.products) };
};

const get = (path: string) => s.app.http.get(path, { headers: bearer(ann) });

test("a new order: two reads, its key, window and record, one transaction; products reads once and writes once", async () => {
  expect(await callsOf(() => s.place(ann, orderOf([line(lamp)])))).toEqual({
    // key read and written · is it there · window · how many are open · the order · confirmed with its event · key done
    orders: ["GetItem", "PutItem", "GetItem", "UpdateItem", "Query", "PutItem", "TransactWriteItems", "PutItem"],
    products: ["BatchGetItem", "TransactWriteItems"],
  });
});

test("a replay is one read", async () => {
  const key = newKey();
  await s.place(ann, orderOf([line(lamp)]), key);
  const again = await callsOf(() => s.place(ann, orderOf([line(lamp)]), key));
  expect(again).toEqual({ orders: ["GetItem"], products: [] });
});

test("one order is one read, a list one query, a change one write", async () => {
  const { id } = await s.order(ann, lamp);
  expect(await callsOf(() => get(`/v1/orders/${id}`))).toEqual({ orders: ["GetItem"], products: [] });
  expect(await callsOf(() => get("/v1/orders"))).toEqual({ orders: ["Query"], products: [] });
  const patch = (tag: string) =>
    s.app.http.patch(`/v1/orders/${id}`, {
      headers: { ...bearer(ann), "if-match": tag, "content-type": "application/merge-patch+json" },
      body: { note: "x" },
    });
  expect(await callsOf(() => patch('"v2"'))).toEqual({ orders: ["UpdateItem"], products: [] });
  expect(await callsOf(() => patch('"v2"'))).toEqual({ orders: ["UpdateItem"], products: [] });
});

interface Costs {
  readonly costs: readonly { readonly service: string; readonly unit: string; readonly amount: number }[];
}

/** Units by their names, since the cloud began. */
const billed = async (): Promise<ReadonlyMap<string, number>> => {
  const { costs } = await s.cloud.ask<Costs>("GET", "/costs");
  return new Map(costs.filter(({ service }) => service === "dynamodb").map(({ unit, amount }) => [unit, amount]));
};

/** Read and write units of all tables and indexes that `send` was billed. */
const unitsOf = async (send: () => Promise<unknown>): Promise<Readonly<Record<string, number>>> => {
  const before = await billed();
  await send();
  const after = await billed();
  return Object.fromEntries([...after].map(([unit, amount]) => [unit, amount - (before.get(unit) ?? 0)]));
};

test("in units: a new order of one line 22 writes in both services, a replay and a look one read, a list half of one", async () => {
  const key = newKey();
  const place = () => s.place(ann, orderOf([line(lamp)]), key);
  expect(await unitsOf(place)).toMatchObject({ "write-units": 22, "read-units": 3 });
  expect(await unitsOf(place)).toMatchObject({ "write-units": 0, "read-units": 1 });
  expect(await unitsOf(() => get("/v1/orders"))).toMatchObject({ "write-units": 0, "read-units": 0.5 });
  const { id } = await s.order(ann, lamp);
  expect(await unitsOf(() => get(`/v1/orders/${id}`))).toMatchObject({ "write-units": 0, "read-units": 1 });
});
