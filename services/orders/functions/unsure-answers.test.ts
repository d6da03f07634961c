// Answers of products that get lost, come late, or come in another order than they were sent.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { HttpResult, TestUser } from "@warmstart/testing";
import type { OrderId } from "../src/order-schemas.ts";
import { broken } from "../test/invariants.ts";
import { line, newKey, openStore, orderOf, type Store } from "../test/open-store.ts";
import { storeOf } from "../test/put-order.ts";

let s: Store;
let ann: TestUser;
let staff: TestUser;
beforeAll(async () => {
  s = await openStore();
  [ann, staff] = await Promise.all([s.person(), s.person("staff")]);
});
afterAll(() => s.cloud.close());

type Loss = "lost-answer" | "reset";

/** The next calls of products, from the n-th on, do not come through, or their answers do not come back. */
const lose = async (kind: Loss, { from, times }: { readonly from: number; readonly times: number }): Promise<void> => {
  const match = { service: "apigateway", action: "Invoke", resource: `*:${s.products.outputs["ApiId"]}` };
  for (let nth = from; nth < from + times; nth++) await s.cloud.faults.add({ match, when: { nth }, effect: { kind } });
};
const idOf = ({ json }: HttpResult): OrderId => (json as { id: OrderId }).id; // the API's schema
const stateOf = async (id: OrderId): Promise<unknown> => (await storeOf(s).get(id))?.status;
const sign = { service: "execute-api" };

test.each<[Loss, number, number, number]>([
  ["lost-answer", 1, 1, 201], // of the first quote: asked again
  ["lost-answer", 2, 1, 201], // of the first reservation: the same again
  ["reset", 2, 1, 201],
  ["lost-answer", 2, 2, 202], // of both reservations
  ["reset", 2, 2, 202],
])(
  "%s of call %i, %i times: the order is placed or pending, and confirmed later",
  async (kind, from, times, status) => {
    const lamp = await s.product(3);
    await lose(kind, { from, times });
    const placed = await s.place(ann, orderOf([line(lamp, 2)]));
    await s.cloud.faults.clear();
    expect(placed.status).toBe(status);
    await s.cloud.clock.advance("2m");
    expect(await stateOf(idOf(placed))).toBe("CONFIRMED");
    expect(await s.stockOf(lamp)).toEqual({ available: 1, reserved: 2, onHand: 3 });
  },
);

test("without a quote nothing is written, and the same key may be used again", async () => {
  const lamp = await s.product(1);
  const key = newKey();
  await lose("reset", { from: 1, times: 2 });
  expect(await s.place(ann, orderOf([line(lamp)]), key)).toBeProblem(503, "dependency-unavailable");
  await s.cloud.faults.clear();
  expect(await s.place(ann, orderOf([line(lamp)]), key)).toBeHttp(201, { status: "CONFIRMED" });
});

test("a payment whose commit is not answered is PAYING, and paid once later", async () => {
  const lamp = await s.product(1);
  const { id } = await s.order(ann, lamp);
  await lose("lost-answer", { from: 1, times: 2 });
  expect(await s.act(ann, id, "pay", { body: { paymentToken: "tok_ok" } })).toBeHttp(202, { status: "PAYING" });
  await s.cloud.faults.clear();
  await s.cloud.clock.advance("2m");
  expect(await stateOf(id as OrderId)).toBe("PAID");
});

test("a release or refund that is not answered is made later", async () => {
  const lamp = await s.product(2);
  const [cancelled, refunded] = [await s.order(ann, lamp), await s.order(ann, lamp)];
  await s.act(ann, refunded.id, "pay", { body: { paymentToken: "tok_ok" } });
  staff = await s.person("staff");
  await lose("reset", { from: 1, times: 4 });
  expect(await s.act(ann, cancelled.id, "cancel")).toBeHttp(200, { status: "CANCELLED" });
  expect(await s.act(staff, refunded.id, "cancel")).toBeHttp(200, { status: "REFUNDING" });
  await s.cloud.faults.clear();
  await s.cloud.clock.advance("2m");
  expect(await stateOf(refunded.id as OrderId)).toBe("REFUNDED");
  expect(await s.stockOf(lamp)).toEqual({ available: 2, reserved: 0, onHand: 2 });
});

test("a reservation that arrives after its order was cancelled is refused", async () => {
  ann = await s.person();
  const lamp = await s.product(1);
  await lose("reset", { from: 2, times: 2 });
  const id = idOf(await s.place(ann, orderOf([line(lamp)])));
  await s.cloud.faults.clear();
  expect(await s.act(ann, id, "cancel")).toBeHttp(200, { status: "CANCELLED" });
  await s.cloud.clock.advance("10m");
  const late = { sign, body: { items: [line(lamp)], expiresAt: "2026-01-15T14:00:00.000Z" } };
  expect(await s.products.http.put(`/internal/reservations/${id}`, late)).toBeProblem(409, "invalid-state");
  expect(await s.stockOf(lamp)).toMatchObject({ available: 1, reserved: 0 });
});

test("requests to products that come a second time, ten minutes late, change nothing", async () => {
  ann = await s.person();
  const lamp = await s.product(4);
  const [paid, cancelled] = [await s.order(ann, lamp), await s.order(ann, lamp)];
  await s.act(ann, paid.id, "pay", { body: { paymentToken: "tok_ok" } });
  await s.act(ann, cancelled.id, "cancel");
  const before = await s.stockOf(lamp);
  await s.cloud.clock.advance("10m");
  const again = async (path: string, id = "") => s.products.http.post(`/internal/reservations/${id}/${path}`, { sign });
  expect(await again("commit", paid.id)).toBeHttp(200);
  expect(await again("release", cancelled.id)).toBeHttp(200);
  expect(await again("commit", cancelled.id)).toBeProblem(409, "invalid-state");
  expect(await s.products.http.post("/internal/quotes", { sign, body: { items: [line(lamp)] } })).toBeHttp(200);
  expect(await s.stockOf(lamp)).toEqual(before);
});

test("an order whose stock nobody could reserve in five minutes is rejected", async () => {
  ann = await s.person();
  const lamp = await s.product(1);
  await lose("reset", { from: 2, times: 30 });
  const id = idOf(await s.place(ann, orderOf([line(lamp)])));
  await s.cloud.clock.advance("8m");
  await s.cloud.faults.clear();
  await s.cloud.clock.advance("11m");
  expect(await stateOf(id)).toBe("REJECTED");
  expect(await s.stockOf(lamp)).toMatchObject({ available: 1, reserved: 0 });
});

test("afterwards all sums are right", async () => {
  await s.rest("2h");
  await s.cloud.clock.advance("2m");
  expect(await broken(s)).toEqual([]);
});
