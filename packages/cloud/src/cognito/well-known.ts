// A pool's public keys: GET /<poolId>/.well-known/jwks.json, unsigned.
import type { Action, AwsRequest, Protocol } from "../gateway/service.ts";
import { either } from "../protocols/either.ts";
import type { Cognito } from "./parts.ts";
import { action, ofPool } from "./schemas.ts";

const PATH = /^\/([\w-]+)\/\.well-known\/jwks\.json$/;

const json = (body: object, status = 200) => ({
  status,
  headers: { "content-type": "application/json", "cache-control": "public, max-age=86400" },
  body: JSON.stringify(body),
});

const documents: Protocol = {
  decode: async ({ path }) => {
    const [, UserPoolId] = PATH.exec(path) ?? [];
    return UserPoolId === undefined
      ? { action: path, input: {} }
      : { action: "GetJsonWebKeySet", input: { UserPoolId } };
  },
  encode: (_call, output) => json(output ?? {}),
  error: ({ code, message }, _about) => json({ code, message }, code === "InternalFailure" ? 500 : 404),
};

/** The API's protocol, and these documents beside it. */
export const withDocuments = (api: Protocol): Protocol =>
  either((request: AwsRequest) => (request.method === "GET" ? documents : api), api);

export const documentActions = ({ model, tokens }: Cognito): Readonly<Record<string, Action>> => ({
  GetJsonWebKeySet: action(ofPool, async ({ UserPoolId }) => ({
    keys: await tokens.publicKeys(model.pool(UserPoolId)),
  })),
});
