import { S3Client } from "@aws-sdk/client-s3";
import { DeleteCommand, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { created, dynamoIdempotency, env, http, idempotency, notFound, ok, text } from "@warmstart/middleware";
import { tableOf } from "../src/dynamo-client.ts";
import { dynamoImports } from "../src/dynamo-imports.ts";
import { createImport, ImportPath, newImportId, NewImportQuery, viewOf } from "../src/import.ts";
import { s3ResultUrl, s3SignImportForm } from "../src/s3-imports.ts";

const { PRODUCTS_TABLE, IMPORTS_BUCKET, JWT_ISSUER, JWT_AUDIENCE } = env({
  PRODUCTS_TABLE: text(),
  IMPORTS_BUCKET: text(),
  JWT_ISSUER: text(),
  JWT_AUDIENCE: text(),
});
const [table, s3] = [tableOf(PRODUCTS_TABLE), new S3Client()];
const records = dynamoImports(table);
const signForm = s3SignImportForm(s3, IMPORTS_BUCKET);
const resultUrl = s3ResultUrl(s3, IMPORTS_BUCKET);
const commands = { GetCommand, PutCommand, DeleteCommand };
const idempotent = idempotency({ store: dynamoIdempotency({ client: table.client, table: table.name, commands }) });
const staff = { group: "staff", jwt: { issuer: JWT_ISSUER, clientId: JWT_AUDIENCE } } as const;
const plan = () => ({ id: newImportId() });

export const create = http({ ...staff, query: NewImportQuery, idempotent, plan }, async ({ query, caller, plan }) => {
  const expected = { ...plan, dryRun: query.dryRun === "true", createdBy: caller.sub };
  return created(await createImport({ records, signForm }, expected), `/v1/product-imports/${plan.id}`);
});

export const get = http({ ...staff, path: ImportPath }, async ({ path }) => {
  const found = await records.find(path.id);
  if (found === undefined) throw notFound("There is no such import");
  return ok(await viewOf(found, resultUrl));
});
