import { expect, test } from "@jest/globals";
import { openCloud } from "./open-cloud.ts";
import { NO_POOL } from "./user-pool.ts";
import { createSecrets, secretsOf } from "./secrets.ts";

test("credentials, addresses, passwords, tokens and the body of a request are secrets; the rest is not", () => {
  const headers = {
    Authorization: "Bearer eyJ.a.b",
    cookie: "sid=123456",
    "X-Api-Key": "sk_123456",
    "x-forwarded-for": "203.0.113.7, 198.51.100.1",
    "user-agent": "curl/8",
  };
  const body = { name: "Ann", email: "ann@example.com", login: { password: "hunter2!" }, tokens: ["tok_123"] };
  expect(secretsOf("/v1/users?email=bob%40example.com&limit=7", { headers, body })).toEqual([
    "eyJ.a.b",
    "sid=123456",
    "sk_123456",
    "203.0.113.7",
    "198.51.100.1",
    "bob@example.com",
    "ann@example.com",
    "hunter2!",
    "tok_123",
    JSON.stringify(body),
  ]);
  expect(secretsOf("/p/a", { body: "password=let+me+in" })).toEqual(["let me in"]);
  expect(secretsOf("/", { body: "x".repeat(1_000_000) })).toHaveLength(1); // and in no time
  expect(secretsOf("/%ff", { body: Buffer.from("[".repeat(30)) })).toEqual([]);
});

test("a planted text is found as it is and as JSON writes it; short ones stand there by chance", () => {
  const { plant, leaks } = createSecrets();
  plant('pass"word', "secret-2", "abc");
  expect(leaks(["abc", 'error {"body":"pass\\"word"}', "secret-2 and secret-2"])).toEqual([
    String.raw`"pass\"word" in the line error {"body":"pass\"word"}`,
    '"secret-2" in the line secret-2 and secret-2',
  ]);
  expect(leaks(["all is well"])).toEqual([]);
});

test("a cloud whose functions logged a secret says so when it closes", async () => {
  const cloud = await openCloud();
  const app = await cloud.deploy("services/url-shortener", { imports: NO_POOL });
  await app.http.get("/unknown-code", { headers: { "x-forwarded-for": "203.0.113.7" } });
  cloud.plant("GET /{code}"); // each request's line names its route
  await expect(cloud.close()).rejects.toThrow('"GET /{code}" in the line {');
  await expect(openCloud().then((silent) => silent.close())).resolves.toBeUndefined();
});
