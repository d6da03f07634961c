import { env, etagOf, http, ok, text } from "@warmstart/middleware";
import { cognitoUserPool } from "../src/cognito-user-pool.ts";
import { documentClient } from "../src/dynamo-client.ts";
import { dynamoUsers } from "../src/dynamo-users.ts";
import { selfOf, tokensOf } from "../src/role.ts";
import { findMe, viewOf } from "../src/user.ts";

const settings = env({ USERS_TABLE: text(), USER_POOL_ID: text(), USER_POOL_CLIENT_ID: text(), AWS_REGION: text() });
const users = dynamoUsers(settings.USERS_TABLE, documentClient());
const pool = cognitoUserPool(settings.USER_POOL_ID);

export const handler = http({ scopes: [], jwt: tokensOf(settings) }, async ({ caller }) => {
  const user = await findMe(users, pool, { ...selfOf(caller), now: Date.now() });
  return ok(viewOf(user), { etag: etagOf(user.version) });
});
