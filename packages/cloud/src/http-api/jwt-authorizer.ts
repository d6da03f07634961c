// JWT authorizers: a token of the configured issuer, for the configured audience, with one of the route's scopes.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
import type { JWTPayload, JWTVerifyGetKey } from "jose";
import type { Clock } from "../clock/clock.ts";
import { type Answer, failure, type Verdict } from "./answer.ts";
import type { Exchange } from "./event.ts";
import { identityOf } from "./identity-source.ts";
import type { JwtKeys } from "./jwt-keys.ts";
import { TOKEN_FAULTS } from "./limits.ts";
import type { Stored } from "./model.ts";
import type { JwtAuthorizer } from "./schemas.ts";

export interface JwtGround {
  readonly jwtKeys: JwtKeys;
  readonly clock: Clock;
  readonly report: (message: string) => void;
}

const unauthorized = (challenge: string): Answer => {
  const { headers, ...answer } = failure(401);
  return { ...answer, headers: [...headers, ["www-authenticate", challenge]] };
};

class Refusal extends Error {}

const claimText = (value: unknown): string =>
  Array.isArray(value)
    ? `[${value.map(claimText).join(" ")}]`
    : typeof value === "string"
      ? value
      : JSON.stringify(value);

/** All are texts, lists `[a b]`; a claim that is null is left out. Seen on AWS: https://github.com/floci-io/floci/pull/2011 */
const claimsOf = (payload: JWTPayload): Record<string, string> =>
  Object.fromEntries(
    Object.entries(payload).flatMap(([name, value]) =>
      value === null || value === undefined ? [] : [[name, claimText(value)] as const],
    ),
  );

const scopesOf = ({ scope, scp }: JWTPayload): readonly string[] => {
  const given: unknown = scope ?? scp;
  return Array.isArray(given) ? given.map(String) : typeof given === "string" ? given.split(" ") : [];
};

/** `client_id` counts only in a token without `aud`. */
const checkAudience = ({ aud, client_id: clientId }: JWTPayload, audience: readonly string[]): void => {
  const given = [aud ?? clientId].flat();
  if (!given.some((each) => typeof each === "string" && audience.includes(each)))
    throw new Refusal(TOKEN_FAULTS.audience);
};

/** The verified claims; throws a Refusal with what AWS says of the token. */
const read = async (
  token: string,
  { JwtConfiguration }: JwtAuthorizer,
  { jwtKeys, clock }: JwtGround,
): Promise<JWTPayload> => {
  const { Issuer: issuer, Audience: audience } = JwtConfiguration;
  if (token.split(".").length !== 3) throw new Refusal(TOKEN_FAULTS.segments);
  const { createLocalJWKSet, errors, jwtVerify } = await import("jose");
  const now = clock.now();
  const keys = await jwtKeys(issuer);
  const find: JWTVerifyGetKey = (header, flattened) => {
    if (header.kid === undefined) throw new Refusal(TOKEN_FAULTS.key); // AWS finds keys by `kid` only
    return createLocalJWKSet({ keys: [...keys] })(header, flattened);
  };
  const options = { algorithms: ["RS256", "RS384", "RS512"], issuer, currentDate: new Date(now) };
  const verified = await jwtVerify(token, find, options).catch((error: unknown) => {
    if (error instanceof Refusal) throw error;
    if (error instanceof errors.JWTExpired) throw new Refusal(TOKEN_FAULTS.expired);
    if (error instanceof errors.JWTClaimValidationFailed)
      throw new Refusal(error.claim === "iss" ? TOKEN_FAULTS.issuer : TOKEN_FAULTS.early);
    if (error instanceof errors.JWKSNoMatchingKey) throw new Refusal(TOKEN_FAULTS.key);
    throw new Refusal(TOKEN_FAULTS.invalid, { cause: error });
  });
  const { payload } = verified;
  if (payload.exp === undefined) throw new Refusal(TOKEN_FAULTS.expired);
  if ((payload.iat ?? 0) * 1_000 > now) throw new Refusal(TOKEN_FAULTS.early);
  checkAudience(payload, audience);
  return payload;
};

/** 401 without a good token, 403 without one of the route's scopes; else the claims for the function. */
export const authorizeByJwt = async (
  authorizer: Stored<JwtAuthorizer>,
  exchange: Exchange,
  ground: JwtGround,
): Promise<Verdict> => {
  const { compiled, route } = exchange;
  const { AuthorizationScopes: wanted = [] } = route;
  const token = identityOf(authorizer.IdentitySource[0] ?? "", exchange)?.replace(/^Bearer +/i, "") ?? "";
  if (token === "") return { answer: unauthorized("Bearer") };
  try {
    const payload = await read(token, authorizer, ground);
    const scopes = scopesOf(payload);
    if (wanted.length > 0 && !wanted.some((scope) => scopes.includes(scope))) return { answer: failure(403) };
    return { context: { jwt: { claims: claimsOf(payload), scopes: wanted.length === 0 ? null : scopes } } };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const about = error instanceof Refusal ? reason : TOKEN_FAULTS.noKeys;
    ground.report(
      `HTTP API ${compiled.api.owner}, ${route.RouteKey}, authorizer ${authorizer.Name}: answered 401: ${reason}`,
    );
    return {
      answer: unauthorized(`Bearer scope="${wanted.join(" ")}" error="invalid_token" error_description="${about}"`),
    };
  }
};
