// The user pool, as far as the functions of this service administer it.
import {
  AdminAddUserToGroupCommand,
  AdminDeleteUserCommand,
  AdminGetUserCommand,
  AdminListGroupsForUserCommand,
  AdminRemoveUserFromGroupCommand,
  AdminUserGlobalSignOutCommand,
  CognitoIdentityProviderClient,
} from "@aws-sdk/client-cognito-identity-provider";
import { roleIn } from "./role.ts";
import type { UserPool } from "./user-store.ts";

const GROUPS = ["staff", "admin"] as const;

const unlessUnknown = async <T>(call: Promise<T>): Promise<T | undefined> => {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Error && error.name === "UserNotFoundException") return undefined;
    throw error;
  }
};

export const cognitoUserPool = (poolId: string, client = new CognitoIdentityProviderClient({})): UserPool => {
  const of = (id: string) => ({ UserPoolId: poolId, Username: id });
  return {
    async find(id) {
      const user = await unlessUnknown(client.send(new AdminGetUserCommand(of(id))));
      return user && Object.fromEntries((user.UserAttributes ?? []).map(({ Name = "", Value }) => [Name, Value]));
    },

    async roleOf(id) {
      const found = await unlessUnknown(client.send(new AdminListGroupsForUserCommand(of(id))));
      return roleIn((found?.Groups ?? []).map(({ GroupName = "" }) => GroupName));
    },

    async setRole(id, role) {
      const changes = GROUPS.map((group) => {
        const which = { ...of(id), GroupName: group };
        return client.send(
          group === role ? new AdminAddUserToGroupCommand(which) : new AdminRemoveUserFromGroupCommand(which),
        );
      });
      return (await unlessUnknown(Promise.all(changes))) !== undefined;
    },

    async signOut(id) {
      await unlessUnknown(client.send(new AdminUserGlobalSignOutCommand(of(id))));
    },

    async remove(id) {
      await unlessUnknown(client.send(new AdminDeleteUserCommand(of(id))));
    },
  };
};
