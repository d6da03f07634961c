// Seeded defects: each is refused before anything is made, naming resource and property.
import { describe, expect, test } from "@jest/globals";
import { createIam } from "../../iam/index.ts";
import { AwsError } from "../../gateway/aws-error.ts";
import type { Service } from "../../gateway/service.ts";
import type { ResourceType } from "../resource-type.ts";
import { DEFAULTS } from "../defaults.test.fixture.ts";
import { layTestGround } from "../../ground.test.fixture.ts";
import { createCloudFormation } from "../index.ts";

const bare = (...names: readonly string[]): ResourceType => ({
  nameProperty: names.find((name) => name.endsWith("Name")) ?? "",
  properties: Object.fromEntries(names.map((name) => [name, "update"])),
  create: async (_properties, { generateName }) => ({
    physicalId: generateName(64),
    attributes: { Arn: "arn", StreamArn: "arn" },
  }),
  remove: async () => undefined,
});

const types: Service["types"] = {
  "AWS::Lambda::Function": bare("FunctionName", "Role", "Timeout", "Environment"),
  "AWS::Lambda::Permission": bare("FunctionName", "Action", "Principal", "SourceArn"),
  "AWS::Lambda::EventSourceMapping": bare(
    "EventSourceArn",
    "FunctionName",
    "BatchSize",
    "MaximumBatchingWindowInSeconds",
  ),
  "AWS::Lambda::EventInvokeConfig": bare("FunctionName", "DestinationConfig", "Qualifier"),
  "AWS::S3::Bucket": bare("BucketName", "NotificationConfiguration"),
  "AWS::SQS::Queue": bare("QueueName"),
  "AWS::DynamoDB::Table": bare("TableName", "StreamSpecification"),
  "AWS::ApiGatewayV2::Integration": bare("IntegrationUri", "TimeoutInMillis"),
  "AWS::SNS::Subscription": bare("TopicArn", "Protocol", "Endpoint"),
  "AWS::Events::Rule": bare("ScheduleExpression", "Targets"),
  "AWS::SQS::QueuePolicy": bare("PolicyDocument", "Queues"),
  "AWS::Scheduler::Schedule": {
    ...bare("Name", "GroupName"),
    check: () => {
      throw new AwsError("ValidationException", 400, "groupName is too long");
    },
  },
};

const deploy = (resources: object) => {
  const ground = layTestGround();
  const service = { ...createIam(ground).service, types };
  const iam = createIam(ground).service;
  const cloudFormation = createCloudFormation(ground, { ...DEFAULTS, services: () => [service, iam] });
  return cloudFormation.deploy({ stackName: "app-local", template: JSON.stringify({ Resources: resources }) });
};

const trust = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
};
const role = (...statements: readonly object[]) => ({
  Type: "AWS::IAM::Role",
  Properties: {
    AssumeRolePolicyDocument: trust,
    Policies: [{ PolicyName: "p", PolicyDocument: { Version: "2012-10-17", Statement: statements } }],
  },
});
const logs = { Effect: "Allow", Action: ["logs:PutLogEvents"], Resource: "*" };
const fn = (properties: object = {}) => ({
  Type: "AWS::Lambda::Function",
  Properties: { FunctionName: "app-local-f", Role: { "Fn::GetAtt": ["Role", "Arn"] }, ...properties },
});
const of = (Type: string, Properties: object) => ({ Type, Properties });
const arn = (name: string) => ({ "Fn::GetAtt": [name, "Arn"] });
const bucket = of("AWS::S3::Bucket", {
  BucketName: "app-local-in",
  NotificationConfiguration: { LambdaConfigurations: [{ Event: "s3:ObjectCreated:*", Function: arn("F") }] },
});
const base = { Role: role(logs), F: fn() };

