import { connect } from "node:net";
import { describe, expect, test } from "@jest/globals";
import { AwsError } from "../gateway/aws-error.ts";
import { type Fn, openTestApi, type TestApi } from "./open-test-api.test.fixture.ts";

/** All that comes back for these bytes until the server closes or `until` is seen. */
const raw = (api: TestApi, bytes: string, until?: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(api.url).port), "127.0.0.1", () => socket.write(bytes));
    let text = "";
    socket.on("data", (chunk) => {
      text += String(chunk);
      if (until !== undefined && text.includes(until)) socket.destroy();
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(text));
  });

const throwing =
  (code: string): Fn =>
  () => {
    throw new AwsError(code, 429, "Rate Exceeded.");
  };

describe("the API answers by itself", () => {
  test("404 where no route is", async () => {
    const api = await openTestApi({ routes: { "GET /a": "echo" } });
    const got = await api.send("POST /a");
    expect(got).toMatchObject({ status: 404, body: '{"message":"Not Found"}' });
    expect(got.headers).toMatchObject({ "content-type": "application/json", "content-length": "23" });
  });

  test("500 when the function is gone, and when its permission is", async () => {
    const routes = { "GET /gone": "gone", "GET /a": "echo" };
    const sources: string[] = [];
    const permitted = (arn: string): boolean => {
      sources.push(arn);
      return !arn.endsWith("/GET/a");
    };
    const api = await openTestApi({ routes, permitted });
    expect(await api.send("GET /gone")).toMatchObject({ status: 500, body: '{"message":"Internal Server Error"}' });
    expect(await api.send("GET /a")).toMatchObject({ status: 500, body: '{"message":"Internal Server Error"}' });
    expect(sources[1]).toBe(`arn:aws:execute-api:us-east-1:000000000000:${api.apiId}/$default/GET/a`);
    expect(api.reports[1]).toContain("no permission lets apigateway.amazonaws.com");
  });

  test("503 when Lambda throttles, 413 when the event is too large for it", async () => {
    const functions = { busy: throwing("TooManyRequestsException"), large: throwing("RequestTooLargeException") };
    const api = await openTestApi({ functions, routes: { "GET /busy": "busy", "GET /large": "large" } });
    expect(await api.send("GET /busy")).toMatchObject({ status: 503, body: '{"message":"Service Unavailable"}' });
    expect(await api.send("GET /large")).toMatchObject({ status: 413, body: '{"message":"Request Entity Too Large"}' });
  });

  test("503 when the integration's time is over, while the function goes on", async () => {
    const done = Promise.withResolvers<string>();
    const functions = { slow: () => done.promise };
    const api = await openTestApi({ functions, routes: { $default: "slow" }, integration: { TimeoutInMillis: 50 } });
    expect(await api.send("GET /")).toMatchObject({ status: 503, body: '{"message":"Service Unavailable"}' });
    done.resolve("late");
  });

  test("429 when the bucket is empty, until the clock has refilled it", async () => {
    const DefaultRouteSettings = { ThrottlingBurstLimit: 2, ThrottlingRateLimit: "1" };
    const RouteSettings = { "GET /own": { ThrottlingBurstLimit: 1 } };
    const routes = { "GET /a": "echo", "GET /own": "echo" };
    const api = await openTestApi({ routes, stage: { DefaultRouteSettings, RouteSettings } });
    const statuses = async (line: string, times: number): Promise<number[]> => {
      const got = [];
      for (let time = 0; time < times; time++) got.push((await api.send(line)).status);
      return got;
    };
    expect(await statuses("GET /a", 3)).toEqual([200, 200, 429]);
    expect(await statuses("GET /own", 2)).toEqual([200, 429]);
    expect((await api.send("GET /a")).body).toBe('{"message":"Too Many Requests"}');
    await api.advance(1000);
    expect(await statuses("GET /a", 2)).toEqual([200, 429]);
  });

  test("403 for a foreign Host", async () => {
    const api = await openTestApi();
    const got = await api.send("GET /", { headers: { host: "evil.example" } });
    expect(got).toMatchObject({ status: 403, body: '{"message":"Forbidden"}' });
  });

  test("what comes after a failure as if nothing had been", async () => {
    let calls = 0;
    const fn = (): unknown => {
      if (++calls === 1) throw new Error("once");
      return { statusCode: 200, body: "ok" };
    };
    const api = await openTestApi({ functions: { fn }, routes: { $default: "fn" } });
    expect((await api.send("GET /")).status).toBe(500);
    expect((await api.send("GET /")).body).toBe("ok");
  });
});

