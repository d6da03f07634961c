import { cursors, env, http, limitOf, page, text } from "@warmstart/middleware";
import { summaryOf, withFeed } from "../src/answers.ts";
import { documentClient } from "../src/dynamo-client.ts";
import { dynamoPosts } from "../src/dynamo-posts.ts";
import { ListQuery } from "../src/post-schemas.ts";

const { POSTS_TABLE, JWT_ISSUER, JWT_AUDIENCE } = env({ POSTS_TABLE: text(), JWT_ISSUER: text(), JWT_AUDIENCE: text() }); // prettier-ignore
const store = dynamoPosts(POSTS_TABLE, documentClient());
const jwt = { issuer: JWT_ISSUER, clientId: JWT_AUDIENCE };

export const handler = http({ query: ListQuery, scopes: [], jwt }, async ({ query, caller: { sub }, event }) => {
  const { encode, decode } = cursors({ route: "posts", sub });
  const limit = limitOf(query.limit);
  const [{ posts, next }, token] = await Promise.all([
    store.list(sub, { limit, after: query.cursor === undefined ? undefined : decode(query.cursor) }),
    store.feedToken(sub),
  ]);
  const data = posts.map(summaryOf);
  return withFeed(page({ data, limit, next: next === undefined ? null : encode(next) }, event), sub, token);
});
