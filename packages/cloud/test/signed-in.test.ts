// A user pool, an API that asks for its tokens, a trigger, a parameter and a secret, and an alarm, all from one template.
import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand, waitUntilStackCreateComplete } from "@aws-sdk/client-cloudformation"; // prettier-ignore
import { DescribeAlarmsCommand, CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import {
  CognitoIdentityProviderClient,
  ConfirmSignUpCommand,
  InitiateAuthCommand,
  SignUpCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createCloud } from "../src/cloud.ts";
import type { Cloud } from "../src/index.ts";
import { makeZip } from "../src/lambda/zip.ts";

const CODE = `
exports.who = async (event) => ({ jwt: event.requestContext.authorizer.jwt, url: process.env.URL, password: process.env.PASSWORD });
exports.welcome = async (event) => event;
`;
const NOW = Date.parse("2026-01-15T12:00:00Z");
const MINUTE = 60_000;
const PASSWORD = "Passw0rd!";

const allow = (FunctionName: string, Principal: string, SourceArn: object) => ({
  Type: "AWS::Lambda::Permission",
  Properties: {
    Action: "lambda:InvokeFunction",
    FunctionName: { "Fn::GetAtt": [FunctionName, "Arn"] },
    Principal,
    SourceArn,
  },
});
const fn = (handler: string, Variables: object = {}) => ({
  Type: "AWS::Lambda::Function",
  Properties: {
    Code: { S3Bucket: "code", S3Key: "code.zip" },
    Handler: `index.${handler}`,
    Runtime: "nodejs24.x",
    Role: { "Fn::GetAtt": ["Role", "Arn"] },
    Environment: { Variables },
  },
});
const Resources = {
  Role: {
    Type: "AWS::IAM::Role",
    Properties: {
      AssumeRolePolicyDocument: {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
      },
    },
  },
  Url: {
    Type: "AWS::SSM::Parameter",
    Properties: { Name: "/shop/url", Type: "String", Value: "https://shop.example" },
  },
  Db: { Type: "AWS::SecretsManager::Secret", Properties: { Name: "db", SecretString: '{"password":"hunter2"}' } },
  Who: {
    ...fn("who", {
      URL: { Ref: "Url" },
      PASSWORD: { "Fn::Sub": "{{resolve:secretsmanager:${Db}:SecretString:password}}" },
    }),
  },
  Welcome: fn("welcome"),
  People: {
    Type: "AWS::Cognito::UserPool",
    Properties: {
      UsernameAttributes: ["email"],
      AutoVerifiedAttributes: ["email"],
      LambdaConfig: { PostConfirmation: { "Fn::GetAtt": ["Welcome", "Arn"] } },
    },
  },
  MayWelcome: allow("Welcome", "cognito-idp.amazonaws.com", { "Fn::GetAtt": ["People", "Arn"] }),
  Web: {
    Type: "AWS::Cognito::UserPoolClient",
    Properties: { UserPoolId: { Ref: "People" }, ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"] },
  },
  Api: { Type: "AWS::ApiGatewayV2::Api", Properties: { Name: "who", ProtocolType: "HTTP" } },
  Stage: {
    Type: "AWS::ApiGatewayV2::Stage",
    Properties: { ApiId: { Ref: "Api" }, StageName: "$default", AutoDeploy: true },
  },
  Tokens: {
    Type: "AWS::ApiGatewayV2::Authorizer",
    Properties: {
      ApiId: { Ref: "Api" },
      Name: "tokens",
      AuthorizerType: "JWT",
      IdentitySource: ["$request.header.Authorization"],
      JwtConfiguration: { Audience: [{ Ref: "Web" }], Issuer: { "Fn::GetAtt": ["People", "ProviderURL"] } },
    },
  },
  ToWho: {
    Type: "AWS::ApiGatewayV2::Integration",
    Properties: {
      ApiId: { Ref: "Api" },
      IntegrationType: "AWS_PROXY",
      IntegrationUri: { "Fn::GetAtt": ["Who", "Arn"] },
      PayloadFormatVersion: "2.0",
    },
  },
  Route: {
    Type: "AWS::ApiGatewayV2::Route",
    Properties: {
      ApiId: { Ref: "Api" },
      RouteKey: "GET /who",
      Target: { "Fn::Sub": "integrations/${ToWho}" },
      AuthorizationType: "JWT",
      AuthorizerId: { Ref: "Tokens" },
    },
  },
  MayAsk: allow("Who", "apigateway.amazonaws.com", {
    "Fn::Sub": "arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*",
  }),
  Dead: { Type: "AWS::SQS::Queue", Properties: { QueueName: "dead" } },
  Told: { Type: "AWS::SQS::Queue", Properties: { QueueName: "told" } },
  Topic: { Type: "AWS::SNS::Topic", Properties: {} },
  MayTell: {
    Type: "AWS::SQS::QueuePolicy",
    Properties: {
      Queues: [{ Ref: "Told" }],
      PolicyDocument: {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: "sns.amazonaws.com" },
            Action: "sqs:SendMessage",
            Resource: { "Fn::GetAtt": ["Told", "Arn"] },
            Condition: { ArnEquals: { "aws:SourceArn": { Ref: "Topic" } } },
          },
        ],
      },
    },
  },
  Tell: {
    Type: "AWS::SNS::Subscription",
    Properties: { TopicArn: { Ref: "Topic" }, Protocol: "sqs", Endpoint: { "Fn::GetAtt": ["Told", "Arn"] } },
  },
  DeadLetters: {
    Type: "AWS::CloudWatch::Alarm",
    Properties: {
      Namespace: "AWS/SQS",
      MetricName: "ApproximateNumberOfMessagesVisible",
      Dimensions: [{ Name: "QueueName", Value: { "Fn::GetAtt": ["Dead", "QueueName"] } }],
      Statistic: "Maximum",
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 0,
      ComparisonOperator: "GreaterThanThreshold",
      TreatMissingData: "notBreaching",
      AlarmActions: [{ Ref: "Topic" }],
    },
  },
};
const Outputs = {
  ClientId: { Value: { Ref: "Web" } },
  Url: { Value: { "Fn::GetAtt": ["Api", "ApiEndpoint"] } },
  Dead: { Value: { Ref: "Dead" } },
  Told: { Value: { Ref: "Told" } },
};

