import { etagOf, expectedVersion, http, noContent, ok } from "@warmstart/middleware";
import { dynamoProducts } from "../src/dynamo-products.ts";
import { archiveProduct, replaceProduct, updateProduct } from "../src/product.ts";
import { ProductPatch, ProductPath, ProductReplacement } from "../src/product-schemas.ts";
import { staff, table } from "./staff.ts";

const products = dynamoProducts(table);
const product = { ...staff, path: ProductPath };

export const replace = http({ ...product, body: ProductReplacement }, async ({ path, body, caller, headers }) => {
  const which = { id: path.id, version: expectedVersion(headers, caller) };
  const changed = await replaceProduct(products, which, body, Date.now());
  return ok(changed, { etag: etagOf(changed.version) });
});

export const update = http({ ...product, body: ProductPatch }, async ({ path, body, caller, headers }) => {
  const which = { id: path.id, version: expectedVersion(headers, caller) };
  const changed = await updateProduct(products, which, body, Date.now());
  return ok(changed, { etag: etagOf(changed.version) });
});

export const archive = http(product, async ({ path, caller, headers }) => {
  await archiveProduct(products, { id: path.id, version: expectedVersion(headers, caller) }, Date.now());
  return noContent();
});
