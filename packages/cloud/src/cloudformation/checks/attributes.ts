// What Fn::GetAtt may ask of each type (AWS's Template Reference), and what can be told of it before it exists.
import { ACCOUNT } from "../../gateway/service.ts";

/** Attributes by type; a type that is missing here is not checked. */
export const ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  "AWS::S3::Bucket": ["Arn", "DomainName", "DualStackDomainName", "RegionalDomainName", "WebsiteURL"],
  "AWS::S3::BucketPolicy": [],
  "AWS::Logs::LogGroup": ["Arn"],
  "AWS::Logs::SubscriptionFilter": [],
  "AWS::IAM::Role": ["Arn", "RoleId"],
  "AWS::IAM::Policy": ["Id"],
  "AWS::IAM::ManagedPolicy": ["PolicyArn", "PolicyId"],
  "AWS::Lambda::Function": ["Arn"],
  "AWS::Lambda::Version": ["FunctionArn", "Version"],
  "AWS::Lambda::Alias": ["AliasArn"],
  "AWS::Lambda::Permission": ["Id"],
  "AWS::Lambda::EventSourceMapping": ["Id", "EventSourceMappingArn"],
  "AWS::Lambda::EventInvokeConfig": [],
  "AWS::ApiGatewayV2::Api": ["ApiId", "ApiEndpoint"],
  "AWS::ApiGatewayV2::Stage": ["Id"],
  "AWS::ApiGatewayV2::Route": ["Id", "RouteId"],
  "AWS::ApiGatewayV2::Integration": ["Id", "IntegrationId"],
  "AWS::ApiGatewayV2::Authorizer": ["AuthorizerId"],
  "AWS::DynamoDB::Table": ["Arn", "StreamArn", "TableId"],
  "AWS::SQS::Queue": ["Arn", "QueueName", "QueueUrl"],
  "AWS::SQS::QueuePolicy": ["Id"],
  "AWS::SNS::Topic": ["TopicArn", "TopicName"],
  "AWS::SNS::Subscription": ["Arn"],
  "AWS::SNS::TopicPolicy": ["Id"],
  "AWS::Events::Rule": ["Arn"],
  "AWS::Events::EventBus": ["Arn", "Name", "Policy"],
  "AWS::Events::EventBusPolicy": [],
  "AWS::Scheduler::Schedule": ["Arn"],
  "AWS::Scheduler::ScheduleGroup": ["Arn", "CreationDate", "LastModificationDate", "State"],
  "AWS::CloudWatch::Alarm": ["Arn"],
  "AWS::Cognito::UserPool": ["Arn", "ProviderName", "ProviderURL", "UserPoolId"],
  "AWS::Cognito::UserPoolClient": ["ClientId", "Name"],
  "AWS::Cognito::UserPoolGroup": [],
  "AWS::SSM::Parameter": ["Type", "Value"],
  "AWS::SecretsManager::Secret": ["Id"],
};

/** Stands for a value that only exists after creation; checks let text pass that holds one. */
export const UNKNOWN = "unknown-until-created";

/** The ARNs that follow from a name, of types whose names are known before they exist. */
const ARNS: Readonly<Record<string, string>> = {
  "AWS::S3::Bucket": "arn:aws:s3:::NAME",
  "AWS::Lambda::Function": `arn:aws:lambda:REGION:${ACCOUNT}:function:NAME`,
  "AWS::SQS::Queue": `arn:aws:sqs:REGION:${ACCOUNT}:NAME`,
  "AWS::DynamoDB::Table": `arn:aws:dynamodb:REGION:${ACCOUNT}:table/NAME`,
  "AWS::Logs::LogGroup": `arn:aws:logs:REGION:${ACCOUNT}:log-group:NAME:*`,
  "AWS::IAM::Role": `arn:aws:iam::${ACCOUNT}:role/NAME`,
};

export const hasForetoldName = (type: string): boolean => Object.hasOwn(ARNS, type);

/** What can be told of an attribute before the resource exists. */
export const foretold = (type: string, attribute: string, region: string, name: string): string | undefined => {
  const arn = ARNS[type]?.replace("REGION", region).replace("NAME", () => name);
  if (attribute === "StreamArn" && type === "AWS::DynamoDB::Table") return `${arn}/stream/${UNKNOWN}`;
  return attribute === "Arn" ? arn : undefined;
};
