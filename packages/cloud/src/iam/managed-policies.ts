// The AWS managed policies that Lambda functions use, as AWS documents them.
import type { PolicyDocument } from "./policy.ts";

const allow = (...actions: readonly string[]): PolicyDocument => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }],
});

const LOGS = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"] as const;
const SERVICE_ROLE = "arn:aws:iam::aws:policy/service-role";

export const MANAGED_POLICIES: Readonly<Record<string, PolicyDocument>> = {
  [`${SERVICE_ROLE}/AWSLambdaBasicExecutionRole`]: allow(...LOGS),
  [`${SERVICE_ROLE}/AWSLambdaSQSQueueExecutionRole`]: allow(
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    ...LOGS,
  ),
  [`${SERVICE_ROLE}/AWSLambdaDynamoDBExecutionRole`]: allow(
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
    ...LOGS,
  ),
};
