import { describe, expect, test } from "@jest/globals";
import type { Properties } from "../cloudformation/resource-type.ts";
import { type Fn, openTestApi, type Reply, type Sent } from "./open-test-api.test.fixture.ts";

const CORS = {
  AllowOrigins: ["https://a.example", "http://*"],
  AllowMethods: ["GET", "POST"],
  AllowHeaders: ["content-type"],
  ExposeHeaders: ["etag", "link"],
  MaxAge: 600,
};
const fn: Fn = () => ({
  statusCode: 200,
  headers: { "Access-Control-Allow-Origin": "https://handler.example", "access-control-max-age": "1", etag: "v" },
});

const send = async (line: string, sent: Sent, cors: Properties | undefined = CORS): Promise<Reply> => {
  const routes = { "ANY /a": ["fn", { AuthorizationType: "AWS_IAM" }], "GET /open": "fn" } as const;
  const api = await openTestApi({ functions: { fn }, routes, api: { CorsConfiguration: cors } });
  const reply = await api.send(line, sent);
  return reply;
};
const corsOf = ({ headers }: Reply): Record<string, unknown> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith("access-control-")));

const asked = (origin: string): Sent => ({ headers: { origin, "access-control-request-method": "POST" } });

describe("a preflight", () => {
  test("is answered by the configuration, whatever route and authorizer there are", async () => {
    const got = await send("OPTIONS /a", asked("https://a.example"));
    expect(got).toMatchObject({ status: 204, body: "" });
    expect(corsOf(got)).toEqual({
      "access-control-allow-origin": "https://a.example",
      "access-control-allow-methods": "GET,POST",
      "access-control-allow-headers": "content-type",
      "access-control-max-age": "600",
    });
  });

  test("of a foreign origin gets nothing", async () => {
    const got = await send("OPTIONS /nowhere", asked("https://b.example"));
    expect(got.status).toBe(204);
    expect(corsOf(got)).toEqual({});
  });

  test("is a request like any other without a configuration", async () => {
    const api = await openTestApi({ routes: { "GET /a": "echo" } });
    expect((await api.send("OPTIONS /a", asked("https://a.example"))).status).toBe(404);
  });
});

describe("an answer", () => {
  test("has the configured headers instead of the function's", async () => {
    const got = await send("GET /open", { headers: { origin: "http://anything.example" } });
    expect(got.headers["etag"]).toBe("v");
    expect(corsOf(got)).toEqual({
      "access-control-allow-origin": "http://anything.example",
      "access-control-expose-headers": "etag,link",
    });
  });

  test("has none for a foreign origin, or without one", async () => {
    expect(corsOf(await send("GET /open", { headers: { origin: "https://b.example" } }))).toEqual({});
    expect(corsOf(await send("GET /open", {}))).toEqual({});
  });

  test("has them on errors too", async () => {
    const got = await send("GET /a", { headers: { origin: "https://a.example" } });
    expect(got.status).toBe(403);
    expect(got.headers["access-control-allow-origin"]).toBe("https://a.example");
  });

  test("says * for every origin, and true for credentials", async () => {
    const origin = { headers: { origin: "https://a.example" } };
    expect(corsOf(await send("GET /open", origin, { AllowOrigins: ["*"] }))).toEqual({
      "access-control-allow-origin": "*",
    });
    const credentials = { AllowOrigins: ["https://a.example"], AllowCredentials: "true" };
    expect(corsOf(await send("GET /open", origin, credentials))).toMatchObject({
      "access-control-allow-credentials": "true",
    });
  });

  test("keeps the function's own headers when the API has no configuration", async () => {
    const api = await openTestApi({ functions: { fn }, routes: { $default: "fn" } });
    expect((await api.send("GET /")).headers["access-control-allow-origin"]).toBe("https://handler.example");
  });
});
