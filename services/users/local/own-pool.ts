// A user pool like this service's, for a project that has its people but not this service: `npm run eject` makes it the
// local/start.ts there.
import {
  CognitoIdentityProviderClient,
  CreateGroupCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  ListUserPoolClientsCommand,
  ListUserPoolsCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { PEOPLE, seedPerson } from "./people.ts";

const NAME = "users-local"; // by this name scripts/sign-in.ts finds it
const REGION = "us-east-1";

const findPool = async (client: CognitoIdentityProviderClient) => {
  const { UserPools = [] } = await client.send(new ListUserPoolsCommand({ MaxResults: 60 }));
  const poolId = UserPools.find(({ Name }) => Name === NAME)?.Id;
  if (poolId === undefined) return undefined;
  const { UserPoolClients = [] } = await client.send(new ListUserPoolClientsCommand({ UserPoolId: poolId }));
  return { poolId, clientId: UserPoolClients[0]?.ClientId ?? "" };
};

const createPool = async (client: CognitoIdentityProviderClient) => {
  const { UserPool } = await client.send(
    new CreateUserPoolCommand({
      PoolName: NAME,
      UsernameAttributes: ["email"],
      AutoVerifiedAttributes: ["email"],
      Policies: { PasswordPolicy: { MinimumLength: 12 } },
    }),
  );
  const UserPoolId = UserPool?.Id;
  const { UserPoolClient } = await client.send(
    new CreateUserPoolClientCommand({
      UserPoolId,
      ClientName: "web",
      ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      AccessTokenValidity: 15,
      IdTokenValidity: 15,
      TokenValidityUnits: { AccessToken: "minutes", IdToken: "minutes" },
    }),
  );
  for (const GroupName of PEOPLE.slice(1)) await client.send(new CreateGroupCommand({ UserPoolId, GroupName }));
  return { poolId: UserPoolId ?? "", clientId: UserPoolClient?.ClientId ?? "" };
};

interface Started {
  /** What the stack of the service users would export. */
  readonly imports: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

/** Finds the pool of the cloud at `endpoint`, or makes it, with its three people. */
export const start = async ({ endpoint }: { readonly endpoint: string }): Promise<Started> => {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new CognitoIdentityProviderClient({ endpoint, region: REGION, credentials });
  const { poolId, clientId } = (await findPool(client)) ?? (await createPool(client));
  for (const person of PEOPLE) await seedPerson({ client, poolId, clientId }, person);
  client.destroy();
  return {
    imports: {
      "users-local-Issuer": `https://cognito-idp.${REGION}.amazonaws.com/${poolId}`,
      "users-local-ClientId": clientId,
    },
    stop: async () => {},
  };
};
