import { describe, expect, test } from "@jest/globals";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

const packaged = join(import.meta.dirname, "../.serverless");
const file = readFileSync(join(packaged, "cloudformation-template-update-stack.json"), "utf8");
const template = JSON.parse(file) as { Resources: Record<string, Resource>; Outputs: Record<string, object> }; // CloudFormation's format
const of = (type: string): [string, Resource][] =>
  Object.entries(template.Resources).filter(([, { Type }]) => Type === type);
const properties = (logicalId: string): Readonly<Record<string, unknown>> =>
  template.Resources[logicalId]?.Properties ?? {};

const statements = (role: string): readonly { Action: readonly string[]; Resource: readonly unknown[] }[] => {
  const policies = properties(role)["Policies"] as { PolicyDocument: { Statement: never } }[]; // IAM's format
  return policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
};

/** `action on resource`, without what every function has for its log. */
const rights = (role: string): readonly string[] =>
  statements(role)
    .flatMap(({ Action, Resource }) =>
      Action.flatMap((action) =>
        Resource.map((resource) => {
          const { "Fn::GetAtt": attribute = [], "Fn::Sub": path = attribute[0] } = resource as Record<string, string>; // CloudFormation's
          return `${action} on ${path}`;
        }),
      ),
    )
    .filter((right) => !right.startsWith("logs:"))
    .toSorted((a, b) => (a < b ? -1 : 1));

const readDocument = ["dynamodb:GetItem on FilesTable", "s3:GetObject on ${ResultsBucket.Arn}/files/*"];
const fromQueue = (queue: string): string[] =>
  ["DeleteMessage", "GetQueueAttributes", "ReceiveMessage"].map((action) => `sqs:${action} on ${queue}`);

describe("each function may do this and nothing else", () => {
  test.each([
    [
      "ExtractRole",
      [
        "dynamodb:UpdateItem on FilesTable",
        "s3:GetObject on ${ResultsBucket.Arn}/files/*",
        "s3:GetObjectVersion on ${IncomingBucket.Arn}/uploads/*",
        "s3:ListBucket on IncomingBucket",
        "s3:PutObject on ${ResultsBucket.Arn}/files/*",
        "s3:PutObject on ${ResultsBucket.Arn}/parts/*",
        ...fromQueue("FilesQueue"),
        "sqs:SendMessage on ChunksQueue",
      ],
    ],
    [
      "ScanChunkRole",
      [
        "dynamodb:UpdateItem on FilesTable",
        "s3:GetObject on ${ResultsBucket.Arn}/files/*",
        "s3:GetObject on ${ResultsBucket.Arn}/parts/*",
        "s3:GetObjectVersion on ${IncomingBucket.Arn}/uploads/*",
        "s3:ListBucket on IncomingBucket",
        "s3:PutObject on ${ResultsBucket.Arn}/files/*",
        "s3:PutObject on ${ResultsBucket.Arn}/parts/*",
        ...fromQueue("ChunksQueue"),
      ],
    ],
    ["CreateUploadRole", ["dynamodb:PutItem on FilesTable", "s3:PutObject on ${IncomingBucket.Arn}/uploads/*"]],
    ["ListFilesRole", ["dynamodb:Query on ${FilesTable.Arn}/index/newest"]],
    ["GetFileRole", readDocument],
    ["GetFileTextRole", readDocument],
    ["GetFileGeojsonRole", readDocument],
    ["RequestScanRole", ["dynamodb:UpdateItem on FilesTable", "sqs:SendMessage on FilesQueue"]],
  ])("%s", (role, expected) => {
    expect(rights(role)).toEqual(expected);
  });
});

describe("the queues", () => {
  test.each([
    ["Extract", "FilesQueue", 10],
    ["ScanChunk", "ChunksQueue", 50],
  ])("%s takes one message at a time from %s, at most %i at once", (name, queue, MaximumConcurrency) => {
    const [, mapping] = of("AWS::Lambda::EventSourceMapping").find(([id]) => id.startsWith(name)) ?? [];
    expect(mapping?.Properties).toMatchObject({
      EventSourceArn: { "Fn::GetAtt": [queue, "Arn"] },
      BatchSize: 1,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      ScalingConfig: { MaximumConcurrency },
    });
  });

  test.each([
    ["FilesQueue", "DeadFilesQueue", "ExtractLambdaFunction"],
    ["ChunksQueue", "DeadChunksQueue", "ScanChunkLambdaFunction"],
  ])("%s waits six time limits, and gives up after three tries", (queue, dead, name) => {
    expect(properties(queue)).toMatchObject({
      VisibilityTimeout: 6 * Number(properties(name)["Timeout"]),
      RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": [dead, "Arn"] }, maxReceiveCount: 3 },
    });
    expect(properties(dead)["MessageRetentionPeriod"]).toBe(14 * 24 * 3600);
    const alarms = of("AWS::CloudWatch::Alarm").map(([, alarm]) => JSON.stringify(alarm.Properties["Dimensions"]));
    expect(alarms.some((dimensions) => dimensions.includes(`"${dead}"`))).toBe(true);
  });

  test("only this bucket of this account may send files", () => {
    const document = JSON.stringify(properties("FilesQueuePolicy")["PolicyDocument"]);
    expect(document).toContain(
      '"aws:SourceArn":{"Fn::Sub":"arn:${AWS::Partition}:s3:::warmstart-segy-metadata-local-incoming"}',
    );
    expect(document).toContain('"aws:SourceAccount":{"Ref":"AWS::AccountId"}');
  });
});

test("the incoming bucket keeps versions for a month, and no unfinished upload for more than a week", () => {
  expect(properties("IncomingBucket")).toMatchObject({
    VersioningConfiguration: { Status: "Enabled" },
    LifecycleConfiguration: {
      Rules: [
        {
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
          NoncurrentVersionExpiration: { NoncurrentDays: 30 },
        },
      ],
    },
  });
});

test("all six routes want a signature", () => {
  const routes = of("AWS::ApiGatewayV2::Route").map(([, route]) => route.Properties);
  expect(routes.map((route) => String(route["RouteKey"])).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
    "GET /files",
    "GET /files/{id}",
    "GET /files/{id}/geojson",
    "GET /files/{id}/text",
    "POST /files/{id}/scan",
    "POST /uploads",
  ]);
  expect(new Set(routes.map((route) => route["AuthorizationType"]))).toEqual(new Set(["AWS_IAM"]));
});

test("the API's address and id are exported", () => {
  expect(template.Outputs["ApiUrl"]).toMatchObject({ Export: { Name: "segy-metadata-local-ApiUrl" } });
  expect(template.Outputs["ApiId"]).toMatchObject({ Export: { Name: "segy-metadata-local-ApiId" } });
});

test("no zip is over 300 KB", () => {
  const zips = readdirSync(packaged).filter((name) => name.endsWith(".zip"));
  expect(zips).toHaveLength(8);
  for (const name of zips) expect(readFileSync(join(packaged, name)).length).toBeLessThan(300 * 1024);
});