const megabytes = (count: number): Buffer => Buffer.alloc(count * 1024 * 1024, "a");
const rawPath: Fn = (event) => ({ statusCode: 200, body: String(event["rawPath"]) });

describe("limits and connections", () => {
  const sizes = { size: (event: { body?: string }) => ({ statusCode: 200, body: String(event.body?.length) }) };
  const routes = { $default: "size" };
  const headers = { "content-type": "text/plain" };

  test("a body of 10 MB passes, a larger one is 413 and leaves the connection usable", async () => {
    const api = await openTestApi({ functions: { size: sizes.size as unknown as Fn }, routes });
    expect(await api.send("POST /", { headers, body: megabytes(10) })).toMatchObject({ status: 200, body: "10485760" });
    const got = await api.send("POST /", { headers, body: megabytes(11) });
    expect(got).toMatchObject({ status: 413, body: '{"message":"Request Entity Too Large"}' });
    expect((await api.send("POST /", { headers, body: "abc" })).body).toBe("3");
  });

  test("headers over 10,240 bytes are 431, also far over", async () => {
    const api = await openTestApi();
    expect((await api.send("GET /", { headers: { "x-a": "a".repeat(9_000) } })).status).toBe(200);
    const refused = { status: 431, body: '{"message":"Request Header Fields Too Large"}' };
    expect(await api.send("GET /", { headers: { "x-a": "a".repeat(10_240) } })).toMatchObject(refused);
    expect(await api.send("GET /", { headers: { "x-a": "a".repeat(100_000) } })).toMatchObject(refused);
  });

  test("bytes that are no HTTP are 400", async () => {
    const api = await openTestApi();
    expect(await raw(api, "hello\r\n\r\n")).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/);
  });

  test("an upload that breaks off invokes nothing", async () => {
    let calls = 0;
    const api = await openTestApi({ functions: { fn: () => ++calls }, routes: { $default: "fn" } });
    const socket = connect(Number(new URL(api.url).port), "127.0.0.1");
    socket.write("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf");
    await new Promise((resolve) => setImmediate(resolve));
    socket.destroy();
    expect((await api.send("GET /")).body).toBe("1");
    expect(calls).toBe(1);
  });

  test("a client that leaves during the call harms nobody", async () => {
    const started = Promise.withResolvers<void>();
    const done = Promise.withResolvers<unknown>();
    const fn: Fn = (event) => {
      if (event["rawPath"] === "/quick") return "quick";
      started.resolve();
      return done.promise;
    };
    const api = await openTestApi({ functions: { fn }, routes: { $default: "fn" } });
    const socket = connect(Number(new URL(api.url).port), "127.0.0.1");
    socket.write("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await started.promise;
    socket.destroy();
    done.resolve({ statusCode: 200, body: "x".repeat(1_000_000) });
    expect((await api.send("GET /quick")).body).toBe("quick");
    expect(api.reports).toEqual([]);
  });

  test("two requests on one connection are answered in order, a HEAD between them without a body", async () => {
    const api = await openTestApi({ functions: { rawPath }, routes: { $default: "rawPath" } });
    const lines = ["HEAD /head", "GET /one", "GET /two"].map((line) => `${line} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    const text = await raw(api, lines.join(""), "/two");
    expect(text.split("\r\n\r\n").map((part) => part.split("HTTP/1.1")[0])).toEqual(["", "", "/one", "/two"]);
  });

  test("the absolute form of a request line is understood", async () => {
    const api = await openTestApi({ routes: { "GET /a": "echo" } });
    const text = await raw(api, "GET http://localhost/a?b=1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    expect(text).toContain('"rawPath":"/a","rawQueryString":"b=1"');
  });
});
