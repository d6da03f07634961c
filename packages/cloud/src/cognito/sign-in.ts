// Sign-in with a password or a refresh token, and the challenge of a new password.
import * as v from "valibot";
import { AwsError, unsupported } from "../gateway/aws-error.ts";
import type { Action } from "../gateway/service.ts";
import { checkSecret, hidesUsers, refused, unknownUser } from "./apps.ts";
import { readAttributes } from "./attributes.ts";
import type { Cognito } from "./index.ts";
import { LIMITS, UNIT_MS } from "./limits.ts";
import type { Client, Pool, User } from "./model.ts";
import { checkPassword, hashPassword, passwordMatches, sha256 } from "./password.ts";
import { action, ofPool, stringMap, text } from "./schemas.ts";
import { locate, located } from "./tokens.ts";

type Fields = Readonly<Record<string, string>>;
interface Attempt {
  readonly client: Client;
  readonly pool: Pool;
  readonly fields: Fields;
}

const invalid = (message: string): AwsError => new AwsError("InvalidParameterException", 400, message);

const field = (fields: Fields, name: string): string => {
  const value = fields[name];
  if (value === undefined) throw invalid(`Missing required parameter ${name}`);
  return value;
};

/** What a client without a list may do: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html */
const DEFAULT_FLOWS = ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"];

/** Old lists, without the prefix, allow refreshing always. */
const allows = ({ settings }: Client, flow: string): boolean => {
  const flows: readonly string[] = settings.ExplicitAuthFlows ?? DEFAULT_FLOWS;
  const old = flow === "ADMIN_USER_PASSWORD_AUTH" ? "ADMIN_NO_SRP_AUTH" : flow;
  const modern = flows.some((each) => each.startsWith("ALLOW_"));
  return flows.includes(`ALLOW_${flow}`) || flows.includes(old) || (flow === "REFRESH_TOKEN_AUTH" && !modern);
};

const challenge = ({ model, clock }: Cognito, { client, pool }: Attempt, user: User): object => {
  const session = locate([pool.id, user.username]);
  const lifeMs = (client.settings.AuthSessionValidity ?? LIMITS.challengeMinutes) * UNIT_MS.minutes;
  const kept = { secret: sha256(session), clientId: client.id, expiresAt: clock.now() + lifeMs };
  model.changeUser(pool, user.username, () => ({ challenge: kept }));
  const ChallengeParameters = {
    USER_ID_FOR_SRP: user.username,
    requiredAttributes: "[]",
    userAttributes: JSON.stringify(user.attributes),
  };
  return { ChallengeName: "NEW_PASSWORD_REQUIRED", Session: session, ChallengeParameters };
};

const signedIn = async ({ tokens }: Cognito, { client, pool }: Attempt, user: User): Promise<object> => ({
  AuthenticationResult: await tokens.issue(client, pool, user),
  ChallengeParameters: {},
});

const byPassword = async (cognito: Cognito, attempt: Attempt): Promise<object> => {
  const { client, pool, fields } = attempt;
  const name = field(fields, "USERNAME");
  const password = field(fields, "PASSWORD");
  checkSecret(client, fields["SECRET_HASH"], [name]);
  const user = cognito.model.find(pool, name);
  if (user === undefined) throw hidesUsers(client) ? refused("Incorrect username or password.") : unknownUser();
  if (!user.enabled) throw refused("User is disabled.");
  if (!(await passwordMatches(user, password))) throw refused("Incorrect username or password.");
  if (user.status === "UNCONFIRMED") throw new AwsError("UserNotConfirmedException", 400, "User is not confirmed.");
  if (user.status === "CONFIRMED") return signedIn(cognito, attempt, user);
  if ((user.temporaryUntil ?? 0) <= cognito.clock.now())
    throw refused("Temporary password has expired and must be reset by an administrator.");
  return challenge(cognito, attempt, user);
};

const byRefreshToken = async ({ model, tokens }: Cognito, { client, pool, fields }: Attempt): Promise<object> => {
  const session = tokens.refreshed(field(fields, "REFRESH_TOKEN"), client);
  const user = model.users.get(`${pool.id}/${session.username}`);
  if (user === undefined) throw refused("Invalid Refresh Token");
  if (!user.enabled) throw refused("User is disabled.");
  checkSecret(client, fields["SECRET_HASH"], [user.username, user.sub]);
  return { AuthenticationResult: await tokens.issue(client, pool, user, session), ChallengeParameters: {} };
};

