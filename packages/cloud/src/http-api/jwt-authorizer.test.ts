import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { assert, asyncProperty, constantFrom, string } from "fast-check";
import { exportJWK, exportSPKI, generateKeyPair, type JWK, type JWTPayload, SignJWT, UnsecuredJWT } from "jose";
import { NOW, openTestApi, type TestApi, type TestApiOptions } from "./open-test-api.test.fixture.ts";

const FULL = process.env["WARMSTART_FULL"] === "1";

const ISSUER = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_people";
const SECONDS = NOW / 1000;

const keyPair = async (kid: string) => {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid, alg: "RS256", use: "sig" };
  return { privateKey, publicKey, jwk };
};
let keys: Awaited<ReturnType<typeof keyPair>>;
let others: Awaited<ReturnType<typeof keyPair>>;
beforeAll(async () => {
  keys = await keyPair("mine");
  others = await keyPair("mine");
});

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const claims: JWTPayload = {
  iss: ISSUER,
  aud: "web",
  sub: "ann",
  iat: SECONDS,
  exp: SECONDS + 3600,
  scope: "openid links:write",
};
const sign = (payload: JWTPayload = {}, header: { kid?: string } = { kid: "mine" }): Promise<string> =>
  new SignJWT({ ...claims, ...payload }).setProtectedHeader({ alg: "RS256", ...header }).sign(keys.privateKey);

const openJwtApi = (more: TestApiOptions = {}, Issuer = ISSUER): Promise<TestApi> =>
  openTestApi({
    authorizer: {
      AuthorizerType: "JWT",
      IdentitySource: ["$request.header.Authorization"],
      JwtConfiguration: { Audience: ["web", "app"], Issuer },
    },
    routes: {
      "GET /": ["echo", { AuthorizationType: "JWT" }],
      "POST /": ["echo", { AuthorizationType: "JWT", AuthorizationScopes: ["links:write", "admin"] }],
    },
    keysOf: (issuer) => (issuer === ISSUER ? [keys.jwk] : undefined),
    ...more,
  });

const get = (api: TestApi, token: string, line = "GET /") =>
  api.send(line, { headers: { authorization: `Bearer ${token}` } });
const jwtOf = ({ body }: { body: string }) =>
  (JSON.parse(body) as { requestContext: { authorizer: { jwt: unknown } } }).requestContext.authorizer.jwt;

