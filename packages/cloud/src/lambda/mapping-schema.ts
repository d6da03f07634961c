// What an event source mapping may say, and AWS's rules for queues and for streams.
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
import * as v from "valibot";
import { flag, inert } from "../cloudformation/property-schema.ts";
import { AwsError, unsupported } from "../gateway/aws-error.ts";
import { compilePattern } from "../pattern/event-pattern.ts";
import type { Mapping } from "../ports.ts";
import { MAPPINGS } from "./limits.ts";
import { queueOrTopic, read, whole } from "./schemas.ts";

const orEndless = (range: { least: number; most: number }) => v.optional(v.union([v.literal(-1), whole(range)]), -1);
const pattern = v.strictObject({ Pattern: v.pipe(v.string(), v.maxLength(MAPPINGS.patternCharacters)) });
const onFailure = v.optional(v.strictObject({ Destination: v.optional(queueOrTopic) }));

/** Settings of both kinds of sources. */
const settings = {
  EventSourceArn: v.string(),
  FunctionName: v.string(),
  Enabled: v.optional(flag, true),
  BatchSize: v.optional(whole(MAPPINGS.batchSize)),
  MaximumBatchingWindowInSeconds: v.optional(whole(MAPPINGS.windowSeconds), 0),
  FilterCriteria: v.optional(
    v.strictObject({ Filters: v.optional(v.pipe(v.array(pattern), v.maxLength(MAPPINGS.filters)), []) }),
  ),
  FunctionResponseTypes: v.optional(v.pipe(v.array(v.literal("ReportBatchItemFailures")), v.maxLength(1)), []),
  Tags: inert,
};
const ofQueues = {
  ScalingConfig: v.optional(v.strictObject({ MaximumConcurrency: v.optional(whole(MAPPINGS.maximumConcurrency)) })),
};
const ofStreams = {
  StartingPosition: v.optional(v.picklist(["TRIM_HORIZON", "LATEST"], "must be TRIM_HORIZON or LATEST here")),
  ParallelizationFactor: v.optional(whole(MAPPINGS.parallelizationFactor), 1),
  BisectBatchOnFunctionError: v.optional(flag, false),
  MaximumRetryAttempts: orEndless(MAPPINGS.retryAttempts),
  MaximumRecordAgeInSeconds: orEndless(MAPPINGS.recordAgeSeconds),
  DestinationConfig: v.optional(v.strictObject({ OnFailure: onFailure })),
};

export const mappingSchema = v.strictObject({ ...settings, ...ofQueues, ...ofStreams });

const invalid = (message: string): AwsError => new AwsError("InvalidParameterValueException", 400, message);

type Settings = Omit<Mapping, "id" | "arn" | "functionArn" | "changedAt">;
export type SourceKind = "queue" | "fifo" | "stream";

export const kindOf = (arn: string): SourceKind => {
  if (/^arn:aws:sqs:[a-z0-9-]+:\d{12}:[\w-]+$/.test(arn)) return "queue";
  if (/^arn:aws:sqs:[a-z0-9-]+:\d{12}:[\w-]+\.fifo$/.test(arn)) return "fifo";
  if (/^arn:aws:dynamodb:[a-z0-9-]+:\d{12}:table\/[^/]+\/stream\/\S+$/.test(arn)) return "stream";
  throw unsupported(`The event source ${arn}: neither a queue nor the stream of a table,`);
};

const checkPattern = (text: string): void => {
  try {
    compilePattern(JSON.parse(text));
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw invalid(`Invalid filter pattern definition. ${detail}`);
  }
};

const refuseForeign = (kind: SourceKind, input: object): void => {
  const [others, source] = kind === "stream" ? [ofQueues, "stream"] : [ofStreams, "SQS"];
  const foreign = Object.keys(others).find((name) => Object.hasOwn(input, name));
  if (foreign !== undefined) throw invalid(`${foreign} is not valid for ${source} event sources.`);
};

/** Rules between settings; throws the one that is broken. */
const checkRules = (kind: SourceKind, mapping: Settings): void => {
  const { eventSourceArn, batchSize, windowSeconds, startingPosition } = mapping;
  if (kind === "stream") {
    if (startingPosition === undefined) throw invalid("1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null."); // prettier-ignore
    return;
  }
  if (kind === "fifo" && windowSeconds > 0) throw invalid("Batching window is not supported for FIFO queues.");
  if (kind === "fifo" && batchSize > MAPPINGS.fifoBatch) {
    throw invalid(`BatchSize: must be at most ${MAPPINGS.fifoBatch} for the FIFO queue ${eventSourceArn}`);
  }
  if (batchSize > MAPPINGS.batchWithoutWindow && windowSeconds < 1) {
    throw invalid(
      `Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than ${MAPPINGS.batchWithoutWindow}`,
    );
  }
};

/** A mapping as a template describes it, without what its function and its making give. */
export const readMapping = (input: object): { readonly mapping: Settings; readonly functionName: string } => {
  const given = read(mappingSchema, input);
  const kind = kindOf(given.EventSourceArn);
  refuseForeign(kind, input);
  const filters = given.FilterCriteria?.Filters.map(({ Pattern }) => Pattern) ?? [];
  filters.forEach(checkPattern);
  const { StartingPosition: startingPosition, DestinationConfig, ScalingConfig } = given;
  const maximumConcurrency = ScalingConfig?.MaximumConcurrency;
  const onFailureArn = DestinationConfig?.OnFailure?.Destination;
  const mapping = {
    eventSourceArn: given.EventSourceArn,
    enabled: given.Enabled,
    batchSize: given.BatchSize ?? (kind === "stream" ? MAPPINGS.streamBatch : MAPPINGS.queueBatch),
    windowSeconds: given.MaximumBatchingWindowInSeconds,
    filters,
    reportBatchItemFailures: given.FunctionResponseTypes.length > 0,
    parallelizationFactor: given.ParallelizationFactor,
    bisect: given.BisectBatchOnFunctionError,
    maximumRetryAttempts: given.MaximumRetryAttempts,
    maximumRecordAgeSeconds: given.MaximumRecordAgeInSeconds,
    ...(startingPosition !== undefined && { startingPosition }),
    ...(maximumConcurrency !== undefined && { maximumConcurrency }),
    ...(onFailureArn !== undefined && { onFailureArn }),
  };
  checkRules(kind, mapping);
  return { mapping, functionName: given.FunctionName };
};
