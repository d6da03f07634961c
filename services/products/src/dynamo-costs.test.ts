// What each operation costs, in calls and in capacity units, as DynamoDB bills them.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { TestCloud } from "@warmstart/testing";
import { aProduct, newOrderId } from "../test/a-product.ts";
import { openStock, type Stockroom } from "../test/open-stock.ts";
import { dynamoProducts } from "./dynamo-products.ts";
import { dynamoReservations } from "./dynamo-reservations.ts";
import { dynamoStock } from "./dynamo-stock.ts";
import { newProductId, type ProductId } from "./product-id.ts";
import { archiveProduct, createProduct, type ProductStore, replaceProduct, updateProduct } from "./product.ts";
import { quote } from "./quote.ts";
import { commitReservation, releaseReservation, reserve, type ReservationStore } from "./reservation.ts";
import type { OrderId } from "./stock-schemas.ts";
import { adjustStock, stockOf } from "./stock.ts";

let s: Stockroom;
let cloud: TestCloud;
let products: ProductStore;
let reservations: ReservationStore;
/** `UpdateItem 1+1`: units of the table, and of its indexes. */
let bill: string[] = [];

interface Consumed {
  readonly Table?: { readonly CapacityUnits?: number };
  readonly CapacityUnits?: number;
}

beforeAll(async () => {
  s = await openStock();
  cloud = s.cloud;
  // The same client as the functions have, which asks for its bill.
  s.table.client.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        Object.assign(args.input, { ReturnConsumedCapacity: "INDEXES" });
        const answer = await next(args);
        const { ConsumedCapacity } = answer.output as { ConsumedCapacity?: Consumed | readonly Consumed[] }; // asked for above
        const [{ Table, CapacityUnits = 0 } = {}] = [ConsumedCapacity ?? []].flat();
        const ofTable = Table?.CapacityUnits ?? 0;
        bill.push(`${commandName.replace("Command", "")} ${ofTable}+${CapacityUnits - ofTable}`);
        return answer;
      },
    { step: "initialize" },
  );
  products = dynamoProducts(s.table);
  reservations = dynamoReservations(s.table);
});
afterAll(() => cloud.close());

const costOf = async (operation: () => Promise<unknown>): Promise<readonly string[]> => {
  bill = [];
  await operation();
  return bill;
};

const now = () => cloud.clock.now();
const expiresAt = "2026-01-15T13:00:00.000Z";
const create = (id: ProductId, status = "active") => createProduct(products, aProduct({ status }), { id, now: now() });

test("reads are one call each", async () => {
  const id = await s.stocked(5);
  expect(await costOf(() => products.get(id))).toEqual(["GetItem 0.5+0"]);
  expect(await costOf(() => stockOf(dynamoStock(s.table), id))).toEqual(["GetItem 0.5+0"]);
  expect(await costOf(() => products.newest(["active"], { limit: 20 }))).toEqual(["Query 0+0.5"]);
  expect(await costOf(() => quote(products, { items: [{ productId: id, quantity: 1 }] }))).toEqual([
    "BatchGetItem 0.5+0",
  ]);
  const page = { category: "mugs", currency: "EUR", descending: false, min: 0, max: 9999, limit: 20 };
  expect(await costOf(() => products.byPrice(page))).toEqual(["Query 0+0.5"]);
});

test("a create is one transaction of three, 6 units and those of the indexes", async () => {
  expect(await costOf(() => create(newProductId(), "draft"))).toEqual(["TransactWriteItems 6+2"]);
  expect(await costOf(() => create(newProductId()))).toEqual(["TransactWriteItems 6+4"]);
});

test("a change is one write; a patch of what the indexes hold together reads first", async () => {
  const id = newProductId();
  const { sku: _, ...fields } = await create(id);
  const { name, price, category, status } = { ...fields, status: "active" as const };
  const which = (version: number) => ({ id, version });
  expect(await costOf(() => updateProduct(products, which(1), { description: "x" }, now()))).toEqual([
    "UpdateItem 1+2",
  ]);
  const whole = { name, price, category, status };
  expect(await costOf(() => replaceProduct(products, which(2), whole, now()))).toEqual(["UpdateItem 1+2"]);
  const patch = { price: { amount: 5 } };
  expect(await costOf(() => updateProduct(products, which(3), patch, now()))).toEqual([
    "GetItem 1+0",
    "UpdateItem 1+3",
  ]);
  expect(await costOf(() => archiveProduct(products, which(4), now()))).toEqual(["TransactWriteItems 4+6"]);
});

test("an adjustment is one transaction of two", async () => {
  const id = await s.stocked(5);
  const asked = { productId: id, sub: "ann", key: "key-00000001", now: now() };
  const adjust = () => adjustStock(dynamoStock(s.table), { delta: 5, reason: "delivery" }, asked);
  expect(await costOf(adjust)).toEqual(["TransactWriteItems 4+0"]);
});

test.each([1, 3])("a reservation of %i products is one transaction of one more", async (count) => {
  const ids = await Promise.all(Array.from({ length: count }, () => s.stocked(5)));
  const items = ids.map((productId) => ({ productId, quantity: 1 }));
  const orderId = newOrderId() as OrderId; // as the schema says
  const units = 2 * (count + 1);
  const hold = () => reserve(reservations, orderId, { items, expiresAt });
  expect(await costOf(hold)).toEqual([`TransactWriteItems ${units}+2`]);
  const sell = () => commitReservation(reservations, orderId);
  expect(await costOf(sell)).toEqual(["GetItem 1+0", `TransactWriteItems ${units}+2`]);
  expect(await costOf(sell)).toEqual(["GetItem 1+0"]);
  expect(await costOf(() => releaseReservation(reservations, orderId))).toEqual([
    "GetItem 1+0",
    `TransactWriteItems ${units}+0`,
  ]);
});

/** The calls of an operation that is refused. */
const asked = async (operation: () => Promise<unknown>): Promise<readonly string[]> => {
  const before = (await cloud.requests({ service: "dynamodb" })).length;
  await expect(operation()).rejects.toMatchObject({ name: "AppError" });
  return (await cloud.requests({ service: "dynamodb" })).slice(before).map(({ action }) => action);
};

test("what is refused is one call, and reads nothing", async () => {
  const id = await s.stocked(5);
  const stale = { id, version: 7 };
  const short = { items: [{ productId: id, quantity: 9 }], expiresAt };
  expect(await asked(() => updateProduct(products, stale, { name: "x" }, now()))).toEqual(["UpdateItem"]);
  expect(await asked(() => archiveProduct(products, stale, now()))).toEqual(["TransactWriteItems"]);
  expect(await asked(() => reserve(reservations, newOrderId() as OrderId, short))).toEqual(["TransactWriteItems"]);
  const orderId = newOrderId() as OrderId;
  await reserve(reservations, orderId, { items: [{ productId: id, quantity: 1 }], expiresAt });
  expect(await asked(() => reserve(reservations, orderId, short))).toEqual(["TransactWriteItems"]);
});
