import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { expect, test } from "@jest/globals";
import type { SQSEvent } from "aws-lambda";
import {
  APIGatewayProxyEventV2Schema,
  APIGatewayRequestAuthorizerEventV2Schema,
} from "@aws-lambda-powertools/parser/schemas/api-gatewayv2";
import { CloudWatchLogsSchema } from "@aws-lambda-powertools/parser/schemas/cloudwatch";
import { DynamoDBStreamSchema } from "@aws-lambda-powertools/parser/schemas/dynamodb";
import { EventBridgeSchema } from "@aws-lambda-powertools/parser/schemas/eventbridge";
import { S3Schema, S3SqsEventNotificationSchema } from "@aws-lambda-powertools/parser/schemas/s3";
import { SnsSchema, SnsSqsNotificationSchema } from "@aws-lambda-powertools/parser/schemas/sns";
import { SqsSchema } from "@aws-lambda-powertools/parser/schemas/sqs";
import { eventBridgeEvent, scheduleEvent } from "./event-bridge.ts";
import { authorizerEvent, httpEvent } from "./http.ts";
import { logsEvent } from "./logs.ts";
import { s3Event } from "./s3.ts";
import { snsEvent } from "./sns.ts";
import { sqsEvent } from "./sqs.ts";
import { streamEvent } from "./stream.ts";

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
    requestContext: { time: "15/Jan/2026:12:00:00 +0000", timeEpoch: 1_768_478_400_000 },
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
  expect(APIGatewayRequestAuthorizerEventV2Schema.safeParse(event).error).toBeUndefined();
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

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const bodyIn = (event: SQSEvent): unknown => JSON.parse(event.Records[0]?.body ?? "");

test("an S3 event travels in SNS, in SQS, and in SNS in SQS, each as the schemas know it", () => {
  const inner = s3Event({ bucket: "b", key: "a b.jpg" });
  expect(SnsSchema.safeParse(snsEvent(inner)).error).toBeUndefined();
  expect(S3SqsEventNotificationSchema.safeParse(sqsEvent([inner])).error).toBeUndefined();
  const enveloped = bodyIn(sqsEvent([snsEvent(inner, { attributes: { correlationId: "c" } })]));
  const notification = SnsSqsNotificationSchema.parse(enveloped);
  expect(S3Schema.safeParse(JSON.parse(notification.Message)).error).toBeUndefined();
  expect(enveloped).toMatchObject({ UnsubscribeURL: expect.any(String), MessageAttributes: { correlationId: {} } });
  expect(enveloped).not.toHaveProperty("UnsubscribeUrl");
});

test("an event of a bus travels in SNS and in SQS", () => {
  const placed = eventBridgeEvent({ source: "shop", detailType: "Order placed", detail: { order: "a" } });
  expect(EventBridgeSchema.safeParse(placed).error).toBeUndefined();
  const enveloped = bodyIn(sqsEvent([snsEvent(placed)]));
  expect(JSON.parse(SnsSqsNotificationSchema.parse(enveloped).Message)).toEqual(placed);
  expect(bodyIn(sqsEvent([placed]))).toEqual(placed);
});

test("the MD5 of attributes is SQS's own", () => {
  const [message] = sqsEvent(["x"], { attributes: { b: "2", a: "1" } }).Records;
  const hash = createHash("md5");
  for (const text of ["a", "String", "1", "b", "String", "2"]) {
    if (/[12]/.test(text)) hash.update(Buffer.from([1]));
    hash.update(Buffer.from([0, 0, 0, text.length])).update(text);
  }
  expect(message?.md5OfMessageAttributes).toBe(hash.digest("hex"));
});

test("messages of a FIFO queue have group, deduplication id and rising sequence numbers", () => {
  const event = sqsEvent(["a", "b"], { queue: "orders.fifo", groupId: "g" });
  expect(SqsSchema.safeParse(event).error).toBeUndefined();
  const [first, second] = event.Records.map(({ attributes }) => attributes);
  expect(first).toMatchObject({ MessageGroupId: "g", MessageDeduplicationId: sha256("a") });
  expect(BigInt(second?.SequenceNumber ?? 0)).toBeGreaterThan(BigInt(first?.SequenceNumber ?? 0));
});

test("a stream event tells changes by their images, with keys, sizes and rising sequence numbers", () => {
  const item = { pk: "a", sk: 1, tags: new Set(["x"]), bytes: new Uint8Array([1]), deep: { list: [null, true, 1.5] } };
  const event = streamEvent([{ new: item }, { old: item, new: { ...item, sk: 2 } }, { old: item, expired: true }]);
  expect(event.Records.map(({ eventName }) => eventName)).toEqual(["INSERT", "MODIFY", "REMOVE"]);
  expect(event.Records[0]?.dynamodb).toMatchObject({
    Keys: { pk: { S: "a" }, sk: { N: "1" } },
    NewImage: {
      tags: { SS: ["x"] },
      bytes: { B: "AQ==" },
      deep: { M: { list: { L: [{ NULL: true }, { BOOL: true }, { N: "1.5" }] } } },
    },
    StreamViewType: "NEW_AND_OLD_IMAGES",
  });
  const numbers = event.Records.map(({ dynamodb }) => dynamodb?.SequenceNumber ?? "");
  expect(numbers).toEqual(numbers.toSorted());
  expect(DynamoDBStreamSchema.safeParse(event).error).toBeUndefined();
});

test("a stream event shows what its table's view shows, and names missing keys", () => {
  const change = { old: { code: "a" }, new: { code: "a" } };
  const images = (view: "KEYS_ONLY" | "NEW_IMAGE" | "OLD_IMAGE"): object =>
    streamEvent(change, { keys: ["code"], view }).Records[0]?.dynamodb ?? {};
  expect(images("KEYS_ONLY")).toEqual(expect.not.objectContaining({ NewImage: expect.anything() }));
  expect(Object.keys(images("NEW_IMAGE"))).not.toContain("OldImage");
  expect(Object.keys(images("OLD_IMAGE"))).not.toContain("NewImage");
  expect(() => streamEvent(change)).toThrow("The item lacks its key pk");
  expect(() => streamEvent({})).toThrow("an old image, a new one, or both");
});

test("a schedule's event names its rule or schedule and when it was due", () => {
  const rule = scheduleEvent({ name: "nightly" });
  expect(rule).toMatchObject({ time: "2026-01-15T12:00:00Z", source: "aws.events", detail: {} });
  expect(rule.resources).toEqual(["arn:aws:events:us-east-1:000000000000:rule/nightly"]);
  const schedule = scheduleEvent({ name: "hourly", by: "scheduler" });
  expect(schedule).toMatchObject({ source: "aws.scheduler", detail: "{}" });
  for (const event of [rule, schedule]) expect(EventBridgeSchema.safeParse(event).error).toBeUndefined();
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
