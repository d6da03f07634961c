// The products, the reservation and the imports of which the events in events/products speak, in a cloud of their own.
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { EventGround, TestCloud } from "@warmstart/testing";
import { tableOf } from "../src/dynamo-client.ts";
import { dynamoImports } from "../src/dynamo-imports.ts";
import { dynamoProducts } from "../src/dynamo-products.ts";
import { dynamoReservations } from "../src/dynamo-reservations.ts";
import { createProduct } from "../src/product.ts";
import { reserve } from "../src/reservation.ts";
import { aProduct } from "./a-product.ts";
import { HELD, MUG, TEAPOT } from "./events.ts";
import { BEGUN, CSV, file, MISSING, VERSION } from "./import-events.ts";
import { IMPORTS } from "./people.ts";

/** S3 gives the file a version of its own, so an event means another one than it says. */
export const seedEvents = async (cloud: TestCloud): Promise<EventGround> => {
  const app = await cloud.deploy("services/products", { only: "resources", imports: IMPORTS });
  Object.assign(process.env, cloud.env);
  const table = tableOf(app.resource("ProductsTable"));
  const now = cloud.clock.now();
  const opening = { id: "0", productId: MUG, delta: 10, reason: "opening", by: "ann", at: new Date(now).toISOString() };
  const mug = aProduct({ sku: "MUG-1", status: "active" });
  await createProduct(dynamoProducts(table), mug, { id: MUG, now, opening });
  await createProduct(dynamoProducts(table), aProduct({ sku: "TEAPOT-1" }), { id: TEAPOT, now });
  const expiresAt = new Date(now + 30 * 60_000).toISOString();
  await reserve(dynamoReservations(table), HELD, { items: [{ productId: MUG, quantity: 2 }], expiresAt });
  const expected = { dryRun: false, createdBy: "ann", createdAt: new Date(now).toISOString() };
  for (const id of [BEGUN, MISSING]) await dynamoImports(table).expect({ id, ...expected });
  const s3 = new S3Client({ forcePathStyle: true });
  const put = new PutObjectCommand({ Bucket: file.bucket, Key: file.key, Body: CSV });
  const { VersionId = "" } = await s3.send(put);
  const meant = (event: unknown): unknown => JSON.parse(JSON.stringify(event).replaceAll(VERSION, VersionId));
  return { cloud, app, imports: IMPORTS, meant };
};
