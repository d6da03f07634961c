// The deployed service: messages in the queue, balances in the table, and what becomes of those that cannot be posted.
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { type App, everyCrashPoint, expectLeastPrivilege, openCloud, type TestCloud } from "@warmstart/testing";

let cloud: TestCloud;
let app: App;
beforeAll(async () => {
  cloud = await openCloud();
  app = await cloud.deploy("services/new-service");
});
afterEach(() => cloud.faults.clear());
afterAll(() => cloud.close());

const sendTo = async (cloud: TestCloud, app: App, message: unknown): Promise<void> => {
  const QueueUrl = app.resource("EntriesQueue");
  await cloud.call("sqs", "AmazonSQS.SendMessage", { QueueUrl, MessageBody: JSON.stringify(message) });
};

const expectBalance = (cloud: TestCloud, app: App, account: string, cents: number) =>
  expect(cloud).toHaveItem(
    app.resource("AccountsTable"),
    { pk: { S: `ACCOUNT#${account}` }, sk: { S: "BALANCE" } },
    { balanceCents: { N: String(cents) } },
  );

test("entries add up, and one that is sent twice counts once", async () => {
  await sendTo(cloud, app, { id: "e-1", account: "ann", amountCents: 500 });
  await sendTo(cloud, app, { id: "e-2", account: "ann", amountCents: -200 });
  await sendTo(cloud, app, { id: "e-1", account: "ann", amountCents: 500 });
  expect(await cloud.idle()).toHaveNoDeadLetters();
  await expectBalance(cloud, app, "ann", 300);
});

test("a delivery that comes twice counts once", async () => {
  await cloud.faults.add({ match: { service: "sqs", action: "Deliver" }, effect: { kind: "duplicate" } });
  await sendTo(cloud, app, { id: "e-3", account: "ben", amountCents: 100 });
  expect(await cloud.idle()).toHaveNoDeadLetters();
  expect((await cloud.faults.list()).every(({ struck }) => struck > 0)).toBe(true);
  await expectBalance(cloud, app, "ben", 100);
});

test("what is no entry fails alone, and waits in the dead-letter queue after three attempts", async () => {
  await sendTo(cloud, app, { id: "e-4", account: "cho" });
  await sendTo(cloud, app, { id: "e-5", account: "cho", amountCents: 100 });
  await cloud.clock.advance("10m");
  expect((await cloud.idle()).deadLetters).toMatchObject([{ messages: 1 }]);
  await expectBalance(cloud, app, "cho", 100);
});

test("once its cause is gone, a dead letter is redriven and counts", async () => {
  const effect = { kind: "error", code: "InternalServerError", status: 500 } as const;
  await cloud.faults.add({ match: { service: "dynamodb" }, effect });
  await sendTo(cloud, app, { id: "e-6", account: "dan", amountCents: 100 });
  await cloud.clock.advance("10m");
  expect((await cloud.idle()).deadLetters).toMatchObject([{ messages: 2 }]); // with the one above
  await cloud.faults.clear();
  await cloud.call("sqs", "AmazonSQS.StartMessageMoveTask", { SourceArn: app.outputs["DeadEntriesQueueArn"] });
  await cloud.clock.advance("10m");
  expect((await cloud.idle()).deadLetters).toMatchObject([{ messages: 1 }]);
  await expectBalance(cloud, app, "dan", 100);
});

const postOne = async (cloud: TestCloud): Promise<App> => {
  const app = await cloud.deploy("services/new-service");
  await sendTo(cloud, app, { id: "e-7", account: "eve", amountCents: 100 });
  await cloud.idle();
  return app;
};

test("wherever the function dies, the entry counts once", async () => {
  await everyCrashPoint(postOne, (cloud, app) => expectBalance(cloud, app, "eve", 100), { modes: ["before", "after"] });
});

test("the role may do what the function does, and nothing else", () => expectLeastPrivilege(app));
