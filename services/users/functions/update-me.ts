import { env, etagOf, expectedVersion, http, ok, text } from "@warmstart/middleware";
import { documentClient } from "../src/dynamo-client.ts";
import { dynamoUsers } from "../src/dynamo-users.ts";
import { selfOf, tokensOf } from "../src/role.ts";
import { editUser, viewOf } from "../src/user.ts";
import { UserPatch } from "../src/user-schemas.ts";

const settings = env({ USERS_TABLE: text(), USER_POOL_ID: text(), USER_POOL_CLIENT_ID: text(), AWS_REGION: text() });
const users = dynamoUsers(settings.USERS_TABLE, documentClient());

export const handler = http(
  { scopes: [], jwt: tokensOf(settings), body: UserPatch },
  async ({ body, caller, headers }) => {
    const which = { id: selfOf(caller).id, version: expectedVersion(headers, caller) };
    const user = await editUser(users, which, body, Date.now());
    return ok(viewOf(user), { etag: etagOf(user.version) });
  },
);
