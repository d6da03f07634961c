import { cursors, env, http, limitOf, page, text } from "@warmstart/middleware";
import file from "../locations.json" with { type: "json" };
import { LocationsQuery } from "../src/answer-schemas.ts";
import { cached, locationsAfter, locationView } from "../src/answers.ts";
import { readConfig } from "../src/config.ts";

const { STAGE } = env({ STAGE: text() });
const config = readConfig(file, STAGE);
const { encode, decode } = cursors({ route: "locations", sub: "" });

export const handler = http({ query: LocationsQuery }, ({ query: { limit: asked, cursor }, event }) => {
  const limit = limitOf(asked);
  const left = locationsAfter(config, cursor && decode(cursor));
  const shown = left.slice(0, limit);
  const last = left.length > limit ? shown.at(-1) : undefined;
  const data = shown.map((location) => locationView(config, location));
  return cached(page({ data, limit, next: last === undefined ? null : encode(last.id) }, event));
});
