import { http, ok } from "@warmstart/middleware";
import { dynamoStock } from "../src/dynamo-stock.ts";
import { ProductPath } from "../src/product-schemas.ts";
import { NewAdjustment } from "../src/stock-schemas.ts";
import { adjustStock, stockOf } from "../src/stock.ts";
import { staff, table } from "./staff.ts";

const stock = dynamoStock(table);
const product = { ...staff, path: ProductPath };

export const get = http(product, async ({ path }) => ok(await stockOf(stock, path.id)));

export const adjust = http({ ...product, body: NewAdjustment }, async ({ path, body, caller, headers }) => {
  const asked = { productId: path.id, sub: caller.sub, key: headers["idempotency-key"], now: Date.now() };
  const { adjustment, replayed } = await adjustStock(stock, body, asked);
  return ok(adjustment, replayed ? { headers: { "idempotency-replayed": "true" } } : {});
});
