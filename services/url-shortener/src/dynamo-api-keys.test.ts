import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type App, NO_POOL, openCloud, type TestCloud } from "@warmstart/testing";
import { apiKeyStoreContract } from "../test/api-key-store-contract.ts";
import type { ApiKeyStore } from "./api-key.ts";
import { dynamoApiKeys } from "./dynamo-api-keys.ts";
import { documentClient } from "./dynamo-client.ts";

let cloud: TestCloud;
let app: App;
beforeAll(async () => {
  cloud = await openCloud();
  app = await cloud.deploy("services/url-shortener", { only: "resources", imports: NO_POOL });
  Object.assign(process.env, cloud.env);
});
afterAll(() => cloud.close());

const open = (): ApiKeyStore => dynamoApiKeys(app.resource("LinksTable"), documentClient());

apiKeyStoreContract("DynamoDB", open);

test("adding and removing are one transaction each, checking and listing one read", async () => {
  const keys = open();
  const before = (await cloud.requests({ service: "dynamodb" })).length;
  const about = { sha256: "hash", scopes: ["links:read"], createdAt: "2026-11-21T05:00:00.000Z" } as const;
  await keys.add({ id: "cost1111", ownerId: "cost", ...about }, 10);
  await keys.find("cost1111");
  await keys.list("cost");
  await keys.remove("cost1111", "cost");
  const asked = (await cloud.requests({ service: "dynamodb" })).slice(before);
  expect(asked.map(({ action }) => action)).toEqual(["TransactWriteItems", "GetItem", "Query", "TransactWriteItems"]);
});
