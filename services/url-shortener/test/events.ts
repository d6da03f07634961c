// What events/url-shortener/ holds, made by the test kit's factories. `node test/events.ts` writes the files anew.
import { cursors } from "@warmstart/middleware";
import {
  authorizerEvent,
  httpEvent,
  type HttpEventOptions,
  logsEvent,
  NO_POOL,
  type Outcome,
  sqsEvent,
  writeEvents,
} from "@warmstart/testing";
import { join } from "node:path";

export const folder: string = join(import.meta.dirname, "../../../events/url-shortener");

/** The pool whose tokens the events carry. */
export const IMPORTS = NO_POOL;
/** Of the link `secret`. */
export const PASSWORD = "correct horse";
/** Of two keys: one that is used, one that is to go. */
export const KEY_ID = "22222222";
export const SECRET: string = `sk_${KEY_ID}_${"b".repeat(32)}`;
export const OLD_KEY_ID = "33333333";

const claims = { iss: IMPORTS["users-local-Issuer"], client_id: IMPORTS["users-local-ClientId"] };
const person = (sub: string, changed: Readonly<Record<string, string>> = {}): HttpEventOptions => ({
  caller: { jwt: { sub, claims: { ...claims, ...changed } } },
});
const ann = person("ann");
const admin = person("root", { "cognito:groups": "[admin]" });
const staff = person("sam", { "cognito:groups": "[staff]" });
/** A machine with a key of Ann's. */
const machine: HttpEventOptions = {
  caller: { lambda: { sub: "ann", scopes: ["links:read", "links:write", "stats:read"] } },
};

const follow = (code: string, headers: Readonly<Record<string, string>> = {}, method = "GET") =>
  httpEvent(`${method} /${code}`, { route: `${method} /{code}`, headers });
const page = (code: string) => httpEvent(`GET /p/${code}`, { route: "GET /p/{code}" });
const submit = (password: string) =>
  httpEvent("POST /p/secret", {
    route: "POST /p/{code}",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ password }).toString(),
  });
const qrCode = (target: string) => httpEvent(`GET /${target}`, { route: "GET /{code}/qr.svg" });

const create = (body: object) => httpEvent("POST /m/v1/links", { ...machine, body });
const createAll = (...urls: readonly string[]) =>
  httpEvent("POST /m/v1/links/batch", { ...machine, body: { links: urls.map((url) => ({ url })) } });
const list = (query: string) => httpEvent(`GET /m/v1/links?${query}`, { ...machine, route: "GET /m/v1/links" });

/** On a link, by a machine. */
const onLink = (method: string, code: string, options: HttpEventOptions = {}) =>
  httpEvent(`${method} /m/v1/links/${code}`, { route: `${method} /m/v1/links/{code}`, ...machine, ...options });
const update = (version: string) =>
  onLink("PATCH", "sale", {
    headers: { "if-match": version, "content-type": "application/merge-patch+json" },
    body: JSON.stringify({ title: "New" }),
  });
const stats = (code: string) =>
  httpEvent(`GET /m/v1/links/${code}/stats?unit=day&from=2026-01-14&to=2026-01-16`, {
    route: "GET /m/v1/links/{code}/stats",
    ...machine,
  });
/** On the link of the sale, by a person. */
const signedIn = (method: string, path: string, options: HttpEventOptions) =>
  httpEvent(`${method} /v1/links/sale${path}`, { route: `${method} /v1/links/{code}${path}`, ...options });

const check = (secret: string) =>
  authorizerEvent("GET /m/v1/links", { headers: { "x-api-key": secret }, identitySource: [secret] });
const removeKey = (id: string) => httpEvent(`DELETE /v1/api-keys/${id}`, { ...ann, route: "DELETE /v1/api-keys/{id}" });

