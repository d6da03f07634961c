import { cursors, env, etagOf, http, limitOf, ok, page, text } from "@warmstart/middleware";
import { tableOf } from "../src/dynamo-client.ts";
import { dynamoProducts } from "../src/dynamo-products.ts";
import { listOpen, openProduct } from "../src/product.ts";
import { ListQuery, ProductPath } from "../src/product-schemas.ts";

const { PRODUCTS_TABLE, CURRENCY } = env({ PRODUCTS_TABLE: text(), CURRENCY: text("EUR") });
const products = dynamoProducts(tableOf(PRODUCTS_TABLE));

export const list = http({ query: ListQuery }, async ({ query, event }) => {
  const { limit: asked, cursor, ...filter } = query;
  const limit = limitOf(asked);
  const { encode, decode } = cursors({ route: "products", sub: "", filter });
  const after = cursor === undefined ? {} : { after: decode(cursor) };
  const found = await listOpen(products, filter, { limit, ...after, currency: CURRENCY });
  const next = found.next === undefined ? null : encode(found.next);
  return page({ data: found.products, limit, next }, event, { headers: { "cache-control": "public, max-age=30" } });
});

export const get = http({ path: ProductPath }, async ({ path }) => {
  const product = await openProduct(products, path.id);
  return ok(product, { etag: etagOf(product.version) });
});
