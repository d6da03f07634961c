import { env, etagOf, http, ok, text } from "@warmstart/middleware";
import { cognitoUserPool } from "../src/cognito-user-pool.ts";
import { documentClient } from "../src/dynamo-client.ts";
import { dynamoUsers } from "../src/dynamo-users.ts";
import { tokensOf } from "../src/role.ts";
import { setRole, viewOf } from "../src/user.ts";
import { RoleChange, UserPath } from "../src/user-schemas.ts";

const settings = env({ USERS_TABLE: text(), USER_POOL_ID: text(), USER_POOL_CLIENT_ID: text(), AWS_REGION: text() });
const users = dynamoUsers(settings.USERS_TABLE, documentClient());
const pool = cognitoUserPool(settings.USER_POOL_ID);

export const handler = http(
  { group: "admin", jwt: tokensOf(settings), path: UserPath, body: RoleChange },
  async ({ path, body, caller }) => {
    const user = await setRole(users, pool, {
      id: path.id,
      role: body.role,
      by: caller.sub,
      now: Date.now(),
    });
    return ok(viewOf(user), { etag: etagOf(user.version) });
  },
);
