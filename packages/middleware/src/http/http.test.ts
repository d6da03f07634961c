import { describe, expect, test } from "@jest/globals";
import * as v from "valibot";
import { errorTable, notFound } from "../errors/makers.ts";
import { etagOf } from "./etag.ts";
import { httpBare } from "./http-bare.ts";
import { http } from "./http.ts";
import { binary, created, html, noContent, ok, redirect, type Reply } from "./replies.ts";
import { apiKey, capture, jwt, request, send } from "./request.test.fixture.ts";

const { conflict, gone } = errorTable({ "slug-taken": 409, "link-expired": 410 });
const NewLink = v.strictObject({
  url: v.pipe(v.string(), v.maxLength(20)),
  uses: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(10))),
  tags: v.optional(v.array(v.string())),
});
const create = http({ body: NewLink }, ({ body }) => created(body, "/v1/links/a", { etag: etagOf(1) }));
const post = (body: string | undefined, headers: Record<string, string> = {}) =>
  request("POST /v1/links", { body, headers });

describe("what each bad input gets", () => {
  test.each([
    ["a body over 64 KB", post(JSON.stringify({ url: "x".repeat(65_536) })), 413, "body-too-large"],
    ["no content type", post("{}", { "content-type": "" }), 415, "unsupported-media-type"],
    [
      "another charset",
      post("{}", { "content-type": "application/json; charset=latin1" }),
      415,
      "unsupported-media-type",
    ],
    ["a PATCH without merge-patch", request("PATCH /v1/links", { body: "{}" }), 415, "unsupported-media-type"],
    ["an empty body", post(""), 400, "malformed-json"],
    ["no body", post(undefined), 400, "malformed-json"],
    ["no JSON", post('{"url":}'), 400, "malformed-json"],
    [
      "no UTF-8",
      request("POST /x", { body: Buffer.from([0x22, 0xff, 0x22]).toString("base64"), isBase64Encoded: true }),
      400,
      "malformed-json",
    ],
    ["an unknown property", post('{"url":"a","admin":true}'), 422, "validation-failed"],
    ["__proto__", post('{"url":"a","__proto__":{"admin":true}}'), 422, "validation-failed"],
    ["constructor", post('{"url":"a","constructor":1}'), 422, "validation-failed"],
    ["toString", post('{"url":"a","toString":1}'), 422, "validation-failed"],
    ["half a character", post('{"url":"\\ud800"}'), 422, "validation-failed"],
    ["half a character as a key", post('{"url":"a","\\udfff":1}'), 422, "validation-failed"],
    ["10,000 levels", post(`${"[".repeat(10_000)}${"]".repeat(10_000)}`), 422, "validation-failed"],
    ["an unknown query parameter", request("POST /v1/links", { body: "{}", query: "a=1" }), 400, "invalid-query"],
    ["a malformed query", request("POST /v1/links", { body: "{}", query: "a=%zz" }), 400, "invalid-query"],
  ])("%s", async (_name, event, status, code) => {
    const answer = await send(create, event);
    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject({
      status,
      code,
      type: `https://problems.example/${code}`,
      instance: "urn:request:JKJaXmPLvHcESHA=",
    });
    expect(answer.headers).toMatchObject({
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "strict-transport-security": "max-age=31536000",
      "x-request-id": "JKJaXmPLvHcESHA=",
    });
  });

  test("half a character is the function's to refuse where it says so, and nowhere else", async () => {
    const handler = http({ body: v.strictObject({ a: v.string(), b: v.string() }), rawText: ["a"] }, ({ body }) =>
      ok({ at: body.a.search(/\p{Cs}/u) }),
    );
    expect((await send(handler, post('{"a":"x\\ud800","b":"y"}'))).json).toEqual({ at: 1 });
    for (const body of ['{"a":"x","b":"\\ud800"}', '{"a":["\\ud800"],"b":"y"}', '{"a":"x","b":"y","\\ud800":1}'])
      expect((await send(handler, post(body))).json).toMatchObject({ errors: [{ code: "unpaired-surrogate" }] });
  });

  test("all problems of a body are told at once, at most 20, each with its pointer", async () => {
    const { json } = await send(create, post('{"url":5,"uses":0,"tags":["a",1],"a/b":1}'));
    expect(json["detail"]).toBe("4 problems in the request body");
    expect(json["errors"]).toEqual([
      { pointer: "#/url", code: "string", detail: "must be string" },
      { pointer: "#/uses", code: "minimum", detail: "must be at least 1" },
      { pointer: "#/tags/1", code: "string", detail: "must be string" },
      { pointer: "#/a~1b", code: "unknown", detail: "is not a known property" },
    ]);
    const many = await send(create, post(JSON.stringify({ url: "a", tags: Array.from({ length: 50 }, () => 1) })));
    expect(many.json["errors"]).toHaveLength(20);
    expect((await send(create, post("{}"))).json["errors"]).toEqual([
      { pointer: "#/url", code: "required", detail: "is required" },
    ]);
  });

  test("malformed JSON is located", async () => {
    const { json } = await send(create, post('{\n  "url": "a",\n  "uses": 01\n}'));
    expect(json["detail"]).toBe("The body is not JSON: see line 3, column 12");
  });

  test("a base64 body is decoded first", async () => {
    const body = Buffer.from('{"url":"ü"}').toString("base64");
    const answer = await send(create, request("POST /v1/links", { body, isBase64Encoded: true }));
    expect([answer.status, answer.json]).toEqual([201, { url: "ü" }]);
  });

  test("a PATCH with merge-patch is accepted, a body on GET ignored", async () => {
    const patch = request("PATCH /x", {
      body: '{"url":"a"}',
      headers: { "content-type": "application/merge-patch+json" },
    });
    expect((await send(create, patch)).status).toBe(201);
    const get = http({ body: NewLink }, ({ body }) => ok({ body: body ?? null }));
    expect((await send(get, request("GET /x", { body: "{" }))).json).toEqual({ body: null });
  });

  test("a repeated query parameter is named, and each that is wrong", async () => {
    const list = http({ query: v.strictObject({ tag: v.optional(v.string()) }) }, ({ query }) => ok(query));
    expect((await send(list, request("GET /x", { query: "tag=a&tag=b" }))).json["detail"]).toBe(
      "Query parameter tag is repeated",
    );
    const { json } = await send(list, request("GET /x", { query: "tog=a" }));
    expect(json["detail"]).toBe("tog is not a known property");
    expect(json["errors"]).toEqual([{ pointer: "#/tog", code: "unknown", detail: "is not a known property" }]);
    expect((await send(list, request("GET /x", { query: "tag=a+b%2Bc" }))).json).toEqual({ tag: "a b+c" });
  });

  test('query "any" lets everything pass', async () => {
    const page = http({ query: "any" }, ({ query }) => ok({ ...query }));
    expect((await send(page, request("GET /x", { query: "a=1&a=2&b=%zz" }))).json).toEqual({ a: "1", b: "%zz" });
  });

  test("a path parameter of a wrong shape is 404, a wrong header 400", async () => {
    const get = http(
      {
        path: v.strictObject({ code: v.pipe(v.string(), v.regex(/^\d+$/)) }),
        headers: v.object({ accept: v.literal("x") }),
      },
      ({ path }) => ok(path),
    );
    expect((await send(get, request("GET /{code}", { path: { code: "a" } }))).json["code"]).toBe("not-found");
    expect((await send(get, request("GET /{code}", { path: { code: "1" } }))).json["code"]).toBe("invalid-header");
    expect((await send(get, request("GET /{code}", { path: { code: "1" }, headers: { Accept: "x" } }))).status).toBe(
      200,
    );
  });

  test("a form is read by fields", async () => {
    const submit = http({ body: v.strictObject({ password: v.string() }), bodyType: "form" }, ({ body }) => ok(body));
    const form = { "content-type": "application/x-www-form-urlencoded" };
    expect((await send(submit, request("POST /p", { body: "password=a+b%26", headers: form }))).json).toEqual({
      password: "a b&",
    });
    expect((await send(submit, request("POST /p", { body: "password=a&password=b", headers: form }))).status).toBe(422);
    expect((await send(submit, request("POST /p", { body: "{}" }))).status).toBe(415);
  });
});

