// The checks of OWASP's API list: 1 objects, 3 properties, 4 resources, 5 functions, 8 configuration, 9 inventory,
// 2 authentication; and that the roles may do what the functions do, no more.
import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { expectLeastPrivilege, expectOpenApi, signIn, type TestUser } from "@warmstart/testing";
import {
  expectBadInputRefused,
  expectFuzzSurvived,
  expectGroupsKept,
  expectServerFieldsRefused,
  expectTokensRefused,
} from "@warmstart/testing/security";
import { document } from "../test/openapi.ts";
import { bearer, groupsOf, openUsers, ROUTES, type Users } from "../test/open-users.ts";

let users: Users;
beforeAll(async () => {
  users = await openUsers();
});
afterEach(() => users.cloud.faults.clear());
afterAll(() => users.cloud.close());

describe("1: nobody sees or changes what is another's", () => {
  let people: readonly TestUser[];
  beforeAll(async () => {
    people = [await users.person(), await users.person(), await users.person()];
  });

  const BODIES: Readonly<Record<string, object>> = { patch: { name: "Mallory" }, put: { role: "admin" } };

  test("customer A on every route with the id of B: not one foreign object, nothing changed", async () => {
    let tried = 0;
    for (const a of people) {
      for (const b of people.filter((each) => each !== a)) {
        const before = await users.stored(b.id);
        for (const { method, path } of ROUTES.filter((route) => route.path.includes("{id}"))) {
          const options = { body: BODIES[method], headers: { "if-match": '"v1"' } };
          const answer = await users.as(a, method, path.replace("{id}", b.id), options);
          // A route of admins does not even look; foreign objects elsewhere are 404, so that nobody learns that they exist.
          const [status, code] = path.endsWith("/role")
            ? ([403, "forbidden-role"] as const)
            : ([404, "not-found"] as const);
          expect(answer).toBeProblem(status, code);
          expect(answer.text).not.toContain(b.email);
          tried++;
        }
        expect(await users.stored(b.id)).toEqual(before);
      }
    }
    expect(tried).toBe(12);
  });

  test("routes without an id are of the caller alone, whatever else the request names", async () => {
    const [a, b] = [people[0] as TestUser, people[1] as TestUser];
    const before = await users.stored(b.id);
    expect(await users.as(a, "get", "/v1/users/me")).toBeHttp(200, { id: a.id });
    const asB = { "x-user-id": b.id, sub: b.id, "if-match": '"v1"' };
    expect(await users.as(a, "patch", "/v1/users/me", { body: { name: "A" }, headers: asB })).toBeHttp(200, {
      id: a.id,
    });
    expect(await users.as(a, "get", `/v1/users/me?id=${b.id}`)).toBeProblem(400, "invalid-query");
    expect(await users.as(a, "patch", "/v1/users/me", { body: { id: b.id }, headers: asB })).toBeProblem(
      422,
      "validation-failed",
    );
    const gone = await users.as(a, "delete", "/v1/users/me", { headers: { "if-match": '"v2"' }, body: { id: b.id } });
    expect(gone.status).toBe(204);
    expect(await users.stored(b.id)).toEqual(before);
    expect(await users.as(b, "get", "/v1/users/me")).toBeHttp(200, { id: b.id });
  });

  test("what staff see of others holds nothing that only the table knows", async () => {
    const staff = await users.person({ group: "staff" });
    const { text } = await users.as(staff, "get", "/v1/users");
    expect(text).not.toMatch(/gsi|"pk"|"sk"|password/);
  });
});

describe("3: fields of the server's are not written, and what only the table knows is not shown", () => {
  let admin: TestUser;
  let ann: TestUser;
  beforeAll(async () => {
    admin = await users.person({ group: "admin" });
    ann = await users.person();
  });

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
});

describe("5: what staff and admins may do, nobody below them may", () => {
  let people: Readonly<Record<"customer" | "staff" | "admin", TestUser>>;
  let ann: TestUser;
  beforeAll(async () => {
    people = {
      customer: await users.person(),
      staff: await users.person({ group: "staff" }),
      admin: await users.person({ group: "admin" }),
    };
    ann = await users.person();
  });

  test("groups keep their routes", () => expectGroupsKept({ app: users.app, people, path: { id: ann.id } }));

  test("nobody raises themselves, and staff raise nobody", async () => {
    const body = { role: "admin" };
    for (const who of [people.customer, people.staff]) {
      for (const id of [who.id, ann.id]) {
        expect(await users.as(who, "put", `/v1/users/${id}/role`, { body })).toBeProblem(403, "forbidden-role");
      }
      expect(await groupsOf(users, who.id)).not.toContain("admin");
    }
  });
});

const isKnown = (method: string, path: string) =>
  ROUTES.some((route) => route.method === method && route.path === path);

