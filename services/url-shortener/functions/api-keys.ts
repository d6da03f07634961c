import { authorizer, env, text } from "@warmstart/middleware";
import { checkApiKey } from "../src/api-key.ts";
import { dynamoApiKeys } from "../src/dynamo-api-keys.ts";
import { documentClient } from "../src/dynamo-client.ts";

const { LINKS_TABLE } = env({ LINKS_TABLE: text() });
const keys = dynamoApiKeys(LINKS_TABLE, documentClient());

export const check = authorizer(async ({ secret }) => {
  const key = await checkApiKey(keys, secret);
  return key && { sub: key.ownerId, scopes: key.scopes };
});
