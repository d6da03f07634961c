// Users as an administrator sees and makes them.
import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { flag } from "../cloudformation/property-schema.ts";
import { AwsError } from "../gateway/aws-error.ts";
import { pageOf } from "../gateway/page.ts";
import type { Action } from "../gateway/service.ts";
import { refused } from "./apps.ts";
import { attributeListOf, isNamedByEmail, newAttributes } from "./attributes.ts";
import type { Cognito } from "./parts.ts";
import { DAY_MS, LIMITS } from "./limits.ts";
import { foldName, type Pool, type User } from "./model.ts";
import { checkPassword, hashPassword, temporaryPassword } from "./password.ts";
import { action, attributeList, type AttributeList, ofPool, ofUser, pageLimit, text } from "./schemas.ts";

/** As in lists; `AdminGetUser` names the attributes differently. */
const showUser = (user: User) => ({
  Username: user.username,
  Attributes: attributeListOf(user),
  UserCreateDate: user.createdAt / 1_000,
  UserLastModifiedDate: user.changedAt / 1_000,
  Enabled: true,
  UserStatus: user.status,
});

/** A user as `SignUp` and `AdminCreateUser` begin one; throws when the name is taken. */
export const beginUser = ({ model, clock }: Cognito, pool: Pool, name: string, list: AttributeList): User => {
  const byEmail = isNamedByEmail(pool, name);
  if (model.find(pool, name) !== undefined) {
    const message = byEmail ? "An account with the given email already exists." : "User already exists";
    throw new AwsError("UsernameExistsException", 400, message);
  }
  const sub = randomUUID();
  return {
    poolId: pool.id,
    username: byEmail ? sub : foldName(pool, name),
    sub,
    status: "UNCONFIRMED",
    attributes: newAttributes(pool, byEmail ? [...list, { Name: "email", Value: name }] : list),
    groups: [],
    codes: {},
    createdAt: clock.now(),
    changedAt: clock.now(),
  };
};

/** Of a user whose password is a temporary one. */
const forced = ({ settings }: Pool, now: number) => {
  const days = settings.Policies?.PasswordPolicy?.TemporaryPasswordValidityDays ?? LIMITS.temporaryPasswordDays;
  return { status: "FORCE_CHANGE_PASSWORD", temporaryUntil: now + days * DAY_MS } as const;
};

const createEntries = {
  ...ofUser,
  UserAttributes: v.optional(attributeList, []),
  TemporaryPassword: v.optional(text),
  MessageAction: v.optional(v.literal("SUPPRESS", "only SUPPRESS is supported")),
  /** Nothing goes by SMS here, which is AWS's default. */
  DesiredDeliveryMediums: v.optional(v.array(v.literal("EMAIL", "only EMAIL is supported"))),
};

const createUser = (cognito: Cognito): Action =>
  action(createEntries, async (given) => {
    const { model, clock, messages, store } = cognito;
    const pool = model.pool(given.UserPoolId);
    const { TemporaryPassword: text = temporaryPassword(pool) } = given;
    checkPassword(pool, text);
    const begin = (): User => beginUser(cognito, pool, given.Username, given.UserAttributes);
    begin(); // what is wrong is refused before the costly part
    const password = await hashPassword(text);
    return store.transaction(() => {
      const user = { ...begin(), password, ...forced(pool, clock.now()) };
      model.addUser(pool, user);
      if (given.MessageAction === undefined) messages.invite(user, text);
      return { User: showUser(user) };
    });
  });

const setPassword = ({ model, clock }: Cognito): Action =>
  action({ ...ofUser, Password: text, Permanent: v.optional(flag, false) }, async (given) => {
    const pool = model.pool(given.UserPoolId);
    model.user(pool, given.Username);
    checkPassword(pool, given.Password);
    const password = await hashPassword(given.Password);
    const permanent = { status: "CONFIRMED", temporaryUntil: undefined } as const;
    const status = given.Permanent ? permanent : forced(pool, clock.now());
    model.changeUser(pool, given.Username, () => ({ password, ...status }));
    return {};
  });

export const userActions = (cognito: Cognito): Readonly<Record<string, Action>> => {
  const { model, trigger } = cognito;
  return {
    AdminCreateUser: createUser(cognito),
    AdminSetUserPassword: setPassword(cognito),
    ListUsers: action({ ...ofPool, Limit: pageLimit, PaginationToken: v.optional(text) }, (given) => {
      const users = model.users.list({ prefix: `${model.pool(given.UserPoolId).id}/` });
      const { items, next } = pageOf(users, { limit: given.Limit, token: given.PaginationToken });
      return { Users: items.map(showUser), PaginationToken: next };
    }),
    AdminGetUser: action(ofUser, ({ UserPoolId, Username }) => {
      const { Attributes, ...shown } = showUser(model.user(model.pool(UserPoolId), Username));
      return { ...shown, UserAttributes: Attributes };
    }),
    AdminDeleteUser: action(ofUser, ({ UserPoolId, Username }) => {
      const pool = model.pool(UserPoolId);
      model.removeUser(pool, model.user(pool, Username));
    }),
    AdminConfirmSignUp: action(ofUser, async ({ UserPoolId, Username }, { traceId }) => {
      const pool = model.pool(UserPoolId);
      const user = model.changeUser(pool, Username, ({ status }) => {
        if (status === "UNCONFIRMED") return { status: "CONFIRMED", codes: {} };
        throw refused(`User cannot be confirmed. Current status is ${status}`);
      });
      await trigger("PostConfirmation_ConfirmSignUp", { pool, user, traceId });
      return {};
    }),
    AdminUserGlobalSignOut: action(ofUser, ({ UserPoolId, Username }) =>
      model.endSessions(model.user(model.pool(UserPoolId), Username)),
    ),
  };
};
