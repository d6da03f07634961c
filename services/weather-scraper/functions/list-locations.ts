import { cursors, env, http, limitOf, page, text } from "@warmstart/middleware";
import file from "../locations.json" with { type: "json" };
import { LocationsQuery } from "../src/answer-schemas.ts";
import { cached, locationView } from "../src/answers.ts";
import { readConfig } from "../src/config.ts";

const { STAGE } = env({ STAGE: text() });
const config = readConfig(file, STAGE);
const { encode, decode } = cursors({ route: "locations", sub: "" });

export const handler = http({ query: LocationsQuery }, ({ query, event }) => {
  const limit = limitOf(query.limit);
  const after = query.cursor === undefined ? undefined : decode(query.cursor);
  const from = 1 + config.locations.findIndex(({ id }) => id === after);
  const shown = config.locations.slice(from, from + limit);
  const last = from + limit < config.locations.length ? shown.at(-1) : undefined;
  const data = shown.map((location) => locationView(config, location));
  return cached(page({ data, limit, next: last === undefined ? null : encode(last.id) }, event));
});
