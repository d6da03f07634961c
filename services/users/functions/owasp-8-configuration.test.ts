// OWASP API 8: headers on every answer, no word of AWS in any failure, no right without a limit.
import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { openUsers, type Users } from "../test/open-users.ts";

let users: Users;
beforeAll(async () => {
  users = await openUsers();
});
afterEach(() => users.cloud.faults.clear());
afterAll(() => users.cloud.close());

test("whatever fails inside, the answer is 5xx and says nothing of it", async () => {
  const admin = await users.person({ group: "admin" });
  const ann = await users.person();
  const requests = [
    () => users.as(ann, "get", "/v1/users/me"),
    () => users.as(ann, "patch", "/v1/users/me", { body: { name: "A" }, headers: { "if-match": '"v1"' } }),
    () => users.as(ann, "delete", "/v1/users/me", { headers: { "if-match": '"v1"' } }),
    () => users.as(admin, "get", "/v1/users"),
    () => users.as(admin, "get", `/v1/users/${ann.id}`),
    () => users.as(admin, "put", `/v1/users/${ann.id}/role`, { body: { role: "staff" } }),
  ];
  const effects = [
    { kind: "error", code: "AccessDeniedException", status: 400, message: "no arn:aws:dynamodb for you" },
    { kind: "error", code: "ResourceNotFoundException", status: 400 },
    { kind: "error", code: "InternalServerError", status: 500 },
  ] as const;
  for (const effect of effects) {
    await users.cloud.faults.add({ id: "table", match: { service: "dynamodb" }, effect });
    for (const request of requests) {
      const { status, json, headers } = await request();
      expect([500, 503]).toContain(status);
      expect(Object.keys(json as object).toSorted()).toEqual(["code", "instance", "status", "title", "type"]);
      expect(headers).toMatchObject({
        "content-type": expect.stringContaining("application/problem+json"),
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "strict-transport-security": "max-age=31536000",
        "x-request-id": expect.any(String),
      });
    }
    await users.cloud.faults.clear("table");
  }
});

test("no origin may call it from a browser unless it is named", async () => {
  const headers = { origin: "https://evil.example", "access-control-request-method": "GET" };
  const preflight = await users.app.http.options("/v1/users/me", { headers });
  expect(preflight.headers).not.toHaveProperty("access-control-allow-origin");
});

test("roles name their actions and resources; none scans, and only those who must touch the pool", () => {
  const path = new URL("../.serverless/cloudformation-template-update-stack.json", import.meta.url);
  const { Resources } = JSON.parse(readFileSync(path, "utf8")) as {
    Resources: Record<
      string,
      { Type: string; Properties: { Policies: { PolicyDocument: { Statement: object[] } }[] } }
    >;
  };
  const roles = Object.entries(Resources).filter(([, { Type }]) => Type === "AWS::IAM::Role");
  const actionsOf = ([name, { Properties }]: (typeof roles)[number]) => {
    const statements = Properties.Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
    for (const statement of statements) expect(JSON.stringify(statement)).not.toMatch(/"\*"|:\*"[,\]](?!.*logs)/);
    const actions = statements.flatMap((statement) => (statement as { Action: string[] }).Action);
    return [name, actions.filter((action) => !action.startsWith("logs:")).toSorted()] as const;
  };
  expect(Object.fromEntries(roles.map(actionsOf))).toEqual({
    ConfirmUserRole: ["dynamodb:PutItem"],
    GetMeRole: [
      "cognito-idp:AdminGetUser",
      "cognito-idp:AdminListGroupsForUser",
      "dynamodb:GetItem",
      "dynamodb:PutItem",
      "dynamodb:UpdateItem",
    ],
    UpdateMeRole: ["dynamodb:UpdateItem"],
    DeleteMeRole: ["cognito-idp:AdminDeleteUser", "dynamodb:UpdateItem"],
    GetUserRole: ["dynamodb:GetItem"],
    ListUsersRole: ["dynamodb:GetItem", "dynamodb:Query"],
    SetRoleRole: [
      "cognito-idp:AdminAddUserToGroup",
      "cognito-idp:AdminRemoveUserFromGroup",
      "cognito-idp:AdminUserGlobalSignOut",
      "dynamodb:GetItem",
      "dynamodb:UpdateItem",
    ],
    OpenApiRole: [],
  });
});
