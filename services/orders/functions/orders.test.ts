// Reading, listing and changing orders, and what each request costs, in calls of DynamoDB and in units of capacity.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { App, TestUser } from "@warmstart/testing";
import { bearer, line, newKey, openStore, orderOf, type Store } from "../test/open-store.ts";
import { anOrder, storeOf } from "../test/put-order.ts";

const [MANY, AT_ONCE] = process.env["WARMSTART_FULL"] === "1" ? [1000, 100] : [120, 30];

let s: Store;
let ann: TestUser;
let bob: TestUser;
let staff: TestUser;
let lamp: string;
beforeAll(async () => {
  s = await openStore();
  [ann, bob, staff] = await Promise.all([s.person(), s.person(), s.person("staff")]);
  lamp = await s.product(100);
});
afterAll(() => s.cloud.close());

interface Page {
  readonly data: readonly { readonly id: string; readonly status: string; readonly createdAt: string }[];
  readonly page: { readonly next: string | null };
}

const list = async (who: TestUser, query = ""): Promise<Page> => {
  const answer = await s.app.http.get(`/v1/orders${query}`, { headers: bearer(who) });
  expect(answer).toBeHttp(200);
  return answer.json as Page; // the API's schema
};

const days = async (who: TestUser, query: string): Promise<readonly string[]> =>
  (await list(who, query)).data.map(({ createdAt }) => createdAt.slice("2026-01-".length, "2026-01-00".length));

const patch = (who: TestUser, id: string, body: object, tag = '"v2"') =>
  s.app.http.patch(`/v1/orders/${id}`, {
    headers: { ...bearer(who), "if-match": tag, "content-type": "application/merge-patch+json" },
    body,
  });

describe("reading", () => {
  test("owner and staff see an order and its trail; it is not sent again unchanged", async () => {
    const { id } = await s.order(ann, lamp);
    for (const who of [ann, staff]) {
      const found = await s.app.http.get(`/v1/orders/${id}`, { headers: bearer(who) });
      expect(found).toBeHttp(200, { id, status: "CONFIRMED" });
      const headers = { ...bearer(who), "if-none-match": found.headers["etag"] ?? "" };
      expect((await s.app.http.get(`/v1/orders/${id}`, { headers })).status).toBe(304);
      const trail = await s.app.http.get(`/v1/orders/${id}/events`, { headers: bearer(who) });
      expect(trail).toBeHttp(200, { data: [{ version: 2, from: "PENDING", to: "CONFIRMED", by: "owner" }] });
    }
  });

  test("what the table knows besides is never shown", async () => {
    const { id } = await s.order(ann, lamp);
    const { json } = await s.app.http.get(`/v1/orders/${id}`, { headers: bearer(ann) });
    expect(Object.keys(json as object)).not.toEqual(expect.arrayContaining(["pk"]));
    for (const name of ["pk", "sk", "gsi1pk", "requestHash", "dueAt", "lastKey", "payment"])
      expect(json).not.toHaveProperty(name);
  });

  test("a customer finds nothing of another, by no route", async () => {
    const mallory = await s.person();
    const { id } = await s.order(ann, lamp);
    for (const path of ["", "/events"])
      expect(await s.app.http.get(`/v1/orders/${id}${path}`, { headers: bearer(mallory) })).toBeProblem(
        404,
        "not-found",
      );
    expect(await patch(mallory, id, { note: "mine" })).toBeProblem(404, "not-found");
    expect(await s.act(mallory, id, "cancel")).toBeProblem(404, "not-found");
    expect(await s.act(mallory, id, "pay", { body: { paymentToken: "tok_ok" } })).toBeProblem(404, "not-found");
    for (const verb of ["ship", "deliver"]) expect(await s.act(mallory, id, verb)).toBeProblem(403, "forbidden-role");
    const theirs = await s.app.http.get(`/v1/orders?userId=${ann.id}`, { headers: bearer(mallory) });
    expect(theirs).toBeProblem(403, "forbidden-role");
    expect(await list(mallory)).toMatchObject({ data: [] });
    expect(await s.app.http.get(`/v1/orders/${id}`, { headers: bearer(ann) })).toBeHttp(200, { version: 2 });
  });
});

