import { DeleteCommand, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { created, dynamoIdempotency, env, etagOf, http, idempotency, text } from "@warmstart/middleware";
import { tableOf } from "../src/dynamo-client.ts";
import { dynamoProducts } from "../src/dynamo-products.ts";
import { newProductId } from "../src/product-id.ts";
import { createProduct } from "../src/product.ts";
import { NewProduct } from "../src/product-schemas.ts";

const { PRODUCTS_TABLE, JWT_ISSUER, JWT_AUDIENCE } = env({
  PRODUCTS_TABLE: text(),
  JWT_ISSUER: text(),
  JWT_AUDIENCE: text(),
});
const table = tableOf(PRODUCTS_TABLE);
const products = dynamoProducts(table);
const commands = { GetCommand, PutCommand, DeleteCommand };
const idempotent = idempotency({ store: dynamoIdempotency({ client: table.client, table: table.name, commands }) });
const staff = { group: "staff", jwt: { issuer: JWT_ISSUER, clientId: JWT_AUDIENCE } } as const;
// Kept with the Idempotency-Key: a repeated try makes or finds the same product.
const plan = () => ({ id: newProductId() });

export const handler = http({ ...staff, body: NewProduct, idempotent, plan }, async ({ body, plan }) => {
  const product = await createProduct(products, body, { ...plan, now: Date.now() });
  return created(product, `/v1/products/${product.id}`, { etag: etagOf(product.version) });
});
