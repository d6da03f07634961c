import { cursors, env, http, limitOf, page, text } from "@warmstart/middleware";
import { dynamoImages } from "../src/dynamo-images.ts";
import { PageQuery } from "../src/images.ts";

const { IMAGES_TABLE } = env({ IMAGES_TABLE: text() });
const list = dynamoImages(IMAGES_TABLE);

export const handler = http({ query: PageQuery, scopes: [] }, async ({ query, route, caller, event }) => {
  const cursor = cursors({ route, sub: caller.sub });
  const limit = limitOf(query.limit);
  const { images, next } = await list.page(limit, query.cursor && cursor.decode(query.cursor));
  return page({ data: images, limit, next: next === undefined ? null : cursor.encode(next) }, event);
});
