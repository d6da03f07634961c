import { cursors, env, etagOf, expectedVersion, http, limitOf, noContent, ok, page, text } from "@warmstart/middleware";
import { baseOf } from "../src/answers.ts";
import { documentClient } from "../src/dynamo-client.ts";
import { dynamoLinks } from "../src/dynamo-links.ts";
import { disableLink, editLink, filterOf, ownLink, removeLink, viewOf } from "../src/link.ts";
import { Disabling, LinkPatch, LinkPath, ListQuery } from "../src/link-schemas.ts";
import { jwtOf, PEOPLE } from "../src/people.ts";
import type { Headers, Link } from "../src/redirect.ts";

const { LINKS_TABLE, BASE_URL, ...people } = env({ LINKS_TABLE: text(), BASE_URL: text(""), ...PEOPLE });
const links = dynamoLinks(LINKS_TABLE, documentClient());
const jwt = jwtOf(people);

const askedBy = (headers: Headers) => ({ base: baseOf(headers, BASE_URL), now: Date.now() });
const shown = (link: Link, headers: Headers) => ok(viewOf(link, askedBy(headers)), { etag: etagOf(link.version) });

export const list = http(
  { jwt, query: ListQuery, scopes: ["links:read"] },
  async ({ query, caller, headers, event }) => {
    const { tag, state, limit: asked, cursor } = query;
    const asker = askedBy(headers);
    const limit = limitOf(asked);
    const { encode, decode } = cursors({ route: "links", sub: caller.sub, filter: { tag, state } });
    const found = await links.list(caller.sub, {
      limit,
      ...(cursor !== undefined && { after: decode(cursor) }),
      ...filterOf({ tag, state }, asker.now),
    });
    const next = found.next === undefined ? null : encode(found.next);
    return page({ data: found.links.map((link) => viewOf(link, asker)), limit, next }, event);
  },
);

export const get = http({ jwt, path: LinkPath, scopes: ["links:read"] }, async ({ path, caller, headers }) =>
  shown(await ownLink(links, path.code, caller.sub), headers),
);

export const update = http(
  { jwt, path: LinkPath, body: LinkPatch, scopes: ["links:write"] },
  async ({ path, body, caller, headers }) => {
    const which = { code: path.code, ownerId: caller.sub, version: expectedVersion(headers, caller) };
    return shown(await editLink(links, which, body, { ownerId: caller.sub, ...askedBy(headers) }), headers);
  },
);

export const remove = http({ jwt, path: LinkPath, scopes: ["links:write"] }, async ({ path, caller, headers }) => {
  const which = { code: path.code, ownerId: caller.sub, version: expectedVersion(headers, caller) };
  await removeLink(links, which, Date.now());
  return noContent();
});

export const disable = http({ jwt, path: LinkPath, body: Disabling, group: "admin" }, async ({ path, body, headers }) =>
  shown(await disableLink(links, path.code, body.reason, Date.now()), headers),
);

export const enable = http({ jwt, path: LinkPath, group: "admin" }, async ({ path, headers }) =>
  shown(await disableLink(links, path.code, null, Date.now()), headers),
);