describe("JWT authorizers", () => {
  test("the function gets the claims as texts, and scopes only where the route asks for some", async () => {
    const api = await openJwtApi();
    const token = await sign({
      "cognito:groups": ["admins", "readers"],
      email_verified: true,
      nothing: null,
      a: { b: 1 },
    });
    const got = await get(api, token);
    expect(got.status).toBe(200);
    expect(jwtOf(got)).toEqual({
      claims: {
        iss: ISSUER,
        aud: "web",
        sub: "ann",
        iat: String(SECONDS),
        exp: String(SECONDS + 3600),
        scope: "openid links:write",
        "cognito:groups": "[admins readers]",
        email_verified: "true",
        a: '{"b":1}',
      },
      scopes: null,
    });
    expect(jwtOf(await get(api, token, "POST /"))).toMatchObject({ scopes: ["openid", "links:write"] });
    expect((await api.send("GET /", { headers: { authorization: token } })).status).toBe(200);
  });

  test("without a token the answer is 401, byte for byte", async () => {
    const api = await openJwtApi();
    const { status, body, headers } = await api.send("GET /");
    expect({ status, body, challenge: headers["www-authenticate"], type: headers["content-type"] }).toEqual({
      status: 401,
      body: '{"message":"Unauthorized"}',
      challenge: "Bearer",
      type: "application/json",
    });
  });

  test("a bad token is 401 and says why", async () => {
    const api = await openJwtApi();
    const challengeOf = async (token: string) => {
      const { status, body, headers } = await get(api, token);
      expect([status, body]).toEqual([401, '{"message":"Unauthorized"}']);
      return /^Bearer scope="" error="invalid_token" error_description="(.+)"$/.exec(
        headers["www-authenticate"] ?? "",
      )?.[1];
    };
    expect(await challengeOf("nonsense")).toBe("token contains an invalid number of segments");
    expect(await challengeOf(await sign({ aud: "other" }))).toBe("the token does not have a valid audience");
    expect(await challengeOf(await sign({ iss: "https://evil.example" }))).toBe(
      "the token does not have a valid issuer",
    );
    expect(await challengeOf(await sign({ exp: SECONDS }))).toBe("the token has expired");
    expect(await challengeOf(await sign({ exp: undefined }))).toBe("the token has expired");
    expect(await challengeOf(await sign({ nbf: SECONDS + 1 }))).toBe("the token is not valid yet");
    expect(await challengeOf(await sign({ iat: SECONDS + 1 }))).toBe("the token is not valid yet");
    expect(await challengeOf(await sign({}, { kid: "other" }))).toBe("no key of the issuer matches the token");
    expect(await challengeOf(await sign({}, {}))).toBe("no key of the issuer matches the token");
  });

  test("time is the cloud's: a token that is good now has expired after an hour", async () => {
    const api = await openJwtApi();
    const token = await sign();
    expect((await get(api, token)).status).toBe(200);
    await api.advance(3_600_000);
    expect((await get(api, token)).status).toBe(401);
  });

  test("client_id counts only in a token without aud", async () => {
    const api = await openJwtApi();
    expect((await get(api, await sign({ aud: undefined, client_id: "app" }))).status).toBe(200);
    expect((await get(api, await sign({ aud: ["x", "web"] }))).status).toBe(200);
    expect((await get(api, await sign({ aud: "other", client_id: "app" }))).status).toBe(401);
  });

  test("a token without one of the route's scopes is 403", async () => {
    const api = await openJwtApi();
    const got = await get(api, await sign({ scope: "openid" }), "POST /");
    expect([got.status, got.body]).toEqual([403, '{"message":"Forbidden"}']);
    expect((await get(api, await sign({ scope: undefined, scp: ["admin"] }), "POST /")).status).toBe(200);
  });

  test("a token may stand in the query", async () => {
    const api = await openJwtApi({
      authorizer: {
        AuthorizerType: "JWT",
        IdentitySource: ["$request.querystring.token"],
        JwtConfiguration: { Audience: ["web"], Issuer: ISSUER },
      },
    });
    expect((await api.send(`GET /?token=${await sign()}`)).status).toBe(200);
    expect((await api.send("GET /")).status).toBe(401);
  });

  test("forged tokens are refused: alg none, HS256 with the public key, another's signature", async () => {
    const api = await openJwtApi();
    const hmac = new SignJWT(claims).setProtectedHeader({ alg: "HS256", kid: "mine" });
    const spki = new TextEncoder().encode(await exportSPKI(keys.publicKey));
    const foreign = new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "mine" });
    for (const token of [
      new UnsecuredJWT(claims).encode(),
      await hmac.sign(spki),
      await foreign.sign(others.privateKey),
      `${await sign()}.more`,
    ]) {
      expect((await get(api, token)).status).toBe(401);
    }
  });

  test("no cut, changed or random token passes or breaks the API", async () => {
    const api = await openJwtApi();
    const good = await sign();
    const broken = asyncProperty(
      constantFrom(0, 10, 40, 200, good.length - 5),
      string({ maxLength: 20 }),
      async (at, insert) => {
        const token =
          good.slice(0, at) + Buffer.from(insert).toString("base64url") + good.slice(at + insert.length + 1);
        return (await get(api, token)).status === 401;
      },
    );
    await assert(broken, { seed: 7, numRuns: FULL ? 100 : 40 });
    expect((await get(api, "a".repeat(9_000))).status).toBe(401);
    expect((await get(api, "a".repeat(11_000))).status).toBe(431);
  });
});

const openIssuer = async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const documents: Record<string, object> = {
      "/.well-known/openid-configuration": { jwks_uri: `${url}/keys` },
      "/keys": { keys: [keys.jwk] },
    };
    response.end(JSON.stringify(documents[request.url ?? ""] ?? {}));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  closing.push(() => void server.close());
  return { asked, issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
};

describe("issuers", () => {
  test("keys of an issuer on this machine are asked for once in two hours", async () => {
    const { asked, issuer } = await openIssuer();
    const api = await openJwtApi({}, issuer);
    const day = await sign({ iss: issuer, exp: SECONDS + 86_400 });
    expect((await get(api, day)).status).toBe(200);
    expect((await get(api, day)).status).toBe(200);
    expect(asked).toEqual(["/.well-known/openid-configuration", "/keys"]);
    await api.advance(7_200_000);
    expect((await get(api, day)).status).toBe(200);
    expect(asked).toHaveLength(4);
  });

  test("no other issuer is asked: 401 and a line for the developer", async () => {
    const api = await openJwtApi({}, "https://login.example.com/");
    const got = await get(api, await sign({ iss: "https://login.example.com/" }));
    expect(got.status).toBe(401);
    expect(got.headers["www-authenticate"]).toContain("OIDC discovery endpoint communication error");
    expect(api.reports.join("\n")).toContain("https://login.example.com/ is neither a user pool of this cloud");
  });
});
