import { SQSClient } from "@aws-sdk/client-sqs";
import { env, int, schedule, text } from "@warmstart/middleware";
import file from "../locations.json" with { type: "json" };
import { readConfig } from "../src/config.ts";
import { documentClient } from "../src/dynamo-client.ts";
import { dynamoRuns } from "../src/dynamo-runs.ts";
import { planRun } from "../src/plan-run.ts";
import { sqsSend } from "../src/sqs-tasks.ts";

const settings = env({
  FORECASTS_TABLE: text(),
  TASKS_QUEUE: text(),
  SPREAD_SECONDS: int(),
  STAGE: text(),
  ZONE: text(),
});
const config = readConfig(file, settings.STAGE);
const runs = dynamoRuns(settings.FORECASTS_TABLE, documentClient());
const sqs = new SQSClient();

export const handler = schedule(async ({ time, ...call }) => {
  const send = sqsSend(sqs, settings.TASKS_QUEUE, call);
  await planRun({ config, runs, send, ...call }, { time, zone: settings.ZONE, spreadSeconds: settings.SPREAD_SECONDS });
});
