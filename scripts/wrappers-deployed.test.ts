// A function of each kind, deployed: what the embedded AWS sends reaches it, and its answers mean what they should.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type App, openCloud, type TestCloud } from "@warmstart/testing";
import "@warmstart/testing/matchers";
import { build } from "esbuild";
import { root } from "./repository.ts";

const SOURCE = `
import { onEvent, queue, schedule, stream, topic } from "@warmstart/middleware";
import * as v from "valibot";
const Order = v.looseObject({ order: v.string() });
const refuse = (order) => { if (order === "bad") throw new Error("cannot take it"); };
export const fromQueue = queue({ message: Order }, ({ message: { order }, receiveCount, log }) => {
  refuse(order);
  log.info("queue", { order, receiveCount });
});
export const fromTopic = topic({ message: Order }, ({ message: { order }, log }) => log.info("topic", { order }));
export const fromBus = onEvent({ detail: Order }, ({ detail: { order }, source, log }) => log.info("bus", { order, source }));
export const fromStream = stream({ image: v.object({ pk: v.string(), n: v.number() }) }, ({ change, new: now, log }) => {
  log.info("stream", { change, n: now?.n });
});
export const fromSchedule = schedule(({ time, name, log }) => log.info("schedule", { time, name }));
`;

const get = (logicalId: string, attribute = "Arn"): object => ({ "Fn::GetAtt": [logicalId, attribute] });
const ref = (logicalId: string): object => ({ Ref: logicalId });
const resource = (Type: string, Properties: object): object => ({ Type: `AWS::${Type}`, Properties });
const allow = (Action: unknown, more: object): object => ({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action, ...more },
});
const role = (service: string, Action: readonly string[]): object =>
  resource("IAM::Role", {
    AssumeRolePolicyDocument: allow("sts:AssumeRole", { Principal: { Service: service } }),
    Policies: [{ PolicyName: "p", PolicyDocument: allow(Action, { Resource: "*" }) }],
  });
const permission = (name: string, service: string): object =>
  resource("Lambda::Permission", { FunctionName: get(name), Action: "lambda:InvokeFunction", Principal: service });
const mapping = (name: string, EventSourceArn: object, more: object): object =>
  resource("Lambda::EventSourceMapping", {
    FunctionName: get(name),
    EventSourceArn,
    FunctionResponseTypes: ["ReportBatchItemFailures"],
    ...more,
  });
const queuePolicy = (services: readonly string[]): object =>
  resource("SQS::QueuePolicy", {
    Queues: [ref("Orders")],
    PolicyDocument: allow("sqs:SendMessage", { Principal: { Service: services }, Resource: get("Orders") }),
  });
const target = (Id: string, Arn: object): object => ({ Id, Arn });

const names = ["fromQueue", "fromTopic", "fromBus", "fromStream", "fromSchedule"] as const;
const logical = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

const functions = (code: string): object =>
  Object.fromEntries(
    names.map((name) => [
      logical(name),
      resource("Lambda::Function", {
        FunctionName: `kit-local-${name}`,
        Handler: `index.${name}`,
        Runtime: "nodejs24.x",
        Role: get("Role"),
        Code: { ZipFile: code },
      }),
    ]),
  );

const Bucket = { ServerlessDeploymentBucket: resource("S3::Bucket", {}) };

const resources = (code: string): object => ({
  ...Bucket,
  ...functions(code),
  Role: role("lambda.amazonaws.com", ["logs:*", "sqs:*", "dynamodb:*"]),
  SchedulerRole: role("scheduler.amazonaws.com", ["lambda:InvokeFunction"]),
  DeadOrders: resource("SQS::Queue", {}),
  Orders: resource("SQS::Queue", {
    RedrivePolicy: { deadLetterTargetArn: get("DeadOrders"), maxReceiveCount: 2 },
  }),
  OrdersPolicy: queuePolicy(["events.amazonaws.com", "sns.amazonaws.com"]),
  OrdersMapping: mapping("FromQueue", get("Orders"), { BatchSize: 10 }),
  News: resource("SNS::Topic", {}),
  NewsPolicy: resource("SNS::TopicPolicy", {
    Topics: [ref("News")],
    PolicyDocument: allow("sns:Publish", { Principal: { Service: "events.amazonaws.com" }, Resource: ref("News") }),
  }),
  NewsToQueue: resource("SNS::Subscription", { TopicArn: ref("News"), Protocol: "sqs", Endpoint: get("Orders") }),
  NewsToFunction: resource("SNS::Subscription", {
    TopicArn: ref("News"),
    Protocol: "lambda",
    Endpoint: get("FromTopic"),
  }),
  NewsPermission: permission("FromTopic", "sns.amazonaws.com"),
  Placed: resource("Events::Rule", {
    EventPattern: { source: ["shop"] },
    Targets: [target("bus", get("FromBus")), target("queue", get("Orders")), target("topic", ref("News"))],
  }),
  PlacedPermission: permission("FromBus", "events.amazonaws.com"),
  Hourly: resource("Events::Rule", {
    Name: "hourly",
    ScheduleExpression: "rate(1 hour)",
    Targets: [target("function", get("FromSchedule"))],
  }),
  HourlyPermission: permission("FromSchedule", "events.amazonaws.com"),
  Daily: resource("Scheduler::Schedule", {
    Name: "daily",
    ScheduleExpression: "cron(0 13 * * ? *)",
    FlexibleTimeWindow: { Mode: "OFF" },
    Target: { Arn: get("FromSchedule"), RoleArn: get("SchedulerRole") },
  }),
  Items: resource("DynamoDB::Table", {
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
    StreamSpecification: { StreamViewType: "NEW_AND_OLD_IMAGES" },
  }),
  ItemsMapping: mapping("FromStream", get("Items", "StreamArn"), { StartingPosition: "TRIM_HORIZON" }),
});

