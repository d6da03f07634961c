// Every event in events/users does what its name says, through the handler that it is for.
import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { invoke, openCloud, type TestCloud } from "@warmstart/testing";
import "@warmstart/testing/matchers";
import { documentClient } from "../src/dynamo-client.ts";
import { dynamoUsers } from "../src/dynamo-users.ts";
import type { UserId } from "../src/user-schemas.ts";
import { aUser } from "./a-user.ts";

const folder = new URL("../../../events/users/", import.meta.url);

let cloud: TestCloud;
/** The pool of this cloud, and whom it has, in the place of those that the events name. */
const real: [string, string][] = [];

const idp = (action: string, input: object) =>
  cloud.call("cognito-idp", `AWSCognitoIdentityProviderService.${action}`, input);

const signUp = async (UserPoolId: string, Username: string): Promise<string> => {
  const { User } = await idp("AdminCreateUser", { UserPoolId, Username, MessageAction: "SUPPRESS" });
  return (User as { Username: string }).Username; // Cognito's answer
};

beforeAll(async () => {
  cloud = await openCloud();
  const app = await cloud.deploy("services/users", { only: "resources" });
  Object.assign(process.env, await app.env("getMe"), cloud.env);
  delete process.env["AWS_SESSION_TOKEN"];
  const users = dynamoUsers(app.resource("UsersTable"), documentClient());
  const { PoolId = "", ClientId = "" } = app.outputs;
  for (const [digit, name, role] of [
    [1, "ann", "customer"],
    [2, "staff", "staff"],
    [3, "admin", "admin"],
    [4, "new", "customer"],
  ] as const) {
    // prettier-ignore
    const id = await signUp(PoolId, `${name}@example.com`);
    real.push(["00000000-0000-4000-8000-000000000000".replaceAll("0", String(digit)), id]);
    const createdAt = `2026-01-15T12:00:0${digit}.000Z`;
    const user = aUser({ id: id as UserId, email: `${name}@example.com`, role, createdAt, updatedAt: createdAt });
    if (name !== "new") await users.add(user);
  }
  real.push(["us-east-1_Example00", PoolId], ["exampleclientexampleclient", ClientId]);
});
afterAll(() => cloud.close());

const handlers = {
  "confirm-user": async () => (await import("../functions/confirm-user.ts")).handler,
  "get-me": async () => (await import("../functions/get-me.ts")).handler,
  "update-me": async () => (await import("../functions/update-me.ts")).handler,
  "delete-me": async () => (await import("../functions/delete-me.ts")).handler,
  "get-user": async () => (await import("../functions/user.ts")).get,
  "list-users": async () => (await import("../functions/user.ts")).list,
  "set-role": async () => (await import("../functions/set-role.ts")).handler,
  "open-api": async () => (await import("../functions/openapi.ts")).handler,
};

const readEvent = (name: string): unknown => {
  const text = readFileSync(new URL(`${name}.json`, folder), "utf8");
  return JSON.parse(real.reduce((changed, [said, meant]) => changed.replaceAll(said, meant), text));
};

const run = async (name: string) => {
  const [, handler] = Object.entries(handlers).find(([prefix]) => name.startsWith(`${prefix}-`)) ?? [];
  if (handler === undefined) throw new Error(`${name} is for no function`);
  return invoke((await handler()) as never, readEvent(name));
};

/** In this order: the last ones change what the first ones see. */
const STATUS: Readonly<Record<string, number>> = {
  "get-me-ok": 200,
  "get-me-not-modified": 304,
  "get-me-first-time": 200,
  "get-me-id-token": 401,
  "get-me-other-pool": 401,
  "get-user-by-staff": 200,
  "get-user-foreign": 404,
  "list-users-page1": 200,
  "list-users-email": 200,
  "list-users-by-customer": 403,
  "list-users-foreign-cursor": 400,
  "set-role-self": 409,
  "set-role-by-staff": 403,
  "update-me-no-if-match": 428,
  "update-me-stale-etag": 412,
  "update-me-role": 422,
  "delete-me-no-if-match": 428,
  "update-me-ok": 200,
  "set-role-staff": 200,
  "delete-me-ok": 204,
  "open-api-ok": 200,
};

test.each(Object.entries(STATUS))("%s answers %i", async (name, status) => {
  expect((await run(name)).status).toBe(status);
});

test.each(["confirm-user-sign-up", "confirm-user-reset"])("%s gives Cognito its event back", async (name) => {
  expect((await run(name)).result).toEqual(readEvent(name));
});

test("every event is tried here", () => {
  const names = readdirSync(folder).map((file) => file.replace(/\.json$/, ""));
  const tried = [...Object.keys(STATUS), "confirm-user-sign-up", "confirm-user-reset"];
  expect(names.toSorted()).toEqual(tried.toSorted());
});
