// What an event source mapping may say, in the API as in a template, and AWS's rules for queues and for streams.
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
import * as v from "valibot";
import { AwsError, unsupported } from "../gateway/aws-error.ts";
import { compilePattern } from "../pattern/event-pattern.ts";
import type { Mapping } from "../ports.ts";
import { MAPPINGS } from "./limits.ts";
import { flag, read, within } from "./schemas.ts";

const orEndless = (range: { least: number; most: number }) => v.optional(v.union([v.literal(-1), within(range)]));

/** Settings that both kinds of sources have, then those of queues, then those of streams. */
const settings = {
  Enabled: v.optional(flag),
  BatchSize: v.optional(within(MAPPINGS.batchSize)),
  MaximumBatchingWindowInSeconds: v.optional(within(MAPPINGS.windowSeconds)),
  FilterCriteria: v.optional(
    v.strictObject({
      Filters: v.optional(
        v.pipe(
          v.array(v.strictObject({ Pattern: v.pipe(v.string(), v.maxLength(MAPPINGS.patternCharacters)) })),
          v.maxLength(MAPPINGS.filters),
        ),
      ),
    }),
  ),
  FunctionResponseTypes: v.optional(v.pipe(v.array(v.literal("ReportBatchItemFailures")), v.maxLength(1))),
  ScalingConfig: v.optional(v.strictObject({ MaximumConcurrency: v.optional(within(MAPPINGS.maximumConcurrency)) })),
  ParallelizationFactor: v.optional(within(MAPPINGS.parallelizationFactor)),
  BisectBatchOnFunctionError: v.optional(flag),
  MaximumRetryAttempts: orEndless(MAPPINGS.retryAttempts),
  MaximumRecordAgeInSeconds: orEndless(MAPPINGS.recordAgeSeconds),
  DestinationConfig: v.optional(
    v.strictObject({ OnFailure: v.optional(v.strictObject({ Destination: v.optional(v.string()) })) }),
  ),
};

const fixed = {
  EventSourceArn: v.string(),
  StartingPosition: v.optional(v.picklist(["TRIM_HORIZON", "LATEST"], "must be TRIM_HORIZON or LATEST here")),
};

const QUEUE_ONLY = ["ScalingConfig"];
const STREAM_ONLY = [
  "StartingPosition",
  "ParallelizationFactor",
  "BisectBatchOnFunctionError",
  "MaximumRetryAttempts",
  "MaximumRecordAgeInSeconds",
  "DestinationConfig",
];

const newMapping = v.strictObject({
  ...fixed,
  ...settings,
  FunctionName: v.string(),
  /** Stored by nobody, shown by nobody: inert. */
  Tags: v.optional(v.unknown()),
});
const changedMapping = v.strictObject({ ...settings, FunctionName: v.optional(v.string()), UUID: v.string() });

export const CREATE_PARAMETERS = Object.keys(newMapping.entries);
export const UPDATE_PARAMETERS = Object.keys(changedMapping.entries);

type Settings = Omit<v.InferOutput<typeof changedMapping>, "UUID">;

const invalid = (message: string): AwsError => new AwsError("InvalidParameterValueException", 400, message);

export type SourceKind = "queue" | "fifo" | "stream";

export const kindOf = (arn: string): SourceKind => {
  if (/^arn:aws:sqs:[a-z0-9-]+:\d{12}:[\w-]+$/.test(arn)) return "queue";
  if (/^arn:aws:sqs:[a-z0-9-]+:\d{12}:[\w-]+\.fifo$/.test(arn)) return "fifo";
  if (/^arn:aws:dynamodb:[a-z0-9-]+:\d{12}:table\/[^/]+\/stream\/\S+$/.test(arn)) return "stream";
  throw unsupported(`The event source ${arn}: neither a queue nor the stream of a table,`);
};

const patternsOf = ({ FilterCriteria }: Settings): readonly string[] | undefined =>
  FilterCriteria?.Filters?.map(({ Pattern }) => {
    try {
      compilePattern(JSON.parse(Pattern));
      return Pattern;
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      throw invalid(`Invalid filter pattern definition. ${detail}`);
    }
  }) ?? (FilterCriteria === undefined ? undefined : []);

/** Only what was given; a mapping keeps the rest. */
const changesOf = (given: Settings): Partial<Mapping> => {
  const filters = patternsOf(given);
  const { ScalingConfig, DestinationConfig, FunctionResponseTypes } = given;
  const changes = {
    enabled: given.Enabled,
    batchSize: given.BatchSize,
    windowSeconds: given.MaximumBatchingWindowInSeconds,
    filters,
    reportBatchItemFailures: FunctionResponseTypes && FunctionResponseTypes.length > 0,
    maximumConcurrency: ScalingConfig?.MaximumConcurrency,
    parallelizationFactor: given.ParallelizationFactor,
    bisect: given.BisectBatchOnFunctionError,
    maximumRetryAttempts: given.MaximumRetryAttempts,
    maximumRecordAgeSeconds: given.MaximumRecordAgeInSeconds,
    onFailureArn: DestinationConfig?.OnFailure?.Destination,
  };
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
};

const defaultsOf = (kind: SourceKind) => ({
  enabled: true,
  batchSize: kind === "stream" ? MAPPINGS.streamBatch : MAPPINGS.queueBatch,
  windowSeconds: 0,
  filters: [],
  reportBatchItemFailures: false,
  parallelizationFactor: 1,
  maximumRetryAttempts: -1,
  maximumRecordAgeSeconds: -1,
  bisect: false,
});

const refuseForeign = (kind: SourceKind, input: object): void => {
  const [names, source] = kind === "stream" ? [QUEUE_ONLY, "stream"] : [STREAM_ONLY, "SQS"];
  const foreign = names.find((name) => Object.hasOwn(input, name));
  if (foreign !== undefined) throw invalid(`${foreign} is not valid for ${source} event sources.`);
};

/** Rules between settings; throws the one that is broken. */
export const checkRules = (mapping: Omit<Mapping, "id" | "arn" | "functionArn" | "createdAt" | "changedAt">): void => {
  const { eventSourceArn, batchSize, windowSeconds, startingPosition } = mapping;
  const kind = kindOf(eventSourceArn);
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

/** A mapping as parameters or properties describe it, without what its function and its making give. */
export const readNew = (input: object) => {
  const parsed = read(newMapping, input);
  const kind = kindOf(parsed.EventSourceArn);
  refuseForeign(kind, input);
  const mapping = {
    eventSourceArn: parsed.EventSourceArn,
    ...(parsed.StartingPosition !== undefined && { startingPosition: parsed.StartingPosition }),
    ...defaultsOf(kind),
    ...changesOf(parsed),
  };
  checkRules(mapping);
  return { mapping, functionName: parsed.FunctionName };
};

/** `previous` with what UpdateEventSourceMapping gives. An empty ScalingConfig or OnFailure takes the setting away. */
export const readChange = (previous: Mapping, input: object) => {
  const parsed = read(changedMapping, input);
  refuseForeign(kindOf(previous.eventSourceArn), input);
  const { maximumConcurrency, onFailureArn, ...kept } = previous;
  const mapping: Mapping = {
    ...kept,
    ...(maximumConcurrency !== undefined && parsed.ScalingConfig === undefined && { maximumConcurrency }),
    ...(onFailureArn !== undefined && parsed.DestinationConfig === undefined && { onFailureArn }),
    ...changesOf(parsed),
  };
  checkRules(mapping);
  return { mapping, functionName: parsed.FunctionName };
};
