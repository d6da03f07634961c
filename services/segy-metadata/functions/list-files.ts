import { cursors, env, http, limitOf, page, text } from "@warmstart/middleware";
import { dynamoFiles } from "../src/dynamo-files.ts";
import { listed, PageQuery } from "../src/files.ts";

const { FILES_TABLE } = env({ FILES_TABLE: text() });
const records = dynamoFiles(FILES_TABLE);

export const handler = http({ query: PageQuery, scopes: [] }, async ({ query, route, caller, event }) => {
  const { status } = query;
  const cursor = cursors({ route, sub: caller.sub, filter: { status } });
  const limit = limitOf(query.limit);
  const { files, next } = await records.page({ limit, status, after: query.cursor && cursor.decode(query.cursor) });
  return page({ data: files.map(listed), limit, next: next === undefined ? null : cursor.encode(next) }, event);
});