const failing = (error: unknown) =>
  http({}, () => {
    throw error;
  });

describe("errors", () => {
  test("a service's own code carries its own status", async () => {
    expect((await send(failing(conflict("slug-taken", "abc is taken")), request("GET /x"))).json).toEqual({
      type: "https://problems.example/slug-taken",
      title: "Slug taken",
      status: 409,
      detail: "abc is taken",
      instance: "urn:request:JKJaXmPLvHcESHA=",
      code: "slug-taken",
    });
    expect((await send(failing(gone("link-expired", "gone")), request("GET /x"))).status).toBe(410);
    expect((await send(failing(notFound("no such link")), request("GET /x"))).status).toBe(404);
  });

  test("a bug is 500 without any detail, and logged whole with its cause", async () => {
    const cause = new Error("table links-prod, mail me@example.com");
    const { status, json, lines, result } = await send(failing(new Error("boom", { cause })), request("GET /x"));
    expect(status).toBe(500);
    expect(Object.keys(json)).toEqual(["type", "title", "status", "instance", "code"]);
    expect(result.body).not.toContain("links-prod");
    expect(lines[0]).toMatchObject({
      level: "ERROR",
      error: { message: "boom", cause: { message: "table links-prod, mail ***" } },
    });
    expect(lines[1]).toMatchObject({ level: "ERROR", message: "request", status: 500 });
  });

  test("an outage of a dependency is 503 with Retry-After", async () => {
    const throttled = Object.assign(new Error("x"), { name: "ProvisionedThroughputExceededException" });
    const { status, json, headers } = await send(failing(throttled), request("GET /x"));
    expect([status, json["code"], headers["retry-after"]]).toEqual([503, "dependency-unavailable", "1"]);
  });

  test("thrown nonsense and a forgotten reply are 500, never 200", async () => {
    expect((await send(failing("text"), request("GET /x"))).status).toBe(500);
    const forgetful = http({}, (() => undefined) as unknown as () => Reply);
    expect((await send(forgetful, request("GET /x"))).status).toBe(500);
    expect((await send(forgetful, request("GET /x"))).json["code"]).toBe("internal");
  });
});

