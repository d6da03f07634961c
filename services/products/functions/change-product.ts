import { env, etagOf, expectedVersion, http, noContent, ok, text } from "@warmstart/middleware";
import { tableOf } from "../src/dynamo-client.ts";
import { dynamoProducts } from "../src/dynamo-products.ts";
import { archiveProduct, replaceProduct, updateProduct } from "../src/product.ts";
import { ProductPatch, ProductPath, ProductReplacement } from "../src/product-schemas.ts";

const { PRODUCTS_TABLE, JWT_ISSUER, JWT_AUDIENCE } = env({
  PRODUCTS_TABLE: text(),
  JWT_ISSUER: text(),
  JWT_AUDIENCE: text(),
});
const products = dynamoProducts(tableOf(PRODUCTS_TABLE));
const staff = { group: "staff", jwt: { issuer: JWT_ISSUER, clientId: JWT_AUDIENCE }, path: ProductPath } as const;

export const replace = http({ ...staff, body: ProductReplacement }, async ({ path, body, caller, headers }) => {
  const which = { id: path.id, version: expectedVersion(headers, caller) };
  const product = await replaceProduct(products, which, body, Date.now());
  return ok(product, { etag: etagOf(product.version) });
});

export const update = http({ ...staff, body: ProductPatch }, async ({ path, body, caller, headers }) => {
  const which = { id: path.id, version: expectedVersion(headers, caller) };
  const product = await updateProduct(products, which, body, Date.now());
  return ok(product, { etag: etagOf(product.version) });
});

export const archive = http(staff, async ({ path, caller, headers }) => {
  await archiveProduct(products, { id: path.id, version: expectedVersion(headers, caller) }, Date.now());
  return noContent();
});
