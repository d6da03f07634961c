import { beforeEach, describe, expect, jest, test } from "@jest/globals";
import * as v from "valibot";
import { errorTable, rateLimited } from "../errors/makers.ts";
import { http } from "../http/http.ts";
import { created, type Reply } from "../http/replies.ts";
import { apiKey, request, send, type Answer } from "../http/request.test.fixture.ts";
import { idempotency } from "./idempotency.ts";
import { memoryIdempotency } from "./memory.test.fixture.ts";
import { canonicalJson } from "./request-hash.ts";

const { conflict } = errorTable({ "sold-out": 409 });
const Order = v.strictObject({ item: v.string(), count: v.optional(v.number()) });

let store = memoryIdempotency();
let effects: string[] = [];
let answer: (body: { item: string }, plan: string) => Reply | Promise<Reply>;
let planned = 0;

beforeEach(() => {
  store = memoryIdempotency();
  effects = [];
  planned = 0;
  answer = ({ item }, plan) => created({ item, plan }, `/orders/${plan}`, { etag: '"v1"' });
  jest.useRealTimers();
});

const order = (required = false) =>
  http(
    { body: Order, scopes: [], plan: () => `order-${++planned}`, idempotent: idempotency({ store, required }) },
    async ({ body, plan }) => {
      effects.push(plan);
      return answer(body, plan);
    },
  );

const post = async (key: string | undefined, body: unknown = { item: "a" }, sub = "u-1"): Promise<Answer> =>
  send(
    order(),
    request("POST /orders", {
      body: JSON.stringify(body),
      authorizer: apiKey(sub),
      headers: key === undefined ? {} : { "idempotency-key": key },
    }),
  );

const theRecord = () => [...store.records.entries()][0] ?? ["", undefined];

describe("a repeated key", () => {
  test("gets the first answer's status, headers and bytes", async () => {
    const first = await post("key-00001");
    const again = await post("key-00001", { item: "a" });
    expect(again.result.body).toBe(first.result.body);
    expect(again.status).toBe(201);
    expect(again.headers).toMatchObject({ location: "/orders/order-1", etag: '"v1"', "idempotency-replayed": "true" });
    expect(first.headers).not.toHaveProperty("idempotency-replayed");
    expect(effects).toEqual(["order-1"]);
  });

  test("with the same body written differently is the same request", async () => {
    await post("key-00001", { item: "a", count: 1 });
    expect((await post("key-00001", { count: 1, item: "a" })).headers).toHaveProperty("idempotency-replayed");
  });

  test("with another body is 422", async () => {
    await post("key-00001");
    expect((await post("key-00001", { item: "b" })).json["code"]).toBe("idempotency-key-reused");
  });

  test("of another caller is another key", async () => {
    await post("key-00001");
    expect((await post("key-00001", { item: "b" }, "u-2")).status).toBe(201);
    expect(effects).toHaveLength(2);
  });

  test("counts as new when its record is past its ttl", async () => {
    await post("key-00001");
    const [id, record] = theRecord();
    if (record) store.records.set(id, { ...record, ttl: Math.floor(Date.now() / 1000) - 1 });
    expect((await post("key-00001", { item: "other" })).status).toBe(201);
    expect(effects).toEqual(["order-1", "order-2"]);
  });
});

test("50 at once have one effect; the others get its bytes or 409 with Retry-After", async () => {
  const all = await Promise.all(Array.from({ length: 50 }, async () => post("key-00001")));
  expect(effects).toHaveLength(1);
  const [done, busy] = [all.filter(({ status }) => status === 201), all.filter(({ status }) => status === 409)];
  expect(done.length + busy.length).toBe(50);
  expect(new Set(done.map(({ result }) => result.body)).size).toBe(1);
  expect(busy[0]).toMatchObject({ json: { code: "idempotency-in-progress" }, headers: { "retry-after": "1" } });
});

/** A first try whose process ends after the effect, before its answer is kept. */
const die = async (): Promise<void> => {
  const write = store.write;
  let writes = 0;
  store = {
    ...store,
    write: async (...parameters) => (++writes > 1 ? new Promise<boolean>(() => undefined) : write(...parameters)),
  };
  void post("key-00001");
  await new Promise((resolve) => setImmediate(resolve));
  store = { ...store, write };
};

