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

interface Place {
  readonly region: string;
  readonly name: string;
}

type Foretold = (place: Place) => Readonly<Record<string, string>>;

const arn =
  (service: string, resource: (name: string) => string): Foretold =>
  ({ region, name }) => ({
    Arn: `arn:aws:${service}:${region}:${ACCOUNT}:${resource(name)}`,
  });

/** Property with the custom name, and attributes that follow from the name. */
export const FORETOLD: Readonly<Record<string, { readonly nameProperty: string; readonly attributes: Foretold }>> = {
  "AWS::S3::Bucket": { nameProperty: "BucketName", attributes: ({ name }) => ({ Arn: `arn:aws:s3:::${name}` }) },
  "AWS::Lambda::Function": { nameProperty: "FunctionName", attributes: arn("lambda", (name) => `function:${name}`) },
  "AWS::SQS::Queue": { nameProperty: "QueueName", attributes: arn("sqs", (name) => name) },
  "AWS::DynamoDB::Table": {
    nameProperty: "TableName",
    attributes: ({ region, name }) => {
      const table = `arn:aws:dynamodb:${region}:${ACCOUNT}:table/${name}`;
      return { Arn: table, StreamArn: `${table}/stream/${UNKNOWN}` };
    },
  },
  "AWS::Logs::LogGroup": { nameProperty: "LogGroupName", attributes: arn("logs", (name) => `log-group:${name}:*`) },
  "AWS::IAM::Role": {
    nameProperty: "RoleName",
    attributes: ({ name }) => ({ Arn: `arn:aws:iam::${ACCOUNT}:role/${name}` }),
  },
};
