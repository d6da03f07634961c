// Tokens that must open nothing, as OWASP's list of JWT attacks has them.
import { createHmac, createSign, generateKeyPairSync, type KeyObject } from "node:crypto";
import type { App } from "../app.ts";
import { newUser, type TestUser } from "../new-user.ts";
import type { TestCloud } from "../open-cloud.ts";
import { send } from "../http-client.ts";

type Claims = Readonly<Record<string, unknown>>;

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

const decode = (part: string | undefined): Claims =>
  JSON.parse(Buffer.from(part ?? "", "base64url").toString()) as Claims; // a part of a JWT is an object

interface Forged {
  readonly header: object;
  readonly claims: Claims;
}

const unsigned = ({ header, claims }: Forged): string => `${encode(header)}.${encode(claims)}`;

const hmac = (forged: Forged, secret: string): string =>
  `${unsigned(forged)}.${createHmac("sha256", secret).update(unsigned(forged)).digest("base64url")}`;

const rsa = (forged: Forged, key: KeyObject): string =>
  `${unsigned(forged)}.${createSign("RSA-SHA256").update(unsigned(forged)).sign(key, "base64url")}`;

const idp = (cloud: TestCloud, action: string, input: object): Promise<Claims> =>
  cloud.call("cognito-idp", `AWSCognitoIdentityProviderService.${action}`, input);

const CLIENT = { ClientName: "foreign", ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"] };

const clientIn = async (cloud: TestCloud, UserPoolId: string): Promise<string> => {
  const { UserPoolClient } = await idp(cloud, "CreateUserPoolClient", { UserPoolId, ...CLIENT });
  return String((UserPoolClient as { ClientId?: string }).ClientId); // Cognito's answer
};

/** A real access token of another pool. */
const foreignToken = async (cloud: TestCloud): Promise<string> => {
  const pool = { PoolName: "foreign", UsernameAttributes: ["email"], AutoVerifiedAttributes: ["email"] };
  const { UserPool } = await idp(cloud, "CreateUserPool", pool);
  const PoolId = String((UserPool as { Id?: string }).Id); // Cognito's answer
  const ClientId = await clientIn(cloud, PoolId);
  return (await newUser(cloud, { outputs: { PoolId, ClientId } })).accessToken;
};

const publicKeyOf = async (cloud: TestCloud, poolId: string): Promise<string> => {
  const { json } = await send("GET", `${cloud.endpoint}/${poolId}/.well-known/jwks.json`);
  return JSON.stringify((json as { keys: readonly unknown[] }).keys[0]); // RFC 7517
};

/** Bearer tokens by what is wrong with them; `users` is the deployed services/users, `user` one of them. */
export const hostileTokens = async (
  cloud: TestCloud,
  users: Pick<App, "outputs">,
  user: TestUser,
): Promise<Readonly<Record<string, string>>> => {
  const poolId = users.outputs["PoolId"] ?? "";
  const [head = "", body = "", signature = ""] = user.accessToken.split(".");
  const header = decode(head);
  const claims = decode(body);
  const now = Math.floor(cloud.clock.now() / 1_000);
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jwk = publicKey.export({ format: "jwk" });
  const pooled = async (more: object): Promise<string> =>
    (await cloud.ask<{ token: string }>("POST", "/tokens", { poolId, claims: { ...claims, ...more } })).token;
  const raised = { ...claims, "cognito:groups": ["admin", "forged"] };
  return {
    "no token": "",
    "no JWT": "nonsense",
    "a refreshed shape": `${head}.${body}`,
    "no signature": `${head}.${body}.`,
    "another user's name": `${head}.${encode({ ...claims, sub: "00000000-0000-4000-8000-000000000000" })}.${signature}`,
    "a group of its own making": `${head}.${encode(raised)}.${signature}`,
    "alg none": `${unsigned({ header: { ...header, alg: "none" }, claims: raised })}.`,
    "alg None": `${unsigned({ header: { ...header, alg: "None" }, claims: raised })}.`,
    "alg none without a key id": `${unsigned({ header: { alg: "none" }, claims: raised })}.`,
    "HS256 with the public key": hmac(
      { header: { ...header, alg: "HS256" }, claims: raised },
      await publicKeyOf(cloud, poolId),
    ),
    "HS256 with an empty secret": hmac({ header: { ...header, alg: "HS256" }, claims: raised }, ""),
    "a key of its own": rsa({ header, claims }, privateKey),
    "a key that it brings along": rsa({ header: { ...header, jwk }, claims }, privateKey),
    "a key of its own, without a key id": rsa({ header: { alg: "RS256" }, claims }, privateKey),
    "another issuer": await foreignToken(cloud),
    "another issuer's name": await pooled({ iss: "https://issuer.example" }),
    "another client": await pooled({ client_id: await clientIn(cloud, poolId) }),
    expired: await pooled({ iat: now - 7_200, exp: now - 3_600 }),
    "expired this second": await pooled({ exp: now }),
    "no expiry": await pooled({ exp: undefined }),
    "not yet valid": await pooled({ nbf: now + 600 }),
    "issued in the future": await pooled({ iat: now + 600, exp: now + 1_200 }),
    "an ID token": user.idToken,
    "an access token that says it is an ID token": await pooled({ token_use: "id" }),
    "no use": await pooled({ token_use: undefined }),
  };
};