let cloud: Cloud;
let outputs: Record<string, string>;
let settings: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };

beforeAll(async () => {
  cloud = await createCloud({ port: 0, frozenAt: NOW });
  settings = {
    endpoint: cloud.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  };
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: "code" }));
  await s3.send(
    new PutObjectCommand({ Bucket: "code", Key: "code.zip", Body: makeZip([{ name: "index.js", content: CODE }]) }),
  );
  const client = new CloudFormationClient(settings);
  const StackName = "who-local";
  const TemplateBody = JSON.stringify({ Resources, Outputs });
  const Tags = [{ Key: "STAGE", Value: "local" }];
  await client.send(new CreateStackCommand({ StackName, TemplateBody, Tags, Capabilities: ["CAPABILITY_NAMED_IAM"] }));
  await waitUntilStackCreateComplete({ client, maxWaitTime: 20, minDelay: 0.1, maxDelay: 0.2 }, { StackName });
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
  outputs = Object.fromEntries(
    (Stacks?.[0]?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey ?? "", OutputValue ?? ""]),
  );
}, 60_000);
afterAll(() => cloud.close());

test("who signs up, confirms and signs in gets through to the function, until the token ends", async () => {
  const people = new CognitoIdentityProviderClient(settings);
  const about = { ClientId: outputs["ClientId"], Username: "ann@example.com" };
  await people.send(new SignUpCommand({ ...about, Password: PASSWORD }));
  const answer = await fetch(`${cloud.endpoint}/_warmstart/v1/outbox`);
  const { messages } = (await answer.json()) as { messages: { code: string }[] };
  await people.send(new ConfirmSignUpCommand({ ...about, ConfirmationCode: messages[0]?.code }));
  const AuthParameters = { USERNAME: "ann@example.com", PASSWORD };
  const signIn = { ClientId: outputs["ClientId"], AuthFlow: "USER_PASSWORD_AUTH", AuthParameters } as const;
  const { AuthenticationResult } = await people.send(new InitiateAuthCommand(signIn));
  const ask = (token?: string) => fetch(`${outputs["Url"]}/who`, token ? { headers: { authorization: token } } : {});
  expect((await ask()).status).toBe(401);
  const got = await ask(AuthenticationResult?.IdToken);
  expect(await got.json()).toMatchObject({
    jwt: { claims: { email: "ann@example.com", token_use: "id" }, scopes: null },
    url: "/shop/url",
    password: "hunter2",
  });
  expect((await ask(AuthenticationResult?.AccessToken)).status).toBe(200);
  await cloud.advance(60 * MINUTE);
  expect((await ask(AuthenticationResult?.IdToken)).status).toBe(401);
});

test("a message in the dead-letter queue raises the alarm, which tells its topic; a year of quiet costs nothing", async () => {
  const sqs = new SQSClient(settings);
  await sqs.send(new SendMessageCommand({ QueueUrl: outputs["Dead"], MessageBody: "poison" }));
  await cloud.advance(MINUTE);
  const { MetricAlarms } = await new CloudWatchClient(settings).send(new DescribeAlarmsCommand({}));
  expect(MetricAlarms).toMatchObject([{ StateValue: "ALARM" }]);
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: outputs["Told"] }));
  const { Message } = JSON.parse(Messages?.[0]?.Body ?? "{}") as { Message: string };
  expect(JSON.parse(Message)).toMatchObject({
    NewStateValue: "ALARM",
    Trigger: { MetricName: "ApproximateNumberOfMessagesVisible" },
  });
  const started = performance.now();
  await cloud.advance(365 * 24 * 60 * MINUTE);
  expect(performance.now() - started).toBeLessThan(10_000);
  const after = await new CloudWatchClient(settings).send(new DescribeAlarmsCommand({}));
  expect(after.MetricAlarms).toMatchObject([{ StateValue: "OK" }]); // the message has outlived its retention
});
