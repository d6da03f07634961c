// Lambda functions, their event sources and integrations.
import { referencesOf } from "../references.ts";
import type { Foreseen, Foresight } from "./foresight.ts";
import { isRecord, problem, type Check, type Problem } from "./problem.ts";

const MAX_TIMEOUT_SECONDS = 900;
const MAX_ENVIRONMENT_BYTES = 4_096;
const MIN_INTEGRATION_MS = 50;
const MAX_INTEGRATION_MS = 30_000;

/** Variables that Lambda sets itself. */
const RESERVED = new Set([
  "_HANDLER",
  "_X_AMZN_TRACE_ID",
  "AWS_ACCESS_KEY",
  "AWS_ACCESS_KEY_ID",
  "AWS_DEFAULT_REGION",
  "AWS_EXECUTION_ENV",
  "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
  "AWS_LAMBDA_FUNCTION_NAME",
  "AWS_LAMBDA_FUNCTION_VERSION",
  "AWS_LAMBDA_INITIALIZATION_TYPE",
  "AWS_LAMBDA_LOG_GROUP_NAME",
  "AWS_LAMBDA_LOG_STREAM_NAME",
  "AWS_LAMBDA_RUNTIME_API",
  "AWS_REGION",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "LAMBDA_RUNTIME_DIR",
  "LAMBDA_TASK_ROOT",
]);

const environmentProblems = (logicalId: string, environment: unknown): readonly Problem[] => {
  const variables = isRecord(environment) ? environment["Variables"] : undefined;
  if (!isRecord(variables)) return [];
  const problems = Object.keys(variables)
    .filter((name) => RESERVED.has(name))
    .map((name) => problem(logicalId, `Environment.Variables.${name}`, "Lambda reserves this key and sets it itself"));
  const bytes = Object.entries(variables).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(String(value)),
    0,
  );
  if (bytes > MAX_ENVIRONMENT_BYTES)
    problems.push(problem(logicalId, "Environment", `the variables exceed the 4KB limit (${bytes} bytes)`));
  return problems;
};

export const functionLimits: Check = ({ foresight }) =>
  foresight.resources
    .filter(({ type }) => type === "AWS::Lambda::Function")
    .flatMap(({ logicalId, properties }) => {
      const timeout = Number(properties["Timeout"] ?? 3);
      const late =
        timeout >= 1 && timeout <= MAX_TIMEOUT_SECONDS
          ? []
          : [problem(logicalId, "Timeout", `${timeout} must be 1 to ${MAX_TIMEOUT_SECONDS} seconds`)];
      return [...late, ...environmentProblems(logicalId, properties["Environment"])];
    });

const windowProblems = ({ logicalId, properties }: Foreseen): readonly Problem[] => {
  const batch = Number(properties["BatchSize"] ?? 10);
  if (batch <= 10 || Number(properties["MaximumBatchingWindowInSeconds"] ?? 0) >= 1) return [];
  const message = `must be at least 1 when BatchSize (${batch}) is above 10`;
  return [problem(logicalId, "MaximumBatchingWindowInSeconds", message)];
};

const DEFAULT_VISIBILITY_SECONDS = 30;

/** AWS refuses the mapping: a message would come back while the function still works on it. */
const visibilityProblems = (foresight: Foresight, { logicalId, properties }: Foreseen): readonly Problem[] => {
  const queue = foresight.byArn("AWS::SQS::Queue", properties["EventSourceArn"]);
  const target = foresight.byArn("AWS::Lambda::Function", properties["FunctionName"]);
  const timeout = Number(target?.properties["Timeout"] ?? 3);
  const visibility = Number(queue?.properties["VisibilityTimeout"] ?? DEFAULT_VISIBILITY_SECONDS);
  if (queue === undefined || target === undefined || !(visibility < timeout)) return [];
  const message = `Queue visibility timeout: ${visibility} seconds is less than Function timeout: ${timeout} seconds`;
  return [problem(logicalId, "EventSourceArn", message)];
};

/** Queues: more than ten messages need a window, and their visibility time-out must outlast the function. */
export const eventSources: Check = ({ foresight }) =>
  foresight.resources
    .filter(({ type, properties }) => {
      return type === "AWS::Lambda::EventSourceMapping" && String(properties["EventSourceArn"]).includes(":sqs:");
    })
    .flatMap((mapping) => [...windowProblems(mapping), ...visibilityProblems(foresight, mapping)]);

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export const bucketNames: Check = ({ foresight }) =>
  foresight.resources
    .filter(({ type }) => type === "AWS::S3::Bucket")
    .flatMap(({ logicalId, properties: { BucketName: name } }) =>
      typeof name !== "string" || /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)
        ? []
        : [
            problem(
              logicalId,
              "BucketName",
              `Bucket name ${name} should only contain a-z, 0-9, "." and "-", 3 to 63 of them`,
            ),
          ],
    );

export const integrationLimits: Check = ({ foresight }) =>
  foresight.resources
    .filter(({ type }) => type === "AWS::ApiGatewayV2::Integration")
    .flatMap(({ logicalId, properties }) => {
      const limit = Number(properties["TimeoutInMillis"] ?? MAX_INTEGRATION_MS);
      return limit >= MIN_INTEGRATION_MS && limit <= MAX_INTEGRATION_MS
        ? []
        : [problem(logicalId, "TimeoutInMillis", `${limit} must be ${MIN_INTEGRATION_MS} to ${MAX_INTEGRATION_MS}`)];
    });

/** Fn::GetAtt StreamArn of a table without StreamSpecification. */
export const streams: Check = ({ foresight }) =>
  foresight.resources.flatMap(({ logicalId, declared }) =>
    referencesOf(declared).flatMap(({ name, attribute, path }) => {
      const table = foresight.byId(name);
      return attribute === "StreamArn" && table?.properties["StreamSpecification"] === undefined
        ? [problem(logicalId, path, `the table ${name} has no StreamSpecification, so it has no StreamArn`)]
        : [];
    }),
  );