/** `Session` of the challenge, the new password, and attributes as `userAttributes.<name>`. */
const answerChallenge = async (cognito: Cognito, attempt: Attempt, session: string): Promise<object> => {
  const { client, pool, fields } = attempt;
  const { model, clock } = cognito;
  const name = field(fields, "USERNAME");
  checkSecret(client, fields["SECRET_HASH"], [name]);
  const [poolId, username = ""] = located(session);
  const user = model.users.get(`${pool.id}/${username}`);
  const kept = user?.challenge;
  if (
    user === undefined ||
    kept === undefined ||
    poolId !== pool.id ||
    (model.find(pool, name) !== user && model.find(pool, name)?.sub !== user.sub)
  )
    // prettier-ignore
    throw refused("Invalid session for the user.");
  if (kept.secret !== sha256(session) || kept.clientId !== client.id) throw refused("Invalid session for the user.");
  if (kept.expiresAt <= clock.now()) throw refused("Invalid session for the user, session is expired.");
  const password = field(fields, "NEW_PASSWORD");
  checkPassword(pool, password);
  const given = Object.entries(fields).filter(([key]) => key.startsWith("userAttributes."));
  const list = given.map(([key, Value]) => ({ Name: key.slice("userAttributes.".length), Value }));
  const added = readAttributes(pool, list, true);
  const hashed = await hashPassword(password);
  const changed = model.changeUser(pool, username, ({ attributes, challenge: still }) => {
    if (still?.secret !== kept.secret) throw refused("Invalid session for the user.");
    const about = { status: "CONFIRMED", temporaryUntil: undefined, challenge: undefined } as const;
    return { ...about, password: hashed, attributes: { ...attributes, ...added } };
  });
  return signedIn(cognito, attempt, changed);
};

const initiate = (cognito: Cognito, flow: string, attempt: Attempt, admin: boolean): Promise<object> => {
  switch (flow) {
    case "USER_PASSWORD_AUTH":
    case "ADMIN_USER_PASSWORD_AUTH":
    case "ADMIN_NO_SRP_AUTH": {
      if (flow.startsWith("ADMIN") && !admin) throw invalid("Initiate Auth method not supported.");
      const name = flow === "ADMIN_NO_SRP_AUTH" ? "ADMIN_USER_PASSWORD_AUTH" : flow;
      if (!allows(attempt.client, name))
        throw invalid(`${admin ? "Auth flow" : flow + " flow"} not enabled for this client`);
      return byPassword(cognito, attempt);
    }
    case "REFRESH_TOKEN":
    case "REFRESH_TOKEN_AUTH":
      if (!allows(attempt.client, "REFRESH_TOKEN_AUTH")) throw invalid("Auth flow not enabled for this client");
      return byRefreshToken(cognito, attempt);
    default:
      throw unsupported(`The sign-in flow ${flow}`);
  }
};

const initiateEntries = { ClientId: text, AuthFlow: text, AuthParameters: v.optional(stringMap, {}) };
const respondEntries = {
  ClientId: text,
  ChallengeName: v.literal("NEW_PASSWORD_REQUIRED", "only NEW_PASSWORD_REQUIRED is supported"),
  Session: text,
  ChallengeResponses: v.optional(stringMap, {}),
};

export const signInActions = (cognito: Cognito): Readonly<Record<string, Action>> => {
  const { model } = cognito;
  const attemptOf = (clientId: string, fields: Fields, poolId?: string): Attempt => {
    const client = model.client(clientId, poolId);
    return { client, pool: model.pool(client.poolId), fields };
  };
  return {
    InitiateAuth: action(initiateEntries, ({ ClientId, AuthFlow, AuthParameters }) =>
      initiate(cognito, AuthFlow, attemptOf(ClientId, AuthParameters), false),
    ),
    AdminInitiateAuth: action({ ...ofPool, ...initiateEntries }, ({ UserPoolId, ClientId, AuthFlow, AuthParameters }) =>
      initiate(cognito, AuthFlow, attemptOf(ClientId, AuthParameters, model.pool(UserPoolId).id), true),
    ),
    RespondToAuthChallenge: action(respondEntries, ({ ClientId, Session, ChallengeResponses }) =>
      answerChallenge(cognito, attemptOf(ClientId, ChallengeResponses), Session),
    ),
    AdminRespondToAuthChallenge: action({ ...ofPool, ...respondEntries }, (given) =>
      answerChallenge(
        cognito,
        attemptOf(given.ClientId, given.ChallengeResponses, model.pool(given.UserPoolId).id),
        given.Session,
      ),
    ),
  };
};
