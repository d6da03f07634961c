import { env, http, notFound, plain, text } from "@warmstart/middleware";
import { baseOf } from "../src/answers.ts";
import { documentClient } from "../src/dynamo-client.ts";
import { dynamoPosts } from "../src/dynamo-posts.ts";
import { feedXml, MOST_ITEMS } from "../src/feed.ts";
import { FeedQuery } from "../src/post-schemas.ts";
import { mayListen } from "../src/posts.ts";

const { POSTS_TABLE } = env({ POSTS_TABLE: text() });
const store = dynamoPosts(POSTS_TABLE, documentClient());
const init = { headers: { "cache-control": "private, max-age=300" } };

export const handler = http({ query: FeedQuery }, async ({ query: { owner, token }, headers }) => {
  if (!(await mayListen(store, owner, token))) throw notFound("There is no such feed");
  const { posts } = await store.list(owner, { limit: MOST_ITEMS });
  const xml = feedXml(posts, { base: baseOf(headers), owner, token });
  return plain(xml, "application/rss+xml; charset=utf-8", init);
});
