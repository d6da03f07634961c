import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type App, openCloud, type TestCloud } from "@warmstart/testing";
import { aUser, idOf, NOW } from "../test/a-user.ts";
import { memoryUsers } from "../test/memory-users.ts";
import { userStoreContract } from "../test/user-store-contract.ts";
import { documentClient } from "./dynamo-client.ts";
import { dynamoUsers } from "./dynamo-users.ts";

let cloud: TestCloud;
let app: App;
beforeAll(async () => {
  cloud = await openCloud();
  app = await cloud.deploy("services/users", { only: "resources" });
  Object.assign(process.env, cloud.env);
});
afterAll(() => cloud.close());

const open = () => dynamoUsers(app.resource("UsersTable"), documentClient());

userStoreContract("in DynamoDB", open);
userStoreContract("in memory", memoryUsers);

test("a refused change is one write and no read", async () => {
  const users = open();
  await users.add(aUser({ id: idOf(50) }));
  const before = (await cloud.requests()).length;
  await users.change({ id: idOf(50), version: 9 }, { name: "x" });
  await users.remove({ id: idOf(51), version: 1 }, "now");
  await users.add(aUser({ id: idOf(50) }));
  const asked = (await cloud.requests()).slice(before).map(({ action }) => action);
  expect(asked).toEqual(["UpdateItem", "UpdateItem", "PutItem"]);
});

test.each(["", "x", "2026-13~", "2026-01", "20260115", "9".repeat(600)])("the position %j is none", async (after) => {
  await expect(open().list({ limit: 1, now: NOW, after })).rejects.toMatchObject({ code: "invalid-cursor" });
});

test.each(["9999-12~", "0000-01~", "2026-01-zzz"])(
  "the position %j, which somebody made up, leads nowhere else",
  async (after) => {
    const { users } = await open().list({ limit: 100, now: NOW, after });
    for (const { createdAt } of users) expect(createdAt < after).toBe(true);
  },
);
