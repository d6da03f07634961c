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

/** Units of the table and of each index, call by call. */
const metered = () => {
  const client = documentClient();
  const units: object[] = [];
  client.middlewareStack.add(
    (next) => async (given) => {
      const answer = await next({ ...given, input: { ...given.input, ReturnConsumedCapacity: "INDEXES" } });
      const { ConsumedCapacity } = answer.output as { ConsumedCapacity?: Capacity }; // DynamoDB's answer
      const indexes = Object.entries(ConsumedCapacity?.GlobalSecondaryIndexes ?? {});
      units.push({
        table: ConsumedCapacity?.Table?.CapacityUnits ?? 0,
        ...Object.fromEntries(indexes.map(([name, { CapacityUnits }]) => [name, CapacityUnits])),
      });
      return answer;
    },
    { step: "initialize" },
  );
  return { users: dynamoUsers(app.resource("UsersTable"), client), units };
};

interface Units {
  readonly CapacityUnits: number;
}
interface Capacity {
  readonly Table?: Units;
  readonly GlobalSecondaryIndexes?: Readonly<Record<string, Units>>;
}

test("a look costs half a read unit, a change one write unit and one of the index that shows it", async () => {
  const { users, units } = metered();
  const id = idOf(60);
  const createdAt = "2028-01-01T00:00:00.000Z";
  await open().add(aUser({ id: idOf(61), createdAt }));
  await users.add(aUser({ id, createdAt, email: "costs@example.com" }));
  await users.get(id);
  await users.change({ id, version: 1 }, { name: "Ann" });
  await users.list({ limit: 1, now: Date.UTC(2028, 0, 2) });
  await users.findByEmail("costs@example.com");
  await users.remove({ id, version: 2 }, "now");
  expect(units).toEqual([
    { table: 1, gsi1: 1, gsi2: 1 },
    { table: 0.5 },
    { table: 1, gsi1: 1 },
    { table: 0, gsi1: 0.5 },
    { table: 0, gsi2: 0.5 },
    { table: 0.5 },
    { table: 1, gsi1: 1, gsi2: 1 },
  ]);
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
