import { describe, expect, test } from "@jest/globals";
import { type Fn, openTestApi, Raw, type Reply } from "./open-test-api.test.fixture.ts";

const reply = async (fn: Fn, line = "GET /"): Promise<Reply & { readonly reports: readonly string[] }> => {
  const api = await openTestApi({ functions: { fn }, routes: { $default: "fn" } });
  const got = await api.send(line);
  return { ...got, reports: api.reports };
};

describe("a result becomes", () => {
  test("what its statusCode, headers, cookies and body say", async () => {
    const headers = { "Content-Type": "text/html", "X-Number": 7, "x-flag": true };
    const got = await reply(() => ({ statusCode: 201, headers, cookies: ["a=1; Path=/", "b=2"], body: "<p>ü</p>" }));
    expect(got).toMatchObject({ status: 201, body: "<p>ü</p>" });
    expect(got.headers).toMatchObject({
      "content-type": "text/html",
      "x-number": "7",
      "x-flag": "true",
      "set-cookie": ["a=1; Path=/", "b=2"],
      "content-length": "9",
    });
  });

  test("text when it names no content type", async () => {
    const got = await reply(() => ({ statusCode: 200, body: "x" }));
    expect(got.headers["content-type"]).toBe("text/plain;charset=UTF-8");
  });

  test("bytes when it is base64", async () => {
    const got = await reply(() => ({
      statusCode: "200",
      body: Buffer.from("hé").toString("base64"),
      isBase64Encoded: true,
    }));
    expect(got).toMatchObject({ status: 200, body: "hé" });
  });

  test.each<[string, unknown, string, string]>([
    ["JSON, for an object without statusCode", { a: [1] }, "application/json", '{"a":[1]}'],
    ["JSON, for a list", [1], "application/json", "[1]"],
    ["JSON, for a number", 7, "application/json", "7"],
    ["JSON, for nothing", undefined, "application/json", "null"],
    ["text, for a string", "hello", "text/plain;charset=UTF-8", "hello"],
  ])("200 %s", async (_, result, type, body) => {
    const got = await reply(() => result);
    expect(got).toMatchObject({ status: 200, body });
    expect(got.headers["content-type"]).toBe(type);
  });

  test("an answer without what only the API may set, and without multiValueHeaders", async () => {
    const headers = { "content-length": "99", connection: "close", "transfer-encoding": "chunked", etag: "x" };
    const got = await reply(() => ({ statusCode: 200, headers, multiValueHeaders: { "x-many": ["a"] }, body: "four" }));
    expect(got.headers).toMatchObject({ "content-length": "4", etag: "x", connection: "keep-alive" });
    expect(got.headers).not.toHaveProperty("x-many");
  });

  test.each([204, 304])("%i without a body", async (statusCode) => {
    const got = await reply(() => ({ statusCode, headers: { etag: "v" }, body: "ignored" }));
    expect(got).toMatchObject({ status: statusCode, body: "" });
    expect(got.headers).not.toHaveProperty("content-length");
    expect(got.headers).not.toHaveProperty("content-type");
  });

  test("the length alone, for HEAD", async () => {
    const got = await reply(() => ({ statusCode: 200, body: "hello" }), "HEAD /");
    expect(got).toMatchObject({ status: 200, body: "" });
    expect(got.headers["content-length"]).toBe("5");
  });
});

describe("500 and a report for the developer is the answer to", () => {
  test.each<[string, Fn]>([
    ["a function that throws", () => Promise.reject(new Error("no"))],
    ["a result that is not JSON", () => new Raw("{")],
    ["a statusCode that is no number", () => ({ statusCode: "x" })],
    ["a statusCode out of range", () => ({ statusCode: 99 })],
    ["a statusCode of null", () => ({ statusCode: null })],
    ["a body that is an object", () => ({ statusCode: 200, body: {} })],
    ["headers that are a list", () => ({ statusCode: 200, headers: [] })],
    ["a header that is a list", () => ({ statusCode: 200, headers: { a: ["b"] } })],
    ["a header with a line break", () => ({ statusCode: 200, headers: { a: "b\r\nset-cookie: c" } })],
    ["a header name with a space", () => ({ statusCode: 200, headers: { "a b": "c" } })],
    ["cookies that are a string", () => ({ statusCode: 200, cookies: "a=1" })],
    ["base64 that is none", () => ({ statusCode: 200, body: "%%", isBase64Encoded: true })],
  ])("%s", async (_, fn) => {
    const got = await reply(fn);
    expect(got).toMatchObject({ status: 500, body: '{"message":"Internal Server Error"}' });
    expect(got.headers["content-type"]).toBe("application/json");
    expect(got.reports).toEqual([
      expect.stringMatching(/^HTTP API test-local\/Api, \$default, arn:.*: answered 500: /),
    ]);
  });
});