describe("callers", () => {
  const route = http({ scopes: ["links:write"] }, ({ caller }) => ok(caller));
  const as = async (authorizer?: unknown) => send(route, request("GET /x", { authorizer }));

  test("an API key needs the scope, nobody anonymous passes", async () => {
    expect((await as()).json["code"]).toBe("unauthenticated");
    expect((await as()).headers["www-authenticate"]).toBe("Bearer");
    expect((await as(apiKey("o-1", "links:read"))).json["code"]).toBe("forbidden-role");
    expect((await as(apiKey("o-1", "links:write"))).json).toEqual({
      kind: "apiKey",
      sub: "o-1",
      scopes: ["links:write"],
    });
    expect((await as({ lambda: { sub: "o-1", scopes: "links:read links:write" } })).status).toBe(200);
  });

  test("a person has every scope; groups are parsed from API Gateway's text", async () => {
    const { json } = await as(jwt({ "cognito:groups": "[admin staff]" }));
    expect(json).toMatchObject({ kind: "jwt", sub: "u-1", groups: ["admin", "staff"], clientId: "c-1" });
  });

  test("an ID token and a foreign token are refused", async () => {
    expect((await as(jwt({ token_use: "id" }))).status).toBe(401);
    const strict = http({ scopes: [], jwt: { issuer: "https://issuer.example", clientId: "c-1" } }, () => noContent());
    expect((await send(strict, request("GET /x", { authorizer: jwt({}) }))).status).toBe(204);
    expect((await send(strict, request("GET /x", { authorizer: jwt({ client_id: "c-2" }) }))).status).toBe(401);
    expect((await send(strict, request("GET /x", { authorizer: jwt({ iss: "https://evil.example" }) }))).status).toBe(
      401,
    );
  });

  test("a group lets itself and admins in", async () => {
    const staff = http({ group: "staff" }, () => noContent());
    const with_ = async (groups: string) =>
      (await send(staff, request("GET /x", { authorizer: jwt({ "cognito:groups": groups }) }))).status;
    expect([await with_("[staff]"), await with_("[admin]"), await with_("[]"), await with_("[staffer]")]).toEqual([
      204, 204, 403, 403,
    ]);
  });

  test("a signed request is known by its role's ARN", async () => {
    const iam = { iam: { userArn: "arn:aws:sts::000000000000:assumed-role/r/s", accountId: "000000000000" } };
    expect((await as(iam)).json).toEqual({ kind: "iam", sub: iam.iam.userArn, accountId: "000000000000" });
  });
});

