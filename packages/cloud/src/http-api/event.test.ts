import { describe, expect, test } from "@jest/globals";
import { type Event, openTestApi, type Sent, type TestApiOptions } from "./open-test-api.test.fixture.ts";

/** The event that a function gets for a request. */
const eventOf = async (line: string, sent?: Sent, options?: TestApiOptions): Promise<Event> => {
  const api = await openTestApi(options);
  const { body } = await api.send(line, sent);
  return JSON.parse(body) as Event;
};

describe("the event of payload format 2.0", () => {
  test("is complete", async () => {
    const routes = { "GET /links/{code}": "echo" };
    const headers = { "user-agent": "test", "x-list": ["a", "b"], cookie: "a=1; b=2" };
    const api = await openTestApi({ routes });
    const line = "GET /links/a%20b%252F?tag=x&tag=y&q=a%20b";
    const event = JSON.parse((await api.send(line, { headers })).body) as Event;
    const host = api.url.slice("http://".length);
    expect(event).toEqual({
      version: "2.0",
      routeKey: "GET /links/{code}",
      rawPath: "/links/a%20b%252F",
      rawQueryString: "tag=x&tag=y&q=a%20b",
      cookies: ["a=1", "b=2"],
      headers: {
        "content-length": "0",
        host,
        "user-agent": "test",
        "x-amzn-trace-id": expect.stringMatching(/^Root=1-6968d6c0-[0-9a-f]{24}$/),
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-port": host.split(":")[1],
        "x-forwarded-proto": "http",
        "x-list": "a,b",
      },
      queryStringParameters: { tag: "x,y", q: "a b" },
      pathParameters: { code: "a b%2F" },
      requestContext: {
        accountId: "000000000000",
        apiId: api.apiId,
        domainName: host,
        domainPrefix: api.apiId,
        http: {
          method: "GET",
          path: "/links/a%20b%252F",
          protocol: "HTTP/1.1",
          sourceIp: "127.0.0.1",
          userAgent: "test",
        },
        requestId: expect.stringMatching(/^[\w-]{15}=$/),
        routeKey: "GET /links/{code}",
        stage: "$default",
        time: "15/Jan/2026:12:00:00 +0000",
        timeEpoch: Date.UTC(2026, 0, 15, 12),
      },
      isBase64Encoded: false,
    });
  });

  test("has no key for what the request does not have", async () => {
    const event = await eventOf("GET /");
    for (const absent of ["cookies", "queryStringParameters", "pathParameters", "stageVariables", "body"])
      expect(event).not.toHaveProperty(absent);
  });

  test("has the stage variables", async () => {
    const event = await eventOf("GET /", {}, { stage: { StageVariables: { mode: "x" } } });
    expect(event["stageVariables"]).toEqual({ mode: "x" });
  });

  test("keeps a trace id and a forwarded address that came in", async () => {
    const headers = { "x-amzn-trace-id": "Root=1-a-b", "x-forwarded-for": "10.0.0.1" };
    expect(await eventOf("GET /", { headers })).toMatchObject({
      headers: { "x-amzn-trace-id": "Root=1-a-b", "x-forwarded-for": "10.0.0.1, 127.0.0.1" },
    });
  });

  test("has the request's own names, even those of Object.prototype", async () => {
    const event = await eventOf("GET /?__proto__=1&constructor=2", { headers: { ["__proto__"]: "x", toString: "y" } });
    expect(Object.entries(event["queryStringParameters"] as object)).toEqual([
      ["__proto__", "1"],
      ["constructor", "2"],
    ]);
    expect(event.headers["tostring"]).toBe("y");
  });

  test("two requests have two request ids, which the answer repeats", async () => {
    const api = await openTestApi();
    const replies = await Promise.all([api.send("GET /"), api.send("GET /")]);
    const ids = replies.map(({ body }) => (JSON.parse(body) as Event).requestContext["requestId"]);
    expect(new Set(ids).size).toBe(2);
    expect(replies.map(({ headers }) => headers["apigw-requestid"])).toEqual(ids);
  });

  const latin = Buffer.from([0xe9]);
  test.each<[string, string | undefined, string | Buffer, boolean]>([
    ["JSON", "application/json; charset=utf-8", '{"ü":1}', false],
    ["text", "text/plain", "ü", false],
    ["JSON with a suffix", "application/merge-patch+json", "{}", false],
    ["text without a type", undefined, "hello", false],
    ["a form", "application/x-www-form-urlencoded", "a=1", true],
    ["an image", "image/png", "png", true],
    ["text that is not UTF-8", "application/json", latin, true],
  ])("%s is base64: only binary bodies and forms are", async (_, type, body, encoded) => {
    const event = await eventOf("POST /", { headers: type === undefined ? {} : { "content-type": type }, body });
    expect(event["isBase64Encoded"]).toBe(encoded);
    const text = String(event["body"]);
    expect(encoded ? Buffer.from(text, "base64") : text).toEqual(encoded ? Buffer.from(body) : body);
  });

  test("a compressed body is base64", async () => {
    const headers = { "content-type": "application/json", "content-encoding": "gzip" };
    expect(await eventOf("POST /", { headers, body: "x" })).toMatchObject({ isBase64Encoded: true });
  });
});

describe("a stage with a name", () => {
  test("is the first segment of the path, which routes do not see", async () => {
    const api = await openTestApi({ routes: { "GET /a": "echo" } });
    await api.create("Stage", { ApiId: api.apiId, StageName: "prod", AutoDeploy: true });
    const event = JSON.parse((await api.send("GET /prod/a")).body) as Event;
    expect(event).toMatchObject({ rawPath: "/prod/a", requestContext: { stage: "prod", routeKey: "GET /a" } });
  });
});
