// Functions that die at one of their AWS calls, in orders and in products: what was begun is finished or undone.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { everyCrashPoint, type TestCloud, type TestUser } from "@warmstart/testing";
import { broken, statesOf } from "../test/invariants.ts";
import { line, newKey, openStore, orderOf, type Store } from "../test/open-store.ts";

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

/** An order is placed, paid, and given back by staff; a second one is cancelled unpaid. */
const live = async (s: Store, { ann, staff, lamp }: Person): Promise<void> => {
  const keys = Array.from({ length: 6 }, newKey);
  const [first = "", second = "", pay = "", refund = "", cancel = ""] = keys;
  const body = { paymentToken: "tok_ok" };
  await twice(() => s.place(ann, orderOf([line(lamp)]), first));
  await twice(() => s.place(ann, orderOf([line(lamp, 2)]), second));
  const { json } = await s.app.http.get("/v1/orders", { headers: { authorization: `Bearer ${ann.accessToken}` } });
  const [newer, older] = (json as { data: readonly { id: string }[] }).data; // the API's schema
  if (older) {
    await twice(() => s.act(ann, older.id, "pay", { key: pay, body }));
    await twice(() => s.act(staff, older.id, "cancel", { key: refund }));
  }
  if (newer) await twice(() => s.act(ann, newer.id, "cancel", { key: cancel }));
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

  test.each([
    ["orders-local-createOrder", 8],
    ["orders-local-payOrder", 7],
    ["orders-local-cancelOrder", 7],
    ["products-local-reserve", 1],
    ["products-local-commit", 2],
    ["products-local-release", 2],
  ])("whichever of its first calls %s dies at, all is settled some minutes later", async (name, calls) => {
    const match = { service: "lambda", action: "Invoke", function: name };
    const all = await people(s);
    for (let call = 1; call <= calls; call++) {
      const { id } = await s.cloud.faults.add({ match, when: { nth: 1 }, effect: { kind: "kill", call } });
      await live(s, { ...all, ann: await s.person() });
      expect((await s.cloud.faults.list())[0]?.struck).toBe(1);
      await s.cloud.faults.clear(id);
    }
    await s.cloud.clock.advance(SETTLED);
    await expectSettled(s);
  });
});

/** Each call of each function, before it is done and after; some minutes. */
const everything = process.env["WARMSTART_FULL"] === "1" ? describe : describe.skip;

everything("each in a cloud of its own", () => {
  test.each([
    ...["createOrder", "payOrder", "cancelOrder", "recoverOrders"].map((name) => `orders-local-${name}`),
    ...["quote", "reserve", "commit", "release", "sweep"].map((name) => `products-local-${name}`),
  ])(
    "%s, killed at any call, leaves nothing behind",
    async (functions) => {
      const scenario = async (cloud: TestCloud): Promise<Store> => {
        const s = await openStore(cloud);
        const all = await people(s);
        // What products does not answer is left to the recoverer, so that its calls are crash points too.
        const lost = { match: { service: "apigateway", action: "Invoke", resource: `*${apiOf(s)}` }, when: { times: 2 }, effect: { kind: "lost-answer" } } as const; // prettier-ignore
        if (functions.endsWith("recoverOrders")) await cloud.faults.add(lost);
        await live(s, all);
        return s;
      };
      const options = { functions, modes: ["before", "after"], settle: SETTLED } as const;
      const points = await everyCrashPoint(scenario, (_cloud, s) => expectSettled(s), options);
      expect(points.length).toBeGreaterThan(0);
    },
    900_000,
  );
});

const apiOf = ({ products }: Store): string => products.outputs["ApiId"] ?? products.resource("HttpApi");
