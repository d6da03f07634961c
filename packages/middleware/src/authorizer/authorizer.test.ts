import { expect, test } from "@jest/globals";
import type { APIGatewayRequestAuthorizerEventV2 } from "aws-lambda";
import { capture, linesOf, request } from "../http/request.test.fixture.ts";
import { authorizer } from "./authorizer.ts";

const event = (...identitySource: string[]): APIGatewayRequestAuthorizerEventV2 => {
  const { requestContext, routeKey, rawPath, rawQueryString } = request("GET /m/v1/links");
  const common = {
    version: "2.0",
    type: "REQUEST",
    routeArn: "arn",
    cookies: [],
    headers: {},
    routeKey,
    rawPath,
    rawQueryString,
  };
  return { ...common, identitySource, requestContext } as unknown as APIGatewayRequestAuthorizerEventV2; // what is read of it
};

const keys = authorizer(({ secret }) => {
  if (secret === "outage") throw new Error("table is away");
  return secret === "sk_right" ? { sub: "o-1", scopes: ["links:read"] } : undefined;
});

test("a known key gives its principal", async () => {
  const [result, out] = await capture(keys, event("sk_right"));
  expect(result).toEqual({ isAuthorized: true, context: { sub: "o-1", scopes: ["links:read"] } });
  expect(linesOf(out)[0]).toMatchObject({ message: "authorize", route: "GET /m/v1/links", authorized: true });
  expect(out).not.toContain("sk_right");
});

test("an unknown key and none are refused without a context", async () => {
  expect((await capture(keys, event("sk_wrong")))[0]).toEqual({ isAuthorized: false });
  expect((await capture(keys, event()))[0]).toEqual({ isAuthorized: false });
});

test("an outage is thrown, not taken for a wrong key", async () => {
  await expect(capture(keys, event("outage"))).rejects.toThrow("table is away");
});