describe("defects", () => {
  test.each<[string, object, string | RegExp]>([
    ["unknown type", { X: of("AWS::SNS::Tpoic", {}) }, "Unrecognized resource types: [AWS::SNS::Tpoic]"],
    [
      "unknown property",
      { ...base, Q: of("AWS::SQS::Queue", { QueName: "x" }) },
      "Resource Q, property QueName: Encountered unsupported property",
    ],
    [
      "unknown attribute",
      { ...base, Q: of("AWS::SQS::Queue", { QueueName: { "Fn::GetAtt": ["F", "Ran"] } }) },
      "resource F does not support attribute type Ran",
    ],
    [
      "a complaint of the type itself, about a property whose name holds another's",
      { X: of("AWS::Scheduler::Schedule", { Name: "x", GroupName: "y" }) },
      "Resource X, property GroupName: groupName is too long",
    ],
    [
      "misspelt action",
      { Role: role({ ...logs, Action: "dynamodb:PutItems" }), F: fn() },
      "dynamodb:PutItems is no IAM action; did you mean dynamodb:PutItem?",
    ],
    [
      "unknown operator",
      { Role: role({ ...logs, Condition: { StringLikes: { a: "b" } } }), F: fn() },
      "condition operator StringLikes does not exist",
    ],
    [
      "empty condition",
      {
        ...base,
        P: of("AWS::SQS::QueuePolicy", {
          Queues: ["x"],
          PolicyDocument: {
            Statement: {
              Effect: "Allow",
              Principal: "*",
              Action: "sqs:SendMessage",
              Resource: "*",
              Condition: { ArnEquals: {} },
            },
          },
        }),
      },
      "Resource P, property PolicyDocument: condition ArnEquals is empty",
    ],
    [
      "policy too large",
      {
        Role: role({
          ...logs,
          Resource: Array.from(
            { length: 200 },
            (_, i) => `arn:aws:logs:us-east-1:000000000000:log-group:${"x".repeat(20)}${i}`,
          ),
        }),
        F: fn(),
      },
      "Maximum policy size of 10240 bytes exceeded",
    ],
    [
      "notification without permission",
      { ...base, B: bucket },
      "Resource B, property NotificationConfiguration.LambdaConfigurations.0.Function: no AWS::Lambda::Permission lets s3.amazonaws.com invoke the function F",
    ],
    [
      "route without permission",
      { ...base, I: of("AWS::ApiGatewayV2::Integration", { IntegrationUri: arn("F") }) },
      "Resource I, property IntegrationUri",
    ],
    [
      "subscription without permission",
      { ...base, S: of("AWS::SNS::Subscription", { TopicArn: "t", Protocol: "lambda", Endpoint: arn("F") }) },
      "Resource S, property Endpoint: no AWS::Lambda::Permission lets sns.amazonaws.com invoke the function F",
    ],
    [
      "rule without permission",
      { ...base, R: of("AWS::Events::Rule", { Targets: [{ Id: "f", Arn: arn("F") }] }) },
      "Resource R, property Targets.0.Arn: no AWS::Lambda::Permission lets events.amazonaws.com invoke the function F",
    ],
    [
      "stream of a table without one",
      {
        ...base,
        T: of("AWS::DynamoDB::Table", { TableName: "t" }),
        M: of("AWS::Lambda::EventSourceMapping", {
          EventSourceArn: { "Fn::GetAtt": ["T", "StreamArn"] },
          FunctionName: arn("F"),
        }),
      },
      "the table T has no StreamSpecification",
    ],
    [
      "queue that the role may not read",
      {
        ...base,
        Q: of("AWS::SQS::Queue", {}),
        M: of("AWS::Lambda::EventSourceMapping", { EventSourceArn: arn("Q"), FunctionName: arn("F") }),
      },
      /Resource M, property EventSourceArn: the role Role of F lacks sqs:ReceiveMessage, sqs:DeleteMessage/,
    ],
    [
      "failure destination that the role may not send to",
      {
        ...base,
        Q: of("AWS::SQS::Queue", {}),
        E: of("AWS::Lambda::EventInvokeConfig", {
          FunctionName: { Ref: "F" },
          Qualifier: "$LATEST",
          DestinationConfig: { OnFailure: { Destination: arn("Q") } },
        }),
      },
      "Resource E, property DestinationConfig.OnFailure.Destination: the role Role of F lacks sqs:SendMessage",
    ],
    [
      "batch over 10 without a window",
      {
        ...base,
        M: of("AWS::Lambda::EventSourceMapping", {
          EventSourceArn: "arn:aws:sqs:us-east-1:000000000000:q",
          FunctionName: "other",
          BatchSize: 11,
        }),
      },
      "Resource M, property MaximumBatchingWindowInSeconds",
    ],
  ])("%s", async (_name, resources, message) => {
    await expect(deploy(resources)).rejects.toMatchObject({ code: "ValidationError" });
    await expect(deploy(resources)).rejects.toThrow(message);
  });

  test("none in a right template", async () => {
    const queue = { ...role(logs, { Effect: "Allow", Action: ["sqs:*"], Resource: arn("Q") }) };
    const summary = await deploy({
      Role: queue,
      F: fn(),
      B: bucket,
      P: of("AWS::Lambda::Permission", {
        FunctionName: { Ref: "F" },
        Action: "lambda:InvokeFunction",
        Principal: "s3.amazonaws.com",
        SourceArn: "arn:aws:s3:::app-local-in",
      }),
      Q: of("AWS::SQS::Queue", {}),
      E: of("AWS::Lambda::EventInvokeConfig", {
        FunctionName: { Ref: "F" },
        DestinationConfig: { OnFailure: { Destination: arn("Q") } },
      }),
    });
    expect(summary.status).toBe("CREATE_COMPLETE");
  });
});
