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

interface Stack {
  readonly client: CognitoIdentityProviderClient;
  readonly url: string;
  readonly poolId: string;
  readonly clientId: string;
}

const unless = async (name: string, call: Promise<unknown>): Promise<void> => {
  await call.catch((error: unknown) => {
    if (!(error instanceof Error) || error.name !== name) throw error;
  });
};

/** An access token. */
export const signIn = async (
  { client, clientId }: Pick<Stack, "client" | "clientId">,
  { email, password }: { readonly email: string; readonly password: string },
): Promise<string> => {
  const AuthParameters = { USERNAME: email, PASSWORD: password };
  const auth = new InitiateAuthCommand({ ClientId: clientId, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters });
  return (await client.send(auth)).AuthenticationResult?.AccessToken ?? "";
};

/** Makes those who are missing, as they would sign up; repeated, it changes nothing. */
export const seedPeople = async (stack: Stack): Promise<void> => {
  const { client, clientId: ClientId, poolId: UserPoolId, url } = stack;
  for (const person of PEOPLE) {
    const Username = emailOf(person);
    const UserAttributes = [
      { Name: "email", Value: Username },
      { Name: "name", Value: `Some ${person}` },
    ];
    const signUp = new SignUpCommand({ ClientId, Username, Password: PASSWORD, UserAttributes });
    await unless("UsernameExistsException", client.send(signUp));
    const who = { UserPoolId, Username };
    await unless("NotAuthorizedException", client.send(new AdminConfirmSignUpCommand(who))); // confirmed already
    await client.send(new AdminSetUserPasswordCommand({ ...who, Password: PASSWORD, Permanent: true }));
    if (person !== "customer") await client.send(new AdminAddUserToGroupCommand({ ...who, GroupName: person }));
    const token = await signIn(stack, { email: Username, password: PASSWORD });
    await fetch(`${url}/v1/users/me`, { headers: { authorization: `Bearer ${token}` } }); // the record learns the role
  }
};
