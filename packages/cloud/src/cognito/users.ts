// Users as an administrator sees and makes them.
import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { AwsError } from "../gateway/aws-error.ts";
import { pageOf } from "../gateway/page.ts";
import type { Action, Call } from "../gateway/service.ts";
import { attributeListOf, nameAsAttribute, newAttributes, readAttributes } from "./attributes.ts";
import { matcherOf } from "./filter.ts";
import type { Cognito } from "./index.ts";
import { DAY_MS, LIMITS } from "./limits.ts";
import { foldName, type Pool, type User } from "./model.ts";
import { checkPassword, hashPassword, temporaryPassword } from "./password.ts";
import { action, attributeList, type AttributeList, flag, ofPool, ofUser, paging, stringMap, text } from "./schemas.ts";

const CREATED = "UserCreateDate";

/** As in lists; `AdminGetUser` names the attributes differently. */
export const showUser = (user: User, wanted?: readonly string[]) => ({
  Username: user.username,
  Attributes: attributeListOf(user).filter(({ Name }) => wanted?.includes(Name) ?? true),
  [CREATED]: user.createdAt / 1_000,
  UserLastModifiedDate: user.changedAt / 1_000,
  Enabled: user.enabled,
  UserStatus: user.status,
});

/** A user as `SignUp` and `AdminCreateUser` begin one; throws when the name is taken. */
export const beginUser = (cognito: Cognito, pool: Pool, name: string, list: AttributeList): User => {
  const { model, clock } = cognito;
  const named = nameAsAttribute(pool, name);
  if (model.find(pool, name) !== undefined) {
    const taken = Object.keys(named)[0];
    const message = taken === undefined ? "User already exists" : `An account with the given ${taken} already exists.`;
    throw new AwsError("UsernameExistsException", 400, message);
  }
  const sub = randomUUID();
  const named2 = Object.entries(named).map(([Name, Value]) => ({ Name, Value }));
  return {
    poolId: pool.id,
    username: named2.length === 0 ? foldName(pool, name) : sub,
    sub,
    status: "UNCONFIRMED",
    enabled: true,
    attributes: newAttributes(pool, [...list, ...named2]),
    groups: [],
    createdAt: clock.now(),
    changedAt: clock.now(),
  };
};

const temporaryUntil = ({ settings }: Pool, now: number): number => {
  const days = settings.Policies?.PasswordPolicy?.TemporaryPasswordValidityDays;
  return (
    now + (days ?? settings.AdminCreateUserConfig?.UnusedAccountValidityDays ?? LIMITS.temporaryPasswordDays) * DAY_MS
  );
};

const createEntries = {
  ...ofUser,
  UserAttributes: v.optional(attributeList, []),
  TemporaryPassword: v.optional(text),
  MessageAction: v.optional(v.picklist(["SUPPRESS", "RESEND"])),
  DesiredDeliveryMediums: v.optional(v.array(v.picklist(["EMAIL", "SMS"])), ["SMS"]),
  ClientMetadata: v.optional(stringMap),
};

const createUser = (cognito: Cognito): Action =>
  action(createEntries, async (given, { traceId }: Call) => {
    const { model, clock, messages, trigger, store } = cognito;
    const pool = model.pool(given.UserPoolId);
    const {
      TemporaryPassword: password = temporaryPassword(pool),
      MessageAction,
      ClientMetadata: clientMetadata,
    } = given;
    checkPassword(pool, password);
    const begun =
      MessageAction === "RESEND"
        ? model.user(pool, given.Username)
        : beginUser(cognito, pool, given.Username, given.UserAttributes);
    if (MessageAction !== "RESEND") await trigger("PreSignUp_AdminCreateUser", { pool, user: begun, clientMetadata, traceId });
    else if (begun.status !== "FORCE_CHANGE_PASSWORD")
      throw new AwsError("UnsupportedUserStateException", 400, `Resend not possible. ${begun.username} status is not FORCE_CHANGE_PASSWORD`); // prettier-ignore
    const temporary = { password: await hashPassword(password), temporaryUntil: temporaryUntil(pool, clock.now()) };
    const changes = { ...temporary, status: "FORCE_CHANGE_PASSWORD" } as const;
    const user = store.transaction(() => {
      if (MessageAction !== "RESEND" && model.find(pool, given.Username) !== undefined)
        throw new AwsError("UsernameExistsException", 400, "User already exists");
      const put =
        MessageAction === "RESEND"
          ? model.changeUser(pool, begun.username, () => changes)
          : model.putUser(pool, { ...begun, ...changes });
      if (MessageAction !== "SUPPRESS") messages.invite(pool, put, password, given.DesiredDeliveryMediums);
      return put;
    });
    return { User: showUser(user) };
  });

