import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { env, objectCreated, text } from "@warmstart/middleware";
import { tableOf } from "../src/dynamo-client.ts";
import { dynamoImports } from "../src/dynamo-imports.ts";
import { dynamoProducts } from "../src/dynamo-products.ts";
import { UPLOAD_PREFIX } from "../src/import.ts";
import { importProducts } from "../src/import-products.ts";
import { s3ImportResults, s3ReadImport } from "../src/s3-imports.ts";
import { sqsSendOn } from "../src/sqs-imports.ts";

const { PRODUCTS_TABLE, IMPORTS_BUCKET, IMPORTS_QUEUE } = env({
  PRODUCTS_TABLE: text(),
  IMPORTS_BUCKET: text(),
  IMPORTS_QUEUE: text(),
});
const [table, s3, sqs] = [tableOf(PRODUCTS_TABLE), new S3Client(), new SQSClient()];
const ports = {
  records: dynamoImports(table),
  products: dynamoProducts(table),
  results: s3ImportResults(s3, IMPORTS_BUCKET),
  read: s3ReadImport(s3),
};

export const handler = objectCreated({ prefix: UPLOAD_PREFIX }, async (call) => {
  const outcome = await importProducts({ ...ports, sendOn: sqsSendOn(sqs, IMPORTS_QUEUE, call) }, call);
  call.metrics.by({ outcome }).add("Imports", 1);
  call.log.info(`import ${outcome}`, { key: call.object.key });
});
