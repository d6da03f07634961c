// A user pool as the service users would export it, so that this service can be tested without that one.
import type { TestCloud } from "@warmstart/testing";

export interface UserPool {
  /** As the stack of the service users has them. */
  readonly outputs: Readonly<Record<"PoolId" | "ClientId" | "Issuer", string>>;
  /** What this service imports. */
  readonly imports: Readonly<Record<string, string>>;
}

interface Made {
  readonly UserPool?: { readonly Id: string };
  readonly UserPoolClient?: { readonly ClientId: string };
}

/** For tests in which nobody signs in. */
export const NO_POOL: UserPool["imports"] = {
  "users-local-Issuer": "https://users.example",
  "users-local-ClientId": "nobody",
};

/** A pool with one client and the groups staff and admin. */
export const openUserPool = async (cloud: TestCloud): Promise<UserPool> => {
  const idp = async (action: string, input: object): Promise<Made> =>
    cloud.call("cognito-idp", `AWSCognitoIdentityProviderService.${action}`, input);
  const about = { PoolName: "people", UsernameAttributes: ["email"], AutoVerifiedAttributes: ["email"] };
  const { UserPool: { Id: PoolId } = { Id: "" } } = await idp("CreateUserPool", about);
  const client = { UserPoolId: PoolId, ClientName: "web", ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"] };
  const { UserPoolClient: { ClientId } = { ClientId: "" } } = await idp("CreateUserPoolClient", client);
  for (const GroupName of ["staff", "admin"]) await idp("CreateGroup", { UserPoolId: PoolId, GroupName });
  const Issuer = `https://cognito-idp.us-east-1.amazonaws.com/${PoolId}`;
  return {
    outputs: { PoolId, ClientId, Issuer },
    imports: { "users-local-Issuer": Issuer, "users-local-ClientId": ClientId },
  };
};
