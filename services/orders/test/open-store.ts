// Products and orders in one cloud, its people and its goods.
import { expect } from "@jest/globals";
import {
  type App,
  type HttpResult,
  newUser,
  openCloud,
  openUserPool,
  signIn,
  type TestClock,
  type TestCloud,
  type TestUser,
  type Tokens,
  type UserPool,
} from "@warmstart/testing";
import "@warmstart/testing/matchers";
import type { OrderView } from "../src/order-schemas.ts";

export const ADDRESS = {
  name: "Ann",
  line1: "Main Street 1",
  city: "Vienna",
  postalCode: "1010",
  country: "AT",
} as const;

/** Where people sign in: a pool of the test's own, or that of the deployed service. */
type Users = Pick<UserPool, "outputs"> & Partial<Pick<UserPool, "imports">>;

export interface Store {
  readonly cloud: TestCloud;
  readonly users: Users;
  readonly products: App;
  readonly app: App;
  readonly person: (group?: "staff" | "admin") => Promise<TestUser>;
  /** A product on sale, and so many of it. */
  readonly product: (stock: number, product?: Readonly<Record<string, unknown>>) => Promise<string>;
  readonly stockOf: (productId: string) => Promise<unknown>;
  readonly place: (who: TestUser, body: object, key?: string) => Promise<HttpResult>;
  /** An order that was confirmed. */
  readonly order: (who: TestUser, productId: string, quantity?: number) => Promise<OrderView>;
  /** Time passes without the minute's schedules, which would run for each of its minutes. */
  readonly rest: (by: Parameters<TestClock["advance"]>[0]) => Promise<void>;
  /** `act(ann, id, "pay", { key, body })` */
  readonly act: (who: TestUser, id: string, verb: string, options?: Act) => Promise<HttpResult>;
}

export interface Act {
  readonly key?: string;
  readonly body?: object;
}

let count = 0;
export const newKey = (): string => `key-${String(++count).padStart(8, "0")}`;

export const bearer = ({ accessToken }: Pick<Tokens, "accessToken">, key?: string): Record<string, string> => ({
  authorization: `Bearer ${accessToken}`,
  ...(key !== undefined && { "idempotency-key": key }),
});

export const line = (productId: string, quantity = 1): object => ({ productId, quantity });

export const orderOf = (items: readonly object[], more: object = {}): object => ({
  items,
  shippingAddress: ADDRESS,
  currency: "EUR",
  ...more,
});

const TOKEN_MS = 10 * 60_000;

/** Staff that sign in again before their token ends. */
const keeperOf = (cloud: TestCloud, users: Users): (() => Promise<Tokens>) => {
  const keeper = newUser(cloud, users, { group: "staff" });
  let [tokens, until]: [Promise<Tokens>, number] = [keeper, cloud.clock.now() + TOKEN_MS];
  return async () => {
    if (cloud.clock.now() > until) [tokens, until] = [signIn(cloud, users, await keeper), cloud.clock.now() + TOKEN_MS];
    return tokens;
  };
};

const makeProducts = (products: App, keeper: () => Promise<Tokens>): Pick<Store, "product" | "stockOf"> => ({
  async product(stock, given = {}) {
    const staff = await keeper();
    const sku = `SKU-${++count}`;
    const price = { amount: 1999, currency: "EUR" };
    const body = { sku, name: `Thing ${count}`, price, category: "things", status: "active", ...given };
    const created = await products.http.post("/v1/products", { headers: bearer(staff, newKey()), body });
    expect(created).toBeHttp(201);
    const { id } = created.json as { id: string }; // the API's schema
    const adjustment = { headers: bearer(staff, newKey()), body: { delta: stock, reason: "first delivery" } };
    if (stock > 0) expect(await products.http.post(`/v1/products/${id}/stock-adjustments`, adjustment)).toBeHttp(200);
    return id;
  },
  stockOf: async (id) =>
    (await products.http.get(`/v1/products/${id}/stock`, { headers: bearer(await keeper()) })).json,
});

const restIn = (cloud: TestCloud, rules: readonly string[]): Store["rest"] => {
  const each = (action: string) =>
    Promise.all(rules.map((Name) => cloud.call("events", `AWSEvents.${action}`, { Name })));
  return async (by) => {
    await each("DisableRule");
    await cloud.clock.advance(by);
    await each("EnableRule");
  };
};

/** The packaged services in a cloud of their own, or in the given one. */
export const openStore = async (given?: TestCloud, usersThere?: App): Promise<Store> => {
  const cloud = given ?? (await openCloud());
  const users: Users = usersThere ?? (await openUserPool(cloud, "users-local"));
  const imports = users.imports ?? {}; // or the stack of users exports them
  const products = await cloud.deploy("services/products", { imports });
  const app = await cloud.deploy("services/orders", { imports });
  const person: Store["person"] = (group) => newUser(cloud, users, group === undefined ? {} : { group });
  const goods = makeProducts(products, keeperOf(cloud, users));
  const place: Store["place"] = (who, body, key = newKey()) =>
    app.http.post("/v1/orders", { headers: bearer(who, key), body });
  return {
    cloud,
    users,
    products,
    app,
    person,
    place,
    ...goods,
    rest: restIn(cloud, [
      products.resource("SweepEventsRuleSchedule1"),
      app.resource("RecoverOrdersEventsRuleSchedule1"),
    ]),
    async order(who, productId, quantity = 1) {
      const placed = await place(who, orderOf([line(productId, quantity)]));
      expect(placed).toBeHttp(201);
      return placed.json as OrderView; // the API's schema
    },
    act: (who, id, verb, { key = newKey(), body } = {}) =>
      app.http.post(`/v1/orders/${id}/${verb}`, { headers: bearer(who, key), ...(body !== undefined && { body }) }),
  };
};
