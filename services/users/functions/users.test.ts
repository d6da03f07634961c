// What staff and admins see of users, and which role admins give them.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { signIn, type TestUser } from "@warmstart/testing";
import { groupsOf, openUsers, type Users } from "../test/open-users.ts";

/** Users in the list. */
const MANY = process.env["WARMSTART_FULL"] === "1" ? 1_000 : 200;

interface Page {
  readonly data: readonly { readonly id: string; readonly createdAt: string }[];
  readonly page: { readonly next: string | null };
}

let users: Users;
let staff: TestUser;
beforeAll(async () => {
  users = await openUsers();
  staff = await users.person({ group: "staff" });
});
afterAll(() => users.cloud.close());

const list = async (query = "") => {
  const answer = await users.as(staff, "get", `/v1/users${query}`);
  expect(answer).toBeHttp(200);
  return { ...(answer.json as Page), link: answer.headers["link"] }; // the API's schema
};

/** Records as confirm-user writes them, straight into the table: so many sign-ups take a while. */
const write = async (made: readonly { readonly id: string; readonly createdAt: string }[]): Promise<void> => {
  const TableName = users.app.resource("UsersTable");
  for (let at = 0; at < made.length; at += 25) {
    const requests = made.slice(at, at + 25).map(({ id, createdAt }) => {
      const email = `${id}@example.com`;
      const texts = {
        pk: `U#${id}`, sk: "U", gsi1pk: `M#${createdAt.slice(0, 7)}`, gsi1sk: `${createdAt}#${id}`, gsi2pk: `E#${email}`, gsi2sk: id,
        id, email, role: "customer", status: "active", createdAt, updatedAt: createdAt,
      }; // prettier-ignore
      const Item = Object.fromEntries(Object.entries(texts).map(([name, S]) => [name, { S }]));
      return {
        PutRequest: { Item: { ...Item, version: { N: "1" }, marketingOptIn: { BOOL: false }, addresses: { L: [] } } },
      };
    });
    await users.cloud.call("dynamodb", "DynamoDB_20120810.BatchWriteItem", { RequestItems: { [TableName]: requests } });
  }
};

const idOf = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

const walk = async (query: string, between: () => Promise<void> = async () => {}): Promise<readonly string[]> => {
  const ids: string[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const { data, page } = await list(`?${query}${cursor === "" ? "" : `&cursor=${cursor}`}`);
    ids.push(...data.map(({ id }) => id));
    cursor = page.next;
    await between();
  }
  return ids;
};

// Some tests move the clock past the end of tokens.
const signInAgain = async (): Promise<void> => {
  staff = { ...staff, ...(await signIn(users.cloud, users.app, staff)) };
};

describe("one user", () => {
  beforeAll(signInAgain);

  test("is oneself, or for staff anybody; for others nobody is there, and nothing is read", async () => {
    const [ann, bob] = await Promise.all([users.person(), users.person()]);
    expect(await users.as(ann, "get", `/v1/users/${ann.id}`)).toBeHttp(200, { id: ann.id });
    expect(await users.as(staff, "get", `/v1/users/${ann.id}`)).toBeHttp(200, { id: ann.id });
    const before = (await users.cloud.requests({ service: "dynamodb" })).length;
    expect(await users.as(bob, "get", `/v1/users/${ann.id}`)).toBeProblem(404, "not-found");
    expect(await users.as(bob, "get", `/v1/users/${idOf(1)}`)).toBeProblem(404, "not-found");
    expect(await users.as(staff, "get", "/v1/users/nobody")).toBeProblem(404, "not-found");
    expect((await users.cloud.requests({ service: "dynamodb" })).length).toBe(before);
  });

  test("is found by the whole e-mail address, in any case", async () => {
    const ann = await users.person({ email: "Find.Me@example.com" });
    expect((await list("?email=find.ME@EXAMPLE.com")).data.map(({ id }) => id)).toEqual([ann.id]);
    expect((await list("?email=find.me@example")).data).toEqual([]);
  });
});

