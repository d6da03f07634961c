// A pool's public documents as an issuer: GET /<poolId>/.well-known/jwks.json and openid-configuration, unsigned.
import type { Action, AwsRequest, Protocol } from "../gateway/service.ts";
import { either } from "../protocols/either.ts";
import type { Cognito } from "./index.ts";
import { action, ofPool } from "./schemas.ts";
import { issuerOf } from "./tokens.ts";

const PATH = /^\/([\w-]+)\/\.well-known\/(jwks\.json|openid-configuration)$/;
export const DOCUMENTS: Readonly<Record<string, string>> = {
  "jwks.json": "GetJsonWebKeySet",
  "openid-configuration": "GetOpenIdConfiguration",
};

const json = (body: object, status = 200) => ({
  status,
  headers: { "content-type": "application/json", "cache-control": "public, max-age=86400" },
  body: JSON.stringify(body),
});

const documents: Protocol = {
  decode: async ({ path }) => {
    const [, UserPoolId = "", name = ""] = PATH.exec(path) ?? [];
    return { action: DOCUMENTS[name] ?? path, input: { UserPoolId } };
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
  GetOpenIdConfiguration: action(ofPool, ({ UserPoolId }) => {
    const issuer = issuerOf(model.pool(UserPoolId));
    return {
      id_token_signing_alg_values_supported: ["RS256"],
      issuer,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      response_types_supported: ["code", "token"],
      scopes_supported: ["openid", "email", "phone", "profile"],
      subject_types_supported: ["public"],
    };
  }),
});
