// Groups of users.
import * as v from "valibot";
import { AwsError } from "../gateway/aws-error.ts";
import { pageOf } from "../gateway/page.ts";
import type { Action } from "../gateway/service.ts";
import type { Cognito } from "./index.ts";
import { LIMITS } from "./limits.ts";
import type { Group } from "./model.ts";
import { action, ofPool, ofUser, paging, text } from "./schemas.ts";
import { showUser } from "./users.ts";

const ofGroup = { ...ofPool, GroupName: v.pipe(text, v.minLength(1), v.maxLength(128)) };
const pageEntries = { ...paging, NextToken: v.optional(text) };
const about = {
  Description: v.optional(text),
  Precedence: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  RoleArn: v.optional(text),
};

export type NewGroup = Omit<Group, "createdAt" | "changedAt">;

export const makeGroup = ({ model, clock }: Cognito, given: NewGroup): Group => {
  const key = `${model.pool(given.poolId).id}/${given.name}`;
  if (model.groups.get(key) !== undefined)
    throw new AwsError("GroupExistsException", 400, "A group with the name already exists.");
  const group = { ...given, createdAt: clock.now(), changedAt: clock.now() };
  model.groups.put(key, group);
  return group;
};

/** Its members stay, without it. */
export const dropGroup = ({ model, store }: Cognito, poolId: string, name: string): void =>
  store.transaction(() => {
    for (const [key, user] of model.users.list({ prefix: `${poolId}/` })) {
      if (user.groups.includes(name))
        model.users.put(key, { ...user, groups: user.groups.filter((each) => each !== name) });
    }
    model.groups.remove(`${poolId}/${name}`);
  });

const showGroup = ({ name, poolId, description, precedence, roleArn, createdAt, changedAt }: Group): object => ({
  GroupName: name,
  UserPoolId: poolId,
  Description: description,
  Precedence: precedence,
  RoleArn: roleArn,
  CreationDate: createdAt / 1_000,
  LastModifiedDate: changedAt / 1_000,
});

export const groupActions = (cognito: Cognito): Readonly<Record<string, Action>> => {
  const { model, clock } = cognito;
  const setMember = (
    poolId: string,
    username: string,
    change: (groups: readonly string[]) => readonly string[],
  ): void => {
    model.changeUser(model.pool(poolId), username, ({ groups }) => ({ groups: change(groups) }));
  };
  return {
    CreateGroup: action({ ...ofGroup, ...about }, (given) => {
      const { UserPoolId: poolId, GroupName: name, Description: description, Precedence: precedence } = given;
      return {
        Group: showGroup(makeGroup(cognito, { poolId, name, description, precedence, roleArn: given.RoleArn })),
      };
    }),
    UpdateGroup: action({ ...ofGroup, ...about }, ({ UserPoolId, GroupName, Description, Precedence, RoleArn }) => {
      const group = model.group(UserPoolId, GroupName);
      const changes = { description: Description, precedence: Precedence, roleArn: RoleArn, changedAt: clock.now() };
      const updated = { ...group, ...changes };
      model.groups.put(`${UserPoolId}/${GroupName}`, updated);
      return { Group: showGroup(updated) };
    }),
    GetGroup: action(ofGroup, ({ UserPoolId, GroupName }) => ({
      Group: showGroup(model.group(UserPoolId, GroupName)),
    })),
    DeleteGroup: action(ofGroup, ({ UserPoolId, GroupName }) => {
      model.group(UserPoolId, GroupName);
      dropGroup(cognito, UserPoolId, GroupName);
    }),
    ListGroups: action({ ...ofPool, ...pageEntries }, ({ UserPoolId, Limit = LIMITS.page, NextToken }) => {
      const groups = model.groups.list({ prefix: `${model.pool(UserPoolId).id}/` });
      const { items, next } = pageOf(groups, { limit: Limit, token: NextToken });
      return { Groups: items.map(showGroup), NextToken: next };
    }),
    AdminAddUserToGroup: action({ ...ofUser, ...ofGroup }, ({ UserPoolId, Username, GroupName }) => {
      const { name } = model.group(UserPoolId, GroupName);
      setMember(UserPoolId, Username, (groups) => [...new Set([...groups, name])]);
    }),
    AdminRemoveUserFromGroup: action({ ...ofUser, ...ofGroup }, ({ UserPoolId, Username, GroupName }) => {
      const { name } = model.group(UserPoolId, GroupName);
      setMember(UserPoolId, Username, (groups) => groups.filter((each) => each !== name));
    }),
    AdminListGroupsForUser: action({ ...ofUser, ...pageEntries }, ({ UserPoolId, Username, ...page }) => {
      const { groups } = model.user(model.pool(UserPoolId), Username);
      const all = groups.toSorted().map((name) => [name, model.group(UserPoolId, name)] as const);
      const { items, next } = pageOf(all, { limit: page.Limit ?? LIMITS.page, token: page.NextToken });
      return { Groups: items.map(showGroup), NextToken: next };
    }),
    ListUsersInGroup: action({ ...ofGroup, ...pageEntries }, ({ UserPoolId, GroupName, ...page }) => {
      const { name } = model.group(UserPoolId, GroupName);
      const members = model.users.list({ prefix: `${UserPoolId}/` }).filter(([, { groups }]) => groups.includes(name));
      const { items, next } = pageOf(members, { limit: page.Limit ?? LIMITS.page, token: page.NextToken });
      return { Users: items.map((user) => showUser(user)), NextToken: next };
    }),
  };
};