const NOON = Date.UTC(2026, 0, 15, 12);
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
/** Log lines of `redirect`, as src/clicks.ts writes them. */
const clicks = [{ ua: FIREFOX }, { ua: FIREFOX, src: "qr", ref: "news.example" }, { ua: "Googlebot/2.1" }, { ua: FIREFOX, pre: 1 }, { ua: FIREFOX }] // prettier-ignore
  .map((about, seq) => ({ type: "click", v: 1, sandbox: "00112233445566ff", seq, t: NOON + seq, id: "sale.mkfc8gw0", ...about })); // prettier-ignore
const logged = (lines: readonly object[]) => logsEvent(lines, { logGroup: "/aws/lambda/url-shortener-local-redirect" });

/** What Lambda puts into the failure destination. */
const failed = (requestPayload: object): object => ({
  version: "1.0",
  timestamp: "2026-01-15T12:03:00.000Z",
  requestContext: {
    requestId: "0e8f3a52-5a2f-4f3f-9d8e-1f5d5f0a9c11",
    functionArn: "arn:aws:lambda:us-east-1:000000000000:function:url-shortener-local-countClicks:$LATEST",
    condition: "RetriesExhausted",
    approximateInvokeCount: 3,
  },
  requestPayload,
  responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
  responsePayload: null,
});
const deadLetter = (content: unknown) => sqsEvent([content], { queue: "DeadClicksQueue" });