describe("the list", () => {
  beforeAll(signInAgain);

  test("is of all users, newest first, over years, while others sign up: none twice, none left out", async () => {
    const months = ["2026-01", "2026-02", "2026-05", "2028-12", "2029-01"];
    const made = Array.from({ length: MANY }, (_, i) => {
      const month = months[i % months.length] ?? "";
      return { id: idOf(i), createdAt: `${month}-1${i % 10}T10:00:00.${String(i % 7).padStart(3, "0")}Z` };
    });
    await write(made);
    await users.cloud.clock.advance(`${3 * 365 + 30}d`);
    await signInAgain();
    let late = 2_000;
    const added: string[] = [];
    const ids = await walk(`limit=${Math.floor(MANY / 13)}`, async () => {
      const newest = { id: idOf(late), createdAt: new Date(users.cloud.clock.now() + late).toISOString() };
      added.push(newest.id);
      late += 1;
      await write([newest]);
    });
    const wanted = new Set(made.map(({ id }) => id));
    const found = ids.filter((id) => wanted.has(id));
    expect(found).toHaveLength(MANY);
    expect(new Set(ids).size).toBe(ids.length);
    const byAge = made.toSorted((a, b) => (`${a.createdAt}#${a.id}` < `${b.createdAt}#${b.id}` ? 1 : -1));
    expect(found).toEqual(byAge.map(({ id }) => id));
    expect(added.length).toBeGreaterThan(10);
  });

  test("a page in a month full of users is one query", async () => {
    const before = (await users.cloud.requests({ service: "dynamodb" })).length;
    const { data, page, link } = await list("?limit=2");
    expect([data.length, link]).toEqual([2, `</v1/users?limit=2&cursor=${page.next}>; rel="next"`]);
    const asked = (await users.cloud.requests({ service: "dynamodb" })).slice(before);
    expect(asked.map(({ action }) => action)).toEqual(["Query"]);
  });

  test("after a long time without anybody a page is short and goes on", async () => {
    await users.cloud.clock.advance("1200d");
    await signInAgain();
    const { data, page } = await list("?limit=100");
    expect(data).toEqual([]);
    expect(page.next).toEqual(expect.any(String));
    expect((await walk("limit=100")).length).toBeGreaterThan(MANY);
  });

  test("a cursor is of one person and filter, and a forged one leads nowhere", async () => {
    const { page } = await list("?limit=1");
    const other = await users.person({ group: "staff" });
    expect(await users.as(other, "get", `/v1/users?cursor=${page.next}`)).toBeProblem(400, "invalid-cursor");
    const mixed = `/v1/users?email=a@b.c&cursor=${page.next}`;
    expect(await users.as(staff, "get", mixed)).toBeProblem(400, "invalid-cursor");
    expect(await users.as(staff, "get", "/v1/users?cursor=abc.def")).toBeProblem(400, "invalid-cursor");
    expect(await users.as(staff, "get", "/v1/users?limit=101")).toBeProblem(400, "invalid-query");
    expect(await users.as(staff, "get", "/v1/users?email=a@b.c&email=d@e.f")).toBeProblem(400, "invalid-query");
    expect(await users.as(staff, "get", "/v1/users?role=admin")).toBeProblem(400, "invalid-query");
  });
});

let admin: TestUser;

const set = (id: string, role: string, by = admin) => users.as(by, "put", `/v1/users/${id}/role`, { body: { role } });

describe("roles", () => {
  beforeAll(async () => {
    admin = await users.person({ group: "admin" });
  });

  describe("an admin", () => {
    test("makes anybody else customer, staff or admin: in the pool, in the record, in the next token", async () => {
      const ann = await users.person();
      let version = 1;
      for (const [role, groups] of [
        ["staff", ["staff"]],
        ["admin", ["admin"]],
        ["customer", []],
        ["customer", []],
      ] as const) {
        // prettier-ignore
        const answer = await set(ann.id, role);
        expect(answer).toBeHttp(200, { id: ann.id, role, version: ++version });
        expect(answer.headers["etag"]).toBe(`"v${version}"`);
        expect(await groupsOf(users, ann.id)).toEqual(groups);
        const now = await signIn(users.cloud, users.app, ann);
        expect((await users.as(now, "get", "/v1/users")).status).toBe(role === "customer" ? 403 : 200);
      }
    });

    test("ends all sign-ins of that user; their old token lives on for 15 minutes at most", async () => {
      const ann = await users.person({ group: "staff" });
      const refresh = async () => {
        const AuthParameters = { USERNAME: ann.email, PASSWORD: ann.password };
        const input = { ClientId: users.app.outputs["ClientId"], AuthFlow: "USER_PASSWORD_AUTH", AuthParameters };
        const { AuthenticationResult } = await users.pool("InitiateAuth", { ...input, UserPoolId: undefined });
        return (AuthenticationResult as { RefreshToken: string }).RefreshToken;
      };
      const REFRESH_TOKEN = await refresh();
      expect(await set(ann.id, "customer")).toBeHttp(200);
      const renew = users.pool("InitiateAuth", {
        UserPoolId: undefined,
        ClientId: users.app.outputs["ClientId"],
        AuthFlow: "REFRESH_TOKEN_AUTH",
        AuthParameters: { REFRESH_TOKEN },
      });
      await expect(renew).rejects.toThrow("NotAuthorizedException");
      expect((await users.as(ann, "get", "/v1/users")).status).toBe(200);
      await users.cloud.clock.advance("15m");
      expect((await users.as(ann, "get", "/v1/users")).status).toBe(401);
      admin = { ...admin, ...(await signIn(users.cloud, users.app, admin)) };
    });

    test("does not change the own role, and not that of nobody", async () => {
      expect(await set(admin.id, "customer")).toBeProblem(409, "invalid-state");
      expect(await groupsOf(users, admin.id)).toEqual(["admin"]);
      expect(await set("00000000-0000-4000-8000-000000000000", "staff")).toBeProblem(404, "not-found");
      expect(await set("x", "staff")).toBeProblem(404, "not-found");
      expect(await set(admin.id, "owner")).toBeProblem(422, "validation-failed");
    });
  });

  test("admins who set different roles at once: groups and record end the same", async () => {
    const ann = await users.person();
    const others = await Promise.all(Array.from({ length: 3 }, () => users.person({ group: "admin" })));
    const roles = ["staff", "admin", "customer"] as const;
    const answers = await Promise.all(others.map((by, i) => set(ann.id, roles[i] ?? "staff", by)));
    for (const { status } of answers) expect([200, 503]).toContain(status);
    const groups = await groupsOf(users, ann.id);
    const { json } = await users.as(admin, "get", `/v1/users/${ann.id}`);
    expect((json as { role: string }).role).toBe(groups[0] ?? "customer");
    expect(groups.length).toBeLessThan(2);
  });
});
