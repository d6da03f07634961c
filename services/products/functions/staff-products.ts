import { cursors, env, etagOf, http, limitOf, ok, page, text } from "@warmstart/middleware";
import { tableOf } from "../src/dynamo-client.ts";
import { dynamoProducts } from "../src/dynamo-products.ts";
import { anyProduct, listAny } from "../src/product.ts";
import { ProductPath, StaffListQuery } from "../src/product-schemas.ts";

const { PRODUCTS_TABLE, JWT_ISSUER, JWT_AUDIENCE } = env({
  PRODUCTS_TABLE: text(),
  JWT_ISSUER: text(),
  JWT_AUDIENCE: text(),
});
const products = dynamoProducts(tableOf(PRODUCTS_TABLE));
const staff = { group: "staff", jwt: { issuer: JWT_ISSUER, clientId: JWT_AUDIENCE } } as const;

export const list = http({ ...staff, query: StaffListQuery }, async ({ query, caller, event }) => {
  const { limit: asked, cursor, status } = query;
  const limit = limitOf(asked);
  const { encode, decode } = cursors({ route: "staff/products", sub: caller.sub, filter: { status } });
  const after = cursor === undefined ? {} : { after: decode(cursor) };
  const found = await listAny(products, status, { limit, ...after });
  const next = found.next === undefined ? null : encode(found.next);
  return page({ data: found.products, limit, next }, event);
});

export const get = http({ ...staff, path: ProductPath }, async ({ path }) => {
  const product = await anyProduct(products, path.id);
  return ok(product, { etag: etagOf(product.version) });
});
