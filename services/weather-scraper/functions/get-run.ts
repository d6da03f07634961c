import { env, http, notFound, ok, text } from "@warmstart/middleware";
import { RunPath } from "../src/answer-schemas.ts";
import { cached, runView } from "../src/answers.ts";
import { documentClient } from "../src/dynamo-client.ts";
import { dynamoReader } from "../src/dynamo-reader.ts";

const { FORECASTS_TABLE } = env({ FORECASTS_TABLE: text() });
const reader = dynamoReader(FORECASTS_TABLE, documentClient());

export const handler = http({ path: RunPath }, async ({ path }) => {
  const run = await reader.run(path.date);
  if (run === undefined) throw notFound("There was no run on this day");
  return cached(ok(runView(run)));
});
