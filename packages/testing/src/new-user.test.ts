import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { newUser, signIn } from "./new-user.ts";
import { openCloud, type TestCloud } from "./open-cloud.ts";

let cloud: TestCloud;
let users: { outputs: Record<string, string> };

const idp = (action: string, input: object) =>
  cloud.call("cognito-idp", `AWSCognitoIdentityProviderService.${action}`, input);
const claims = (token: string) =>
  JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as Record<string, unknown>;

beforeAll(async () => {
  cloud = await openCloud();
  const pool = { PoolName: "people", UsernameAttributes: ["email"], AutoVerifiedAttributes: ["email"] };
  const { UserPool } = await idp("CreateUserPool", pool);
  const { Id: UserPoolId = "" } = UserPool as { Id?: string };
  await idp("CreateGroup", { UserPoolId, GroupName: "staff" });
  const client = { UserPoolId, ClientName: "web", ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"] };
  const { UserPoolClient } = await idp("CreateUserPoolClient", client);
  const { ClientId = "" } = UserPoolClient as { ClientId?: string };
  users = { outputs: { PoolId: UserPoolId, ClientId } };
});
afterAll(() => cloud.close());

test("a new user is a customer with tokens of the pool's", async () => {
  const ann = await newUser(cloud, users, { email: "ann@example.com" });
  expect(claims(ann.accessToken)).toMatchObject({ sub: ann.id, token_use: "access" });
  expect(claims(ann.idToken)).toMatchObject({ sub: ann.id, token_use: "id", email: "ann@example.com" });
  expect(claims(ann.accessToken)).not.toHaveProperty("cognito:groups");
});

test("many at once are all others, and a group is in the token", async () => {
  const people = await Promise.all(Array.from({ length: 5 }, () => newUser(cloud, users, { group: "staff" })));
  expect(new Set(people.map(({ id }) => id)).size).toBe(5);
  for (const { accessToken } of people) expect(claims(accessToken)["cognito:groups"]).toEqual(["staff"]);
});

test("who signs in again later has tokens that live on", async () => {
  const bob = await newUser(cloud, users);
  await cloud.clock.advance("2h");
  const again = await signIn(cloud, users, bob);
  expect(Number(claims(again.accessToken)["exp"])).toBeGreaterThan(cloud.clock.now() / 1_000);
});

test("a stack without a pool is told apart by the output that it lacks", async () => {
  await expect(newUser(cloud, { outputs: {} })).rejects.toThrow("The stack of the users has no output ClientId");
});
