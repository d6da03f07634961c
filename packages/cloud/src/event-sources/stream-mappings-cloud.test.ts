import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, expect, test } from "@jest/globals";
import { createCloud } from "../cloud.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const arn = (resource: string) => ({ "Fn::GetAtt": [resource, "Arn"] });
const stream = { "Fn::GetAtt": ["Table", "StreamArn"] };
const code = `exports.handler = async ({ Records }) => {
  const ids = Records.map(({ dynamodb }) => dynamodb.Keys.id.S);
  if (ids.includes("bad")) throw new Error("bad");
};`;
const actions = ["GetRecords", "GetShardIterator", "DescribeStream", "ListStreams"].map((name) => `dynamodb:${name}`);

const template = (allowed: readonly string[]) => ({
  Resources: {
    Table: {
      Type: "AWS::DynamoDB::Table",
      Properties: {
        TableName: "jobs",
        BillingMode: "PAY_PER_REQUEST",
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        StreamSpecification: { StreamViewType: "NEW_IMAGE" },
      },
    },
    Dead: { Type: "AWS::SQS::Queue", Properties: { QueueName: "dead" } },
    Role: {
      Type: "AWS::IAM::Role",
      Properties: {
        AssumeRolePolicyDocument: {
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
        },
        Policies: [
          {
            PolicyName: "all",
            PolicyDocument: {
              Version: "2012-10-17",
              Statement: [
                { Effect: "Allow", Action: allowed, Resource: stream },
                { Effect: "Allow", Action: "sqs:SendMessage", Resource: arn("Dead") },
                { Effect: "Allow", Action: "logs:*", Resource: "*" },
              ],
            },
          },
        ],
      },
    },
    Worker: {
      Type: "AWS::Lambda::Function",
      Properties: { Handler: "index.handler", Runtime: "nodejs24.x", Role: arn("Role"), Code: { ZipFile: code } },
    },
    Mapping: {
      Type: "AWS::Lambda::EventSourceMapping",
      Properties: {
        EventSourceArn: stream,
        FunctionName: arn("Worker"),
        StartingPosition: "TRIM_HORIZON",
        BisectBatchOnFunctionError: true,
        MaximumRetryAttempts: 1,
        DestinationConfig: { OnFailure: { Destination: arn("Dead") } },
      },
    },
  },
});

const deploy = async (allowed: readonly string[]) => {
  const cloud = await createCloud({ port: 0, frozenAt: Date.now() });
  closers.push(cloud.close);
  const settings = {
    endpoint: cloud.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  };
  const cloudFormation = new CloudFormationClient(settings);
  const [db, sqs] = [new DynamoDBClient(settings), new SQSClient(settings)];
  closers.push(() => [cloudFormation, db, sqs].forEach((client) => client.destroy()));
  const StackName = "probe";
  const Tags = [{ Key: "STAGE", Value: "local" }];
  const TemplateBody = JSON.stringify(template(allowed));
  await cloudFormation.send(
    new CreateStackCommand({ StackName, TemplateBody, Tags, Capabilities: ["CAPABILITY_IAM"] }),
  );
  await cloud.idle();
  const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
  return { cloud, db, sqs, status: Stacks?.[0]?.StackStatus };
};

test("a deployed mapping reads with the function's role, and gives a bad record to its queue", async () => {
  const { cloud, db, sqs, status } = await deploy(actions);
  expect(status).toBe("CREATE_COMPLETE");
  for (const id of ["a", "bad", "b"]) await db.send(new PutItemCommand({ TableName: "jobs", Item: { id: { S: id } } }));
  await cloud.advance(60_000);
  const QueueUrl = `${cloud.endpoint}/000000000000/dead`;
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  expect(Messages.map(({ Body = "" }) => JSON.parse(Body) as object)).toMatchObject([
    { requestContext: { condition: "RetryAttemptsExhausted" }, DDBStreamBatchInfo: { batchSize: 1 } },
  ]);
}, 30_000);

test("a mapping whose role may not read the stream is refused before anything is made", async () => {
  await expect(deploy(["dynamodb:DescribeStream"])).rejects.toThrow(
    "the role Role of Worker lacks dynamodb:GetRecords",
  );
}, 30_000);