let folder: string;
let cloud: TestCloud;
let app: App;
beforeAll(async () => {
  const stdin = { contents: SOURCE, resolveDir: join(root, "scripts") };
  const { outputFiles } = await build({
    stdin,
    bundle: true,
    minify: true,
    platform: "node",
    format: "cjs",
    write: false,
  });
  folder = mkdtempSync(join(tmpdir(), "warmstart-wrappers-"));
  mkdirSync(join(folder, ".serverless"));
  writeFileSync(join(folder, "serverless.yml"), "service: kit");
  const write = (name: string, content: object): void =>
    writeFileSync(join(folder, ".serverless", name), JSON.stringify(content));
  write("serverless-state.json", { package: { artifactDirectoryName: "serverless/kit/local/1" } });
  write("cloudformation-template-create-stack.json", { Resources: Bucket });
  write("cloudformation-template-update-stack.json", { Resources: resources(outputFiles[0]?.text ?? "") });
  cloud = await openCloud();
  app = await cloud.deploy(folder);
});
afterAll(async () => {
  await cloud.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What the functions logged under this message. */
const told = async (message: string): Promise<readonly Record<string, unknown>[]> => {
  await cloud.idle();
  const lines = (await cloud.logs()).filter(
    ({ message: line }) => line.startsWith("{") && line.includes(`"${message}"`),
  );
  return lines.map(({ message: line }) => JSON.parse(line) as Record<string, unknown>);
};

test("an event goes over bus, topic and queue under one correlation id", async () => {
  const Detail = JSON.stringify({ order: "a", correlationId: "c-1" });
  const Entries = [{ Source: "shop", DetailType: "Order placed", Detail }];
  await cloud.call("events", "AWSEvents.PutEvents", { Entries });
  const common = { order: "a", correlation_id: "c-1" };
  expect(await told("bus")).toMatchObject([{ ...common, source: "shop" }]);
  expect(await told("topic")).toMatchObject([common]);
  expect(await told("queue")).toMatchObject([
    { ...common, receiveCount: 1 },
    { ...common, receiveCount: 1 },
  ]);
});

test("a message that fails goes to the dead letters alone, after its tries", async () => {
  const send = async (order: string): Promise<void> => {
    const MessageAttributes = { correlationId: { DataType: "String", StringValue: `c-${order}` } };
    const MessageBody = JSON.stringify({ order });
    await cloud.call("sqs", "AmazonSQS.SendMessage", {
      QueueUrl: app.resource("Orders"),
      MessageBody,
      MessageAttributes,
    });
  };
  await send("bad");
  await send("good");
  await cloud.clock.advance("5m");
  expect((await told("queue")).at(-1)).toMatchObject({ order: "good", correlation_id: "c-good" });
  expect(await told("A message failed")).toMatchObject([{ correlation_id: "c-bad" }, { correlation_id: "c-bad" }]);
  expect(await cloud.idle()).toMatchObject({ deadLetters: [{ messages: 1 }] });
  expect(await cloud.idle()).not.toHaveNoDeadLetters();
});

test("changes of items and schedules that are due arrive", async () => {
  const put = (n: string) =>
    cloud.call("dynamodb", "DynamoDB_20120810.PutItem", {
      TableName: app.resource("Items"),
      Item: { pk: { S: "a" }, n: { N: n } },
    });
  await put("1");
  await put("2");
  await cloud.clock.advance("1h");
  expect(await told("stream")).toMatchObject([
    { change: "INSERT", n: 1 },
    { change: "MODIFY", n: 2 },
  ]);
  const due = (await told("schedule")).map(({ name, time }) => [name, time]);
  expect(due).toContainEqual(["hourly", expect.stringMatching(/^2026-01-15T1[23]:/)]);
  expect(due).toContainEqual(["daily", "2026-01-15T13:00:00Z"]);
});
