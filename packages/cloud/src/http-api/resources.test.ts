import { Agent, createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "@jest/globals";
import { contextOf } from "../cloudformation/resource-context.test.fixture.ts";
import type { Properties } from "../cloudformation/resource-type.ts";
import { functionArn, openTestApi, openForTest, sender, type TestApi } from "./open-test-api.test.fixture.ts";

const API = { Name: "n", ProtocolType: "HTTP" };
const STAGE = { ApiId: "a", StageName: "$default", AutoDeploy: true };
const ROUTE = { ApiId: "a", RouteKey: "GET /", Target: "integrations/abc" };
const INTEGRATION = {
  ApiId: "a",
  IntegrationType: "AWS_PROXY",
  IntegrationUri: functionArn("f"),
  PayloadFormatVersion: "2.0",
};
const AUTHORIZER = {
  ApiId: "a",
  Name: "n",
  AuthorizerType: "REQUEST",
  AuthorizerUri: functionArn("f"),
  AuthorizerPayloadFormatVersion: "2.0",
};

describe("a template is refused before anything is made", () => {
  test.each<[string, Properties, string]>([
    ["Api", { ...API, ProtocolType: "WEBSOCKET" }, 'ProtocolType: only "HTTP" is supported'],
    ["Api", { ...API, Body: {} }, "Body"],
    ["Api", { ...API, CorsConfiguration: { AllowOrigin: ["*"] } }, "CorsConfiguration/AllowOrigin"],
    ["Api", { ...API, CorsConfiguration: { AllowOrigins: ["*"], AllowCredentials: true } }, "AllowCredentials"],
    ["Api", { ...API, DisableExecuteApiEndpoint: true }, "DisableExecuteApiEndpoint"],
    ["Stage", { ...STAGE, AutoDeploy: false }, "AutoDeploy"],
    ["Stage", { ...STAGE, DefaultRouteSettings: { Throttle: 1 } }, "DefaultRouteSettings/Throttle"],
    ["Route", { ...ROUTE, RouteKey: "GET /{a}b" }, "is not a route key"],
    ["Route", { ...ROUTE, AuthorizationType: "CUSTOM" }, "AuthorizerId"],
    ["Route", { ...ROUTE, AuthorizationType: "JWT" }, "CUSTOM or JWT belong together"],
    ["Route", { ...ROUTE, AuthorizationScopes: ["a"] }, "scopes are of JWT authorizers only"],
    ["Integration", { ...INTEGRATION, TimeoutInMillis: 30_001 }, "TimeoutInMillis: must be at most 30000"],
    ["Integration", { ...INTEGRATION, TimeoutInMillis: 49 }, "TimeoutInMillis: must be at least 50"],
    ["Integration", { ...INTEGRATION, PayloadFormatVersion: "1.0" }, 'PayloadFormatVersion: only "2.0"'],
    ["Integration", { ...INTEGRATION, IntegrationUri: "https://example.com" }, "must be the ARN of a Lambda function"],
    ["Authorizer", { ...AUTHORIZER, AuthorizerType: "JWT" }, "IdentitySource"],
    ["Authorizer", { ...AUTHORIZER, AuthorizerResultTtlInSeconds: 60 }, "caching needs an IdentitySource"],
    ["Authorizer", { ...AUTHORIZER, IdentitySource: ["method.request.header.X"] }, "IdentitySource/0"],
  ])("%s %j: %s", async (type, properties, message) => {
    const api = await openTestApi();
    await expect(api.create(type, properties)).rejects.toThrow(message);
  });

  test("a route key twice in one API", async () => {
    const api = await openTestApi({ routes: { "GET /": "echo" } });
    const again = api.create("Route", { ...ROUTE, ApiId: api.apiId });
    await expect(again).rejects.toThrow("Route with key GET / already exists for this API");
  });

  test("a part of an API that does not exist", async () => {
    const api = await openTestApi();
    await expect(api.create("Stage", STAGE)).rejects.toThrow("Invalid API identifier specified a");
  });
});

const occupy = (port: number): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
const portOf = (server: Server): number => (server.address() as AddressInfo).port;

const typeOf = (api: TestApi, name: string) => {
  const type = api.httpApi.service.types[`AWS::ApiGatewayV2::${name}`];
  if (type?.update === undefined) throw new Error("no such type");
  return { ...type, update: type.update };
};

describe("changes", () => {
  const context = contextOf("test-local", "Api");

  test("an update is seen by the next request, and keeps id and port", async () => {
    const api = await openTestApi();
    const before = { ...API };
    const changed = { ...API, CorsConfiguration: { AllowOrigins: ["*"] } };
    const updated = await typeOf(api, "Api").update(api.apiId, changed, before, context);
    expect(updated).toEqual({ physicalId: api.apiId, attributes: { ApiId: api.apiId, ApiEndpoint: api.url } });
    const reply = await api.send("GET /", { headers: { origin: "https://a.example" } });
    expect(reply.headers["access-control-allow-origin"]).toBe("*");
  });

  test("a removed route is gone; a removed API closes its port; both may be removed twice", async () => {
    const api = await openTestApi({ routes: {} });
    const integration = await api.create("Integration", { ...INTEGRATION, ApiId: api.apiId });
    const properties = { ApiId: api.apiId, RouteKey: "GET /x", Target: `integrations/${integration["Ref"]}` };
    const { RouteId = "" } = await api.create("Route", properties);
    expect((await api.send("GET /x")).status).toBe(500);
    await typeOf(api, "Route").remove(RouteId, properties, context);
    await typeOf(api, "Route").remove(RouteId, properties, context);
    expect((await api.send("GET /x")).status).toBe(404);
    await typeOf(api, "Api").remove(api.apiId, API, context);
    await typeOf(api, "Api").remove(api.apiId, API, context);
    expect(api.httpApi.endpointOf(api.apiId)).toBeUndefined();
    const port = Number(new URL(api.url).port);
    (await occupy(port)).close();
  });
});

/** A free range of one port, so that no other program's ports decide the test. */
const freeRange = async (): Promise<{ from: number; to: number }> => {
  const server = await occupy(0);
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return { from: port, to: port };
};

describe("ids and ports", () => {
  test("the id comes from stack and logical id, the URL of AWS leads to the port", async () => {
    const one = await openTestApi();
    const two = await openTestApi();
    const other = await openTestApi({ logicalId: "Other" });
    expect(one.apiId).toMatch(/^[a-z0-9]{10}$/);
    expect(two.apiId).toBe(one.apiId);
    expect(other.apiId).not.toBe(one.apiId);
    const url = `https://${one.apiId}.execute-api.us-east-1.amazonaws.com`;
    const unknown = "https://aaaaaaaaaa.execute-api.us-east-1.amazonaws.com";
    expect(one.httpApi.resolveUrl(`see ${url}/prod, ${url} or ${unknown}`)).toBe(
      `see ${one.url}/prod, ${one.url} or ${unknown}`,
    );
    expect(one.httpApi.endpointOf(one.apiId)).toBe(one.url);
  });

  test("the port lies in the range and is the same after a restart", async () => {
    const store = openForTest();
    const range = await freeRange();
    const first = await openTestApi({ store, ports: range });
    expect(first.url).toBe(`http://127.0.0.1:${range.from}`);
    await first.close();
    const second = await openTestApi({ store, ports: { from: 1, to: 2 }, routes: {} });
    expect(second.url).toBe(first.url);
    expect((await second.send("GET /")).status).toBe(200);
  });

  test("a recorded port that another program holds is an error that names it", async () => {
    const store = openForTest();
    const range = await freeRange();
    const first = await openTestApi({ store, ports: range });
    await first.close();
    const holder = await occupy(range.from);
    await expect(openTestApi({ store, ports: range })).rejects.toThrow(
      `Port ${range.from} of the HTTP API test-local/Api is held by another program`,
    );
    holder.close();
  });

  test("a range without a free port is an error that names it", async () => {
    const holder = await occupy(0);
    const from = portOf(holder);
    await expect(openTestApi({ ports: { from, to: from } })).rejects.toThrow(`No port from ${from} to ${from} is free`);
    holder.close();
  });

  test("the main port leads to an API by its Host", async () => {
    const api = await openTestApi({ functions: { fn: () => "by host" }, routes: { $default: "fn" } });
    const server = createServer((request, response) => void api.httpApi.handle(request, response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const send = sender(`http://127.0.0.1:${portOf(server)}`, new Agent());
    const own = { headers: { host: `${api.apiId}.execute-api.localhost` } };
    expect((await send("GET /", own)).body).toBe("by host");
    const unknown = { headers: { host: "aaaaaaaaaa.execute-api.us-east-1.amazonaws.com" } };
    expect(await send("GET /", unknown)).toMatchObject({ status: 404 });
    server.close();
    server.closeAllConnections();
  });
});
