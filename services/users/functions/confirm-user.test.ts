import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { signIn } from "@warmstart/testing";
import { openUsers, type Users } from "../test/open-users.ts";

let users: Users;
beforeAll(async () => {
  users = await openUsers();
});
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
