// People of the users service, for demos: with addresses that nobody had before.
import { adminClient, newUser, type TestUser } from "@warmstart/testing";
import { randomUUID } from "node:crypto";
import type { DemoContext } from "./steps.ts";

interface Resource {
  readonly logicalId: string;
  readonly physicalId: string;
}

type SignUp = (name: string, group?: "staff") => Promise<TestUser>;

/** Signs people up as they would do it themselves: with the code from the mail. */
export const signUps = async ({ endpoint }: DemoContext): Promise<SignUp> => {
  const admin = { ...adminClient(endpoint, Date.now), plant: () => {} }; // nothing here is looked for in logs
  const { resources } = await admin.ask<{ resources: readonly Resource[] }>("GET", "/resources/users-local");
  const idOf = (name: string): string => resources.find(({ logicalId }) => logicalId === name)?.physicalId ?? "";
  const users = { outputs: { PoolId: idOf("CognitoUserPoolUsers"), ClientId: idOf("UsersClient") } };
  return (name, group) =>
    newUser(admin, users, { email: `${name}-${randomUUID().slice(0, 8)}@example.com`, ...(group && { group }) });
};
