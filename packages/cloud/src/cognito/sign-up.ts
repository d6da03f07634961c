// Sign-up, its confirmation by a code, and a forgotten password. None of these calls is signed.
import * as v from "valibot";
import { AwsError } from "../gateway/aws-error.ts";
import type { Action } from "../gateway/service.ts";
import { type App, hidesUsers, openApp, refused } from "./apps.ts";
import type { Cognito } from "./parts.ts";
import { deliveryDetails } from "./messages.ts";
import { type Pool, type Purpose, unknownUser, type User } from "./model.ts";
import { checkPassword, hashPassword } from "./password.ts";
import { action, attributeList, byApp, text } from "./schemas.ts";
import { beginUser } from "./users.ts";

const invalid = (message: string): AwsError => new AwsError("InvalidParameterException", 400, message);
const expired = (): AwsError =>
  new AwsError("ExpiredCodeException", 400, "Invalid code provided, please request a code again.");

const isVerifiable = ({ settings }: Pool, { attributes }: Pick<User, "attributes">): boolean =>
  settings.AutoVerifiedAttributes?.includes("email") === true && attributes["email"] !== undefined;

const signUp = (cognito: Cognito): Action =>
  action({ ...byApp, Password: text, UserAttributes: v.optional(attributeList, []) }, async (given) => {
    const { store, model, messages } = cognito;
    const { pool } = openApp(cognito, given);
    if (pool.settings.AdminCreateUserConfig?.AllowAdminCreateUserOnly === true)
      throw refused("SignUp is not permitted for this user pool");
    if (given.UserAttributes.some(({ Name }) => Name.endsWith("_verified")))
      throw refused("A client attempted to write unauthorized attribute");
    checkPassword(pool, given.Password);
    const begin = (): User => beginUser(cognito, pool, given.Username, given.UserAttributes);
    begin(); // what is wrong is refused before the costly part
    const password = await hashPassword(given.Password);
    return store.transaction(() => {
      const user = begin();
      const mailed = isVerifiable(pool, user) && { confirm: messages.sendCode(pool, user, "confirm") };
      model.addUser(pool, { ...user, password, codes: { ...mailed } });
      const details = mailed === false ? {} : deliveryDetails(user.attributes["email"] ?? "");
      return { UserConfirmed: false, UserSub: user.sub, ...details };
    });
  });

interface Coded extends App {
  readonly ConfirmationCode: string;
}

/** Whom the right code of this purpose names; names that nobody has are hidden as a code that is over. */
const codeHolder = (cognito: Cognito, given: Coded, purpose: Purpose) => {
  const { client, pool, user } = openApp(cognito, given);
  if (user === undefined) throw hidesUsers(client) ? expired() : unknownUser();
  if (purpose === "confirm" && user.status !== "UNCONFIRMED")
    throw refused(`User cannot be confirmed. Current status is ${user.status}`);
  const code = user.codes[purpose];
  if (code === undefined || code.expiresAt <= cognito.clock.now()) throw expired();
  if (code.value !== given.ConfirmationCode)
    throw new AwsError("CodeMismatchException", 400, "Invalid verification code provided, please try again.");
  return { client, pool, user };
};

const confirmSignUp = (cognito: Cognito): Action =>
  action({ ...byApp, ConfirmationCode: text }, async (given, { traceId }) => {
    const { client, pool, user } = codeHolder(cognito, given, "confirm");
    const attributes = { ...user.attributes, email_verified: "true" };
    const changes = { status: "CONFIRMED", attributes, codes: {} } as const;
    const confirmed = cognito.model.changeUser(pool, user.username, () => changes);
    await cognito.trigger("PostConfirmation_ConfirmSignUp", { pool, user: confirmed, clientId: client.id, traceId });
    return {};
  });

const confirmForgotPassword = (cognito: Cognito): Action =>
  action({ ...byApp, ConfirmationCode: text, Password: text }, async (given, { traceId }) => {
    const { client, pool, user } = codeHolder(cognito, given, "password");
    checkPassword(pool, given.Password);
    const changes = { status: "CONFIRMED", password: await hashPassword(given.Password), codes: {} } as const;
    const changed = cognito.model.changeUser(pool, user.username, () => changes);
    const about = { pool, user: changed, clientId: client.id, traceId };
    await cognito.trigger("PostConfirmation_ConfirmForgotPassword", about);
    return {};
  });

/** Throws when this user cannot be sent such a code now. */
const CHECKS: Readonly<Record<Purpose, (pool: Pool, user: User) => void>> = {
  confirm: (pool, user) => {
    if (user.status !== "UNCONFIRMED") throw invalid("User is already confirmed.");
    if (!isVerifiable(pool, user)) throw invalid("Auto verification not turned on.");
  },
  password: (_pool, { status, attributes }) => {
    if (status === "FORCE_CHANGE_PASSWORD") throw refused("User password cannot be reset in the current state.");
    if (attributes["email_verified"] !== "true")
      throw invalid("Cannot reset password for the user as there is no registered/verified email or phone_number");
  },
};

const sendCode = (cognito: Cognito, purpose: Purpose): Action =>
  action(byApp, (given) => {
    const { model, messages, store } = cognito;
    const { client, pool, user } = openApp(cognito, given);
    if (user === undefined && hidesUsers(client)) return deliveryDetails(given.Username);
    if (user === undefined) throw unknownUser();
    CHECKS[purpose](pool, user);
    store.transaction(() => {
      const codes = { ...user.codes, [purpose]: messages.sendCode(pool, user, purpose) };
      model.changeUser(pool, user.username, () => ({ codes }));
    });
    return deliveryDetails(user.attributes["email"] ?? "");
  });

export const signUpActions = (cognito: Cognito): Readonly<Record<string, Action>> => ({
  SignUp: signUp(cognito),
  ConfirmSignUp: confirmSignUp(cognito),
  ResendConfirmationCode: sendCode(cognito, "confirm"),
  ForgotPassword: sendCode(cognito, "password"),
  ConfirmForgotPassword: confirmForgotPassword(cognito),
});
