import { gunzipSync } from "node:zlib";
import { expect, test } from "@jest/globals";
import { APIGatewayProxyEventV2Schema } from "@aws-lambda-powertools/parser/schemas/api-gatewayv2";
import { CloudWatchLogsSchema } from "@aws-lambda-powertools/parser/schemas/cloudwatch";
import { S3Schema } from "@aws-lambda-powertools/parser/schemas/s3";
import { SqsSchema } from "@aws-lambda-powertools/parser/schemas/sqs";
import { authorizerEvent, httpEvent } from "./http.ts";
import { logsEvent } from "./logs.ts";
import { s3Event } from "./s3.ts";
import { sqsEvent } from "./sqs.ts";

test("an HTTP event derives query, path parameters, body and content type from the request", () => {
  const event = httpEvent("POST /v1/links/a%2Fb?tag=x&tag=y&q=1+2", {
    route: "POST /v1/links/{code}",
    body: { url: "https://example.com" },
    caller: { iam: { userArn: "arn:aws:iam::000000000000:user/local" } },
  });
  expect(event).toMatchObject({
    routeKey: "POST /v1/links/{code}",
    rawPath: "/v1/links/a%2Fb",
    rawQueryString: "tag=x&tag=y&q=1+2",
    queryStringParameters: { tag: "x,y", q: "1 2" },
    pathParameters: { code: "a/b" },
    body: '{"url":"https://example.com"}',
    headers: { "content-type": "application/json" },
  });
  expect(APIGatewayProxyEventV2Schema.safeParse(event).error).toBeUndefined();
});

test("an HTTP event of a signed-in person carries the claims", () => {
  const event = httpEvent("GET /v1/links", { caller: { jwt: { sub: "u1", scopes: ["links:read"] } } });
  expect(event.requestContext.authorizer).toEqual({
    jwt: { claims: { sub: "u1", token_use: "access" }, scopes: ["links:read"] },
  });
  expect(APIGatewayProxyEventV2Schema.safeParse(event).error).toBeUndefined();
});

test("a greedy path variable takes the rest of the path", () => {
  expect(httpEvent("GET /files/a/b%20c", { route: "GET /files/{path+}" }).pathParameters).toEqual({ path: "a/b c" });
});

test("an authorizer event names the route and the identity source", () => {
  const event = authorizerEvent("GET /m/v1/links", { headers: { "X-Api-Key": "k" }, identitySource: ["k"] });
  expect(event).toMatchObject({ type: "REQUEST", identitySource: ["k"], headers: { "x-api-key": "k" } });
  expect(event.routeArn).toBe("arn:aws:execute-api:us-east-1:000000000000:api/$default/GET/m/v1/links");
});

test("an S3 event encodes its keys like a form", () => {
  const event = s3Event({ bucket: "b", key: "uploads/Grüße aus+Köln (1).jpg", sizeBytes: 7 });
  expect(event.Records[0]?.s3.object.key).toBe("uploads/Gr%C3%BC%C3%9Fe+aus%2BK%C3%B6ln+%281%29.jpg");
  expect(S3Schema.safeParse(event).error).toBeUndefined();
});

test("events nest: an S3 event in an SQS message, with the MD5 of its body", () => {
  const event = sqsEvent([s3Event({ bucket: "b", key: "k" })]);
  expect(JSON.parse(event.Records[0]?.body ?? "")).toMatchObject({ Records: [{ s3: { object: { key: "k" } } }] });
  expect(SqsSchema.safeParse(event).error).toBeUndefined();
});

test("a log subscription event carries its lines compressed", () => {
  const event = logsEvent([{ type: "click" }, "plain"]);
  const message = JSON.parse(gunzipSync(Buffer.from(event.awslogs.data, "base64")).toString()) as {
    logEvents: { message: string }[];
  };
  expect(message.logEvents.map((line) => line.message)).toEqual(['{"type":"click"}', "plain"]);
  expect(CloudWatchLogsSchema.safeParse(event).error).toBeUndefined();
});

test("the same call makes the same event", () => {
  expect(httpEvent("GET /a")).toEqual(httpEvent("GET /a"));
  expect(sqsEvent(["a"])).toEqual(sqsEvent(["a"]));
});
