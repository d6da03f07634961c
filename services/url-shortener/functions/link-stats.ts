import { env, http, ok, text } from "@warmstart/middleware";
import { clickId } from "../src/clicks.ts";
import { documentClient } from "../src/dynamo-client.ts";
import { dynamoClicks } from "../src/dynamo-clicks.ts";
import { dynamoLinks } from "../src/dynamo-links.ts";
import { ownLink } from "../src/link.ts";
import { LinkPath } from "../src/link-schemas.ts";
import { jwtOf, PEOPLE } from "../src/people.ts";
import { statsOf, StatsQuery, statsRange } from "../src/stats.ts";

const { LINKS_TABLE, CLICKS_TABLE, ...people } = env({ LINKS_TABLE: text(), CLICKS_TABLE: text(), ...PEOPLE });
const client = documentClient();
const links = dynamoLinks(LINKS_TABLE, client);
const clicks = dynamoClicks(CLICKS_TABLE, client);

export const handler = http(
  { jwt: jwtOf(people), path: LinkPath, query: StatsQuery, scopes: ["stats:read"] },
  async ({ path, query, caller }) => {
    const range = statsRange(query, Date.now());
    const link = await ownLink(links, path.code, caller.sub);
    return ok(statsOf(link.code, range, await clicks.counters(clickId(link), range)));
  },
);
