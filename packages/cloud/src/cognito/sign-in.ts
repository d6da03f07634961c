// Sign-in with a password or a refresh token, and the challenge of a new password.
import * as v from "valibot";
import { AwsError, unsupported } from "../gateway/aws-error.ts";
import type { Action } from "../gateway/service.ts";
import { hidesUsers, refused } from "./apps.ts";
import type { Cognito } from "./parts.ts";
import { LIMITS } from "./limits.ts";
import { type Client, type Pool, unknownUser, type User } from "./model.ts";
import { checkPassword, hashPassword, passwordMatches, sha256 } from "./password.ts";
import { action, ofPool, text } from "./schemas.ts";
import { locate, located } from "./tokens.ts";

interface Attempt {
  readonly client: Client;
  readonly pool: Pool;
  readonly fields: Readonly<Record<string, string>>;
}

const invalid = (message: string): AwsError => new AwsError("InvalidParameterException", 400, message);

/** What a flow or a challenge asks for, and nothing else. */
const read = <T>(schema: v.GenericSchema<unknown, T>, { fields }: Attempt): T => {
  const result = v.safeParse(schema, fields);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw invalid(`${v.getDotPath(issue) ?? "The parameters"}: ${issue.message}`);
};
const passwordFields = v.strictObject({ USERNAME: text, PASSWORD: text });
const refreshFields = v.strictObject({ REFRESH_TOKEN: text });
const newPasswordFields = v.strictObject({ USERNAME: text, NEW_PASSWORD: text });

const challenge = ({ model, clock }: Cognito, { client, pool }: Attempt, user: User): object => {
  const session = locate([pool.id, user.username]);
  const kept = { secret: sha256(session), clientId: client.id, expiresAt: clock.now() + LIMITS.challengeMs };
  model.changeUser(pool, user.username, () => ({ challenge: kept }));
  const userAttributes = JSON.stringify(user.attributes);
  const ChallengeParameters = { USER_ID_FOR_SRP: user.username, requiredAttributes: "[]", userAttributes };
  return { ChallengeName: "NEW_PASSWORD_REQUIRED", Session: session, ChallengeParameters };
};

const signedIn = async ({ tokens }: Cognito, { client, pool }: Attempt, user: User): Promise<object> => ({
  AuthenticationResult: await tokens.signIn(client, pool, user),
  ChallengeParameters: {},
});

const byPassword = async (cognito: Cognito, attempt: Attempt): Promise<object> => {
  const { client, pool } = attempt;
  const { USERNAME: name, PASSWORD: password } = read(passwordFields, attempt);
  const user = cognito.model.find(pool, name);
  if (user === undefined) throw hidesUsers(client) ? refused("Incorrect username or password.") : unknownUser();
  if (!(await passwordMatches(user, password))) throw refused("Incorrect username or password.");
  if (user.status === "UNCONFIRMED") throw new AwsError("UserNotConfirmedException", 400, "User is not confirmed.");
  if (user.status === "CONFIRMED") return signedIn(cognito, attempt, user);
  if ((user.temporaryUntil ?? 0) <= cognito.clock.now())
    throw refused("Temporary password has expired and must be reset by an administrator.");
  return challenge(cognito, attempt, user);
};

const byRefreshToken = async ({ model, tokens }: Cognito, attempt: Attempt): Promise<object> => {
  const { client, pool } = attempt;
  const session = tokens.refreshed(read(refreshFields, attempt).REFRESH_TOKEN, client);
  const user = model.users.get(`${pool.id}/${session.username}`);
  if (user === undefined) throw refused("Invalid Refresh Token");
  return { AuthenticationResult: await tokens.issue(client, pool, user, session), ChallengeParameters: {} };
};

const answerChallenge = async (cognito: Cognito, attempt: Attempt, session: string): Promise<object> => {
  const { client, pool } = attempt;
  const { model, clock } = cognito;
  const { USERNAME: name, NEW_PASSWORD: password } = read(newPasswordFields, attempt);
  const [poolId, username = ""] = located(session);
  const user = model.find(pool, name);
  const kept = user?.challenge;
  const isOpen = (still: User["challenge"]): boolean =>
    still?.secret === sha256(session) && still.clientId === client.id;
  if (kept === undefined || poolId !== pool.id || username !== user?.username || !isOpen(kept))
    throw refused("Invalid session for the user.");
  if (kept.expiresAt <= clock.now()) throw refused("Invalid session for the user, session is expired.");
  checkPassword(pool, password);
  const hashed = await hashPassword(password);
  const changed = model.changeUser(pool, username, (now) => {
    if (!isOpen(now.challenge)) throw refused("Invalid session for the user.");
    return { status: "CONFIRMED", temporaryUntil: undefined, challenge: undefined, password: hashed };
  });
  return signedIn(cognito, attempt, changed);
};

/** What a client without a list may do: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html */
const DEFAULT_FLOWS = ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"];

const FLOWS: Readonly<Record<string, typeof byPassword>> = {
  USER_PASSWORD_AUTH: byPassword,
  ADMIN_USER_PASSWORD_AUTH: byPassword,
  REFRESH_TOKEN_AUTH: byRefreshToken,
};

const initiate = (cognito: Cognito, flow: string, attempt: Attempt): Promise<object> => {
  const run = FLOWS[flow];
  if (run === undefined) throw unsupported(`The sign-in flow ${flow}`);
  const flows: readonly string[] = attempt.client.settings.ExplicitAuthFlows ?? DEFAULT_FLOWS;
  if (!flows.includes(`ALLOW_${flow}`))
    throw invalid(`${flow === "USER_PASSWORD_AUTH" ? `${flow} flow` : "Auth flow"} not enabled for this client`);
  return run(cognito, attempt);
};

const fields = v.optional(v.record(text, text), {});
const initiateEntries = { ClientId: text, AuthFlow: text, AuthParameters: fields };

export const signInActions = (cognito: Cognito): Readonly<Record<string, Action>> => {
  const { model } = cognito;
  const attemptOf = (clientId: string, given: Attempt["fields"], poolId?: string): Attempt => {
    const client = model.client(clientId, poolId);
    return { client, pool: model.pool(client.poolId), fields: given };
  };
  return {
    InitiateAuth: action(initiateEntries, ({ ClientId, AuthFlow, AuthParameters }) => {
      if (AuthFlow.startsWith("ADMIN")) throw invalid("Initiate Auth method not supported.");
      return initiate(cognito, AuthFlow, attemptOf(ClientId, AuthParameters));
    }),
    AdminInitiateAuth: action({ ...ofPool, ...initiateEntries }, ({ UserPoolId, ClientId, AuthFlow, AuthParameters }) =>
      initiate(cognito, AuthFlow, attemptOf(ClientId, AuthParameters, model.pool(UserPoolId).id)),
    ),
    RespondToAuthChallenge: action(
      {
        ClientId: text,
        ChallengeName: v.literal("NEW_PASSWORD_REQUIRED", "only NEW_PASSWORD_REQUIRED is supported"),
        Session: text,
        ChallengeResponses: fields,
      },
      ({ ClientId, Session, ChallengeResponses }) =>
        answerChallenge(cognito, attemptOf(ClientId, ChallengeResponses), Session),
    ),
  };
};