describe("lists", () => {
  test(`pages of ${MANY} orders of one person have neither gaps nor repeats while others are made`, async () => {
    const cid = await s.person();
    const store = storeOf(s);
    const made = Array.from({ length: MANY }, (_, i) => {
      const createdAt = new Date(Date.UTC(2026, 0, 10, 0, 0, i >> 1)).toISOString();
      return anOrder(cid.id, i % 3 === 0 ? "CANCELLED" : "DELIVERED", { createdAt });
    });
    await Promise.all(made.map((order) => store.add(order)));
    const seen: string[] = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const page: Page = await list(cid, `?limit=37${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`);
      await store.add(anOrder(cid.id, "DELIVERED"));
      seen.push(...page.data.map(({ id }) => id));
      cursor = page.page.next;
    }
    const sorted = made.toSorted((a, b) => (`${a.createdAt}#${a.id}` < `${b.createdAt}#${b.id}` ? 1 : -1));
    expect(seen).toEqual(sorted.map(({ id }) => id));
  });

  test("they can be narrowed by state and time; staff name the person", async () => {
    const dan = await s.person();
    const store = storeOf(s);
    for (const [day, status] of [
      ["10", "PAID"],
      ["11", "CANCELLED"],
      ["12", "PAID"],
    ] as const)
      await store.add(anOrder(dan.id, status, { createdAt: `2026-01-${day}T00:00:00.000Z` }));
    expect(await days(dan, "?status=PAID")).toEqual(["12", "10"]);
    expect(await days(dan, "?from=2026-01-11T00:00:00.000Z&to=2026-01-12T00:00:00.000Z")).toEqual(["12", "11"]);
    expect(await days(dan, "?to=2026-01-11T00:00:00.000Z")).toEqual(["11", "10"]);
    expect(await days(staff, `?userId=${dan.id}&status=CANCELLED`)).toEqual(["11"]);
  });

  test("a cursor of somebody else, or of another filter, is refused", async () => {
    for (let i = 0; i < 3; i++) await storeOf(s).add(anOrder(bob.id, "PAID"));
    const { next } = (await list(bob, "?limit=1")).page;
    for (const [who, query] of [
      [ann, ""],
      [bob, "&status=PAID"],
    ] as const) {
      const path = `/v1/orders?limit=1&cursor=${encodeURIComponent(next ?? "")}${query}`;
      expect(await s.app.http.get(path, { headers: bearer(who) })).toBeProblem(400, "invalid-cursor");
    }
    for (const query of ["limit=0", "limit=101", "status=LOST", "from=yesterday", "sort=total"])
      expect(await s.app.http.get(`/v1/orders?${query}`, { headers: bearer(ann) })).toBeProblem(400, "invalid-query");
  });
});

describe("changing where it goes", () => {
  test("address and note change until it is paid for, each time with a new version", async () => {
    const { id, shippingAddress } = await s.order(ann, lamp);
    const moved = { ...shippingAddress, city: "Graz" };
    expect(await patch(ann, id, { shippingAddress: moved, note: "quick" })).toBeHttp(200, {
      version: 3,
      note: "quick",
    });
    const bare = await patch(ann, id, { note: null }, '"v3"');
    expect(bare).toBeHttp(200, { version: 4, shippingAddress: moved });
    expect(bare.json).not.toHaveProperty("note");
    expect(await patch(ann, id, { note: "x" })).toBeProblem(412, "etag-mismatch");
    expect(await patch(ann, id, { items: [] }, '"v4"')).toBeProblem(422, "validation-failed");
    expect(await s.act(ann, id, "pay", { body: { paymentToken: "tok_ok" } })).toBeHttp(200, { status: "PAID" });
    expect(await patch(ann, id, { note: "x" }, '"v6"')).toBeProblem(409, "invalid-state");
  });

  test(`of ${AT_ONCE} changes with one tag one wins, without a read`, async () => {
    const { id } = await s.order(ann, lamp);
    const reads = async () => (await s.cloud.requests({ service: "dynamodb", action: "GetItem" })).length;
    const before = await reads();
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => patch(ann, id, { note: `note ${i}` })));
    const statuses = Map.groupBy(answers, ({ status }) => status);
    expect([statuses.get(200)?.length, statuses.get(412)?.length]).toEqual([1, AT_ONCE - 1]);
    expect(await reads()).toBe(before);
  });

  test("without If-Match nothing changes", async () => {
    const { id } = await s.order(ann, lamp);
    const headers = { ...bearer(ann), "content-type": "application/merge-patch+json" };
    const path = `/v1/orders/${id}`;
    expect(await s.app.http.patch(path, { headers, body: { note: "x" } })).toBeProblem(428, "if-match-required");
  });
});

