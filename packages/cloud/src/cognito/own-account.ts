// What users do with their own account; their access token says who they are.
import * as v from "valibot";
import { AwsError } from "../gateway/aws-error.ts";
import type { Action } from "../gateway/service.ts";
import { refused } from "./apps.ts";
import { attributeListOf } from "./attributes.ts";
import type { Cognito } from "./index.ts";
import { sessionKey } from "./model.ts";
import { checkPassword, hashPassword, passwordMatches, sha256 } from "./password.ts";
import { action, text } from "./schemas.ts";
import { located } from "./tokens.ts";

const byToken = { AccessToken: text };

/** Revoking ends the sign-in: its refresh token, and its access tokens for calls of this API. */
const revoke = ({ model }: Cognito): Action =>
  action({ Token: text, ClientId: text, ClientSecret: v.optional(text) }, ({ Token, ClientId, ClientSecret }) => {
    const client = model.client(ClientId);
    if (client.secret !== undefined && client.secret !== ClientSecret)
      throw new AwsError("UnauthorizedException", 400, "Client secret does not match");
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
    ChangePassword: action({ ...byToken, PreviousPassword: text, ProposedPassword: text }, async (given) => {
      const { pool, user } = await tokens.holder(given.AccessToken);
      if (!(await passwordMatches(user, given.PreviousPassword))) throw refused("Incorrect username or password.");
      checkPassword(pool, given.ProposedPassword);
      const password = await hashPassword(given.ProposedPassword);
      model.changeUser(pool, user.username, () => ({ password }));
      return {};
    }),
    GlobalSignOut: action(byToken, async ({ AccessToken }) => {
      model.endSessions((await tokens.holder(AccessToken)).user);
      return {};
    }),
    RevokeToken: revoke(cognito),
  };
};
