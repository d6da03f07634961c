import { describe, expect, test } from "@jest/globals";
import { AwsError } from "../gateway/aws-error.ts";
import { sign } from "../protocols/sigv4.ts";
import {
  type Event,
  type Fn,
  functionArn,
  type IamCall,
  NOW,
  openTestApi,
  type TestApi,
} from "./open-test-api.test.fixture.ts";

const FORBIDDEN = { status: 403, body: '{"message":"Forbidden"}' };
const UNAUTHORIZED = { status: 401, body: '{"message":"Unauthorized"}' };
const FAILED = { status: 500, body: '{"message":"Internal Server Error"}' };

interface Keyed {
  readonly check: Fn;
  readonly properties?: Record<string, unknown>;
  readonly decide?: (call: IamCall) => boolean;
  readonly permitted?: (arn: string) => boolean;
}

const openKeyed = ({ check, properties = {}, decide = () => true, permitted = () => true }: Keyed): Promise<TestApi> =>
  openTestApi({
    functions: { check },
    routes: { "GET /m/{code}": ["echo", { AuthorizationType: "CUSTOM" }] },
    authorizer: {
      AuthorizerUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn("check")}/invocations`,
      IdentitySource: ["$request.header.x-api-key"],
      ...properties,
    },
    decide,
    permitted,
  });

const withKey = (key: string): { headers: Record<string, string> } => ({ headers: { "x-api-key": key } });

describe("a Lambda authorizer", () => {
  test("gets the request and its identity, and its context reaches the function", async () => {
    let seen: Event | undefined;
    const check: Fn = (event) => {
      seen = event;
      return { isAuthorized: true, context: { sub: "u1", scopes: ["a"], n: 1 } };
    };
    const api = await openKeyed({ check });
    const event = JSON.parse((await api.send("GET /m/x?q=1", withKey("K"))).body) as Event;
    expect(event.requestContext["authorizer"]).toEqual({ lambda: { sub: "u1", scopes: ["a"], n: 1 } });
    expect(seen).toMatchObject({
      version: "2.0",
      type: "REQUEST",
      routeArn: `arn:aws:execute-api:us-east-1:000000000000:${api.apiId}/$default/GET/m/x`,
      identitySource: ["K"],
      routeKey: "GET /m/{code}",
      rawPath: "/m/x",
      rawQueryString: "q=1",
      headers: { "x-api-key": "K" },
      pathParameters: { code: "x" },
      requestContext: { http: { method: "GET", path: "/m/x" }, requestId: event.requestContext["requestId"] },
    });
    expect(seen).not.toHaveProperty("isBase64Encoded");
  });

  test("is not asked without an identity: 401", async () => {
    let calls = 0;
    const api = await openKeyed({ check: () => ({ isAuthorized: ++calls > 0 }) });
    expect(await api.send("GET /m/x")).toMatchObject(UNAUTHORIZED);
    expect(await api.send("GET /m/x", withKey(""))).toMatchObject(UNAUTHORIZED);
    expect(calls).toBe(0);
  });

  test("refuses with 403", async () => {
    const api = await openKeyed({ check: () => ({ isAuthorized: false }) });
    expect(await api.send("GET /m/x", withKey("K"))).toMatchObject(FORBIDDEN);
  });

  test.each<[string, Fn]>([
    ["throws", () => Promise.reject(new Error("down"))],
    ["is throttled", () => Promise.reject(new AwsError("TooManyRequestsException", 429, ""))],
    ["answers nothing", () => undefined],
    ["answers no boolean", () => ({ isAuthorized: "true" })],
    ["answers a context that is a list", () => ({ isAuthorized: true, context: [] })],
  ])("that %s is 500", async (_, check) => {
    const api = await openKeyed({ check });
    expect(await api.send("GET /m/x", withKey("K"))).toMatchObject(FAILED);
    expect(api.reports).toEqual([expect.stringMatching(/: authorizer keys failed: /)]);
  });

  test("that the API may not invoke is 500", async () => {
    const api = await openKeyed({
      check: () => ({ isAuthorized: true }),
      permitted: (arn) => !arn.includes("/authorizers/"),
    });
    expect(await api.send("GET /m/x", withKey("K"))).toMatchObject(FAILED);
  });

  test("is asked once per identity while its time to live lasts, for refusals too", async () => {
    const asked: unknown[] = [];
    const check: Fn = ({ identitySource }) => {
      asked.push(...(identitySource as string[]));
      return { isAuthorized: !asked.includes("bad") || asked.at(-1) !== "bad" };
    };
    const api = await openKeyed({ check, properties: { AuthorizerResultTtlInSeconds: 60 } });
    const statuses = async (keys: readonly string[]): Promise<number[]> => {
      const got = [];
      for (const key of keys) got.push((await api.send("GET /m/x", withKey(key))).status);
      return got;
    };
    expect(await statuses(["A", "A", "B", "bad", "bad", "A"])).toEqual([200, 200, 200, 403, 403, 200]);
    expect(asked).toEqual(["A", "B", "bad"]);
    await api.advance(59_999);
    await statuses(["A"]);
    expect(asked).toHaveLength(3);
    await api.advance(1);
    await statuses(["A", "A"]);
    expect(asked).toEqual(["A", "B", "bad", "A"]);
  });

  test("may answer with an IAM policy, judged for the very route", async () => {
    const policyDocument = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "execute-api:Invoke", Resource: "*" }],
    };
    const calls: IamCall[] = [];
    const decide = (call: IamCall): boolean => {
      calls.push(call);
      return calls.length === 1;
    };
    const check: Fn = () => ({ principalId: "p", policyDocument, context: { a: "b" } });
    const api = await openKeyed({ check, decide, properties: { EnableSimpleResponses: false } });
    const event = JSON.parse((await api.send("GET /m/x", withKey("K"))).body) as Event;
    expect(event.requestContext["authorizer"]).toEqual({ lambda: { a: "b" } });
    expect(calls[0]).toMatchObject({
      need: {
        action: "execute-api:Invoke",
        resource: `arn:aws:execute-api:us-east-1:000000000000:${api.apiId}/$default/GET/m/x`,
      },
      policy: { Statement: [{ Effect: "Allow", Principal: "*" }] },
    });
    expect(await api.send("GET /m/x", withKey("K"))).toMatchObject(FORBIDDEN);
  });

  test("that answers neither is 500", async () => {
    const api = await openKeyed({
      check: () => ({ isAuthorized: true }),
      properties: { EnableSimpleResponses: false },
    });
    expect(await api.send("GET /m/x", withKey("K"))).toMatchObject(FAILED);
  });

  test("takes identities from query, stage variables and context", async () => {
    const IdentitySource = ["$request.querystring.k", "$context.routeKey", "$context.httpMethod"];
    let identity: unknown;
    const check: Fn = ({ identitySource }) => {
      identity = identitySource;
      return { isAuthorized: true };
    };
    const api = await openKeyed({ check, properties: { IdentitySource } });
    await api.send("GET /m/x?k=1&k=2");
    expect(identity).toEqual(["1,2", "GET /m/{code}", "GET"]);
  });
});

const openSigned = (decide?: (call: IamCall) => boolean): Promise<TestApi> =>
  openTestApi({
    routes: { "PUT /internal/{id}": ["echo", { AuthorizationType: "AWS_IAM" }] },
    ...(decide && { decide }),
  });

describe("a route with AWS_IAM", () => {
  const LOCAL = { accessKeyId: "local", secretAccessKey: "local" };
  const ROLE = { accessKeyId: "ROLEKEY", secretAccessKey: "secret", sessionToken: "token" };
  const PATH = "/internal/a%20b";

  const send = (api: TestApi, key: typeof LOCAL, change: Partial<Parameters<typeof sign>[1]> = {}, body = "x") => {
    const host = api.url.slice("http://".length);
    const request = { method: "PUT", path: PATH, rawQuery: "b=1", headers: { host, "content-type": "text/plain" } };
    const signer = { ...key, region: "us-east-1", service: "execute-api", now: NOW, ...change };
    const headers = sign({ ...request, payload: "x" }, signer);
    return api.send(`PUT ${PATH}?b=1`, { headers, body });
  };

  test("lets in whom IAM allows, and tells the function who it is", async () => {
    const calls: IamCall[] = [];
    const api = await openSigned((call) => calls.push(call) > 0);
    const event = JSON.parse((await send(api, ROLE)).body) as Event;
    expect(calls[0]?.need.resource).toBe(
      `arn:aws:execute-api:us-east-1:000000000000:${api.apiId}/$default/PUT/internal/a%20b`,
    );
    const id = "AROACALLER:session";
    expect(event.requestContext["authorizer"]).toEqual({
      iam: {
        accessKey: "ROLEKEY",
        accountId: "000000000000",
        callerId: id,
        cognitoIdentity: null,
        principalOrgId: null,
        userArn: "arn:aws:sts::000000000000:assumed-role/caller/session",
        userId: id,
      },
    });
    expect((await send(api, LOCAL, { now: Date.now() })).status).toBe(200);
  });

  test("refuses whom IAM does not allow", async () => {
    const api = await openSigned(() => false);
    expect(await send(api, ROLE)).toMatchObject(FORBIDDEN);
    expect(api.reports[0]).toContain("denied");
  });

  test("refuses every signature that is not right", async () => {
    const api = await openSigned();
    expect(await api.send(`PUT ${PATH}`)).toMatchObject(FORBIDDEN);
    expect(await send(api, { ...LOCAL, secretAccessKey: "other" })).toMatchObject(FORBIDDEN);
    expect(await send(api, { ...LOCAL, accessKeyId: "AKIAREAL" })).toMatchObject(FORBIDDEN);
    expect(await send(api, { ...ROLE, sessionToken: "old" } as typeof LOCAL)).toMatchObject(FORBIDDEN);
    expect(await send(api, LOCAL, {}, "y")).toMatchObject(FORBIDDEN);
    expect(await send(api, LOCAL, { service: "lambda" })).toMatchObject(FORBIDDEN);
    expect(await send(api, LOCAL, { region: "eu-west-1" })).toMatchObject(FORBIDDEN);
    expect(await send(api, LOCAL, { now: NOW - 16 * 60_000 })).toMatchObject(FORBIDDEN);
    expect(await api.send(`PUT ${PATH}`, { headers: { authorization: "AWS4-HMAC-SHA256 junk" } })).toMatchObject(
      FORBIDDEN,
    );
  });
});
