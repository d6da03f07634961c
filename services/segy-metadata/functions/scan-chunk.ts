import { S3Client } from "@aws-sdk/client-s3";
import { env, queue, text } from "@warmstart/middleware";
import { Chunk, scanChunk } from "../src/chunks.ts";
import { dynamoRuns } from "../src/dynamo-runs.ts";
import { s3Results } from "../src/s3-results.ts";
import { s3Open } from "../src/s3-source.ts";

const { FILES_TABLE, RESULTS_BUCKET } = env({ FILES_TABLE: text(), RESULTS_BUCKET: text() });
const s3 = new S3Client();
const ports = { open: s3Open(s3), records: dynamoRuns(FILES_TABLE), results: s3Results(s3, RESULTS_BUCKET) };

export const handler = queue({ message: Chunk }, async ({ message, log, metrics }) => {
  const { id, n, of } = message;
  log.info("chunk begun", { id, n, of }); // one that never ends is known by this
  const outcome = await scanChunk(ports, message);
  metrics.by({ outcome }).add("Chunks", 1);
  log.info(`chunk ${outcome}`, { id, n, of });
});
