import { S3Client } from "@aws-sdk/client-s3";
import { created, env, http, text } from "@warmstart/middleware";
import { dynamoImages } from "../src/dynamo-images.ts";
import { s3SignForm } from "../src/s3-images.ts";
import { createUpload, NewUpload } from "../src/upload.ts";

const { IMAGES_TABLE, ORIGINALS_BUCKET } = env({ IMAGES_TABLE: text(), ORIGINALS_BUCKET: text() });
const records = dynamoImages(IMAGES_TABLE);
const signForm = s3SignForm(new S3Client(), ORIGINALS_BUCKET);

export const handler = http({ body: NewUpload }, async ({ body }) => {
  const upload = await createUpload(records, signForm, body);
  return created(upload, `/uploads/${upload.uploadId}`);
});
