// Functions that die at one of their AWS calls, in orders and in products: what was begun is finished or undone.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { everyCrashPoint, type TestCloud, type TestUser } from "@warmstart/testing";
import { broken, statesOf } from "../test/invariants.ts";
import { bearer, line, newKey, openStore, orderOf, type Store } from "../test/open-store.ts";

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

const people = async (s: Store): Promise<Person> => ({
  ann: await s.person(),
  staff: await s.person("staff"),
  lamp: await s.product(50),
});

const expectSettled = async (s: Pick<Store, "cloud" | "app">): Promise<void> => {
  expect(await broken(s)).toEqual([]);
  expect(Object.keys(await statesOf(s)).filter(isUnfinished)).toEqual([]);
};

describe("in one cloud", () => {
  let s: Store;
  beforeAll(async () => {
    s = await openStore();
  });
  afterAll(() => s.cloud.close());

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
        const s = await openStore(cloud);
        const all = await people(s);
        // A reservation that is not answered is left to the recoverer, so that its calls are crash points too.
        const match = { service: "apigateway", action: "Invoke", resource: `*:${s.products.outputs["ApiId"]}` };
        for (const nth of functions.endsWith("recoverOrders") ? [2, 3] : [])
          await cloud.faults.add({ match, when: { nth }, effect: { kind: "lost-answer" } });
        await live(s, all, life);
        return s;
      };
      const options = { functions, modes: ["before", "after"], settle: SETTLED } as const;
      const points = await everyCrashPoint(scenario, (_cloud, s) => expectSettled(s), options);
      expect(points.length).toBeGreaterThan(0);
    },
    900_000,
  );
});
