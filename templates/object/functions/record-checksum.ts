import { S3Client } from "@aws-sdk/client-s3";
import { env, objectCreated, text } from "@warmstart/middleware";
import { recordChecksum, UPLOAD_PREFIX } from "../src/checksum.ts";
import { documentClient } from "../src/dynamo-client.ts";
import { dynamoChecksums } from "../src/dynamo-checksums.ts";
import { s3Open } from "../src/s3-objects.ts";

const { CHECKSUMS_TABLE } = env({ CHECKSUMS_TABLE: text() });
const open = s3Open(new S3Client());
const checksums = dynamoChecksums(CHECKSUMS_TABLE, documentClient());

export const handler = objectCreated({ prefix: UPLOAD_PREFIX }, async ({ object, log, metrics }) => {
  const outcome = await recordChecksum(open, checksums, object);
  metrics.by({ outcome }).add("Objects", 1);
  log.info(`checksum ${outcome}`, { key: object.key });
});
