import { env, http, ok, text } from "@warmstart/middleware";
import { tableOf } from "../src/dynamo-client.ts";
import { dynamoStock } from "../src/dynamo-stock.ts";
import { ProductPath } from "../src/product-schemas.ts";
import { NewAdjustment } from "../src/stock-schemas.ts";
import { adjustStock, stockOf } from "../src/stock.ts";

const { PRODUCTS_TABLE, JWT_ISSUER, JWT_AUDIENCE } = env({
  PRODUCTS_TABLE: text(),
  JWT_ISSUER: text(),
  JWT_AUDIENCE: text(),
});
const stock = dynamoStock(tableOf(PRODUCTS_TABLE));
const staff = { group: "staff", jwt: { issuer: JWT_ISSUER, clientId: JWT_AUDIENCE }, path: ProductPath } as const;

export const get = http(staff, async ({ path }) => ok(await stockOf(stock, path.id)));

export const adjust = http({ ...staff, body: NewAdjustment }, async ({ path, body, caller, headers }) => {
  const asked = { productId: path.id, sub: caller.sub, key: headers["idempotency-key"], now: Date.now() };
  const { adjustment, replayed } = await adjustStock(stock, body, asked);
  return ok(adjustment, replayed ? { headers: { "idempotency-replayed": "true" } } : {});
});