export const events: Readonly<Record<string, unknown>> = {
  "redirect-hit": follow("sale"),
  "redirect-miss": follow("nothing"),
  "redirect-expired": follow("expired"),
  "redirect-deleted": follow("deleted"),
  "redirect-disabled": follow("disabled"),
  "redirect-used-up": follow("used-up"),
  "redirect-password": follow("secret"),
  "redirect-head": follow("sale", {}, "HEAD"),
  "redirect-bot": follow("sale", {
    "user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
  }),
  "redirect-prefetch": follow("sale", { "sec-purpose": "prefetch;prerender" }),
  "redirect-plus": follow("sale%2B"),
  "show-page-hit": page("sale"),
  "show-page-miss": page("nothing"),
  "submit-page-right-password": submit(PASSWORD),
  "submit-page-wrong-password": submit("wrong horse"),
  "qr-code-large": qrCode("sale/qr.svg?size=512&ecc=H"),
  "qr-code-miss": qrCode("nothing/qr.svg"),
  "create-link-ok": create({ url: "https://example.com/a", title: "A", tags: ["docs"] }),
  "create-link-slug-taken": create({ url: "https://example.com/a", slug: "sale" }),
  "create-link-javascript-url": create({ url: "javascript:alert(1)" }),
  "create-link-reserved-slug": create({ url: "https://example.com/a", slug: "preview" }),
  "create-links-mixed": createAll("https://example.com/1", "javascript:alert(1)", "https://example.com/3"),
  "create-links-none": createAll(),
  "list-links-page2": list(
    `limit=1&cursor=${cursors({ route: "links", sub: "ann", filter: {} }).encode("2026-01-15T11:00:00.000Z#sale")}`,
  ),
  "list-links-foreign-cursor": list(
    `limit=1&cursor=${cursors({ route: "links", sub: "bob", filter: {} }).encode("2026-01-15T11:00:00.000Z#sale")}`,
  ),
  "get-link-ok": onLink("GET", "sale"),
  "get-link-signed-in": signedIn("GET", "", ann),
  "get-link-id-token": signedIn("GET", "", person("ann", { token_use: "id" })),
  "get-link-other-pool": signedIn("GET", "", person("ann", { iss: "https://evil.example" })),
  "update-link-title": update('"v1"'),
  "update-link-stale-etag": update('"v99"'),
  "remove-link-ok": onLink("DELETE", "outdated", { headers: { "if-match": '"v1"' } }),
  "remove-link-no-if-match": onLink("DELETE", "sale"),
  "disable-link-phishing": signedIn("POST", "/disable", { ...admin, body: { reason: "phishing" } }),
  "disable-link-staff": signedIn("POST", "/disable", { ...staff, body: { reason: "phishing" } }),
  "enable-link-ok": signedIn("POST", "/enable", admin),
  "enable-link-owner": signedIn("POST", "/enable", ann),
  "link-stats-day": stats("sale"),
  "link-stats-unknown": stats("nothing"),
  "count-clicks-batch": logged(clicks),
  "count-clicks-duplicate": logged([...clicks, ...clicks]),
  "count-clicks-recut": logged(clicks.slice(2)),
  "count-clicks-dead-letter": deadLetter(failed(logged(clicks))),
  // Sent to the wrong queue: nothing in it is a batch of log lines.
  "count-clicks-stray-message": deadLetter({ code: "sale" }),
  "check-api-key-right": check(SECRET),
  "check-api-key-wrong": check("sk_12345678_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
  "create-api-key-ok": httpEvent("POST /v1/api-keys", { ...ann, body: { scopes: ["links:read", "links:write"] } }),
  "create-api-key-unknown-scope": httpEvent("POST /v1/api-keys", { ...ann, body: { scopes: ["links:admin"] } }),
  "list-api-keys-ok": httpEvent("GET /v1/api-keys", ann),
  "list-api-keys-id-token": httpEvent("GET /v1/api-keys", person("ann", { token_use: "id" })),
  "remove-api-key-old": removeKey(OLD_KEY_ID),
  "remove-api-key-unknown": removeKey("11111111"),
  "open-api-ok": httpEvent("GET /openapi.json"),
  "open-api-no-such-parameter": httpEvent("GET /openapi.json?format=yaml", { route: "GET /openapi.json" }),
};

/** In this order: what the clicks add up to is told before the link changes. */
export const outcomes: Readonly<Record<string, Outcome>> = {
  "redirect-hit": 302,
  "redirect-miss": 404,
  "redirect-expired": 410,
  "redirect-deleted": 410,
  "redirect-disabled": 410,
  "redirect-used-up": 410,
  "redirect-password": 302,
  "redirect-head": 302,
  "redirect-bot": 302,
  "redirect-prefetch": 302,
  "redirect-plus": 302,
  "show-page-hit": 200,
  "show-page-miss": 404,
  "submit-page-right-password": 303,
  "submit-page-wrong-password": 401,
  "qr-code-large": 200,
  "qr-code-miss": 404,
  "create-link-ok": 201,
  "create-link-slug-taken": 409,
  "create-link-javascript-url": 422,
  "create-link-reserved-slug": 422,
  "create-links-mixed": 200,
  "create-links-none": 422,
  "list-links-page2": 200,
  "list-links-foreign-cursor": 400,
  "get-link-ok": 200,
  "get-link-signed-in": 200,
  "get-link-id-token": 401,
  "get-link-other-pool": 401,
  "count-clicks-batch": "done",
  "count-clicks-duplicate": "done",
  "count-clicks-recut": "done",
  "count-clicks-dead-letter": "done",
  "count-clicks-stray-message": "1 failed",
  "link-stats-day": 200,
  "link-stats-unknown": 404,
  "update-link-title": 200,
  "update-link-stale-etag": 412,
  "remove-link-ok": 204,
  "remove-link-no-if-match": 428,
  "disable-link-phishing": 200,
  "disable-link-staff": 403,
  "enable-link-ok": 200,
  "enable-link-owner": 403,
  "check-api-key-right": "done",
  "check-api-key-wrong": "refuses",
  "create-api-key-ok": 201,
  "create-api-key-unknown-scope": 422,
  "list-api-keys-ok": 200,
  "list-api-keys-id-token": 401,
  "remove-api-key-old": 204,
  "remove-api-key-unknown": 404,
  "open-api-ok": 200,
  "open-api-no-such-parameter": 400,
};

if (import.meta.main) writeEvents({ folder, events });
