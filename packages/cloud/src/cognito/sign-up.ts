// Sign-up, its confirmation by a code, and a forgotten password. None of these calls is signed.
import * as v from "valibot";
import { AwsError } from "../gateway/aws-error.ts";
import type { Action } from "../gateway/service.ts";
import { hidesUsers, openApp, refused, unknownUser } from "./apps.ts";
import type { Cognito } from "./index.ts";
import { deliveryDetails } from "./messages.ts";
import type { Code, User } from "./model.ts";
import { checkPassword, hashPassword } from "./password.ts";
import { action, attributeList, byApp, text } from "./schemas.ts";
import type { PreSignUpAnswer } from "./triggers.ts";
import { beginUser } from "./users.ts";

const checkCode = (kept: Code | undefined, given: string, now: number): Code => {
  if (kept === undefined || kept.expiresAt <= now)
    throw new AwsError("ExpiredCodeException", 400, "Invalid code provided, please request a code again.");
  if (kept.value !== given)
    throw new AwsError("CodeMismatchException", 400, "Invalid verification code provided, please try again.");
  return kept;
};

const notVerifiable = (): AwsError =>
  new AwsError("InvalidParameterException", 400, "Cannot reset password for the user as there is no registered/verified email or phone_number"); // prettier-ignore

const asked = (user: User, answer: PreSignUpAnswer): User => {
  const verified = {
    ...(answer.autoVerifyEmail === true && user.attributes["email"] && { email_verified: "true" }),
    ...(answer.autoVerifyPhone === true && user.attributes["phone_number"] && { phone_number_verified: "true" }),
  };
  const status = answer.autoConfirmUser === true ? "CONFIRMED" : user.status;
  return { ...user, status, attributes: { ...user.attributes, ...verified } };
};

const signUp = (cognito: Cognito): Action =>
  action({ ...byApp, Password: text, UserAttributes: v.optional(attributeList, []) }, async (given, { traceId }) => {
    const { store, model, messages, trigger } = cognito;
    const { client, pool } = openApp(cognito, given);
    if (pool.settings.AdminCreateUserConfig?.AllowAdminCreateUserOnly === true)
      throw refused("SignUp is not permitted for this user pool");
    if (given.UserAttributes.some(({ Name }) => Name.endsWith("_verified")))
      throw refused("A client attempted to write unauthorized attribute");
    checkPassword(pool, given.Password);
    const begun = beginUser(cognito, pool, given.Username, given.UserAttributes);
    const about = { pool, clientId: client.id, clientMetadata: given.ClientMetadata, traceId };
    const answer = await trigger("PreSignUp_SignUp", { ...about, user: begun });
    const user = { ...asked(begun, answer), password: await hashPassword(given.Password) };
    const sent = store.transaction(() => {
      beginUser(cognito, pool, given.Username, given.UserAttributes); // somebody may have been faster
      const mail = user.status === "UNCONFIRMED" ? messages.sendCode(pool, user, "confirm") : undefined;
      model.putUser(pool, { ...user, confirmCode: mail?.code });
      return mail;
    });
    if (user.status === "CONFIRMED") await trigger("PostConfirmation_ConfirmSignUp", { ...about, user });
    const details = sent && { CodeDeliveryDetails: sent.details };
    return { UserConfirmed: user.status === "CONFIRMED", UserSub: user.sub, ...details };
  });

const confirmSignUp = (cognito: Cognito): Action =>
  action({ ...byApp, ConfirmationCode: text }, async (given, { traceId }) => {
    const { model, clock, trigger } = cognito;
    const { client, pool, user } = openApp(cognito, given);
    if (user === undefined) throw hidesUsers(client) ? checkFailure() : unknownUser();
    if (user.status !== "UNCONFIRMED") throw refused(`User cannot be confirmed. Current status is ${user.status}`);
    const { attribute } = checkCode(user.confirmCode, given.ConfirmationCode, clock.now());
    const attributes = { ...user.attributes, [`${attribute}_verified`]: "true" };
    const changes = { status: "CONFIRMED", attributes, confirmCode: undefined } as const;
    const confirmed = model.changeUser(pool, user.username, () => changes);
    const about = { clientId: client.id, clientMetadata: given.ClientMetadata, traceId };
    await trigger("PostConfirmation_ConfirmSignUp", { pool, user: confirmed, ...about });
    return {};
  });

/** What a wrong code gives, for names that nobody has. */
const checkFailure = (): AwsError =>
  new AwsError("ExpiredCodeException", 400, "Invalid code provided, please request a code again.");

const resendCode = (cognito: Cognito): Action =>
  action(byApp, (given) => {
    const { model, messages, store } = cognito;
    const { client, pool, user } = openApp(cognito, given);
    if (user === undefined && hidesUsers(client))
      return { CodeDeliveryDetails: deliveryDetails("email", given.Username) };
    if (user === undefined) throw unknownUser();
    if (user.status !== "UNCONFIRMED")
      throw new AwsError("InvalidParameterException", 400, "User is already confirmed.");
    return store.transaction(() => {
      const sent = messages.sendCode(pool, user, "confirm");
      if (sent === undefined) throw new AwsError("InvalidParameterException", 400, "Auto verification not turned on.");
      model.putUser(pool, { ...user, confirmCode: sent.code });
      return { CodeDeliveryDetails: sent.details };
    });
  });

const forgotPassword = (cognito: Cognito): Action =>
  action(byApp, (given) => {
    const { model, messages, store } = cognito;
    const { client, pool, user } = openApp(cognito, given);
    if (user === undefined && hidesUsers(client))
      return { CodeDeliveryDetails: deliveryDetails("email", given.Username) };
    if (user === undefined) throw unknownUser();
    if (!user.enabled) throw refused("User is disabled.");
    if (user.status === "FORCE_CHANGE_PASSWORD") throw refused("User password cannot be reset in the current state.");
    return store.transaction(() => {
      const sent = messages.sendCode(pool, user, "password");
      if (sent === undefined || user.attributes[`${sent.code.attribute}_verified`] !== "true") throw notVerifiable();
      model.putUser(pool, { ...user, passwordCode: sent.code });
      return { CodeDeliveryDetails: sent.details };
    });
  });

const confirmForgotPassword = (cognito: Cognito): Action =>
  action({ ...byApp, ConfirmationCode: text, Password: text }, async (given, { traceId }) => {
    const { model, clock, trigger } = cognito;
    const { client, pool, user } = openApp(cognito, given);
    if (user === undefined) throw hidesUsers(client) ? checkFailure() : unknownUser();
    checkCode(user.passwordCode, given.ConfirmationCode, clock.now());
    checkPassword(pool, given.Password);
    const password = await hashPassword(given.Password);
    const changes = { status: "CONFIRMED", password, passwordCode: undefined } as const;
    const changed = model.changeUser(pool, user.username, () => changes);
    const about = { clientId: client.id, clientMetadata: given.ClientMetadata, traceId };
    await trigger("PostConfirmation_ConfirmForgotPassword", { pool, user: changed, ...about });
    return {};
  });

export const signUpActions = (cognito: Cognito): Readonly<Record<string, Action>> => ({
  SignUp: signUp(cognito),
  ConfirmSignUp: confirmSignUp(cognito),
  ResendConfirmationCode: resendCode(cognito),
  ForgotPassword: forgotPassword(cognito),
  ConfirmForgotPassword: confirmForgotPassword(cognito),
});
