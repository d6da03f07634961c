import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { openShortener, type Shortener } from "../test/open-shortener.ts";

let s: Shortener;
beforeAll(async () => {
  s = await openShortener();
});
afterAll(() => s.cloud.close());

const list = (headers: Record<string, string>) => s.app.http.get("/m/v1/links", { headers });

test("no key is 401, a wrong one 403, both answered by API Gateway", async () => {
  expect(await list({})).toMatchObject({ status: 401, json: { message: "Unauthorized" } });
  const { "x-api-key": key } = await s.key("ann");
  const wrong = `${key.slice(0, -1)}${key.endsWith("2") ? "3" : "2"}`;
  expect(await list({ "x-api-key": wrong })).toMatchObject({ status: 403, json: { message: "Forbidden" } });
  expect(await list({ "x-api-key": "sk_nonsense" })).toMatchObject({ status: 403 });
});

test("a key may what its scopes say", async () => {
  const reader = await s.key("ann", ["links:read"]);
  expect(await list(reader)).toBeHttp(200);
  expect(await s.app.http.post("/m/v1/links", { headers: reader, body: { url: "https://example.com" } })).toBeProblem(
    403,
    "forbidden-role",
  );
  const writer = await s.key("ann", ["links:write"]);
  expect(await list(writer)).toBeProblem(403, "forbidden-role");
  const created = await s.app.http.post("/m/v1/links", { headers: writer, body: { url: "https://example.com" } });
  expect(created).toBeHttp(201);
  const { code } = created.json as { code: string };
  expect(await s.app.http.get(`/m/v1/links/${code}/stats`, { headers: writer })).toBeProblem(403, "forbidden-role");
});

test("a deleted key is dead within a minute", async () => {
  const headers = await s.key("ann");
  expect(await list(headers)).toBeHttp(200);
  const Key = { pk: { S: `K#${headers["x-api-key"].slice(3, 11)}` }, sk: { S: "K" } };
  await s.cloud.call("dynamodb", "DynamoDB_20120810.DeleteItem", { TableName: s.app.resource("LinksTable"), Key });
  await s.cloud.clock.advance("61s");
  expect((await list(headers)).status).toBe(403);
});

test("no log line holds a key", async () => {
  const { "x-api-key": key } = await s.key("ann");
  await list({ "x-api-key": key });
  expect(JSON.stringify(await s.cloud.logs())).not.toContain(key.slice(12));
});
