import { env, postConfirmation, text } from "@warmstart/middleware";
import { documentClient } from "../src/dynamo-client.ts";
import { dynamoUsers } from "../src/dynamo-users.ts";
import { confirmUser, userIdOf } from "../src/user.ts";

const { USERS_TABLE } = env({ USERS_TABLE: text() });
const users = dynamoUsers(USERS_TABLE, documentClient());

export const handler = postConfirmation(async ({ sub, attributes }) => {
  await confirmUser(users, userIdOf(sub), attributes, Date.now());
});
