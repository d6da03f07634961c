// The deployed service, as its callers and an operator see it.
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import {
  type App,
  everyCrashPoint,
  expectLeastPrivilege,
  expectOpenApi,
  type HttpResult,
  openCloud,
  type TestCloud,
} from "@warmstart/testing";
import type { Note } from "../src/note.ts";
import { document } from "../test/openapi.ts";

const sign = { service: "execute-api" };
const unknown = "/notes/6f1f7a0e-8c0b-4c7e-9f36-0d6c2f3f9f10";

let cloud: TestCloud;
let app: App;
beforeAll(async () => {
  cloud = await openCloud();
  app = await cloud.deploy("services/new-service");
});
afterEach(() => cloud.faults.clear());
afterAll(() => cloud.close());

const create = (body: object, key?: string): Promise<HttpResult> =>
  app.http.post("/notes", { sign, body, headers: key === undefined ? {} : { "idempotency-key": key } });

test("a note is found where Location says", async () => {
  const answer = await create({ text: "hello" });
  expect(answer).toBeHttp(201, { text: "hello", createdAt: expect.stringContaining("2026-01-15T12:00") });
  const { json } = await app.http.get(answer.headers["location"] ?? "", { sign });
  expect(json).toEqual(answer.json);
});

test("the same Idempotency-Key gives the same note, and with another text a problem", async () => {
  const first = await create({ text: "once" }, "key-0001");
  const again = await create({ text: "once" }, "key-0001");
  expect(again).toBeHttp(201, { id: (first.json as Note).id }); // as openapi.json says
  expect(again.headers["idempotency-replayed"]).toBe("true");
  expect(await create({ text: "twice" }, "key-0001")).toBeProblem(422, "idempotency-key-reused");
});

/** A try, and where it failed one more, as a client with an Idempotency-Key sends it. */
const createSurely = async (cloud: TestCloud) => {
  const { http, resource } = await cloud.deploy("services/new-service");
  const headers = { "idempotency-key": "key-0002" };
  const post = () => http.post("/notes", { sign, headers, body: { text: "once" } });
  const first = await post();
  await cloud.clock.advance("1m"); // the lease of a try that died is over
  return { answer: first.status < 500 ? first : await post(), table: resource("NotesTable") };
};

test("wherever a try dies, the next one writes the same note", async () => {
  await everyCrashPoint(
    createSurely,
    async (cloud, { answer, table }) => {
      expect(answer).toBeHttp(201);
      const items = await cloud.call("dynamodb", "DynamoDB_20120810.Scan", { TableName: table });
      expect(JSON.stringify(items).match(/"sk":\{"S":"NOTE"\}/g)).toHaveLength(1);
    },
    { modes: ["after"], settle: "1m" },
  );
});

test("nobody gets in without a signature", async () => {
  expect((await app.http.get(unknown)).status).toBe(403);
  expect((await app.http.post("/notes", { body: { text: "hello" } })).status).toBe(403);
});

test("an unknown note is a 404", async () => {
  expect(await app.http.get(unknown, { sign })).toBeProblem(404, "not-found");
});

test("a table that fails is a 5xx that says nothing of it", async () => {
  await cloud.faults.add({ match: { service: "dynamodb" }, effect: { kind: "error", code: "InternalServerError", status: 500 } }); // prettier-ignore
  expect(await app.http.get(unknown, { sign })).toBeProblem(503, "dependency-unavailable");
});

test("openapi.json is what the schemas give, what the template routes, and what is served", () =>
  expectOpenApi(app, document));

test("the roles may do what the functions do, and nothing else", () => expectLeastPrivilege(app));
