import { cursors, env, http, limitOf, page, text } from "@warmstart/middleware";
import file from "../locations.json" with { type: "json" };
import { HistoryQuery, LocationPath } from "../src/answer-schemas.ts";
import { cached, dayIssueView, locationOf } from "../src/answers.ts";
import { readConfig } from "../src/config.ts";
import { documentClient } from "../src/dynamo-client.ts";
import { dynamoReader } from "../src/dynamo-reader.ts";

const { FORECASTS_TABLE, STAGE } = env({ FORECASTS_TABLE: text(), STAGE: text() });
const config = readConfig(file, STAGE);
const reader = dynamoReader(FORECASTS_TABLE, documentClient());

export const handler = http({ path: LocationPath, query: HistoryQuery }, async ({ path, query, event }) => {
  const { id } = locationOf(config, path.id);
  const { validDate, cursor } = query;
  const limit = limitOf(query.limit);
  const { encode, decode } = cursors({ route: "history", sub: "", filter: { id, validDate } });
  const { rows, next } = await reader.history(id, { validDate, limit, after: cursor && decode(cursor) });
  return cached(page({ data: rows.map(dayIssueView), limit, next: next === undefined ? null : encode(next) }, event));
});
