import { SQSClient } from "@aws-sdk/client-sqs";
import { accepted, env, http, text } from "@warmstart/middleware";
import { dynamoFiles } from "../src/dynamo-files.ts";
import { FilePath, ScanRequest } from "../src/files.ts";
import { sqsFiles } from "../src/sqs-queues.ts";

const { FILES_TABLE, FILES_QUEUE } = env({ FILES_TABLE: text(), FILES_QUEUE: text() });
const records = dynamoFiles(FILES_TABLE);
const send = sqsFiles(new SQSClient(), FILES_QUEUE);

export const handler = http({ path: FilePath, body: ScanRequest }, async (call) => {
  const { id } = call.path;
  await send(await records.requestScan(id, call.body), call);
  return accepted({ id, status: "pending" }, { headers: { location: `/files/${id}` } });
});
