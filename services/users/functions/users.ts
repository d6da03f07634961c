import { cursors, env, etagOf, http, limitOf, ok, page, text } from "@warmstart/middleware";
import { documentClient } from "../src/dynamo-client.ts";
import { dynamoUsers } from "../src/dynamo-users.ts";
import { selfOf, tokensOf } from "../src/role.ts";
import { findVisible, listUsers, viewOf } from "../src/user.ts";
import { ListQuery, UserPath } from "../src/user-schemas.ts";

const settings = env({ USERS_TABLE: text(), USER_POOL_ID: text(), USER_POOL_CLIENT_ID: text(), AWS_REGION: text() });
const users = dynamoUsers(settings.USERS_TABLE, documentClient());
const jwt = tokensOf(settings);

export const get = http({ scopes: [], jwt, path: UserPath }, async ({ path, caller }) => {
  const user = await findVisible(users, path.id, selfOf(caller));
  return ok(viewOf(user), { etag: etagOf(user.version) });
});

export const list = http({ group: "staff", jwt, query: ListQuery }, async ({ query, caller, event }) => {
  const { email, cursor, limit: asked } = query;
  const limit = limitOf(asked);
  const { encode, decode } = cursors({ route: "users", sub: caller.sub, filter: { email } });
  const after = cursor === undefined ? {} : { after: decode(cursor) };
  const found = await listUsers(users, { limit, email, ...after, now: Date.now() });
  return page(
    { data: found.users.map(viewOf), limit, next: found.next === undefined ? null : encode(found.next) },
    event,
  );
});
