// A thousand events through a queue, with and without faults: the end is the same. And the same seed gives the same log.
import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, expect, test } from "@jest/globals";
import { build } from "esbuild";
import { type Cloud, createCloud } from "../src/index.ts";
import type { FaultRule } from "../src/faults/faults.ts";
import { makeZip } from "../src/lambda/zip.ts";

const FULL = process.env["WARMSTART_FULL"] === "1";
const EVENTS = FULL ? 1_000 : 80;
const SEED = 20261121;

/** Puts one item per order; says which records of a batch failed. Written as anyone would, without a thought of faults. */
const SOURCE = `
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
const client = new DynamoDBClient({ maxAttempts: 2 });
const put = ({ id, value }) => client.send(new PutItemCommand({
  TableName: process.env.TABLE,
  Item: { id: { S: id }, value: { N: String(value) } },
}));
export const handler = async ({ Records }) => {
  const batchItemFailures = [];
  for (const { messageId, body } of Records) {
    try { await put(JSON.parse(body)); } catch { batchItemFailures.push({ itemIdentifier: messageId }); }
  }
  return { batchItemFailures };
};
`;

const role = {
  Type: "AWS::IAM::Role",
  Properties: {
    AssumeRolePolicyDocument: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
    },
    ManagedPolicyArns: ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],
    Policies: [
      {
        PolicyName: "run",
        PolicyDocument: {
          Version: "2012-10-17",
          Statement: [
            { Effect: "Allow", Action: "dynamodb:PutItem", Resource: { "Fn::GetAtt": ["Table", "Arn"] } },
            {
              Effect: "Allow",
              Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
              Resource: { "Fn::GetAtt": ["Queue", "Arn"] },
            },
          ],
        },
      },
    ],
  },
};

const template = {
  Resources: {
    Role: role,
    Table: {
      Type: "AWS::DynamoDB::Table",
      Properties: {
        TableName: "orders",
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      },
    },
    Dead: { Type: "AWS::SQS::Queue", Properties: { QueueName: "dead" } },
    Queue: {
      Type: "AWS::SQS::Queue",
      Properties: {
        QueueName: "orders",
        VisibilityTimeout: 60,
        RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": ["Dead", "Arn"] }, maxReceiveCount: 20 },
      },
    },
    Consumer: {
      Type: "AWS::Lambda::Function",
      Properties: {
        FunctionName: "consumer",
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Timeout: 30,
        MemorySize: 512,
        Role: { "Fn::GetAtt": ["Role", "Arn"] },
        Environment: { Variables: { TABLE: { Ref: "Table" } } },
        Code: { S3Bucket: "code", S3Key: "consumer.zip" },
      },
    },
    Mapping: {
      Type: "AWS::Lambda::EventSourceMapping",
      Properties: {
        EventSourceArn: { "Fn::GetAtt": ["Queue", "Arn"] },
        FunctionName: { "Fn::GetAtt": ["Consumer", "Arn"] },
        BatchSize: 10,
        FunctionResponseTypes: ["ReportBatchItemFailures"],
      },
    },
  },
};

const FAULTS: readonly Omit<FaultRule, "id">[] = [
  { match: { service: "sqs", action: "Deliver" }, when: { rate: 0.1, seed: SEED }, effect: { kind: "duplicate" } },
  { match: { service: "sqs", action: "Deliver" }, when: { rate: 0.1, seed: SEED + 1 }, effect: { kind: "reorder" } },
  { match: { action: "PutItem" }, when: { rate: 0.05, seed: SEED + 2 }, effect: { kind: "lost-answer" } },
  { match: { action: "PutItem" }, when: { rate: 0.02, seed: SEED + 3 }, effect: { kind: "throttle" } },
  {
    match: { service: "lambda", function: "consumer" },
    when: { rate: 0.1, seed: SEED + 4 },
    effect: { kind: "kill", call: 4 },
  },
];

let cloud: Cloud | undefined;
afterEach(() => cloud?.close());

const open = async (): Promise<{
  cloud: Cloud;
  settings: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };
}> => {
  cloud = await createCloud({ port: 0, frozenAt: Date.parse("2026-01-15T12:00:00Z"), maxEnvironments: 1 });
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const settings = { endpoint: cloud.endpoint, region: "us-east-1", credentials };
  const { outputFiles } = await build({
    stdin: { contents: SOURCE, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    platform: "node",
    format: "cjs",
    write: false,
  });
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: "code" }));
  const zip = makeZip([{ name: "index.js", content: outputFiles[0]?.text ?? "" }]);
  await s3.send(new PutObjectCommand({ Bucket: "code", Key: "consumer.zip", Body: zip }));
  const stacks = new CloudFormationClient(settings);
  const create = {
    StackName: "faulty-local",
    TemplateBody: JSON.stringify(template),
    Capabilities: ["CAPABILITY_IAM" as const],
  };
  await stacks.send(new CreateStackCommand({ ...create, Tags: [{ Key: "STAGE", Value: "local" }] }));
  await cloud.idle();
  const { Stacks } = await stacks.send(new DescribeStacksCommand({ StackName: "faulty-local" }));
  expect(Stacks?.[0]?.StackStatus).toBe("CREATE_COMPLETE");
  return { cloud, settings };
};

/** Sends all orders, lets half an hour pass, and answers what the table holds and what was asked of AWS. */
const run = async (
  faults: typeof FAULTS,
): Promise<{ items: Record<string, string>; log: string[]; struck: number }> => {
  const { cloud, settings } = await open();
  const arm = async (rule: object): Promise<void> => {
    const url = `${cloud.endpoint}/_warmstart/v1/faults`;
    expect((await fetch(url, { method: "POST", body: JSON.stringify(rule) })).status).toBe(200);
  };
  for (const rule of faults) await arm(rule);
  const sqs = new SQSClient(settings);
  const QueueUrl = `${cloud.endpoint}/000000000000/orders`;
  for (let from = 0; from < EVENTS; from += 10) {
    const Entries = Array.from({ length: 10 }, (_, index) => {
      const id = `order-${from + index}`;
      return { Id: String(index), MessageBody: JSON.stringify({ id, value: (from + index) * 7 }) };
    });
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  }
  await cloud.idle(120_000);
  await cloud.advance(30 * 60_000);
  const items: Record<string, string> = {};
  for await (const { Items = [] } of paginateScan({ client: new DynamoDBClient(settings) }, { TableName: "orders" })) {
    for (const { id, value } of Items) items[id?.S ?? ""] = value?.N ?? "";
  }
  const log = cloud
    .requests()
    .filter(({ principal }) => principal.endsWith("/consumer"))
    .map(({ service, action, status, error = "" }) => `${service}:${action} ${status} ${error}`);
  const state = (await (await fetch(`${cloud.endpoint}/_warmstart/v1/faults`)).json()) as {
    faults: { struck: number }[];
  };
  await cloud.close();
  return { items, log, struck: state.faults.reduce((sum, { struck }) => sum + struck, 0) };
};

test(`${EVENTS} events under duplicates, reorder, lost answers, throttles and deaths end as without; the same seed gives the same log`, async () => {
  const calm = await run([]);
  const stormy = await run(FAULTS);
  const again = await run(FAULTS);
  expect(Object.keys(calm.items)).toHaveLength(EVENTS);
  expect(stormy.items).toEqual(calm.items);
  expect(stormy.struck).toBeGreaterThan(EVENTS / 20);
  expect(stormy.log.length).toBeGreaterThan(calm.log.length);
  expect(again.log).toEqual(stormy.log);
}, 180_000);
