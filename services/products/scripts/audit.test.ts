import { PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { sample } from "../local/sample.ts";
import { openStock, type Stockroom } from "../test/open-stock.ts";
import { audit } from "./audit.ts";

let s: Stockroom;
beforeAll(async () => {
  s = await openStock();
});
afterAll(() => s.cloud.close());

test("what npm start makes for its commands is there once, and adds up", async () => {
  const { outputs, http } = s.app;
  const deployed = { endpoint: s.cloud.endpoint, url: http.url, outputs };
  expect(await sample(deployed)).toBe(await sample(deployed));
  expect(await http.get("/v1/products?category=mugs&sort=price")).toBeHttp(200, {
    data: [{ sku: "MUG-RED" }, { sku: "MUG-BLUE" }],
  });
  expect(await audit(s.table)).toEqual({ products: 2, violations: [] });
});

test("the audit names what does not add up", async () => {
  const { name: TableName, client } = s.table;
  const [short, held] = [await s.stocked(5), await s.stocked(7)];
  const Key = { pk: `P#${short}`, sk: "STOCK" };
  const values = { ":n": -1 };
  const lost = { UpdateExpression: "SET available = :n", ExpressionAttributeValues: values };
  await client.send(new UpdateCommand({ TableName, Key, ...lost }));
  const lines = [{ productId: held, quantity: 2 }];
  await client.send(new PutCommand({ TableName, Item: { pk: "R#ord_1", sk: "R", state: "HELD", lines } }));
  const { violations } = await audit(s.table);
  expect(violations).toEqual(
    expect.arrayContaining([
      `${short} has -1 units available`,
      `${short} has -1 units available, reserved or sold, but 5 came in`,
      `${held} has 0 units reserved, but reservations hold 2`,
    ]),
  );
  expect(violations).toHaveLength(3);
});
