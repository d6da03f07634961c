// People of the users service, made as they make themselves: through the API of its pool, with the code from the mail.
import type { App } from "./app.ts";
import type { TestCloud } from "./open-cloud.ts";

export interface NewUserOptions {
  /** Default: an address that no user of this test file has. */
  readonly email?: string;
  /** Default: none, a customer. */
  readonly group?: "staff" | "admin";
}

export interface Tokens {
  /** 15 minutes of the cloud's clock; `signIn` gives new ones. */
  readonly accessToken: string;
  readonly idToken: string;
}

export interface TestUser extends Tokens {
  /** The pool's `sub`. */
  readonly id: string;
  readonly email: string;
  readonly password: string;
}

type Cognito = Pick<TestCloud, "ask" | "call" | "plant">;
type UsersStack = Pick<App, "outputs">;

const PASSWORD = "Correct-horse-9-battery";
let count = 0;

const outputOf = ({ outputs }: UsersStack, name: "ClientId" | "PoolId"): string => {
  const value = outputs[name];
  if (value === undefined) throw new Error(`The stack of the users has no output ${name}`);
  return value;
};

const idp = (cloud: Cognito, action: string, input: object): Promise<Record<string, unknown>> =>
  cloud.call("cognito-idp", `AWSCognitoIdentityProviderService.${action}`, input);

const codeFor = async (cloud: Cognito, email: string): Promise<string> => {
  const { messages } = await cloud.ask<{ messages: readonly { to: string; code?: string }[] }>("GET", "/outbox");
  const code = messages.findLast(({ to }) => to === email)?.code;
  if (code === undefined) throw new Error(`No code was sent to ${email}`);
  return code;
};

/** Signs in with the password: new tokens, after the old ones have ended or the user's groups have changed. */
export const signIn = async (
  cloud: Cognito,
  users: UsersStack,
  { email, password }: Pick<TestUser, "email" | "password">,
): Promise<Tokens> => {
  const { AuthenticationResult } = await idp(cloud, "InitiateAuth", {
    ClientId: outputOf(users, "ClientId"),
    AuthFlow: "USER_PASSWORD_AUTH",
    AuthParameters: { USERNAME: email, PASSWORD: password },
  });
  const { AccessToken, IdToken } = AuthenticationResult as { AccessToken: string; IdToken: string }; // Cognito's answer
  cloud.plant(email, password, AccessToken, IdToken);
  return { accessToken: AccessToken, idToken: IdToken };
};

/** Signs up, confirms with the code that was mailed, joins the group, signs in. `users` is the deployed services/users. */
export const newUser = async (
  cloud: Cognito,
  users: UsersStack,
  { email = `user-${++count}@example.com`, group }: NewUserOptions = {},
): Promise<TestUser> => {
  const about = { ClientId: outputOf(users, "ClientId"), Username: email };
  const UserAttributes = [{ Name: "email", Value: email }];
  const { UserSub } = await idp(cloud, "SignUp", { ...about, Password: PASSWORD, UserAttributes });
  await idp(cloud, "ConfirmSignUp", { ...about, ConfirmationCode: await codeFor(cloud, email) });
  if (group !== undefined) {
    const member = { UserPoolId: outputOf(users, "PoolId"), Username: email, GroupName: group };
    await idp(cloud, "AdminAddUserToGroup", member);
  }
  const tokens = await signIn(cloud, users, { email, password: PASSWORD });
  return { id: String(UserSub), email, password: PASSWORD, ...tokens };
};
