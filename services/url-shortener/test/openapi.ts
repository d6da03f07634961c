// What the OpenAPI document says of this service; scripts/openapi.ts writes it.
import { openApi, pageOf, Problem } from "@warmstart/testing/openapi";
import * as v from "valibot";
import { ApiKeyPath, ApiKeyView, NewApiKey } from "../src/api-key.ts";
import { codes } from "../src/errors.ts";
import { Disabling, LinkPatch, LinkPath, LinkView, ListQuery, NewLink } from "../src/link-schemas.ts";
import { QrQuery } from "../src/qr-code.ts";
import { StatsQuery, StatsView } from "../src/stats.ts";

/** As the route takes it, where each entry is checked for itself. */
const NewLinks = v.strictObject({ links: v.pipe(v.array(NewLink), v.minLength(1), v.maxLength(100)) });
const BatchResult = v.strictObject({
  index: v.number(),
  status: v.number(),
  code: v.optional(v.string()),
  shortUrl: v.optional(v.string()),
  problem: v.optional(Problem),
});
const BatchResults = v.strictObject({ results: v.array(BatchResult) });
const LinkPage = pageOf(LinkView);
const Form = v.strictObject({ password: v.optional(v.pipe(v.string(), v.maxLength(128))) });

const ApiKeyList = v.strictObject({ data: v.array(ApiKeyView) });
const CreatedApiKey = v.strictObject({ ...ApiKeyView.entries, secret: v.string() });

/** People with a token; machines with a key, by a second way. */
const security = { "/": "users", "/m": "apiKey" } as const;

const gone = ["link-deleted", "link-disabled", "link-expired", "link-used-up"] as const;
const nowhere = ["not-found", ...gone] as const;
const page = (description: string) => ({
  description,
  type: "text/html; charset=utf-8",
  headers: ["Content-Security-Policy", "Referrer-Policy", "X-Robots-Tag"],
});
const browserPages = { 404: page("The same for browsers"), 410: page("The same for browsers") };
const target = { description: "To the target", headers: ["Location", "Referrer-Policy", "X-Robots-Tag"] };
const link = { description: "The link", body: LinkView, headers: ["ETag"] };

export const document = openApi({
  title: "url-shortener",
  description: "Short links.",
  codes,
  schemas: {
    NewLink,
    NewLinks,
    LinkPatch,
    Link: LinkView,
    LinkPage,
    BatchResults,
    Stats: StatsView,
    NewApiKey,
    ApiKey: ApiKeyView,
  },
  routes: {
    "GET /{code}": {
      id: "redirect",
      summary: "Follows a short link",
      bare: true,
      answers: { 302: { ...target, description: "To the target, or to the page of the link" }, ...browserPages },
      problems: nowhere,
    },
    "HEAD /{code}": {
      id: "redirectHead",
      summary: "As GET; never counted, uses nothing up",
      bare: true,
      answers: { 302: { ...target, description: "As GET" }, ...browserPages },
      problems: nowhere,
    },
    "GET /{code}/qr.svg": {
      id: "qrCode",
      summary: "A QR code of the short link",
      query: QrQuery,
      answers: { 200: { description: "The code", type: "image/svg+xml" } },
      problems: nowhere,
    },
    "GET /p/{code}": {
      id: "showPage",
      summary: "Where a link leads, and the form for its password",
      query: "any",
      answers: { 200: page("The page"), ...browserPages },
      problems: nowhere,
    },
    "POST /p/{code}": {
      id: "submitPage",
      summary: "Follows a link from its page",
      query: "any",
      body: Form,
      bodyType: "form",
      answers: {
        303: target,
        401: page("The page again: the password is wrong"),
        429: page("The same for browsers"),
        ...browserPages,
      },
      problems: [...nowhere, "rate-limited"],
    },
    "POST /v1/links": {
      id: "createLink",
      summary: "Creates a link",
      security,
      scopes: ["links:write"],
      body: NewLink,
      idempotencyKey: "optional",
      answers: { 201: { ...link, headers: ["ETag", "Location"] } },
      problems: ["slug-taken", "unsafe-url", "rate-limited"],
    },
    "POST /v1/links/batch": {
      id: "createLinks",
      summary: "Creates up to 100 links; each entry succeeds or fails alone, at most 10 may have a password",
      security,
      scopes: ["links:write"],
      body: NewLinks,
      idempotencyKey: "optional",
      answers: { 200: { description: "One result per entry", body: BatchResults } },
      problems: ["rate-limited"],
    },
    "GET /v1/links": {
      id: "listLinks",
      summary: "The owner's links, newest first",
      security,
      scopes: ["links:read"],
      query: ListQuery,
      answers: { 200: { description: "One page", body: LinkPage, headers: ["Link"] } },
      problems: ["invalid-cursor"],
    },
    "GET /v1/links/{code}": {
      id: "getLink",
      summary: "One link",
      security,
      scopes: ["links:read"],
      path: LinkPath,
      answers: { 200: link },
    },
    "PATCH /v1/links/{code}": {
      id: "updateLink",
      summary: "Changes a link; null removes a field",
      security,
      scopes: ["links:write"],
      path: LinkPath,
      body: LinkPatch,
      ifMatch: "required",
      answers: { 200: link },
      problems: ["unsafe-url"],
    },
    "DELETE /v1/links/{code}": {
      id: "removeLink",
      summary: "Deletes a link; its code stays taken for 90 days",
      security,
      scopes: ["links:write"],
      path: LinkPath,
      ifMatch: "required",
      answers: { 204: { description: "Deleted" } },
    },
    "POST /v1/links/{code}/disable": {
      id: "disableLink",
      summary: "Whosever link it is: visitors get 410, its owner sees the reason and cannot enable it",
      security: "users",
      group: "admin",
      path: LinkPath,
      body: Disabling,
      answers: { 200: link },
    },
    "POST /v1/links/{code}/enable": {
      id: "enableLink",
      summary: "Lets a disabled link work again",
      security: "users",
      group: "admin",
      path: LinkPath,
      answers: { 200: link },
    },
    "GET /v1/links/{code}/stats": {
      id: "linkStats",
      summary: "Clicks by hour or day, in UTC; late by some seconds",
      security,
      scopes: ["stats:read"],
      path: LinkPath,
      query: StatsQuery,
      answers: { 200: { description: "The statistics", body: StatsView } },
    },
    "POST /v1/api-keys": {
      id: "createApiKey",
      summary: "Makes a key for machines; its secret is in this answer and nowhere else",
      security: "users",
      body: NewApiKey,
      answers: { 201: { description: "The key and its secret", body: CreatedApiKey, headers: ["Location"] } },
      problems: ["too-many-keys"],
    },
    "GET /v1/api-keys": {
      id: "listApiKeys",
      summary: "The caller's keys, newest first, at most 10",
      security: "users",
      answers: { 200: { description: "The keys, without their secrets", body: ApiKeyList } },
    },
    "DELETE /v1/api-keys/{id}": {
      id: "removeApiKey",
      summary: "Deletes a key; it may work for 60 seconds more, at most until Sunset",
      security: "users",
      path: ApiKeyPath,
      answers: { 204: { description: "Deleted", headers: ["Sunset"] } },
    },
  },
});
