// The people of the stage `local`, one of each role. Their password is no secret: they exist on this machine only.
import {
  AdminAddUserToGroupCommand,
  AdminConfirmSignUpCommand,
  AdminSetUserPasswordCommand,
  type CognitoIdentityProviderClient,
  InitiateAuthCommand,
  SignUpCommand,
} from "@aws-sdk/client-cognito-identity-provider";

export const PASSWORD = "only-for-this-machine";
export const PEOPLE = ["customer", "staff", "admin"] as const;
export type Person = (typeof PEOPLE)[number];

export const emailOf = (person: Person): string => `${person}@example.com`;

export interface Pool {
  readonly client: CognitoIdentityProviderClient;
  readonly poolId: string;
  readonly clientId: string;
}

const unless = async (name: string, call: Promise<unknown>): Promise<void> => {
  await call.catch((error: unknown) => {
    if (!(error instanceof Error) || error.name !== name) throw error;
  });
};

/** Signs the person up, if they are not there yet, and puts them into their group; repeated, it changes nothing. */
export const seedPerson = async ({ client, clientId, poolId }: Pool, person: Person): Promise<void> => {
  const Username = emailOf(person);
  const UserAttributes = [{ Name: "name", Value: `Some ${person}` }];
  const signUp = new SignUpCommand({ ClientId: clientId, Username, Password: PASSWORD, UserAttributes });
  await unless("UsernameExistsException", client.send(signUp));
  const who = { UserPoolId: poolId, Username };
  await unless("NotAuthorizedException", client.send(new AdminConfirmSignUpCommand(who))); // confirmed already
  await client.send(new AdminSetUserPasswordCommand({ ...who, Password: PASSWORD, Permanent: true }));
  if (person !== "customer") await client.send(new AdminAddUserToGroupCommand({ ...who, GroupName: person }));
};

/** An access token. */
export const signIn = async (
  { client, clientId }: Pool,
  { email, password }: { readonly email: string; readonly password: string },
): Promise<string> => {
  const AuthParameters = { USERNAME: email, PASSWORD: password };
  const auth = new InitiateAuthCommand({ ClientId: clientId, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters });
  return (await client.send(auth)).AuthenticationResult?.AccessToken ?? "";
};
