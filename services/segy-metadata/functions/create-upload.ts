import { S3Client } from "@aws-sdk/client-s3";
import { created, env, http, text } from "@warmstart/middleware";
import { dynamoFiles } from "../src/dynamo-files.ts";
import { s3SignForm } from "../src/s3-form.ts";
import { createUpload, NewUpload } from "../src/upload.ts";

const { FILES_TABLE, INCOMING_BUCKET } = env({ FILES_TABLE: text(), INCOMING_BUCKET: text() });
const ports = {
  bucket: INCOMING_BUCKET,
  records: dynamoFiles(FILES_TABLE),
  signForm: s3SignForm(new S3Client(), INCOMING_BUCKET),
};

export const handler = http({ body: NewUpload }, async ({ body }) => {
  const upload = await createUpload(ports, body);
  return created(upload, `/files/${upload.id}`);
});
