import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type App, NO_POOL, openCloud, type TestCloud } from "@warmstart/testing";
import { aLink } from "../test/a-link.ts";
import { linkStoreContract } from "../test/link-store-contract.ts";
import { documentClient } from "./dynamo-client.ts";
import { dynamoLinks } from "./dynamo-links.ts";

let cloud: TestCloud;
let app: App;
beforeAll(async () => {
  cloud = await openCloud();
  app = await cloud.deploy("services/url-shortener", { only: "resources", imports: NO_POOL });
  Object.assign(process.env, cloud.env);
});
afterAll(() => cloud.close());

const open = () => dynamoLinks(app.resource("LinksTable"), documentClient());

linkStoreContract("in DynamoDB", open);

test("a refused change is one write and no read", async () => {
  const links = open();
  await links.add(aLink({ code: "cheap" }));
  const before = (await cloud.requests()).length;
  await links.change({ code: "cheap", ownerId: "ann", version: 9 }, { title: "x" });
  await links.remove({ code: "cheap", ownerId: "bob", version: 1 }, 1);
  await links.add(aLink({ code: "cheap", madeBy: "other" }));
  const asked = (await cloud.requests()).slice(before).map(({ action }) => action);
  expect(asked).toEqual(["UpdateItem", "PutItem", "PutItem"]);
});
