// Groups of users.
import * as v from "valibot";
import { AwsError } from "../gateway/aws-error.ts";
import type { Action } from "../gateway/service.ts";
import type { Cognito } from "./parts.ts";
import type { Group } from "./model.ts";
import { action, ofPool, ofUser, text } from "./schemas.ts";

const ofGroup = { ...ofPool, GroupName: v.pipe(text, v.minLength(1), v.maxLength(128)) };

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

const showGroup = ({ name, poolId, description, precedence, createdAt, changedAt }: Group): object => ({
  GroupName: name,
  UserPoolId: poolId,
  Description: description,
  Precedence: precedence,
  CreationDate: createdAt / 1_000,
  LastModifiedDate: changedAt / 1_000,
});

export const groupActions = (cognito: Cognito): Readonly<Record<string, Action>> => {
  const { model } = cognito;
  const setMember = (change: (groups: readonly string[], name: string) => readonly string[]): Action =>
    action({ ...ofUser, ...ofGroup }, ({ UserPoolId, Username, GroupName }) => {
      const { name } = model.group(UserPoolId, GroupName);
      model.changeUser(model.pool(UserPoolId), Username, ({ groups }) => ({ groups: change(groups, name) }));
    });
  return {
    CreateGroup: action(
      {
        ...ofGroup,
        Description: v.optional(text),
        Precedence: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
      },
      ({ UserPoolId: poolId, GroupName: name, Description: description, Precedence: precedence }) => ({
        Group: showGroup(makeGroup(cognito, { poolId, name, description, precedence })),
      }),
    ),
    DeleteGroup: action(ofGroup, ({ UserPoolId, GroupName }) =>
      dropGroup(cognito, UserPoolId, model.group(UserPoolId, GroupName).name),
    ),
    AdminAddUserToGroup: setMember((groups, name) => [...new Set([...groups, name])]),
    AdminRemoveUserFromGroup: setMember((groups, name) => groups.filter((each) => each !== name)),
    AdminListGroupsForUser: action(ofUser, ({ UserPoolId, Username }) => {
      const { groups } = model.user(model.pool(UserPoolId), Username);
      return { Groups: groups.toSorted().map((name) => showGroup(model.group(UserPoolId, name))) };
    }),
  };
};
