import { DeleteCommand, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { created, dynamoIdempotency, etagOf, http, idempotency } from "@warmstart/middleware";
import { dynamoProducts } from "../src/dynamo-products.ts";
import { newProductId } from "../src/product-id.ts";
import { createProduct } from "../src/product.ts";
import { NewProduct } from "../src/product-schemas.ts";
import { staff, table } from "./staff.ts";

const products = dynamoProducts(table);
const commands = { GetCommand, PutCommand, DeleteCommand };
const idempotent = idempotency({ store: dynamoIdempotency({ client: table.client, table: table.name, commands }) });
// Kept with the Idempotency-Key: a repeated try makes or finds the same product.
const plan = () => ({ id: newProductId() });

export const handler = http({ ...staff, body: NewProduct, idempotent, plan }, async ({ body, plan }) => {
  const product = await createProduct(products, body, { ...plan, now: Date.now() });
  return created(product, `/v1/products/${product.id}`, { etag: etagOf(product.version) });
});
