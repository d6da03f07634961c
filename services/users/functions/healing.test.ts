// Who is confirmed and has no record: the trigger failed, or an administrator made the user.
import { afterEach, afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Fault, signIn, type TestUser } from "@warmstart/testing";
import { openUsers, type Users } from "../test/open-users.ts";

let users: Users;
beforeAll(async () => {
  users = await openUsers();
});
afterEach(() => users.cloud.faults.clear());
afterAll(() => users.cloud.close());

const PASSWORD = "Correct-horse-9-battery";
const CONFIRM = "users-local-confirmUser";
let count = 0;

/** Signs up while something is broken; the confirmation fails, and the sign-in works all the same. */
const signUpWith = async (fault: Fault): Promise<TestUser> => {
  const email = `unlucky-${++count}@example.com`;
  const ClientId = users.app.outputs["ClientId"];
  const call = (action: string, input: object) =>
    users.cloud.call("cognito-idp", `AWSCognitoIdentityProviderService.${action}`, input);
  const UserAttributes = [{ Name: "name", Value: "Ann" }];
  const { UserSub } = await call("SignUp", { ClientId, Username: email, Password: PASSWORD, UserAttributes });
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
    const looks = await Promise.all(Array.from({ length: 10 }, () => users.as(ann, "get", "/v1/users/me")));
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