test("a POST with the tag of another version is refused", async () => {
  const { id } = await s.order(ann, lamp);
  const headers = { ...bearer(ann), "if-match": '"v1"' };
  expect(await s.app.http.post(`/v1/orders/${id}/cancel`, { headers })).toBeProblem(412, "etag-mismatch");
  const right = { ...bearer(ann), "if-match": '"v2"' };
  expect(await s.app.http.post(`/v1/orders/${id}/cancel`, { headers: right })).toBeHttp(200, { status: "CANCELLED" });
});

test("of orders of two people for one thing only the first gets it", async () => {
  const last = await s.product(1);
  expect(await s.place(ann, orderOf([line(last)]))).toBeHttp(201);
  expect(await s.place(bob, orderOf([line(last)]))).toBeProblem(409, "insufficient-stock");
});

/** The calls that `send` made, by service. */
const callsOf = async (send: () => Promise<unknown>): Promise<Record<string, readonly string[]>> => {
  const before = (await s.cloud.requests({ service: "dynamodb" })).length;
  await send();
  const made = (await s.cloud.requests({ service: "dynamodb" })).slice(before);
  const of = ({ stackName }: App) =>
    made.filter(({ principal }) => principal.includes(`/${stackName}-`)).map(({ action }) => action);
  return { orders: of(s.app), products: of(s.products) };
};

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

describe("what it costs", () => {
  let eve: TestUser;
  beforeAll(async () => {
    eve = await s.person();
  });

  const look = (path: string) => s.app.http.get(path, { headers: bearer(eve) });

  test("a new order: two reads, its key, window and record, one transaction; products reads once and writes once", async () => {
    expect(await callsOf(() => s.place(eve, orderOf([line(lamp)])))).toEqual({
      // key read and written · is it there · window · how many are open · the order · confirmed with its event · key done
      orders: ["GetItem", "PutItem", "GetItem", "UpdateItem", "Query", "PutItem", "TransactWriteItems", "PutItem"],
      products: ["BatchGetItem", "TransactWriteItems"],
    });
  });

  test("a replay is one read", async () => {
    const key = newKey();
    await s.place(eve, orderOf([line(lamp)]), key);
    const again = await callsOf(() => s.place(eve, orderOf([line(lamp)]), key));
    expect(again).toEqual({ orders: ["GetItem"], products: [] });
  });

  test("one order is one read, a list one query, a change one write", async () => {
    const { id } = await s.order(eve, lamp);
    expect(await callsOf(() => look(`/v1/orders/${id}`))).toEqual({ orders: ["GetItem"], products: [] });
    expect(await callsOf(() => look("/v1/orders"))).toEqual({ orders: ["Query"], products: [] });
    const patch = (tag: string) =>
      s.app.http.patch(`/v1/orders/${id}`, {
        headers: { ...bearer(eve), "if-match": tag, "content-type": "application/merge-patch+json" },
        body: { note: "x" },
      });
    expect(await callsOf(() => patch('"v2"'))).toEqual({ orders: ["UpdateItem"], products: [] });
    expect(await callsOf(() => patch('"v2"'))).toEqual({ orders: ["UpdateItem"], products: [] });
  });

  test("in units: a new order of one line 22 writes in both services, a replay and a look one read, a list half of one", async () => {
    const key = newKey();
    const place = () => s.place(eve, orderOf([line(lamp)]), key);
    expect(await unitsOf(place)).toMatchObject({ "write-units": 22, "read-units": 3 });
    expect(await unitsOf(place)).toMatchObject({ "write-units": 0, "read-units": 1 });
    expect(await unitsOf(() => look("/v1/orders"))).toMatchObject({ "write-units": 0, "read-units": 0.5 });
    const { id } = await s.order(eve, lamp);
    expect(await unitsOf(() => look(`/v1/orders/${id}`))).toMatchObject({ "write-units": 0, "read-units": 1 });
  });
});
