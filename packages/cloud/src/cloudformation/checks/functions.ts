// What no type can see in its own properties: event sources beside their functions, streams beside their tables.
import { referencesOf } from "../references.ts";
import type { Foreseen, Foresight } from "./foresight.ts";
import { problem, type Check, type Problem } from "./problem.ts";

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
