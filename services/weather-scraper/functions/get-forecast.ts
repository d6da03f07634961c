import { env, http, ok, text } from "@warmstart/middleware";
import file from "../locations.json" with { type: "json" };
import { ForecastQuery, LocationPath } from "../src/answer-schemas.ts";
import { cached, forecastView, locationOf } from "../src/answers.ts";
import { readConfig } from "../src/config.ts";
import { documentClient } from "../src/dynamo-client.ts";
import { dynamoReader } from "../src/dynamo-reader.ts";

const { FORECASTS_TABLE, STAGE, ZONE: zone } = env({ FORECASTS_TABLE: text(), STAGE: text(), ZONE: text() });
const config = readConfig(file, STAGE);
const reader = dynamoReader(FORECASTS_TABLE, documentClient());

export const handler = http({ path: LocationPath, query: ForecastQuery }, async ({ path, query }) => {
  const location = locationOf(config, path.id);
  return cached(ok(await forecastView(reader, { config, location, zone }, query)));
});
