import { cursors, env, etagOf, expectedVersion, http, limitOf, noContent, ok, page, text } from "@warmstart/middleware";
import { baseOf } from "../src/answers.ts";
import { documentClient } from "../src/dynamo-client.ts";
import { dynamoLinks } from "../src/dynamo-links.ts";
import { editLink, filterOf, ownLink, removeLink, viewOf } from "../src/link.ts";
import { LinkPatch, LinkPath, ListQuery } from "../src/link-schemas.ts";

const { LINKS_TABLE, BASE_URL } = env({ LINKS_TABLE: text(), BASE_URL: text("") });
const links = dynamoLinks(LINKS_TABLE, documentClient());

export const list = http({ query: ListQuery, scopes: ["links:read"] }, async ({ query, caller, headers, event }) => {
  const { tag, state, limit: asked, cursor } = query;
  const asker = { base: baseOf(headers, BASE_URL), now: Date.now() };
  const limit = limitOf(asked);
  const { encode, decode } = cursors({ route: "links", sub: caller.sub, filter: { tag, state } });
  const found = await links.list(caller.sub, {
    limit,
    ...(cursor !== undefined && { after: decode(cursor) }),
    ...filterOf({ tag, state }, asker.now),
  });
  const next = found.next === undefined ? null : encode(found.next);
  return page({ data: found.links.map((link) => viewOf(link, asker)), limit, next }, event);
});

export const get = http({ path: LinkPath, scopes: ["links:read"] }, async ({ path, caller, headers }) => {
  const link = await ownLink(links, path.code, caller.sub);
  return ok(viewOf(link, { base: baseOf(headers, BASE_URL), now: Date.now() }), { etag: etagOf(link.version) });
});

export const update = http(
  { path: LinkPath, body: LinkPatch, scopes: ["links:write"] },
  async ({ path, body, caller, headers }) => {
    const which = { code: path.code, ownerId: caller.sub, version: expectedVersion(headers, caller) };
    const asker = { ownerId: caller.sub, base: baseOf(headers, BASE_URL), now: Date.now() };
    const link = await editLink(links, which, body, asker);
    return ok(viewOf(link, asker), { etag: etagOf(link.version) });
  },
);

export const remove = http({ path: LinkPath, scopes: ["links:write"] }, async ({ path, caller, headers }) => {
  const which = { code: path.code, ownerId: caller.sub, version: expectedVersion(headers, caller) };
  await removeLink(links, which, Date.now());
  return noContent();
});
