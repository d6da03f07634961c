// The command that `npm start` prints for this service: it makes a link, with a key made for it.
import { createApiKey, SCOPES } from "../src/api-key.ts";
import { dynamoApiKeys } from "../src/dynamo-api-keys.ts";
import { documentClient } from "../src/dynamo-client.ts";

interface Deployed {
  readonly endpoint: string;
  readonly url: string;
  readonly outputs: Readonly<Record<string, string>>;
}

const LOCAL_KEYS = { AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local", AWS_REGION: "us-east-1" };

export const sample = async ({ endpoint, url, outputs }: Deployed): Promise<string> => {
  Object.assign(process.env, LOCAL_KEYS, { AWS_ENDPOINT_URL: endpoint });
  const keys = dynamoApiKeys(outputs["LinksTableName"] ?? "url-shortener-local-links", documentClient());
  const { secret } = await createApiKey(keys, { ownerId: "you", scopes: SCOPES }, Number.MAX_SAFE_INTEGER);
  return `curl -H 'x-api-key: ${secret}' -H 'content-type: application/json' -d '{"url":"https://example.com"}' ${url}/m/v1/links`;
};
