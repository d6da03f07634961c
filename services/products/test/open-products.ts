// The service as its people use it: customers, staff, and orders on the inside.
import { newUser, openCloud, openUserPool, type TestCloud, type UserPool } from "@warmstart/testing";
import { expect } from "@jest/globals";
import "@warmstart/testing/matchers";
import { tableOf } from "../src/dynamo-client.ts";
import type { ProductView } from "../src/product-schemas.ts";
import type { StockView } from "../src/stock-schemas.ts";
import { aProduct } from "./a-product.ts";
import { holdsOf, internalOf, type Stockroom } from "./open-stock.ts";

type Headers = Readonly<Record<string, string>>;

export interface Products extends Pick<Stockroom, "cloud" | "app" | "internal" | "holds"> {
  readonly users: UserPool;
  /** Headers of somebody who works here. */
  readonly staff: Headers;
  /** Creates a product that is for sale, with so many units, and fails the test when that fails. */
  readonly stocked: (units: number, product?: Readonly<Record<string, unknown>>) => Promise<ProductView>;
  readonly stock: (id: string) => Promise<StockView>;
}

export const bearer = ({ accessToken }: { readonly accessToken: string }): Headers => ({
  authorization: `Bearer ${accessToken}`,
});

let keys = 0;
/** Another Idempotency-Key with each call. */
export const newKey = (): Headers => ({ "idempotency-key": `key-${String(++keys).padStart(8, "0")}` });

/** The packaged service with a pool of the users it knows, in a cloud of their own or in the given one. */
export const openProducts = async (given?: TestCloud): Promise<Products> => {
  const cloud = given ?? (await openCloud());
  const users = await openUserPool(cloud, "users-local");
  const app = await cloud.deploy("services/products", { imports: users.imports });
  Object.assign(process.env, cloud.env);
  const table = tableOf(app.resource("ProductsTable"));
  const staff = bearer(await newUser(cloud, users, { group: "staff" }));
  return {
    cloud,
    users,
    app,
    staff,
    async stocked(units, product = {}) {
      const answer = await app.http.post("/v1/products", {
        headers: staff,
        body: aProduct({ status: "active", ...product }),
      });
      expect(answer).toBeHttp(201);
      const made = answer.json as ProductView; // the API's schema
      if (units > 0) {
        const body = { delta: units, reason: "delivery" };
        const path = `/v1/products/${made.id}/stock-adjustments`;
        expect(await app.http.post(path, { headers: { ...staff, ...newKey() }, body })).toBeHttp(200);
      }
      return made;
    },
    async stock(id) {
      const answer = await app.http.get(`/v1/products/${id}/stock`, { headers: staff });
      expect(answer).toBeHttp(200);
      return answer.json as StockView; // the API's schema
    },
    holds: holdsOf(table),
    internal: internalOf(app),
  };
};
