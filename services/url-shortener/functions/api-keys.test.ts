import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { SCOPES } from "../src/api-key.ts";
import { openShortener, type Shortener } from "../test/open-shortener.ts";

const CROWD = process.env["WARMSTART_FULL"] === "1" ? 30 : 15;

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

interface Made {
  readonly id: string;
  readonly secret: string;
}

const make = (person: Record<string, string>, scopes: readonly string[] = SCOPES) =>
  s.app.http.post("/v1/api-keys", { headers: person, body: { scopes } });
const made = async (person: Record<string, string>): Promise<Made> => (await make(person)).json as Made; // the API's schema
const keysOf = async (person: Record<string, string>) =>
  ((await s.app.http.get("/v1/api-keys", { headers: person })).json as { data: Made[] }).data;
const remove = (person: Record<string, string>, id: string) =>
  s.app.http.delete(`/v1/api-keys/${id}`, { headers: person });

describe("a person", () => {
  test("makes a key, whose secret is shown this once and opens what its scopes say", async () => {
    const person = await s.person();
    const answer = await make(person, ["links:read"]);
    const { id, secret } = answer.json as Made;
    expect(answer).toBeHttp(201, { id, secret, scopes: ["links:read"], createdAt: expect.any(String) });
    expect(secret).toMatch(new RegExp(`^sk_${id}_\\w{32}$`));
    expect(answer.headers["location"]).toBe(`/v1/api-keys/${id}`);
    expect(answer.headers["cache-control"]).toBe("no-store");
    expect(await keysOf(person)).toEqual([{ id, scopes: ["links:read"], createdAt: expect.any(String) }]);
    expect(await list({ "x-api-key": secret })).toBeHttp(200);
    const { Items } = await s.cloud.call("dynamodb", "DynamoDB_20120810.Scan", {
      TableName: s.app.resource("LinksTable"),
    });
    expect(JSON.stringify(Items)).toContain(id);
    expect(JSON.stringify(Items)).not.toContain(secret.slice(12));
  });

  test("sees keys newest first", async () => {
    const person = await s.person();
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) {
      ids.unshift((await made(person)).id);
      await s.cloud.clock.advance("1s");
    }
    expect((await keysOf(person)).map(({ id }) => id)).toEqual(ids);
  });

  test("deletes a key: it is dead within 60 seconds, as the answer says, and deleted once", async () => {
    const person = await s.person();
    const { id, secret } = await made(person);
    expect(await list({ "x-api-key": secret })).toBeHttp(200);
    const answer = await remove(person, id);
    expect(answer.status).toBe(204);
    expect(Date.parse(answer.headers["sunset"] ?? "")).toBe(s.cloud.clock.now() + 60_000);
    await s.cloud.clock.advance("60s");
    expect((await list({ "x-api-key": secret })).status).toBe(403);
    expect(await keysOf(person)).toEqual([]);
    expect(await remove(person, id)).toBeProblem(404, "not-found");
    expect(await remove(person, "no-key")).toBeProblem(404, "not-found");
  });

  test("has ten keys at most, however many are asked for at once; a deleted one makes room", async () => {
    const person = await s.person();
    const answers = await Promise.all(Array.from({ length: CROWD }, () => make(person)));
    const of = (status: number) => answers.filter((answer) => answer.status === status);
    expect(of(201).length).toBeLessThanOrEqual(10);
    expect(of(201).length + of(409).length + of(503).length).toBe(CROWD);
    while ((await make(person)).status === 201);
    const keys = await keysOf(person);
    expect(keys).toHaveLength(10);
    expect(await make(person)).toBeProblem(409, "too-many-keys");
    for (const { id } of keys.slice(0, 2)) await remove(person, id);
    expect([(await make(person)).status, (await make(person)).status]).toEqual([201, 201]);
    expect(await make(person)).toBeProblem(409, "too-many-keys");
  });

  test.each([
    {},
    { scopes: [] },
    { scopes: ["links:admin"] },
    { scopes: "links:read" },
    { scopes: SCOPES, ownerId: "bob" },
  ])("is refused %j", async (body) => {
    const person = await s.person();
    expect(await s.app.http.post("/v1/api-keys", { headers: person, body })).toBeProblem(422, "validation-failed");
    expect(await keysOf(person)).toEqual([]);
  });
});

test("a key makes no keys", async () => {
  const headers = await s.key("ann");
  for (const path of ["/m/v1/api-keys", "/v1/api-keys"])
    expect([401, 404]).toContain((await s.app.http.post(path, { headers, body: { scopes: SCOPES } })).status);
});

test("no log line holds a key", async () => {
  const { secret: key } = await made(await s.person());
  await list({ "x-api-key": key });
  await s.cloud.idle();
  expect(JSON.stringify(await s.cloud.logs())).not.toContain(key.slice(12));
});
