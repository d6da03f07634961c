// Functions that die at one of their AWS calls, and answers of products that get lost, come late or come in another order:
// what was begun is finished or undone.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { everyCrashPoint, type HttpResult, type TestCloud, type TestUser } from "@warmstart/testing";
import type { OrderId } from "../src/order-schemas.ts";
import { broken, statesOf } from "../test/invariants.ts";
import { bearer, line, newKey, openStore, orderOf, type Store } from "../test/open-store.ts";
import { storeOf } from "../test/put-order.ts";

let s: Store;
beforeAll(async () => {
  s = await openStore();
});
afterAll(() => s.cloud.close());

const SETTLED = "7m";
const isUnfinished = (state: string): boolean => ["PENDING", "PAYING", "REFUNDING"].includes(state);

/** A person who gives up after two tries of each request. */
const twice = async (send: () => Promise<{ readonly status: number }>): Promise<void> => {
  if ((await send()).status >= 500) await send();
};

interface Person {
  readonly ann: TestUser;
  readonly staff: TestUser;
  readonly lamp: string;
}

/** How far an order gets. */
type Life = "placed" | "paid" | "cancelled" | "refunded";

const live = async (s: Store, { ann, staff, lamp }: Person, life: Life): Promise<void> => {
  const [place = "", pay = "", cancel = ""] = Array.from({ length: 3 }, newKey);
  await twice(() => s.place(ann, orderOf([line(lamp, 2)]), place));
  const { json } = await s.app.http.get("/v1/orders", { headers: bearer(ann) });
  const [order] = (json as { data: readonly { id: string }[] }).data; // the API's schema
  if (order === undefined || life === "placed") return;
  const body = { paymentToken: "tok_ok" };
  if (life !== "cancelled") await twice(() => s.act(ann, order.id, "pay", { key: pay, body }));
  if (life !== "paid") await twice(() => s.act(life === "refunded" ? staff : ann, order.id, "cancel", { key: cancel }));
};

const people = async (store: Store): Promise<Person> => ({
  ann: await store.person(),
  staff: await store.person("staff"),
  lamp: await store.product(50),
});

const expectSettled = async (s: Pick<Store, "cloud" | "app">): Promise<void> => {
  expect(await broken(s)).toEqual([]);
  expect(Object.keys(await statesOf(s)).filter(isUnfinished)).toEqual([]);
};

describe("functions that die", () => {
  // Those where most is half done; all of them below.
  test.each<[string, Life, readonly number[]]>([
    ["orders-local-createOrder", "placed", [5, 7, 8]],
    ["orders-local-payOrder", "paid", [5, 6, 7]],
    ["orders-local-cancelOrder", "refunded", [5, 6]],
    ["products-local-reserve", "placed", [1]],
    ["products-local-commit", "paid", [2]],
    ["products-local-release", "refunded", [2]],
  ])(
    "%s dies while an order is %s, at each of its calls %j: all is settled some minutes later",
    async (name, life, calls) => {
      const match = { service: "lambda", action: "Invoke", function: name };
      const all = await people(s);
      for (const call of calls) {
        const { id } = await s.cloud.faults.add({ match, when: { nth: 1 }, effect: { kind: "kill", call } });
        await live(s, { ...all, ann: await s.person() }, life);
        expect((await s.cloud.faults.list())[0]?.struck).toBe(1);
        await s.cloud.faults.clear(id);
      }
      await s.cloud.clock.advance(SETTLED);
      await expectSettled(s);
    },
  );
});

type Loss = "lost-answer" | "reset";

const idOf = ({ json }: HttpResult): OrderId => (json as { id: OrderId }).id; // the API's schema
const stateOf = async (id: OrderId): Promise<unknown> => (await storeOf(s).get(id))?.status;
const sign = { service: "execute-api" };

describe("answers of products", () => {
  // Tests move the clock past the end of tokens.
  let ann: TestUser;
  let staff: TestUser;
  beforeEach(async () => {
    [ann, staff] = [await s.person(), await s.person("staff")];
  });

  /** The next calls of products, from the n-th on, do not come through, or their answers do not come back. */
  const lose = async (
    kind: Loss,
    { from, times }: { readonly from: number; readonly times: number },
  ): Promise<void> => {
    const match = { service: "apigateway", action: "Invoke", resource: `*:${s.products.outputs["ApiId"]}` };
    for (let nth = from; nth < from + times; nth++)
      await s.cloud.faults.add({ match, when: { nth }, effect: { kind } });
  };
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
    await lose("reset", { from: 1, times: 4 });
    expect(await s.act(ann, cancelled.id, "cancel")).toBeHttp(200, { status: "CANCELLED" });
    expect(await s.act(staff, refunded.id, "cancel")).toBeHttp(200, { status: "REFUNDING" });
    await s.cloud.faults.clear();
    await s.cloud.clock.advance("2m");
    expect(await stateOf(refunded.id as OrderId)).toBe("REFUNDED");
    expect(await s.stockOf(lamp)).toEqual({ available: 2, reserved: 0, onHand: 2 });
  });

  test("a reservation that arrives after its order was cancelled is refused", async () => {
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
    const lamp = await s.product(4);
    const [paid, cancelled] = [await s.order(ann, lamp), await s.order(ann, lamp)];
    await s.act(ann, paid.id, "pay", { body: { paymentToken: "tok_ok" } });
    await s.act(ann, cancelled.id, "cancel");
    const before = await s.stockOf(lamp);
    await s.cloud.clock.advance("10m");
    const again = async (path: string, id = "") =>
      s.products.http.post(`/internal/reservations/${id}/${path}`, { sign });
    expect(await again("commit", paid.id)).toBeHttp(200);
    expect(await again("release", cancelled.id)).toBeHttp(200);
    expect(await again("commit", cancelled.id)).toBeProblem(409, "invalid-state");
    expect(await s.products.http.post("/internal/quotes", { sign, body: { items: [line(lamp)] } })).toBeHttp(200);
    expect(await s.stockOf(lamp)).toEqual(before);
  });

  test("an order whose stock nobody could reserve in five minutes is rejected", async () => {
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
});

/** Each call of each function, before it is done and after; some minutes. */
const everything = process.env["WARMSTART_FULL"] === "1" ? describe : describe.skip;

everything("each in a cloud of its own", () => {
  test.each<[string, Life]>([
    ["orders-local-createOrder", "placed"],
    ["orders-local-payOrder", "paid"],
    ["orders-local-cancelOrder", "cancelled"],
    ["orders-local-cancelOrder", "refunded"],
    ["orders-local-recoverOrders", "placed"],
    ["products-local-quote", "placed"],
    ["products-local-reserve", "placed"],
    ["products-local-commit", "paid"],
    ["products-local-release", "refunded"],
  ])(
    "%s, killed at any call while an order is %s, leaves nothing behind",
    async (functions, life) => {
      const scenario = async (cloud: TestCloud): Promise<Store> => {
        const own = await openStore(cloud);
        const all = await people(own);
        // A reservation that is not answered is left to the recoverer, so that its calls are crash points too.
        const match = { service: "apigateway", action: "Invoke", resource: `*:${own.products.outputs["ApiId"]}` };
        for (const nth of functions.endsWith("recoverOrders") ? [2, 3] : [])
          await cloud.faults.add({ match, when: { nth }, effect: { kind: "lost-answer" } });
        await live(own, all, life);
        return own;
      };
      const options = { functions, modes: ["before", "after"], settle: SETTLED } as const;
      const points = await everyCrashPoint(scenario, (_cloud, own) => expectSettled(own), options);
      expect(points.length).toBeGreaterThan(0);
    },
    900_000,
  );
});
