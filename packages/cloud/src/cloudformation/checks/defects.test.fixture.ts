// A valid template, and thirty ways to break it; each must be refused before anything is made, naming resource and property.

const of = (Type: string, Properties: object = {}, rest: object = {}) => ({ Type, Properties, ...rest });
const arn = (name: string) => ({ "Fn::GetAtt": [name, "Arn"] });
const allow = (Action: readonly string[], Resource: unknown) => ({ Effect: "Allow", Action, Resource });
const VERSION = "2012-10-17";
const attribute = (AttributeName: string) => ({ AttributeName, AttributeType: "S" });

const statements = [
  allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], arn("Jobs")),
  allow(["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"], {
    "Fn::GetAtt": ["Items", "StreamArn"],
  }),
];

/** Bucket, queue and stream in front of one function, and an HTTP API. */
export const VALID = {
  Resources: {
    Role: of("AWS::IAM::Role", {
      AssumeRolePolicyDocument: {
        Version: VERSION,
        Statement: [{ ...allow(["sts:AssumeRole"], undefined), Principal: { Service: ["lambda.amazonaws.com"] } }],
      },
      Policies: [{ PolicyName: "own", PolicyDocument: { Version: VERSION, Statement: statements } }],
    }),
    Work: of("AWS::Lambda::Function", {
      FunctionName: "defects-local-work",
      Handler: "index.handler",
      Runtime: "nodejs24.x",
      Role: arn("Role"),
      Code: { S3Bucket: "code", S3Key: "work.zip" },
      MemorySize: 256,
      Timeout: 10,
      Architectures: ["arm64"],
      Environment: { Variables: { TABLE: { Ref: "Items" } } },
    }),
    Inbox: of("AWS::S3::Bucket", {
      BucketName: "defects-local-inbox",
      NotificationConfiguration: { LambdaConfigurations: [{ Event: "s3:ObjectCreated:*", Function: arn("Work") }] },
    }),
    InboxPermission: of("AWS::Lambda::Permission", {
      FunctionName: arn("Work"),
      Action: "lambda:InvokeFunction",
      Principal: "s3.amazonaws.com",
      SourceArn: "arn:aws:s3:::defects-local-inbox",
    }),
    InboxPolicy: of("AWS::S3::BucketPolicy", {
      Bucket: { Ref: "Inbox" },
      PolicyDocument: {
        Version: VERSION,
        Statement: [{ ...allow(["s3:GetObject"], { "Fn::Sub": "${Inbox.Arn}/*" }), Principal: { AWS: arn("Role") } }],
      },
    }),
    Items: of("AWS::DynamoDB::Table", {
      TableName: "defects-local-items",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [attribute("pk"), attribute("sk")],
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      StreamSpecification: { StreamViewType: "NEW_AND_OLD_IMAGES" },
    }),
    Changes: of("AWS::Lambda::EventSourceMapping", {
      EventSourceArn: { "Fn::GetAtt": ["Items", "StreamArn"] },
      FunctionName: arn("Work"),
      StartingPosition: "TRIM_HORIZON",
      BatchSize: 100,
    }),
    Dead: of("AWS::SQS::Queue", { MessageRetentionPeriod: 1_209_600 }),
    Jobs: of("AWS::SQS::Queue", {
      VisibilityTimeout: 60,
      RedrivePolicy: { deadLetterTargetArn: arn("Dead"), maxReceiveCount: 3 },
    }),
    JobMapping: of("AWS::Lambda::EventSourceMapping", {
      EventSourceArn: arn("Jobs"),
      FunctionName: arn("Work"),
      BatchSize: 10,
    }),
    Log: of("AWS::Logs::LogGroup", { LogGroupName: "/aws/lambda/defects-local-work", RetentionInDays: 7 }),
    Api: of("AWS::ApiGatewayV2::Api", { Name: "defects-local", ProtocolType: "HTTP" }),
    ApiStage: of("AWS::ApiGatewayV2::Stage", { ApiId: { Ref: "Api" }, StageName: "$default", AutoDeploy: true }),
    ApiIntegration: of("AWS::ApiGatewayV2::Integration", {
      ApiId: { Ref: "Api" },
      IntegrationType: "AWS_PROXY",
      IntegrationUri: arn("Work"),
      PayloadFormatVersion: "2.0",
      TimeoutInMillis: 30_000,
    }),
    ApiRoute: of("AWS::ApiGatewayV2::Route", {
      ApiId: { Ref: "Api" },
      RouteKey: "GET /items/{id}",
      Target: { "Fn::Join": ["/", ["integrations", { Ref: "ApiIntegration" }]] },
    }),
    ApiPermission: of("AWS::Lambda::Permission", {
      FunctionName: arn("Work"),
      Action: "lambda:InvokeFunction",
      Principal: "apigateway.amazonaws.com",
      SourceArn: { "Fn::Sub": "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*" },
    }),
  },
  Outputs: { ItemsArn: { Value: arn("Items") } },
};

export interface Defect {
  readonly name: string;
  /** Where in the template, dotted below Resources; numbers are indexes. */
  readonly at: string;
  /** The value to put there; none takes away what is there. */
  readonly put?: unknown;
  /** All of this must be in the message. */
  readonly says: readonly string[];
}

const ACTION = "Role.Properties.Policies.0.PolicyDocument.Statement.0.Action";

