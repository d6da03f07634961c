import { authorizer, created, env, http, noContent, ok, text } from "@warmstart/middleware";
import { ApiKeyPath, apiKeyView, checkApiKey, createApiKey, NewApiKey, removeApiKey } from "../src/api-key.ts";
import { dynamoApiKeys } from "../src/dynamo-api-keys.ts";
import { documentClient } from "../src/dynamo-client.ts";
import { jwtOf, PEOPLE } from "../src/people.ts";

const { LINKS_TABLE, ...people } = env({ LINKS_TABLE: text(), ...PEOPLE });
const keys = dynamoApiKeys(LINKS_TABLE, documentClient());
const jwt = jwtOf(people);

const AUTHORIZER_CACHE_MILLISECONDS = 60_000; // resultTtlInSeconds in serverless.yml

export const check = authorizer(async ({ secret }) => {
  const key = await checkApiKey(keys, secret);
  return key && { sub: key.ownerId, scopes: key.scopes };
});

// No Idempotency-Key: its record would keep the secret for a day.
export const create = http({ jwt, body: NewApiKey, scopes: [] }, async ({ body, caller, event }) => {
  const { secret, key } = await createApiKey(keys, { ownerId: caller.sub, scopes: [...new Set(body.scopes)] });
  return created({ ...apiKeyView(key), secret }, `${event.rawPath}/${key.id}`);
});

export const list = http({ jwt, scopes: [] }, async ({ caller }) =>
  ok({ data: (await keys.list(caller.sub)).map(apiKeyView) }),
);

export const remove = http({ jwt, path: ApiKeyPath, scopes: [] }, async ({ path, caller }) => {
  await removeApiKey(keys, path.id, caller.sub);
  // RFC 8594: when the key ends at the latest.
  return noContent({ headers: { sunset: new Date(Date.now() + AUTHORIZER_CACHE_MILLISECONDS).toUTCString() } });
});