describe("a try that died", () => {
  test("blocks its key until its lease is over; then the same plan runs again", async () => {
    await die();
    expect(effects).toEqual(["order-1"]);
    expect((await post("key-00001")).json["code"]).toBe("idempotency-in-progress");
    jest.useFakeTimers({ now: Date.now() + 11_001, doNotFake: ["setImmediate", "nextTick"] });
    expect((await post("key-00001")).json).toEqual({ item: "a", plan: "order-1" });
    expect(effects).toEqual(["order-1", "order-1"]);
    expect(theRecord()[1]).toMatchObject({ state: "DONE" });
  });
});

describe("what is kept", () => {
  test("a business answer is, also an error", async () => {
    answer = () => {
      throw conflict("sold-out", "nothing left");
    };
    const first = await post("key-00001");
    const again = await post("key-00001");
    expect([first.status, again.status, effects.length]).toEqual([409, 409, 1]);
    expect(again.result.body).toBe(first.result.body);
  });

  test.each<[string, () => Error, number]>([
    ["5xx", () => new Error("boom"), 500],
    ["429", () => rateLimited(5, "slow down"), 429],
  ])(
    "%s is not, but its plan: the same key may be sent again at once, and finds what was half done",
    async (_, fail, status) => {
      const made = new Set<string>();
      answer = ({ item }, plan) => {
        made.add(plan);
        if (effects.length < 3) throw fail();
        return created({ item, plan });
      };
      expect([(await post("key-00001")).status, (await post("key-00001")).status]).toEqual([status, status]);
      const done = await post("key-00001");
      expect(done).toMatchObject({ status: 201, json: { plan: "order-1" } });
      expect(effects).toEqual(["order-1", "order-1", "order-1"]);
      expect([...made]).toEqual(["order-1"]);
      expect((await post("key-00001")).result.body).toBe(done.result.body);
      expect(planned).toBe(1);
    },
  );

  test("of many that try again at once one runs", async () => {
    answer = () => {
      throw new Error("boom");
    };
    await post("key-00001");
    answer = ({ item }, plan) => created({ item, plan });
    const all = await Promise.all(Array.from({ length: 10 }, async () => post("key-00001")));
    expect(effects).toEqual(["order-1", "order-1"]);
    expect(all.every(({ status }) => status === 201 || status === 409)).toBe(true);
  });

  test("without a plan nothing stays of 5xx, so the key is free again", async () => {
    const planless = http({ body: Order, scopes: [], idempotent: idempotency({ store }) }, () => {
      throw new Error("boom");
    });
    const headers = { "idempotency-key": "key-00001" };
    const event = request("POST /orders", { body: '{"item":"a"}', authorizer: apiKey("u-1"), headers });
    expect((await send(planless, event)).status).toBe(500);
    expect(store.records.size).toBe(0);
  });

  test("a validation error never reaches the store", async () => {
    expect((await post("key-00001", { item: 1 })).status).toBe(422);
    expect(store.records.size).toBe(0);
  });

  test("an answer over 64 KB is not, and its key says so", async () => {
    answer = () => created({ text: "x".repeat(70_000) });
    expect((await post("key-00001")).status).toBe(201);
    expect((await post("key-00001")).json["code"]).toBe("invalid-state");
    expect(effects).toHaveLength(1);
  });
});

test.each([["short"], ["has a space"], ["ümlaut-ümlaut"], ["x".repeat(129)]])("the key %j is refused", async (key) => {
  expect((await post(key)).json["code"]).toBe("invalid-header");
});

test("without a key the effect runs, unless a key is required", async () => {
  expect((await post(undefined)).status).toBe(201);
  const event = request("POST /orders", { body: '{"item":"a"}', authorizer: apiKey("u-1") });
  expect((await send(order(true), event)).json["code"]).toBe("idempotency-key-missing");
});

test("canonical JSON sorts keys at every depth and keeps lists in order", () => {
  expect(canonicalJson({ b: [{ z: 1, a: 2 }, 1], a: null })).toBe('{"a":null,"b":[{"a":2,"z":1},1]}');
  expect(canonicalJson(undefined)).toBe("null");
});
