// OWASP API 2:2023, authentication: no route for people opens to a token that is not one of theirs.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type App, type HttpResult, openCloud, openUserPool, type TestCloud } from "@warmstart/testing";
import "@warmstart/testing/matchers";
import { type OwnIssuer, openOwnIssuer } from "../test/own-issuer.ts";

const CLIENT = "web";
const ROUTES = [
  "POST /v1/links",
  "POST /v1/links/batch",
  "GET /v1/links",
  "GET /v1/links/sale",
  "PATCH /v1/links/sale",
  "DELETE /v1/links/sale",
  "GET /v1/links/sale/stats",
  "POST /v1/links/sale/disable",
  "POST /v1/links/sale/enable",
  "POST /v1/api-keys",
  "GET /v1/api-keys",
  "DELETE /v1/api-keys/11111111",
] as const;

let cloud: TestCloud;
let app: App;
let issuer: OwnIssuer;
let other: OwnIssuer;
beforeAll(async () => {
  cloud = await openCloud();
  [issuer, other] = await Promise.all([openOwnIssuer(), openOwnIssuer()]);
  const imports = { "users-local-Issuer": issuer.url, "users-local-ClientId": CLIENT };
  app = await cloud.deploy("services/url-shortener", { imports });
});
afterAll(async () => {
  issuer.close();
  other.close();
  await cloud.close();
});

const now = (): number => Math.floor(cloud.clock.now() / 1000);
const claims = (changes: object = {}): object => ({
  sub: "ann",
  iss: issuer.url,
  client_id: CLIENT,
  token_use: "access",
  iat: now() - 60,
  exp: now() + 900,
  ...changes,
});

const ask = async (route: string, headers: Readonly<Record<string, string>>): Promise<HttpResult> => {
  const [method = "", path = ""] = route.split(" ");
  const { get, post, patch, delete: remove } = app.http;
  const send = { GET: get, POST: post, PATCH: patch, DELETE: remove }[method] ?? get;
  return send(path, { headers });
};

const HOSTILE: Readonly<Record<string, () => string | undefined>> = {
  "no token": () => undefined,
  "an empty token": () => "Bearer ",
  "no token of three parts": () => "Bearer abc.def",
  "a token that is not JSON": () => "Bearer YQ.YQ.YQ",
  "alg none": () => `Bearer ${issuer.token(claims(), { alg: "none" })}`,
  "HS256, signed with the public key": () => `Bearer ${issuer.token(claims(), { alg: "HS256" })}`,
  "an unknown key": () => `Bearer ${issuer.token(claims(), { kid: "two" })}`,
  "no key id": () => `Bearer ${issuer.token(claims(), { kid: undefined })}`,
  "another's signature": () => `Bearer ${other.token(claims())}`,
  "another issuer": () => `Bearer ${other.token(claims({ iss: other.url }))}`,
  "another issuer, signed by ours": () => `Bearer ${issuer.token(claims({ iss: "https://evil.example" }))}`,
  "another client": () => `Bearer ${issuer.token(claims({ client_id: "other" }))}`,
  "an audience besides the client": () => `Bearer ${issuer.token(claims({ aud: "other" }))}`,
  "an end in the past": () => `Bearer ${issuer.token(claims({ exp: now() - 1 }))}`,
  "no end": () => `Bearer ${issuer.token(claims({ exp: undefined }))}`,
  "a start in the future": () => `Bearer ${issuer.token(claims({ nbf: now() + 600 }))}`,
  "a birth in the future": () => `Bearer ${issuer.token(claims({ iat: now() + 600 }))}`,
  "claims changed after signing": () => {
    const [header = "", , signature = ""] = issuer.token(claims()).split(".");
    const forged = Buffer.from(JSON.stringify(claims({ sub: "bob", "cognito:groups": ["admin"] }))).toString(
      "base64url",
    );
    return `Bearer ${[header, forged, signature].join(".")}`;
  },
};

describe("on every route for people", () => {
  test.each(Object.entries(HOSTILE))("%s is 401, and no function is started", async (_, authorization) => {
    const given = authorization();
    for (const route of ROUTES) {
      const answer = await ask(route, given === undefined ? {} : { authorization: given });
      expect([route, answer.status, answer.json]).toEqual([route, 401, { message: "Unauthorized" }]);
      expect(answer.headers["www-authenticate"]).toMatch(/^Bearer/);
    }
    await cloud.idle();
    expect((await cloud.logs()).length).toBe(0);
  });
});

test("an ID token, which API Gateway lets through, is 401 on every route", async () => {
  const token = issuer.token(
    claims({ token_use: "id", aud: CLIENT, client_id: undefined, "cognito:groups": ["admin"] }),
  );
  for (const route of ROUTES)
    expect(await ask(route, { authorization: `Bearer ${token}` })).toBeProblem(401, "unauthenticated");
});

test("an API key is no token, and a token no API key", async () => {
  const key = `sk_11111111_${"1".repeat(32)}`;
  for (const route of ROUTES) expect((await ask(route, { "x-api-key": key })).status).toBe(401);
  const machine = await app.http.get("/m/v1/links", { headers: { authorization: `Bearer ${issuer.token(claims())}` } });
  expect(machine.status).toBe(401);
});

test("a good token of the configured issuer and client opens", async () => {
  const headers = { authorization: `Bearer ${issuer.token(claims())}` };
  expect(await app.http.get("/v1/links", { headers })).toBeHttp(200);
});

test("a token of a user pool that is not the configured one is refused", async () => {
  const pool = await openUserPool(cloud);
  const token = issuer.token(claims({ iss: pool.outputs.Issuer, client_id: pool.outputs.ClientId }));
  expect((await ask("GET /v1/links", { authorization: `Bearer ${token}` })).status).toBe(401);
});
