import { afterAll, beforeAll, expect, test } from "@jest/globals";
import {
  CreateBucketCommand,
  type NotificationConfiguration,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { CreateTopicCommand, SetTopicAttributesCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, ReceiveMessageCommand, SetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { type Cloud, createCloud } from "../index.ts";

let cloud: Cloud;
let s3: S3Client;
let sqs: SQSClient;
let sns: SNSClient;
let events: EventBridgeClient;
beforeAll(async () => {
  cloud = await createCloud({ port: 0, frozenAt: Date.now() });
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = { endpoint: cloud.endpoint, region: "us-east-1", credentials, maxAttempts: 1 };
  s3 = new S3Client({ ...client, forcePathStyle: true });
  sqs = new SQSClient(client);
  sns = new SNSClient(client);
  events = new EventBridgeClient(client);
  await s3.send(new CreateBucketCommand({ Bucket }));
});
afterAll(async () => {
  for (const client of [s3, sqs, sns, events]) client.destroy();
  await cloud.close();
});

const Bucket = "source";
const ARN = "000000000000";
const queueArn = (name: string): string => `arn:aws:sqs:us-east-1:${ARN}:${name}`;
const makeQueue = async (QueueName: string): Promise<string> =>
  (await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl ?? "";
const policy = (Service: string, Action: string, [Resource, source]: readonly [string, string]): string =>
  JSON.stringify({
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service },
        Action,
        Resource,
        Condition: { ArnLike: { "aws:SourceArn": source } },
      },
    ],
  });
const allow = (QueueUrl: string, Policy: string) =>
  sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
const configure = (NotificationConfiguration: NotificationConfiguration) =>
  s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
const receive = async (QueueUrl: string): Promise<readonly string[]> => {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  return Messages.map(({ Body = "" }) => Body);
};

test("a queue gets events once its policy allows the bucket by aws:SourceArn, and not another bucket", async () => {
  const url = await makeQueue("events");
  const QueueConfigurations = [{ QueueArn: queueArn("events"), Events: ["s3:ObjectCreated:*" as const] }];
  const denied = {
    message: "Unable to validate the following destination configurations",
    ArgumentValue1: "Permissions on the destination queue do not allow S3 to publish notifications from this bucket",
  };
  await expect(configure({ QueueConfigurations })).rejects.toMatchObject(denied);
  await allow(url, policy("s3.amazonaws.com", "sqs:SendMessage", [queueArn("events"), "arn:aws:s3:::other"]));
  await expect(configure({ QueueConfigurations })).rejects.toMatchObject(denied);
  await allow(url, policy("s3.amazonaws.com", "sqs:SendMessage", [queueArn("events"), `arn:aws:s3:::${Bucket}`]));
  await configure({ QueueConfigurations });
  await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "x" }));
  const bodies = (await receive(url)).map((body) => JSON.parse(body) as { Event?: string; Records?: object[] });
  expect(bodies).toMatchObject([{ Event: "s3:TestEvent" }, { Records: [{ eventName: "ObjectCreated:Put" }] }]);
});

const gone = (target: string) => ({
  name: "InvalidArgument",
  message: "Unable to validate the following destination configurations",
  ArgumentValue1: `The destination ${target} does not exist`,
});

test("a queue or topic that does not exist is told, not taken for one that says no", async () => {
  const Events = ["s3:ObjectCreated:*" as const];
  await expect(configure({ QueueConfigurations: [{ QueueArn: queueArn("nowhere"), Events }] })).rejects.toMatchObject(
    gone("queue"),
  );
  const TopicArn = "arn:aws:sns:us-east-1:000000000000:nowhere";
  await expect(configure({ TopicConfigurations: [{ TopicArn, Events }] })).rejects.toMatchObject(gone("topic"));
});

test("a topic hands S3's events on to its queue", async () => {
  const url = await makeQueue("of-topic");
  const { TopicArn = "" } = await sns.send(new CreateTopicCommand({ Name: "objects" }));
  await allow(url, policy("sns.amazonaws.com", "sqs:SendMessage", [queueArn("of-topic"), TopicArn]));
  await sns.send(
    new SubscribeCommand({
      TopicArn,
      Protocol: "sqs",
      Endpoint: queueArn("of-topic"),
      Attributes: { RawMessageDelivery: "true" },
    }),
  );
  const TopicConfigurations = [{ TopicArn, Events: ["s3:ObjectCreated:*" as const] }];
  const Policy = policy("s3.amazonaws.com", "sns:Publish", [TopicArn, `arn:aws:s3:::${Bucket}`]);
  await expect(configure({ TopicConfigurations })).rejects.toMatchObject({ name: "InvalidArgument" });
  await sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: "Policy", AttributeValue: Policy }));
  await configure({ TopicConfigurations });
  await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "x" }));
  await cloud.idle();
  expect((await receive(url)).join()).toContain("ObjectCreated:Put");
});

test("a rule on the default bus matches S3's events by bucket and key", async () => {
  const url = await makeQueue("of-rule");
  const EventPattern = JSON.stringify({
    source: ["aws.s3"],
    "detail-type": ["Object Created"],
    detail: { bucket: { name: [Bucket] }, object: { key: [{ prefix: "in/" }] } },
  });
  const { RuleArn = "" } = await events.send(new PutRuleCommand({ Name: "created", EventPattern }));
  await allow(url, policy("events.amazonaws.com", "sqs:SendMessage", [queueArn("of-rule"), RuleArn]));
  await events.send(new PutTargetsCommand({ Rule: "created", Targets: [{ Id: "q", Arn: queueArn("of-rule") }] }));
  await configure({ EventBridgeConfiguration: {} });
  for (const Key of ["in/a b", "out/b"]) await s3.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
  await cloud.idle();
  const bodies = (await receive(url)).map((body): unknown => JSON.parse(body));
  expect(bodies).toMatchObject([{ source: "aws.s3", detail: { object: { key: "in/a b" }, reason: "PutObject" } }]);
});