const listUsers = ({ model }: Cognito): Action =>
  action(
    {
      ...ofPool,
      ...paging,
      Filter: v.optional(text),
      AttributesToGet: v.optional(v.array(text)),
      PaginationToken: v.optional(text),
    },
    ({ UserPoolId, Filter = "", AttributesToGet, Limit = LIMITS.page, PaginationToken }) => {
      const matches = matcherOf(Filter);
      const users = model.users.list({ prefix: `${model.pool(UserPoolId).id}/` }).filter(([, user]) => matches(user));
      const { items, next } = pageOf(users, { limit: Limit, token: PaginationToken });
      return { Users: items.map((user) => showUser(user, AttributesToGet)), PaginationToken: next };
    },
  );

export const userActions = (cognito: Cognito): Readonly<Record<string, Action>> => {
  const { model, clock, trigger } = cognito;
  const change = (poolId: string, name: string, changes: (user: User, pool: Pool) => Partial<User>): User => {
    const pool = model.pool(poolId);
    return model.changeUser(pool, name, (user) => changes(user, pool));
  };
  return {
    AdminCreateUser: createUser(cognito),
    ListUsers: listUsers(cognito),
    AdminGetUser: action(ofUser, ({ UserPoolId, Username }) => {
      const { Attributes, ...shown } = showUser(model.user(model.pool(UserPoolId), Username));
      return { ...shown, UserAttributes: Attributes };
    }),
    AdminDeleteUser: action(ofUser, ({ UserPoolId, Username }) => {
      const pool = model.pool(UserPoolId);
      model.removeUser(pool, model.user(pool, Username));
    }),
    AdminSetUserPassword: action({ ...ofUser, Password: text, Permanent: v.optional(flag, false) }, async (given) => {
      const pool = model.pool(given.UserPoolId);
      model.user(pool, given.Username);
      checkPassword(pool, given.Password);
      const password = await hashPassword(given.Password);
      change(pool.id, given.Username, () =>
        given.Permanent
          ? { password, status: "CONFIRMED", temporaryUntil: undefined }
          : { password, status: "FORCE_CHANGE_PASSWORD", temporaryUntil: temporaryUntil(pool, clock.now()) },
      );
      return {};
    }),
    AdminConfirmSignUp: action({ ...ofUser, ClientMetadata: v.optional(stringMap) }, async (given, { traceId }) => {
      const user = change(given.UserPoolId, given.Username, ({ status }) => {
        if (status === "UNCONFIRMED") return { status: "CONFIRMED", confirmCode: undefined };
        throw new AwsError("NotAuthorizedException", 400, `User cannot be confirmed. Current status is ${status}`);
      });
      const about = { pool: model.pool(given.UserPoolId), user, clientMetadata: given.ClientMetadata, traceId };
      await trigger("PostConfirmation_ConfirmSignUp", about);
      return {};
    }),
    AdminUpdateUserAttributes: action({ ...ofUser, UserAttributes: attributeList }, (given) => {
      change(given.UserPoolId, given.Username, ({ attributes }, pool) => {
        const changes = readAttributes(pool, given.UserAttributes, true);
        const unverified = (["email", "phone_number"] as const).filter(
          (name) => changes[name] !== undefined && changes[name] !== attributes[name],
        );
        const cleared = Object.fromEntries(unverified.map((name) => [`${name}_verified`, "false"]));
        return { attributes: { ...attributes, ...cleared, ...changes } };
      });
      return {};
    }),
    AdminDisableUser: action(ofUser, ({ UserPoolId, Username }) => {
      model.endSessions(change(UserPoolId, Username, () => ({ enabled: false })));
    }),
    AdminEnableUser: action(ofUser, ({ UserPoolId, Username }) => {
      change(UserPoolId, Username, () => ({ enabled: true }));
    }),
    AdminUserGlobalSignOut: action(ofUser, ({ UserPoolId, Username }) =>
      model.endSessions(model.user(model.pool(UserPoolId), Username)),
    ),
  };
};