describe("replies", () => {
  test("bytes and cookies reach the client as they are", async () => {
    const bytes = new Uint8Array([0, 255, 10, 13]);
    const image = await send(
      http({}, () => binary(bytes.subarray(1), "image/png", { cookies: ["a=1", "b=2"] })),
      request("GET /x"),
    );
    expect(image.result).toMatchObject({
      isBase64Encoded: true,
      cookies: ["a=1", "b=2"],
      body: Buffer.from(bytes.subarray(1)).toString("base64"),
    });
    const page = await send(
      http({}, () => html("<p>")),
      request("GET /x"),
    );
    expect(page.result).toMatchObject({ body: "<p>", headers: { "content-type": "text/html; charset=utf-8" } });
    expect(page.result.isBase64Encoded).toBeUndefined();
  });

  test("If-None-Match is answered 304 without a body, and only for GET and HEAD", async () => {
    const get = http({}, () => ok({ a: 1 }, { etag: etagOf(7), headers: { "cache-control": "max-age=60" } }));
    const headers = { "if-none-match": '"v6", W/"v7"' };
    const { result } = await send(get, request("GET /x", { headers }));
    expect(result).toMatchObject({ statusCode: 304, headers: { etag: '"v7"', "cache-control": "max-age=60" } });
    expect(result).not.toHaveProperty("body");
    expect(result.headers).not.toHaveProperty("content-type");
    expect((await send(get, request("POST /x", { headers }))).status).toBe(200);
    expect((await send(get, request("HEAD /x"))).result).not.toHaveProperty("body");
  });

  test("a harmless X-Request-Id is echoed, another not", async () => {
    const bare = httpBare(() => redirect("https://example.com/"));
    const id = async (sent: string) =>
      (await send(bare, request("GET /x", { headers: { "x-request-id": sent } }))).headers["x-request-id"];
    expect(await id("abcd-1234")).toBe("abcd-1234");
    expect(await id("short")).toBe("JKJaXmPLvHcESHA=");
    expect(await id("a".repeat(65))).toBe("JKJaXmPLvHcESHA=");
    expect(await id("abcdefgh\r\nx: y")).toBe("JKJaXmPLvHcESHA=");
  });

  test("no CORS header is ever set", async () => {
    const { headers } = await send(create, post("{", { origin: "https://a.example" }));
    expect(Object.keys(headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
  });
});

describe("as a middy handler", () => {
  test("further middlewares see the event and the reply; the headers come on top", async () => {
    const seen: unknown[] = [];
    const handler = http({}, () => noContent()).use({
      before: ({ event }) => void seen.push((event as { routeKey: string }).routeKey),
      after: ({ response }) => void seen.push((response as { statusCode: number }).statusCode),
    });
    expect((await send(handler, request("GET /x"))).headers["x-content-type-options"]).toBe("nosniff");
    expect(seen).toEqual(["GET /x", 204]);
  });

  test("an error of a further middleware is a problem too", async () => {
    const handler = http({}, () => noContent()).use({
      before: () => {
        throw conflict("slug-taken", "x");
      },
    });
    expect((await send(handler, request("GET /x"))).status).toBe(409);
  });

  test("the event is never changed", async () => {
    const event = post('{"url":"a"}', { Accept: "x" });
    const copy = structuredClone(event);
    await send(create, event);
    expect(event).toEqual(copy);
  });

  test("calls that share a context keep apart", async () => {
    const handler = http({ query: "any" }, async ({ query, log }) => {
      await Promise.resolve();
      log.info("in", { n: query["n"] });
      return ok({ n: query["n"] });
    });
    const context = { awsRequestId: "a", functionName: "f" };
    const calls = ["1", "2", "3"].map(async (n) =>
      capture(handler, request("GET /x", { query: `n=${n}`, headers: { "x-request-id": `request-${n}` } }), context),
    );
    const all = await Promise.all(calls);
    expect(all.map(([{ headers, body }]) => [headers?.["x-request-id"], body])).toEqual(
      ["1", "2", "3"].map((n) => [`request-${n}`, `{"n":"${n}"}`]),
    );
  });
});

describe("log and metrics", () => {
  test("one line per request, and its metrics, without anything personal", async () => {
    const event = request("POST /v1/links", {
      body: '{"url":"a"}',
      headers: { authorization: "Bearer planted", cookie: "planted", "x-api-key": "sk_planted" },
      authorizer: apiKey("someone@example.com", "links:write"),
    });
    const { lines, out } = await send(create, event);
    expect(lines[0]).toMatchObject({
      level: "INFO",
      message: "request",
      service: "svc",
      function_name: "svc-local-fn",
      function_request_id: "aws-1",
      route: "POST /v1/links",
      status: 201,
      request_id: "JKJaXmPLvHcESHA=",
      sub_hash: expect.stringMatching(/^[0-9a-f]{16}$/),
      duration_ms: expect.any(Number),
    });
    expect(lines[1]).toMatchObject({
      service: "svc",
      route: "POST /v1/links",
      requests: 1,
      errors4xx: 0,
      errors5xx: 0,
      duration: expect.any(Number),
    });
    expect(out).not.toMatch(/planted|someone|192\.0\.2/);
  });

  test("the first call of a handler is the cold one; 4xx and 5xx are counted", async () => {
    const handler = http({ body: NewLink }, () => noContent());
    const first = await send(handler, post("{"));
    expect([first.lines[0]?.["cold_start"], first.lines[1]?.["errors4xx"]]).toEqual([true, 1]);
    expect((await send(handler, post("{"))).lines[0]?.["cold_start"]).toBe(false);
  });
});