export const DEFECTS: readonly Defect[] = [
  { name: "time-out over 900 s", at: "Work.Properties.Timeout", put: 901, says: ["Work", "Timeout"] },
  { name: "time-out that is no number", at: "Work.Properties.Timeout", put: "ten", says: ["Work", "Timeout"] },
  { name: "memory under 128 MB", at: "Work.Properties.MemorySize", put: 64, says: ["Work", "MemorySize"] },
  { name: "unknown runtime", at: "Work.Properties.Runtime", put: "nodejs25.z", says: ["Work", "Runtime"] },
  { name: "unknown architecture", at: "Work.Properties.Architectures", put: ["arm"], says: ["Work", "Architectures"] },
  { name: "function without a role", at: "Work.Properties.Role", says: ["Work", "Role"] },
  { name: "misspelt property", at: "Work.Properties.TimeOut", put: 3, says: ["Work", "TimeOut"] },
  { name: "unknown type", at: "Log.Type", put: "AWS::Logs::LogGruop", says: ["Log", "AWS::Logs::LogGruop"] },
  {
    name: "environment over 4 KB",
    at: "Work.Properties.Environment.Variables.BIG",
    put: "x".repeat(4096),
    says: ["Work", "Environment"],
  },
  {
    name: "reserved variable",
    at: "Work.Properties.Environment.Variables.AWS_REGION",
    put: "eu-west-1",
    says: ["Work", "Environment.Variables.AWS_REGION"],
  },
  {
    name: "misspelt action",
    at: `${ACTION}.0`,
    put: "sqs:RecieveMessage",
    says: ["Role", "Policies", "RecieveMessage"],
  },
  {
    name: "role that may not read its queue",
    at: ACTION,
    put: ["sqs:SendMessage"],
    says: ["JobMapping", "EventSourceArn"],
  },
  {
    name: "inline policy over 10,240 bytes",
    at: "Role.Properties.Policies.0.PolicyDocument.Statement.2",
    put: allow(
      ["s3:GetObject"],
      Array.from({ length: 120 }, (_, i) => `arn:aws:s3:::${"b".repeat(70)}${i}/*`),
    ),
    says: ["Role", "Policies"],
  },
  {
    name: "role without a trust policy",
    at: "Role.Properties.AssumeRolePolicyDocument",
    says: ["Role", "AssumeRolePolicyDocument"],
  },
  {
    name: "bucket policy without a principal",
    at: "InboxPolicy.Properties.PolicyDocument.Statement.0.Principal",
    says: ["InboxPolicy", "PolicyDocument", "Principal"],
  },
  {
    name: "stream of a table without one",
    at: "Items.Properties.StreamSpecification",
    says: ["Changes", "EventSourceArn"],
  },
  {
    name: "key that is not defined",
    at: "Items.Properties.KeySchema.0.AttributeName",
    put: "id",
    says: ["Items", "AttributeDefinitions", "[id, sk]"],
  },
  {
    name: "attribute that no key uses",
    at: "Items.Properties.AttributeDefinitions.2",
    put: attribute("extra"),
    says: ["Items", "AttributeDefinitions"],
  },
  {
    name: "attribute type that does not exist",
    at: "Items.Properties.AttributeDefinitions.0.AttributeType",
    put: "String",
    says: ["Items", "AttributeDefinitions", "attributeType"],
  },
  {
    name: "stream mapping without a starting position",
    at: "Changes.Properties.StartingPosition",
    says: ["Changes", "StartingPosition"],
  },
  {
    name: "batch over 10 without a window",
    at: "JobMapping.Properties.BatchSize",
    put: 100,
    says: ["JobMapping", "MaximumBatchingWindowInSeconds"],
  },
  {
    name: "visibility time-out under the function's",
    at: "Jobs.Properties.VisibilityTimeout",
    put: 5,
    says: ["JobMapping", "EventSourceArn"],
  },
  {
    name: "redrive without a count",
    at: "Jobs.Properties.RedrivePolicy.maxReceiveCount",
    says: ["Jobs", "RedrivePolicy"],
  },
  {
    name: "notification without permission",
    at: "InboxPermission.Properties.Principal",
    put: "sns.amazonaws.com",
    says: ["Inbox", "NotificationConfiguration"],
  },
  { name: "bucket name in capitals", at: "Inbox.Properties.BucketName", put: "Inbox_1", says: ["Inbox", "BucketName"] },
  {
    name: "route without permission",
    at: "ApiPermission.Properties.Principal",
    put: "sns.amazonaws.com",
    says: ["ApiIntegration", "IntegrationUri"],
  },
  {
    name: "integration over 30 s",
    at: "ApiIntegration.Properties.TimeoutInMillis",
    put: 30_001,
    says: ["ApiIntegration", "TimeoutInMillis"],
  },
  {
    name: "route key without a slash",
    at: "ApiRoute.Properties.RouteKey",
    put: "GET items",
    says: ["ApiRoute", "RouteKey"],
  },
  {
    name: "retention that AWS does not have",
    at: "Log.Properties.RetentionInDays",
    put: 8,
    says: ["Log", "RetentionInDays"],
  },
  { name: "cycle", at: "Role.DependsOn", put: ["Work"], says: ["Circular dependency", "Role", "Work"] },
];

/** The valid template with one defect. */
export const broken = ({ at, put }: Defect): string => {
  const template: unknown = structuredClone(VALID.Resources);
  const path = at.split(".");
  const last = path.pop() ?? "";
  let parent = template as Record<string, unknown>; // plain JSON of this file
  for (const key of path) parent = parent[key] as Record<string, unknown>;
  if (put === undefined) delete parent[last];
  else parent[last] = put;
  return JSON.stringify({ ...VALID, Resources: template });
};
