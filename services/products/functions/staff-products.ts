import { cursors, etagOf, http, limitOf, ok, page } from "@warmstart/middleware";
import { dynamoProducts } from "../src/dynamo-products.ts";
import { anyProduct, STATES } from "../src/product.ts";
import { ProductPath, StaffListQuery } from "../src/product-schemas.ts";
import { staff, table } from "./staff.ts";

const products = dynamoProducts(table);

export const list = http({ ...staff, query: StaffListQuery }, async ({ query, caller, event }) => {
  const { limit: asked, cursor, status } = query;
  const limit = limitOf(asked);
  const { encode, decode } = cursors({ route: "staff/products", sub: caller.sub, filter: { status } });
  const after = cursor === undefined ? {} : { after: decode(cursor) };
  const found = await products.newest(status === undefined ? STATES : [status], { limit, ...after });
  const next = found.next === undefined ? null : encode(found.next);
  return page({ data: found.products, limit, next }, event);
});

export const get = http({ ...staff, path: ProductPath }, async ({ path }) => {
  const product = await anyProduct(products, path.id);
  return ok(product, { etag: etagOf(product.version) });
});
