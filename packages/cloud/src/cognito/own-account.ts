// What users do with their own account; their access token says who they are.
import { AwsError } from "../gateway/aws-error.ts";
import type { Action } from "../gateway/service.ts";
import { attributeListOf } from "./attributes.ts";
import type { Cognito } from "./parts.ts";
import { sessionKey } from "./model.ts";
import { sha256 } from "./password.ts";
import { action, text } from "./schemas.ts";
import { located } from "./tokens.ts";

const byToken = { AccessToken: text };

/** Revoking ends the sign-in: its refresh token, and its access tokens for calls of this API. */
const revoke = ({ model }: Cognito): Action =>
  action({ Token: text, ClientId: text }, ({ Token, ClientId }) => {
    const client = model.client(ClientId);
    if (client.settings.EnableTokenRevocation === false)
      throw new AwsError("UnsupportedOperationException", 400, "Token revocation is not enabled for this client");
    const [poolId, username, originJti] = located(Token);
    if (poolId === undefined || username === undefined || originJti === undefined)
      throw new AwsError("UnsupportedTokenTypeException", 400, "Only refresh tokens can be revoked");
    const key = sessionKey({ poolId, username, originJti });
    const session = model.sessions.get(key);
    if (session?.hash !== sha256(Token)) return {}; // unknown, or over already
    if (session.clientId !== client.id)
      throw new AwsError("UnauthorizedException", 400, "The token belongs to another client");
    model.sessions.remove(key);
    return {};
  });

export const ownAccountActions = (cognito: Cognito): Readonly<Record<string, Action>> => {
  const { model, tokens } = cognito;
  return {
    GetUser: action(byToken, async ({ AccessToken }) => {
      const { user } = await tokens.holder(AccessToken);
      return { Username: user.username, UserAttributes: attributeListOf(user) };
    }),
    DeleteUser: action(byToken, async ({ AccessToken }) => {
      const { pool, user } = await tokens.holder(AccessToken);
      model.removeUser(pool, user);
    }),
    GlobalSignOut: action(byToken, async ({ AccessToken }) => {
      model.endSessions((await tokens.holder(AccessToken)).user);
      return {};
    }),
    RevokeToken: revoke(cognito),
  };
};
