import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { memoryPorts } from "../test/memory-ports.ts";
import { openApp, type TestApp } from "../test/open-app.ts";
import { recordsContract } from "../test/records-contract.ts";
import { dynamoImages } from "./dynamo-images.ts";

recordsContract("in memory", () => memoryPorts().records);

describe("the table", () => {
  const before = { ...process.env };
  let it: TestApp;
  beforeAll(async () => {
    it = await openApp();
    Object.assign(process.env, it.cloud.env);
  });
  afterAll(async () => {
    process.env = before;
    await it.cloud.close();
  });
  const open = () => dynamoImages(it.app.resource("ImagesTable"));

  recordsContract("in the table", open);

  test("an upload that was asked for is waiting, and is forgotten after a week if nobody sends it", async () => {
    const id = "f".repeat(32);
    await open().expect(id, { fileName: "a.jpg", contentType: "image/jpeg" });
    expect(await open().state(id)).toEqual({ status: "waiting" });
    const ttl = Math.floor(it.cloud.clock.now() / 1000) + 7 * 24 * 3600;
    const key = { pk: { S: `upload#${id}` } };
    const stored = await it.cloud.call("dynamodb", "DynamoDB_20120810.GetItem", {
      TableName: it.app.resource("ImagesTable"),
      Key: key,
    });
    const item = stored["Item"] as { ttl: { N: string } }; // DynamoDB's JSON
    expect(Math.abs(Number(item.ttl.N) - ttl)).toBeLessThan(60);
    await open().begin(id, "0A");
    await expect(it.cloud).toHaveItem(it.app.resource("ImagesTable"), key, {
      state: { M: { status: { S: "processing" } } },
    });
    const begun = await it.cloud.call("dynamodb", "DynamoDB_20120810.GetItem", {
      TableName: it.app.resource("ImagesTable"),
      Key: key,
    });
    expect(begun["Item"]).not.toHaveProperty("ttl");
  });
});
