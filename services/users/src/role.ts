// Roles are groups of the pool; whoever is in none is a customer.
import type { SignedInCaller } from "@warmstart/middleware";
import type { Role, UserId } from "./user-schemas.ts";

/** `admin` may all that `staff` may. */
export const roleIn = (groups: readonly string[]): Role => {
  if (groups.includes("admin")) return "admin";
  return groups.includes("staff") ? "staff" : "customer";
};

/** Who calls, as the access token says. */
export const selfOf = (caller: SignedInCaller): { readonly id: UserId; readonly role: Role } => ({
  id: caller.sub as UserId, // the authorizer takes tokens of the pool only
  role: caller.kind === "jwt" ? roleIn(caller.groups) : "customer",
});

/** What a token must say besides what API Gateway has checked; the issuer as the pool writes it. */
export const tokensOf = (pool: {
  readonly USER_POOL_ID: string;
  readonly USER_POOL_CLIENT_ID: string;
  readonly AWS_REGION: string;
}): { readonly issuer: string; readonly clientId: string } => ({
  issuer: `https://cognito-idp.${pool.AWS_REGION}.amazonaws.com/${pool.USER_POOL_ID}`,
  clientId: pool.USER_POOL_CLIENT_ID,
});
