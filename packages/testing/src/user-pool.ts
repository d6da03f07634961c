// A user pool as the service users exports its own, for services that only want somebody's tokens.
import type { TestCloud } from "./open-cloud.ts";

export interface UserPool {
  /** As the stack of the service users has them: for `newUser` and `signIn`. */
  readonly outputs: Readonly<Record<"PoolId" | "ClientId" | "Issuer", string>>;
  /** What a service imports from users, for `deploy`. */
  readonly imports: Readonly<Record<string, string>>;
}

interface Made {
  readonly UserPool?: { readonly Id: string };
  readonly UserPoolClient?: { readonly ClientId: string };
}

/** For tests in which nobody signs in: an issuer that signs nothing. */
export const NO_POOL: Readonly<Record<"users-local-Issuer" | "users-local-ClientId", string>> = {
  "users-local-Issuer": "https://users.example",
  "users-local-ClientId": "nobody",
};

/** As the pool of services/users. */
const POOL = {
  UsernameAttributes: ["email"],
  AutoVerifiedAttributes: ["email"],
  Policies: { PasswordPolicy: { MinimumLength: 12 } },
};

/** As the client of services/users. */
const CLIENT = {
  ClientName: "web",
  ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
  AccessTokenValidity: 15,
  IdTokenValidity: 15,
  TokenValidityUnits: { AccessToken: "minutes", IdToken: "minutes" },
};

/**
 * A pool with one client, whose tokens live 15 minutes, and the groups staff and admin. `stack`: the one that it stands for;
 * the pool has its name, and its exports begin with it.
 */
export const openUserPool = async (cloud: Pick<TestCloud, "call">, stack = "users-local"): Promise<UserPool> => {
  const idp = async (action: string, input: object): Promise<Made> =>
    cloud.call("cognito-idp", `AWSCognitoIdentityProviderService.${action}`, input);
  const { UserPool: { Id: PoolId } = { Id: "" } } = await idp("CreateUserPool", { ...POOL, PoolName: stack });
  const client = { ...CLIENT, UserPoolId: PoolId };
  const { UserPoolClient: { ClientId } = { ClientId: "" } } = await idp("CreateUserPoolClient", client);
  for (const GroupName of ["staff", "admin"]) await idp("CreateGroup", { UserPoolId: PoolId, GroupName });
  const Issuer = `https://cognito-idp.us-east-1.amazonaws.com/${PoolId}`;
  return {
    outputs: { PoolId, ClientId, Issuer },
    imports: { [`${stack}-Issuer`]: Issuer, [`${stack}-ClientId`]: ClientId },
  };
};
