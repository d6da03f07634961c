// What the trigger of a sign-up writes; who is confirmed and has no record, because it failed or an administrator made them;
// and OWASP API 10: what the pool, which is another's service too, answers wrongly or not at all makes no wrong record.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { type Fault, signIn, type TestUser } from "@warmstart/testing";
import { openUsers, type Users } from "../test/open-users.ts";

let users: Users;
beforeAll(async () => {
  users = await openUsers();
});
afterEach(() => users.cloud.faults.clear());
afterAll(() => users.cloud.close());

const PASSWORD = "Correct-horse-9-battery";

const call = (action: string, input: object) =>
  users.cloud.call("cognito-idp", `AWSCognitoIdentityProviderService.${action}`, {
    ClientId: users.app.outputs["ClientId"],
    ...input,
  });

const lastCode = async (): Promise<string> => {
  const { messages } = await users.cloud.ask<{ messages: readonly { code: string }[] }>("GET", "/outbox");
  return messages.at(-1)?.code ?? "";
};

const signUp = async (Username: string, attributes: Readonly<Record<string, string>>) => {
  const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
  const { UserSub } = await call("SignUp", { Username, Password: PASSWORD, UserAttributes });
  await call("ConfirmSignUp", { Username, ConfirmationCode: await lastCode() });
  return { id: String(UserSub), ...(await signIn(users.cloud, users.app, { email: Username, password: PASSWORD })) };
};

test("what the sign-up said of name and language is in the record", async () => {
  const ann = await signUp("ann@example.com", { name: "Ann", locale: "de-AT" });
  expect(await users.as(ann, "get", "/v1/users/me")).toBeHttp(200, { name: "Ann", locale: "de-AT" });
});

test("what the pool takes and the record does not is left out, and the sign-up works", async () => {
  const bob = await signUp("bob@example.com", { name: "x".repeat(2_000), locale: "\u0007" });
  const { json } = await users.as(bob, "get", "/v1/users/me");
  expect(json).toMatchObject({ email: "bob@example.com" });
  expect(json).not.toHaveProperty("name");
  expect(json).not.toHaveProperty("locale");
});

test("a forgotten password fires the trigger too, and changes no record", async () => {
  const Username = "cat@example.com";
  const cat = await signUp(Username, {});
  const before = await users.stored(cat.id);
  await users.cloud.clock.advance("1h");
  await call("ForgotPassword", { Username });
  await call("ConfirmForgotPassword", { Username, ConfirmationCode: await lastCode(), Password: `${PASSWORD}-2` });
  expect(await users.stored(cat.id)).toEqual(before);
});

test("an address that is too long for a record is refused by the pool", async () => {
  const Username = `${"a".repeat(250)}@example.com`;
  await expect(call("SignUp", { Username, Password: PASSWORD })).rejects.toThrow("InvalidParameterException");
});

test("passwords have at least twelve characters, and nobody learns who has signed up", async () => {
  await expect(call("SignUp", { Username: "dan@example.com", Password: "eleven-char" })).rejects.toThrow(
    "InvalidPasswordException",
  );
  await call("SignUp", { Username: "dan@example.com", Password: "twelve-chars" });
  const attempt = (USERNAME: string) =>
    call("InitiateAuth", { AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: { USERNAME, PASSWORD: "wrong-password" } });
  const errors = await Promise.all(["ann@example.com", "nobody@example.com"].map((who) => attempt(who).catch(String)));
  expect(new Set(errors).size).toBe(1);
});

const CONFIRM = "users-local-confirmUser";
/** Looks at once. */
const LOOKS = process.env["WARMSTART_FULL"] === "1" ? 10 : 4;
let count = 0;

/** Signs up while something is broken; the confirmation fails, and the sign-in works all the same. */
const signUpWith = async (fault: Fault): Promise<TestUser> => {
  const email = `unlucky-${++count}@example.com`;
  const UserAttributes = [{ Name: "name", Value: "Ann" }];
  const { UserSub } = await call("SignUp", { Username: email, Password: PASSWORD, UserAttributes });
  await users.cloud.faults.add(fault);
  await expect(users.pool("AdminConfirmSignUp", { Username: email })).rejects.toThrow("PostConfirmation");
  await users.cloud.faults.clear();
  const about = { id: String(UserSub), email, password: PASSWORD };
  return { ...about, ...(await signIn(users.cloud, users.app, about)) };
};

const puts = async (): Promise<number> =>
  (await users.cloud.requests({ service: "dynamodb", action: "PutItem" })).filter(({ status }) => status === 200)
    .length;

const BROKEN: readonly (readonly [string, Fault])[] = [
  ["the table refuses", { match: { action: "PutItem", function: CONFIRM }, effect: { kind: "error", code: "InternalServerError", status: 500 } }], // prettier-ignore
  ["the function dies", { match: { service: "lambda", action: "Invoke", function: CONFIRM }, effect: { kind: "kill", call: 1 } }], // prettier-ignore
  ["the function runs out of memory", { match: { service: "lambda", action: "Invoke", function: CONFIRM }, effect: { kind: "memory" } }], // prettier-ignore
];

