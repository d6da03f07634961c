// A pool as an OpenID Connect issuer: its signing keys and the three tokens of a sign-in.
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-with-identity-providers.html
import { randomBytes, randomUUID } from "node:crypto";
import type { JWK, JWTPayload } from "jose";
import { AwsError } from "../gateway/aws-error.ts";
import type { Ground } from "../ports.ts";
import { BOOLEAN_CLAIMS, UNIT_MS } from "./limits.ts";
import { type Client, type Model, type Pool, type Session, sessionKey, unknownUser, type User } from "./model.ts";
import { sha256 } from "./password.ts";

interface KeyPair {
  readonly privateKey: JWK & { readonly kid: string };
  readonly publicKey: JWK;
}

export interface Tokens {
  /** Makes them when the pool has none yet. */
  readonly publicKeys: (pool: Pool) => Promise<readonly JWK[]>;
  /** Those there are. */
  readonly knownKeys: (poolId: string) => readonly JWK[];
  /** AWS's `AuthenticationResult` of a new sign-in, with a refresh token. */
  readonly signIn: (client: Client, pool: Pool, user: User) => Promise<object>;
  /** The same of one that goes on, without. */
  readonly issue: (client: Client, pool: Pool, user: User, session: Session) => Promise<object>;
  /** The sign-in of a refresh token, when it is this client's and neither over nor revoked. */
  readonly refreshed: (token: string, client: Client) => Session;
  /** Whose access token this is; throws NotAuthorizedException. */
  readonly holder: (accessToken: string) => Promise<{ readonly pool: Pool; readonly user: User }>;
  /** Any claims under the pool's own key: for tokens that no sign-in gives, such as expired ones. */
  readonly sign: (poolId: string, claims: JWTPayload) => Promise<string>;
}

export const issuerOf = ({ region, id }: Pick<Pool, "region" | "id">): string =>
  `https://cognito-idp.${region}.amazonaws.com/${id}`;

export const poolIdOf = (issuer: string): string | undefined =>
  /^https:\/\/cognito-idp\.[a-z0-9-]+\.amazonaws\.com\/([\w-]+)$/.exec(issuer)?.[1];

const refuse = (message: string): AwsError => new AwsError("NotAuthorizedException", 400, message);

/** Ms that the tokens of a client last. */
export const lifetimes = ({ settings }: Client) => {
  const { TokenValidityUnits: units = {} } = settings;
  return {
    access: (settings.AccessTokenValidity ?? 0) * UNIT_MS[units.AccessToken ?? "hours"] || UNIT_MS.hours,
    id: (settings.IdTokenValidity ?? 0) * UNIT_MS[units.IdToken ?? "hours"] || UNIT_MS.hours,
    refresh: (settings.RefreshTokenValidity ?? 0) * UNIT_MS[units.RefreshToken ?? "days"] || 30 * UNIT_MS.days,
  };
};

/** A secret that says where its record is kept. */
export const locate = (parts: readonly string[]): string =>
  `${Buffer.from(JSON.stringify(parts)).toString("base64url")}.${randomBytes(48).toString("base64url")}`;

export const located = (token: string): readonly string[] => {
  try {
    const parts: unknown = JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString());
    return Array.isArray(parts) ? parts.map(String) : [];
  } catch {
    return [];
  }
};

const groupClaims = (model: Model, user: User): object => {
  const groups = user.groups
    .flatMap((name) => model.groups.get(`${user.poolId}/${name}`) ?? [])
    .toSorted((a, b) => (a.precedence ?? Infinity) - (b.precedence ?? Infinity) || 0);
  return groups.length === 0 ? {} : { "cognito:groups": groups.map(({ name }) => name) };
};

const attributeClaims = ({ attributes }: User): object =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, BOOLEAN_CLAIMS.has(name) ? value === "true" : value]),
  );

