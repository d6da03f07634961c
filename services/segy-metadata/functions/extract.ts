import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { env, objectCreated, text } from "@warmstart/middleware";
import { dynamoRuns } from "../src/dynamo-runs.ts";
import { extract } from "../src/extract.ts";
import { UPLOAD_PREFIX } from "../src/files.ts";
import { thresholds } from "../src/limits.ts";
import { s3Results } from "../src/s3-results.ts";
import { s3Open } from "../src/s3-source.ts";
import { sqsChunks } from "../src/sqs-queues.ts";

const settings = env({ FILES_TABLE: text(), RESULTS_BUCKET: text(), CHUNKS_QUEUE: text(), ...thresholds });
const [s3, sqs] = [new S3Client(), new SQSClient()];
const [records, results] = [dynamoRuns(settings.FILES_TABLE), s3Results(s3, settings.RESULTS_BUCKET)];

export const handler = objectCreated({ prefix: UPLOAD_PREFIX }, async (call) => {
  const sendChunks = sqsChunks(sqs, settings.CHUNKS_QUEUE, call);
  const outcome = await extract({ open: s3Open(s3), records, results, sendChunks, thresholds: settings }, call);
  call.metrics.by({ outcome }).add("Files", 1);
  call.log.info(`file ${outcome}`, { key: call.object.key });
});