describe("when the trigger fails", () => {
  test.each(BROKEN)("%s: the user is confirmed, and their first look makes the record, once", async (_what, fault) => {
    const ann = await signUpWith(fault);
    expect(await users.stored(ann.id)).toBeUndefined();
    expect(await users.as(ann, "get", `/v1/users/${ann.id}`)).toBeProblem(404, "not-found");
    const edit = { body: { name: "A" }, headers: { "if-match": '"v1"' } };
    expect(await users.as(ann, "patch", "/v1/users/me", edit)).toBeProblem(404, "not-found");
    const before = await puts();
    const looks = await Promise.all(Array.from({ length: LOOKS }, () => users.as(ann, "get", "/v1/users/me")));
    for (const look of looks) {
      expect(look).toBeHttp(200, { id: ann.id, email: ann.email, name: "Ann", role: "customer", version: 1 });
    }
    expect((await puts()) - before).toBe(1);
    expect(await users.as(ann, "get", `/v1/users/${ann.id}`)).toBeHttp(200, { id: ann.id });
  });

  test("a record that was written although its answer was lost is kept", async () => {
    const lost = { match: { action: "PutItem", function: CONFIRM }, effect: { kind: "lost-answer" } } as const;
    const ann = await users.person();
    const email = "lost@example.com";
    await users.cloud.faults.add(lost);
    const bob = await users
      .person({ email })
      .catch(() => signIn(users.cloud, users.app, { email, password: ann.password }));
    await users.cloud.faults.clear();
    expect(await users.as(bob, "get", "/v1/users/me")).toBeHttp(200, { email, version: 1 });
  });

  test("a pool that does not answer is 503, and nothing is written", async () => {
    const ann = await signUpWith(BROKEN[0]?.[1] ?? { effect: { kind: "reset" } });
    const match = { service: "cognito-idp", action: "AdminGetUser" };
    await users.cloud.faults.add({ match, effect: { kind: "error", code: "InternalErrorException", status: 500 } });
    expect(await users.as(ann, "get", "/v1/users/me")).toBeProblem(503, "dependency-unavailable");
    expect(await users.stored(ann.id)).toBeUndefined();
  });
});

test("a user whom an administrator made gets the record, with the role, at the first look", async () => {
  const about = { email: "made@example.com", password: PASSWORD };
  await users.pool("AdminCreateUser", { Username: about.email, MessageAction: "SUPPRESS" });
  await users.pool("AdminSetUserPassword", { Username: about.email, Password: PASSWORD, Permanent: true });
  await users.pool("AdminAddUserToGroup", { Username: about.email, GroupName: "staff" });
  const made = await signIn(users.cloud, users.app, about);
  expect(await users.as(made, "get", "/v1/users/me")).toBeHttp(200, { email: about.email, role: "staff" });
});

test("somebody deleted in the pool alone is not made again", async () => {
  const ann = await signUpWith(BROKEN[0]?.[1] ?? { effect: { kind: "reset" } });
  await users.pool("AdminDeleteUser", { Username: ann.id });
  expect(await users.as(ann, "get", "/v1/users/me")).toBeProblem(404, "not-found");
});

test("a role given in the pool alone is in the record after the next look with a new token", async () => {
  const ann = await users.person();
  await users.pool("AdminAddUserToGroup", { Username: ann.id, GroupName: "admin" });
  expect(await users.as(ann, "get", "/v1/users/me")).toBeHttp(200, { role: "customer", version: 1 });
  const admin = await signIn(users.cloud, users.app, ann);
  expect(await users.as(admin, "get", "/v1/users/me")).toBeHttp(200, { role: "admin", version: 2 });
  // The old token says what is not true any more; the record does not follow it.
  expect(await users.as(ann, "get", "/v1/users/me")).toBeHttp(200, { role: "admin", version: 2 });
});

describe("a pool that fails", () => {
  let admin: TestUser;
  beforeAll(async () => {
    admin = await users.person({ group: "admin" });
  });

  const ACTIONS = ["AdminGetUser", "AdminListGroupsForUser"];

  const withoutRecord = async (): Promise<TestUser> => {
    const email = `consumer-${++count}@example.com`;
    await users.cloud.faults.add({ id: "put", match: { action: "PutItem" }, effect: { kind: "error", code: "X" } });
    await expect(users.person({ email })).rejects.toThrow("PostConfirmation");
    await users.cloud.faults.clear("put");
    const tokens = await signIn(users.cloud, users.app, { email, password: admin.password });
    return { ...admin, email, ...tokens };
  };

  test.each(ACTIONS)("%s failing, cut or refused: 5xx, no record; afterwards all is well", async (action) => {
    const ann = await withoutRecord();
    for (const effect of [
      { kind: "error", code: "InternalErrorException", status: 500 },
      { kind: "error", code: "NotAuthorizedException", status: 400 },
      { kind: "reset" },
    ] as const) {
      await users.cloud.faults.add({ id: "pool", match: { service: "cognito-idp", action }, effect });
      const { status } = await users.as(ann, "get", "/v1/users/me");
      expect([500, 503]).toContain(status);
      await users.cloud.faults.clear("pool");
    }
    const list = await users.as(admin, "get", `/v1/users?email=${ann.email}`);
    expect(list).toBeHttp(200, { data: [] });
    expect(await users.as(ann, "get", "/v1/users/me")).toBeHttp(200, { email: ann.email });
  });

  test("a pool that refuses a change of the role leaves the record as it was", async () => {
    const ann = await users.person();
    const match = { service: "cognito-idp", action: "AdminAddUserToGroup" };
    await users.cloud.faults.add({ match, effect: { kind: "error", code: "InternalErrorException", status: 500 } });
    const answer = await users.as(admin, "put", `/v1/users/${ann.id}/role`, { body: { role: "staff" } });
    expect(answer).toBeProblem(503, "dependency-unavailable");
    expect(await users.stored(ann.id)).toMatchObject({ role: { S: "customer" }, version: { N: "1" } });
  });
});
