// The service without the users it knows, for tests in which nobody signs in.
import { type App, type HttpResult, openCloud, type TestCloud } from "@warmstart/testing";
import "@warmstart/testing/matchers";
import { expect } from "@jest/globals";
import { audit } from "../scripts/audit.ts";
import { type Table, tableOf } from "../src/dynamo-client.ts";
import { dynamoProducts } from "../src/dynamo-products.ts";
import { newProductId, type ProductId } from "../src/product-id.ts";
import { createProduct } from "../src/product.ts";
import { aProduct } from "./a-product.ts";
import { IMPORTS } from "./people.ts";

export interface Stockroom {
  readonly cloud: TestCloud;
  readonly app: App;
  readonly table: Table;
  /** A product that is for sale, with so many units. */
  readonly stocked: (units: number) => Promise<ProductId>;
  /** A signed request to an internal route. */
  readonly internal: (method: "put" | "post", path: string, body?: object) => Promise<HttpResult>;
  /** Fails the test unless the audit finds that all sums agree. */
  readonly holds: () => Promise<void>;
}

export const internalOf =
  ({ http }: App): Stockroom["internal"] =>
  (method, path, body) =>
    http[method](`/internal/${path}`, { sign: { service: "execute-api" }, ...(body && { body }) });

export const holdsOf = (table: Table) => async (): Promise<void> => {
  expect((await audit(table)).violations).toEqual([]);
};

export const openStock = async (given?: TestCloud): Promise<Stockroom> => {
  const cloud = given ?? (await openCloud());
  const app = await cloud.deploy("services/products", { imports: IMPORTS });
  Object.assign(process.env, cloud.env);
  const table = tableOf(app.resource("ProductsTable"));
  const stocked = async (delta: number): Promise<ProductId> => {
    const [id, now] = [newProductId(), cloud.clock.now()];
    const about = { productId: id, reason: "opening", by: "ann", at: new Date(now).toISOString() };
    await createProduct(dynamoProducts(table), aProduct({ status: "active" }), {
      id,
      now,
      opening: { id, delta, ...about },
    });
    return id;
  };
  return { cloud, app, table, stocked, internal: internalOf(app), holds: holdsOf(table) };
};