export const createTokens = ({ clock, store }: Pick<Ground, "clock" | "store">, model: Model): Tokens => {
  const table = store.table<KeyPair>("cognito_keys");
  const making = new Map<string, Promise<KeyPair>>();

  /** One pair for both kinds of tokens; AWS has two. */
  const makeKeys = async (poolId: string): Promise<KeyPair> => {
    const { calculateJwkThumbprint, exportJWK, generateKeyPair } = await import("jose");
    const made = await generateKeyPair("RS256", { extractable: true });
    const bare = await exportJWK(made.publicKey);
    const about = { kid: await calculateJwkThumbprint(bare), alg: "RS256", use: "sig" };
    const pair = { privateKey: { ...(await exportJWK(made.privateKey)), ...about }, publicKey: { ...bare, ...about } };
    table.put(poolId, pair);
    return pair;
  };
  const keysOf = (poolId: string): Promise<KeyPair> => {
    const kept = table.get(poolId);
    if (kept !== undefined) return Promise.resolve(kept);
    const pair = making.get(poolId) ?? makeKeys(poolId).finally(() => making.delete(poolId));
    making.set(poolId, pair);
    return pair;
  };
  const sign = async (poolId: string, payload: JWTPayload): Promise<string> => {
    const { importJWK, SignJWT } = await import("jose");
    const { privateKey } = await keysOf(poolId);
    const header = { alg: "RS256", kid: privateKey.kid };
    return new SignJWT(payload).setProtectedHeader(header).sign(await importJWK(privateKey, "RS256"));
  };

  const open = (client: Client, user: User): { session: Session; refreshToken: string } => {
    const originJti = randomUUID();
    const now = clock.now();
    const refreshToken = locate([user.poolId, user.username, originJti]);
    const about = { poolId: user.poolId, username: user.username, originJti, clientId: client.id };
    const times = { authTime: now, expiresAt: now + lifetimes(client).refresh };
    const session = { ...about, ...times, hash: sha256(refreshToken) };
    store.transaction(() => {
      model.endSessions(user, ({ expiresAt }) => expiresAt > now);
      model.sessions.put(sessionKey(session), session);
    });
    return { session, refreshToken };
  };

  const issue: Tokens["issue"] = async (client, pool, user, { originJti, authTime }) => {
    const iat = Math.floor(clock.now() / 1_000);
    const lifeMs = lifetimes(client);
    const common = {
      sub: user.sub,
      ...groupClaims(model, user),
      iss: issuerOf(pool),
      ...(client.settings.EnableTokenRevocation !== false && { origin_jti: originJti }),
      event_id: randomUUID(),
      auth_time: Math.floor(authTime / 1_000),
      iat,
    };
    const id = { ...attributeClaims(user), ...common, "cognito:username": user.username, aud: client.id };
    const access = { ...common, client_id: client.id, username: user.username, scope: "aws.cognito.signin.user.admin" };
    const token = (token_use: "access" | "id", claims: object): Promise<string> =>
      sign(pool.id, { ...claims, token_use, exp: iat + lifeMs[token_use] / 1_000, jti: randomUUID() });
    return {
      AccessToken: await token("access", access),
      ExpiresIn: lifeMs.access / 1_000,
      IdToken: await token("id", id),
      TokenType: "Bearer",
    };
  };

  const read = async (token: string): Promise<JWTPayload> => {
    const { createLocalJWKSet, decodeJwt, errors, jwtVerify } = await import("jose");
    try {
      const keys = table.get(poolIdOf(decodeJwt(token).iss ?? "") ?? "");
      if (keys === undefined) throw refuse("Invalid Access Token");
      const options = { currentDate: new Date(clock.now()), algorithms: ["RS256"] };
      return (await jwtVerify(token, createLocalJWKSet({ keys: [keys.publicKey] }), options)).payload;
    } catch (error) {
      throw refuse(error instanceof errors.JWTExpired ? "Access Token has expired" : "Invalid Access Token");
    }
  };

  return {
    sign,
    publicKeys: async (pool) => [(await keysOf(pool.id)).publicKey],
    knownKeys: (poolId) => [table.get(poolId)?.publicKey ?? []].flat(),
    issue,
    signIn: async (client, pool, user) => {
      const { session, refreshToken } = open(client, user);
      return { ...(await issue(client, pool, user, session)), RefreshToken: refreshToken };
    },
    refreshed: (token, client) => {
      const [poolId = "", username = "", originJti = ""] = located(token);
      const session = model.sessions.get(sessionKey({ poolId, username, originJti }));
      if (poolId !== client.poolId) throw refuse("Invalid Refresh Token");
      if (session === undefined) throw refuse("Refresh Token has been revoked");
      if (session.hash !== sha256(token) || session.clientId !== client.id) throw refuse("Invalid Refresh Token");
      if (session.expiresAt <= clock.now()) throw refuse("Refresh Token has expired");
      return session;
    },
    holder: async (accessToken) => {
      const { iss, token_use: use, username, origin_jti: originJti } = await read(accessToken);
      const pool = model.pools.get(poolIdOf(iss ?? "") ?? "");
      if (pool === undefined || use !== "access") throw refuse("Invalid Access Token");
      const user = model.users.get(`${pool.id}/${String(username)}`);
      if (user === undefined) throw unknownUser();
      if (typeof originJti !== "string") return { pool, user };
      const key = sessionKey({ poolId: pool.id, username: user.username, originJti });
      if (model.sessions.get(key) === undefined) throw refuse("Access Token has been revoked");
      return { pool, user };
    },
  };
};
