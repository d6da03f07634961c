// Every promise of the embedded AWS with its ratio to the peer, all in one run.
import { deployRows } from "./deploy.ts";
import { dynamoDbRows } from "./dynamodb.ts";
import { httpRows } from "./http.ts";
import { memoryRows } from "./memory.ts";
import { pollyRows } from "./polly.ts";
import { s3Rows } from "./s3.ts";

export const run = async () => ({
  title: "The embedded AWS beside its peers",
  rows: [
    ...(await httpRows()),
    ...(await memoryRows()),
    ...(await s3Rows()),
    ...(await dynamoDbRows()),
    ...(await pollyRows()),
    ...(await deployRows()),
  ],
});
