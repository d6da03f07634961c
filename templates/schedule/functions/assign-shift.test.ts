// The deployed service: days pass, and each has one shift.
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { type App, expectLeastPrivilege, openCloud, type TestCloud } from "@warmstart/testing";

let cloud: TestCloud;
let app: App;
beforeAll(async () => {
  cloud = await openCloud({ at: Date.parse("2026-01-15T12:00:00Z") });
  app = await cloud.deploy("services/new-service");
});
afterEach(() => cloud.faults.clear());
afterAll(() => cloud.close());

const dates = async (): Promise<readonly unknown[]> => {
  const { Items } = await cloud.call("dynamodb", "DynamoDB_20120810.Query", {
    TableName: app.resource("ShiftsTable"),
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": { S: "SHIFT" } },
  });
  return (Items as { readonly sk: { readonly S: string } }[]).map(({ sk }) => sk.S); // DynamoDB's JSON
};

test("each morning somebody is on call", async () => {
  await cloud.clock.advance("48h");
  expect(await cloud.idle()).toHaveNoDeadLetters();
  expect(await dates()).toEqual(["2026-01-16", "2026-01-17"]);
  await expect(cloud).toHaveItem(
    app.resource("ShiftsTable"),
    { pk: { S: "SHIFT" }, sk: { S: "2026-01-16" } },
    { onCall: { S: expect.stringMatching(/^(ann|ben|cho)$/) } },
  );
});

test("a schedule that fires twice assigns once", async () => {
  await cloud.faults.add({ match: { action: "Deliver" }, effect: { kind: "duplicate" } });
  await cloud.clock.advance("24h");
  expect((await cloud.faults.list()).every(({ struck }) => struck > 0)).toBe(true);
  expect(await cloud.idle()).toHaveNoDeadLetters();
  expect(await dates()).toEqual(["2026-01-16", "2026-01-17", "2026-01-18"]);
});

test("a table that fails for a minute costs no shift", async () => {
  const effect = { kind: "error", code: "InternalServerError", status: 500 } as const;
  await cloud.clock.advance("18h");
  await cloud.faults.add({ match: { service: "dynamodb", action: "PutItem" }, when: { times: 4 }, effect });
  await cloud.clock.advance("6h");
  expect(await cloud.idle()).toHaveNoDeadLetters();
  expect(await dates()).toContain("2026-01-19");
});

test("a run that fails three times is kept for whoever runs it again", async () => {
  const effect = { kind: "error", code: "InternalServerError", status: 500 } as const;
  await cloud.faults.add({ match: { service: "dynamodb", action: "PutItem" }, effect });
  await cloud.clock.advance("24h");
  expect((await cloud.idle()).deadLetters).toMatchObject([{ messages: 1 }]);
  expect(await dates()).not.toContain("2026-01-20");
});

test("the role may do what the function does, and nothing else", () => expectLeastPrivilege(app));
