import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { env, queue, text } from "@warmstart/middleware";
import file from "../locations.json" with { type: "json" };
import { readConfig } from "../src/config.ts";
import { documentClient } from "../src/dynamo-client.ts";
import { dynamoForecasts } from "../src/dynamo-forecasts.ts";
import { fetchLocation } from "../src/fetch-location.ts";
import { politeFetch } from "../src/polite-fetch.ts";
import { FetchTask } from "../src/runs.ts";
import { s3Raw } from "../src/s3-raw.ts";
import { sqsRetryAt } from "../src/sqs-tasks.ts";

const settings = env({
  FORECASTS_TABLE: text(),
  TASKS_QUEUE: text(),
  RAW_BUCKET: text(),
  STAGE: text(),
  PROVIDERS_URL: text(""),
});
const config = readConfig(file, settings.STAGE);
const store = dynamoForecasts(settings.FORECASTS_TABLE, documentClient());
const keepRaw = s3Raw(new S3Client(), settings.RAW_BUCKET);
const retryAt = sqsRetryAt(new SQSClient(), settings.TASKS_QUEUE);
const polite = politeFetch({ userAgent: `warmstart-weather/0.1.0 ${config.contact}` });
/** Of the 180 s that the batch has: one slow host does not take its neighbours down. */
const RECORD_MS = 150_000;

export const handler = queue(
  { message: FetchTask, concurrency: 5 },
  async ({ message, receiptHandle, log, metrics, signal }) => {
    const asking = {
      politeFetch: polite,
      base: settings.PROVIDERS_URL,
      rps: config.rps,
      signal: AbortSignal.any([signal, AbortSignal.timeout(RECORD_MS)]),
    };
    const fetched = await fetchLocation({ config, store, keepRaw, asking, log, metrics }, message);
    if (fetched.ok) return log.info(`location ${fetched.outcome}`, message);
    if (message.again) return log.warn("location failed again", message);
    if (fetched.retryAt !== undefined) await retryAt(receiptHandle, fetched.retryAt);
    throw new Error(`No provider has a forecast for ${message.locationId}: ${fetched.reason}`);
  },
);
