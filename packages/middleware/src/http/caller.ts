// Who calls a route, and whether they may.
import { forbidden, unauthenticated } from "../errors/makers.ts";
import { authorizerOf, type HttpEvent } from "./event.ts";

/** A Cognito user; claims arrive as strings. */
export interface JwtCaller {
  readonly kind: "jwt";
  readonly sub: string;
  readonly groups: readonly string[];
  readonly clientId: string;
  readonly claims: Readonly<Record<string, string>>;
}
/** A role or user that signed the request with SigV4; `sub` is its ARN. */
export interface IamCaller {
  readonly kind: "iam";
  readonly sub: string;
  readonly accountId: string;
}
/** A machine with a key that the service's own Lambda authorizer has checked. */
export interface ApiKeyCaller {
  readonly kind: "apiKey";
  readonly sub: string;
  readonly scopes: readonly string[];
}
export interface AnonymousCaller {
  readonly kind: "anonymous";
}
export type SignedInCaller = JwtCaller | IamCaller | ApiKeyCaller;
export type Caller = SignedInCaller | AnonymousCaller;
export type Group = "staff" | "admin";

export interface CallerRules {
  /** An API key needs all of them; people and roles have every scope. Even an empty list refuses anonymous callers. */
  readonly scopes?: readonly string[] | undefined;
  /** The Cognito group that may use the route; `admin` may all that `staff` may. */
  readonly group?: Group | undefined;
  /** Checked once more after API Gateway, when given. */
  readonly jwt?: { readonly issuer: string; readonly clientId: string } | undefined;
}

/** Who calls, as far as the authorizer told. Throws 401 for an ID token. */
export const callerOf = (event: HttpEvent, jwtRules?: CallerRules["jwt"]): Caller => {
  const { jwt, lambda, iam } = authorizerOf(event);
  if (jwt) return jwtCaller(jwt.claims, jwtRules);
  if (lambda && typeof lambda["sub"] === "string") {
    return { kind: "apiKey", sub: lambda["sub"], scopes: words(lambda["scopes"]) };
  }
  if (iam?.userArn) return { kind: "iam", sub: iam.userArn, accountId: iam.accountId ?? "" };
  return { kind: "anonymous" };
};

/** For the log and the limits; never refuses. */
export const subOf = (event: HttpEvent): string | undefined => {
  const { jwt, lambda, iam } = authorizerOf(event);
  const sub = jwt?.claims["sub"] ?? lambda?.["sub"] ?? iam?.userArn;
  return typeof sub === "string" ? sub : undefined;
};

const jwtCaller = (claims: Readonly<Record<string, unknown>>, rules: CallerRules["jwt"]): JwtCaller => {
  const strings = Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, String(value)]));
  const { sub = "", client_id: clientId = "", iss, token_use: use } = strings;
  if (use !== "access") throw unauthenticated("An access token is needed");
  if (!sub || (rules && (iss !== rules.issuer || clientId !== rules.clientId))) {
    throw unauthenticated("The token is not one of this service");
  }
  return { kind: "jwt", sub, groups: words(claims["cognito:groups"]), clientId, claims: strings };
};

// API Gateway flattens a list claim to "[admin staff]"; a Lambda authorizer's context may keep the list.
const words = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.map(String);
  return typeof value === "string"
    ? value
        .replace(/^\[|\]$/g, "")
        .split(/[\s,]+/)
        .filter(Boolean)
    : [];
};

/** Throws 401 or 403 unless the caller may use the route. */
export const admit = (caller: Caller, { scopes, group }: CallerRules): void => {
  if (!scopes && !group) return;
  if (caller.kind === "anonymous") throw unauthenticated("This route needs a signed-in caller");
  if (group && !inGroup(caller, group)) throw forbidden(`This route is for the group ${group}`);
  const missing = caller.kind === "apiKey" ? scopes?.find((scope) => !caller.scopes.includes(scope)) : undefined;
  if (missing !== undefined) throw forbidden(`The key lacks the scope ${missing}`);
};

/** Whether the caller is in the group, or in `admin`. */
export const inGroup = (caller: Caller, group: Group): boolean =>
  caller.kind === "jwt" && (caller.groups.includes(group) || caller.groups.includes("admin"));
