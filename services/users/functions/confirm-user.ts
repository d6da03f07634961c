import { env, postConfirmation, text } from "@warmstart/middleware";
import { documentClient } from "../src/dynamo-client.ts";
import { dynamoUsers } from "../src/dynamo-users.ts";
import { confirmUser } from "../src/user.ts";
import type { UserId } from "../src/user-schemas.ts";

const { USERS_TABLE } = env({ USERS_TABLE: text() });
const users = dynamoUsers(USERS_TABLE, documentClient());

export const handler = postConfirmation(async ({ sub, attributes }) => {
  await confirmUser(users, sub as UserId, attributes, Date.now()); // the pool's own
});
