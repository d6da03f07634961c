// OWASP API 3: fields of the server's are not written, and what only the table knows is not shown.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { TestUser } from "@warmstart/testing";
import { expectServerFieldsRefused } from "@warmstart/testing/security";
import { bearer, openUsers, type Users } from "../test/open-users.ts";

let users: Users;
let admin: TestUser;
let ann: TestUser;
beforeAll(async () => {
  users = await openUsers();
  admin = await users.person({ group: "admin" });
  ann = await users.person();
});
afterAll(() => users.cloud.close());

test("a field of the server's is named and refused on every route", () =>
  expectServerFieldsRefused({ app: users.app, headers: bearer(admin), path: { id: ann.id } }));

test.each(["id", "email", "role", "status", "version", "createdAt", "updatedAt", "gsi1pk", "deletedAt"])(
  "nobody writes their own %s",
  async (field) => {
    const before = await users.stored(ann.id);
    const body = { name: "Ann", [field]: "admin" };
    const answer = await users.as(ann, "patch", "/v1/users/me", { body, headers: { "if-match": '"v1"' } });
    expect(answer).toBeProblem(422, "validation-failed");
    expect(await users.stored(ann.id)).toEqual(before);
  },
);

test("attributes that the table may hold some day are in no answer", async () => {
  const TableName = users.app.resource("UsersTable");
  const Key = { pk: { S: `U#${ann.id}` }, sk: { S: "U" } };
  await users.cloud.call("dynamodb", "DynamoDB_20120810.UpdateItem", {
    TableName,
    Key,
    UpdateExpression: "SET notes = :n",
    ExpressionAttributeValues: { ":n": { S: "a-secret-note" } },
  });
  const answers = [
    await users.as(ann, "get", "/v1/users/me"),
    await users.as(ann, "patch", "/v1/users/me", { body: { name: "Ann" }, headers: { "if-match": '"v1"' } }),
    await users.as(admin, "get", `/v1/users/${ann.id}`),
    await users.as(admin, "get", "/v1/users"),
    await users.as(admin, "get", `/v1/users?email=${ann.email}`),
    await users.as(admin, "put", `/v1/users/${ann.id}/role`, { body: { role: "staff" } }),
  ];
  for (const { status, text } of answers) {
    expect(status).toBe(200);
    expect(text).not.toContain("a-secret-note");
  }
});