describe("9: what is routed is what is documented, nothing else", () => {
  const METHODS = ["get", "post", "put", "patch", "delete"] as const;
  const PATHS = [...new Set(ROUTES.map(({ path }) => path))];

  test("other methods of documented paths, and paths that are near them, do not exist", async () => {
    const admin = await users.person({ group: "admin" });
    const headers = { authorization: `Bearer ${admin.accessToken}` };
    const before = (await users.cloud.requests({ service: "lambda" })).length;
    const found: string[] = [];
    const tryIt = async (method: (typeof METHODS)[number], path: string) => {
      const { status, json } = await users.app.http[method](path, { headers });
      const isGateways404 = status === 404 && JSON.stringify(json) === '{"message":"Not Found"}';
      if (!isGateways404) found.push(`${method} ${path} answered ${status}`);
    };
    for (const path of PATHS) {
      const at = path.replace("{id}", admin.id);
      for (const method of METHODS.filter((each) => !isKnown(each, path))) await tryIt(method, at);
      const near = [`${at}/`, `${at}/x`, `/m${at}`, at.replace("/v1", "/v2"), at.replace("/v1", "")];
      for (const other of near.filter((each) => each !== "/openapi.json" && each !== "/v1/users/x"))
        await tryIt("get", other);
    }
    expect(found).toEqual([]);
    expect((await users.cloud.requests({ service: "lambda" })).length).toBe(before);
  });

  test("openapi.json is what the schemas give, what the template routes, and what is served", () =>
    expectOpenApi(users.app, document));
});

describe("4: what a request may cost has limits, and no input breaks a function", () => {
  let admin: TestUser;
  let ann: TestUser;
  beforeAll(async () => {
    admin = await users.person({ group: "admin" });
    ann = await users.person();
  });

  test("bodies, lists, limits and cursors have bounds on every route", () =>
    expectBadInputRefused({ app: users.app, headers: bearer(admin), path: { id: ann.id } }));

  test("a record has bounds: ten addresses, a hundred characters, no control characters", async () => {
    const bob = await users.person();
    const patch = (body: object, version: number) =>
      users.as(bob, "patch", "/v1/users/me", { body, headers: { "if-match": `"v${version}"` } });
    const address = { name: "A", line1: "1 St", city: "Graz", postalCode: "8010", country: "AT" };
    const most = { ...address, line1: "x".repeat(100) };
    expect(await patch({ name: "x".repeat(100), addresses: Array.from({ length: 10 }, () => most) }, 1)).toBeHttp(200);
    for (const body of [
      { name: "x".repeat(101) },
      { name: "" },
      { name: "a\u0000b" },
      { name: "a\u0085b" },
      { locale: "German" },
      { addresses: Array.from({ length: 11 }, () => address) },
      { addresses: [{ ...address, country: "Austria" }] },
      { addresses: [{ ...address, extra: 1 }] },
      { addresses: { length: 1 } },
      { marketingOptIn: "true" },
    ])
      expect(await patch(body, 2)).toBeProblem(422, "validation-failed");
  });

  test("hostile requests are answered with 2xx to 4xx", async () => {
    const { cloud, app } = users;
    const callers = [{}, bearer(admin), bearer(await users.person())] as const;
    const { statuses } = await expectFuzzSurvived({ app, cloud, callers, path: { id: ann.id } });
    expect(Object.keys(statuses)).toEqual(expect.arrayContaining(["400", "401", "404"]));
  }, 300_000);
});

describe("8: headers on every answer, no word of AWS in any failure, no right without a limit", () => {
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

  test("a user's life, from the sign-up to the deletion, uses every right", async () => {
    const V1 = { "if-match": '"v1"' };
    const ann = await users.person();
    const admin = await users.person({ group: "admin" });
    await users.cloud.faults.add({ id: "none", match: { action: "PutItem" }, effect: { kind: "error", code: "X" } });
    const email = "unlucky@example.com";
    await expect(users.person({ email })).rejects.toThrow("PostConfirmation");
    await users.cloud.faults.clear("none");
    const unlucky = await signIn(users.cloud, users.app, { email, password: ann.password });
    for (const who of [admin, unlucky]) expect((await users.as(who, "get", "/v1/users/me")).status).toBe(200);
    expect((await users.as(ann, "patch", "/v1/users/me", { body: { name: "Ann" }, headers: V1 })).status).toBe(200);
    for (const path of ["", `?email=${email}`, `/${ann.id}`])
      expect((await users.as(admin, "get", `/v1/users${path}`)).status).toBe(200);
    const role = { body: { role: "staff" } };
    expect((await users.as(admin, "put", `/v1/users/${ann.id}/role`, role)).status).toBe(200);
    expect((await users.as(unlucky, "delete", "/v1/users/me", { headers: V1 })).status).toBe(204);
    await expectLeastPrivilege(users.app);
  });
});

describe("2: only a fresh access token of this pool, for this client, opens a door; the last one moves the clock", () => {
  let admin: TestUser;
  beforeAll(async () => {
    admin = await users.person({ group: "admin" });
  });

  test("no hostile token opens a door", async () => {
    const { cloud, app } = users;
    await expectTokensRefused({ app, cloud, users: app, user: admin, path: { id: admin.id } });
  });

  test("an ID token, which API Gateway takes for a right one, is refused by the function", async () => {
    const answer = await users.as({ accessToken: admin.idToken }, "get", "/v1/users/me");
    expect(answer).toBeProblem(401, "unauthenticated");
    expect(answer.headers["www-authenticate"]).toBe("Bearer");
  });

  test("after fifteen minutes a token is over", async () => {
    await users.cloud.clock.advance("14m");
    expect((await users.as(admin, "get", "/v1/users/me")).status).toBe(200);
    await users.cloud.clock.advance("1m");
    const late = await users.as(admin, "get", "/v1/users/me");
    expect(late).toBeHttp(401, { message: "Unauthorized" });
  });
});
