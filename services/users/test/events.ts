// What events/users/ holds, made by the test kit's factories. `node test/events.ts` writes the files anew.
import { cursors } from "@warmstart/middleware";
import { httpEvent, type HttpEventOptions, type Outcome, writeEvents } from "@warmstart/testing";
import { join } from "node:path";

export const folder: string = join(import.meta.dirname, "../../../events/users");

/** The pool that the events name; an event is happy only where it says the real one (seed-events.ts). */
export const POOL = "us-east-1_Example00";
export const CLIENT = "exampleclientexampleclient";

const idOf = (digit: number): string => "00000000-0000-4000-8000-000000000000".replaceAll("0", String(digit));
export const ANN: string = idOf(1);
export const STAFF: string = idOf(2);
export const ADMIN: string = idOf(3);
/** Confirmed, and without a record as yet. */
export const NEW: string = idOf(4);

const iss = (pool: string): string => `https://cognito-idp.us-east-1.amazonaws.com/${pool}`;
const as = (sub: string, changed: Readonly<Record<string, string>> = {}): HttpEventOptions => ({
  caller: { jwt: { sub, claims: { iss: iss(POOL), client_id: CLIENT, username: sub, ...changed } } },
});
const ann = as(ANN);
const staff = as(STAFF, { "cognito:groups": "[staff]" });
const admin = as(ADMIN, { "cognito:groups": "[admin]" });

const me = (method: string, options: HttpEventOptions = {}) =>
  httpEvent(`${method} /v1/users/me`, { ...ann, ...options });
const patch = (body: object, headers: Readonly<Record<string, string>> = {}) =>
  me("PATCH", { headers: { "content-type": "application/merge-patch+json", ...headers }, body: JSON.stringify(body) });
const get = (id: string, caller: HttpEventOptions) =>
  httpEvent(`GET /v1/users/${id}`, { ...caller, route: "GET /v1/users/{id}" });
const list = (query: string, caller = staff) =>
  httpEvent(`GET /v1/users${query}`, { ...caller, route: "GET /v1/users" });
const setRole = (id: string, role: string, caller: HttpEventOptions) =>
  httpEvent(`PUT /v1/users/${id}/role`, { ...caller, route: "PUT /v1/users/{id}/role", body: { role } });

const ofAdmin = cursors({ route: "users", sub: ADMIN }).encode(`2026-01-15T12:00:01.000Z#${STAFF}`);
const address = { name: "Ann A.", line1: "1 Main St", city: "Graz", postalCode: "8010", country: "AT" };

/** Cognito's own, which comes to a function as it is. */
const confirmation = (trigger: "ConfirmSignUp" | "ConfirmForgotPassword", attributes: object): object => ({
  version: "1",
  triggerSource: `PostConfirmation_${trigger}`,
  region: "us-east-1",
  userPoolId: POOL,
  userName: NEW,
  callerContext: { awsSdkVersion: "aws-sdk-unknown-unknown", clientId: CLIENT },
  request: { userAttributes: { sub: NEW, "cognito:user_status": "CONFIRMED", ...attributes } },
  response: {},
});
const verified = { email: "New@example.com", email_verified: "true", name: "New" };

export const events: Readonly<Record<string, unknown>> = {
  "confirm-user-sign-up": confirmation("ConfirmSignUp", verified),
  "confirm-user-reset": confirmation("ConfirmForgotPassword", verified),
  "confirm-user-no-email": confirmation("ConfirmSignUp", { phone_number: "+436641234567" }),
  "get-me-ok": me("GET"),
  "get-me-not-modified": me("GET", { headers: { "if-none-match": '"v1"' } }),
  "get-me-first-time": me("GET", as(NEW)),
  "get-me-id-token": me("GET", as(ANN, { token_use: "id" })),
  "get-me-other-pool": me("GET", as(ANN, { iss: iss("us-east-1_Elsewhere") })),
  "update-me-ok": patch({ name: "Ann", addresses: [address] }, { "if-match": '"v1"' }),
  "update-me-no-if-match": patch({ name: "Ann" }),
  "update-me-stale-etag": patch({ name: "Ann" }, { "if-match": '"v9"' }),
  "update-me-role": patch({ role: "admin" }, { "if-match": '"v1"' }),
  // After the change of the name and of the role.
  "delete-me-ok": me("DELETE", { headers: { "if-match": '"v3"' } }),
  "delete-me-no-if-match": me("DELETE"),
  "get-user-by-staff": get(ANN, staff),
  "get-user-foreign": get(STAFF, ann),
  "list-users-page1": list("?limit=1"),
  "list-users-email": list("?email=ann%40example.com"),
  "list-users-by-customer": list("", ann),
  "list-users-foreign-cursor": list(`?limit=1&cursor=${ofAdmin}`),
  "set-role-staff": setRole(ANN, "staff", as(ADMIN, { "cognito:groups": "[admin staff]" })),
  "set-role-by-staff": setRole(ANN, "staff", staff),
  "set-role-self": setRole(ADMIN, "customer", admin),
  "open-api-ok": httpEvent("GET /openapi.json"),
  "open-api-no-such-parameter": httpEvent("GET /openapi.json?format=yaml", { route: "GET /openapi.json" }),
};

/** In this order: the last ones change what the first ones see. */
export const outcomes: Readonly<Record<string, Outcome>> = {
  "get-me-ok": 200,
  "get-me-not-modified": 304,
  "get-me-first-time": 200,
  "get-me-id-token": 401,
  "get-me-other-pool": 401,
  "get-user-by-staff": 200,
  "get-user-foreign": 404,
  "list-users-page1": 200,
  "list-users-email": 200,
  "list-users-by-customer": 403,
  "list-users-foreign-cursor": 400,
  "set-role-self": 409,
  "set-role-by-staff": 403,
  "update-me-no-if-match": 428,
  "update-me-stale-etag": 412,
  "update-me-role": 422,
  "delete-me-no-if-match": 428,
  "update-me-ok": 200,
  "set-role-staff": 200,
  "delete-me-ok": 204,
  "confirm-user-no-email": "throws Error",
  "confirm-user-sign-up": "done",
  "confirm-user-reset": "done",
  "open-api-ok": 200,
  "open-api-no-such-parameter": 400,
};

if (import.meta.main) writeEvents({ folder, events });
