import { ListEventSourceMappingsCommand, UpdateEventSourceMappingCommand } from "@aws-sdk/client-lambda";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { openSmallCloud, type SmallCloud } from "./small-cloud.test.fixture.ts";

const QUEUE = "arn:aws:sqs:us-east-1:000000000000:jobs";
const STREAM = "arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/2026-01-01T00:00:00.000";
const reading = [
  { Effect: "Allow" as const, Action: "sqs:*", Resource: "arn:aws:sqs:us-east-1:000000000000:*" },
  { Effect: "Allow" as const, Action: "dynamodb:*", Resource: STREAM },
];
let cloud: SmallCloud;

beforeEach(async () => {
  cloud = await openSmallCloud();
  const code = "exports.handler = async () => 1";
  await cloud.createFunction({ name: "worker", code, statements: reading });
  await cloud.createFunction({ name: "stranger", code });
});
afterEach(() => cloud.close());

const create = (input: object) =>
  cloud.create("AWS::Lambda::EventSourceMapping", { FunctionName: "worker", EventSourceArn: QUEUE, ...input });

describe("event source mappings", () => {
  test("are made with AWS's defaults, listed, switched off and removed, and tell it on the bus", async () => {
    const changes: string[] = [];
    cloud.ground.bus.on("mapping-changed", ({ id }) => changes.push(id));
    const { physicalId: UUID } = await create({});
    expect(cloud.lambda.mappings()).toMatchObject([
      { id: UUID, enabled: true, batchSize: 10, windowSeconds: 0, filters: [], reportBatchItemFailures: false },
    ]);
    const off = await cloud.lambdaClient.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false }));
    expect(off).toMatchObject({ UUID, State: "Disabled", BatchSize: 10 });
    expect(off.LastModified?.getTime()).toBe(cloud.clock.now());
    const more = new UpdateEventSourceMappingCommand({ UUID, Enabled: true, BatchSize: 3 });
    await expect(cloud.lambdaClient.send(more)).rejects.toThrow("The parameter BatchSize");
    const list = (FunctionName: string) =>
      cloud.lambdaClient.send(new ListEventSourceMappingsCommand({ EventSourceArn: QUEUE, FunctionName }));
    const FunctionArn = "arn:aws:lambda:us-east-1:000000000000:function:worker";
    expect((await list("worker")).EventSourceMappings).toMatchObject([{ UUID, FunctionArn }]);
    expect((await list("stranger")).EventSourceMappings).toEqual([]);
    await cloud.type("AWS::Lambda::EventSourceMapping").remove(UUID, {}, cloud.context("Thing"));
    expect(cloud.lambda.mappings()).toEqual([]);
    expect(changes).toEqual([UUID, UUID, UUID]);
    await expect(
      cloud.lambdaClient.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: true })),
    ).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  test("are one per queue and function, and need a role that may read", async () => {
    await create({});
    await expect(create({})).rejects.toMatchObject({ code: "ResourceConflictException" });
    await expect(create({ FunctionName: "stranger" })).rejects.toThrow(
      "does not have permissions to call ReceiveMessage on SQS",
    );
    await expect(create({ FunctionName: "none" })).rejects.toMatchObject({ code: "ResourceNotFoundException" });
  });

  test.each<[string, object, string]>([
    ["more than 10,000 in a batch", { BatchSize: 10_001 }, "BatchSize: must be at most 10000"],
    ["more than ten without a window", { BatchSize: 11 }, "Maximum batch window in seconds must be greater than 0"],
    ["more than ten of a FIFO queue", { EventSourceArn: `${QUEUE}.fifo`, BatchSize: 11 }, "at most 10 for the FIFO"],
    ["a window on a FIFO queue", { EventSourceArn: `${QUEUE}.fifo`, MaximumBatchingWindowInSeconds: 1 }, "Batching window is not supported"], // prettier-ignore
    ["a window over five minutes", { MaximumBatchingWindowInSeconds: 301 }, "must be at most 300"],
    ["a concurrency of one", { ScalingConfig: { MaximumConcurrency: 1 } }, "must be at least 2"],
    ["settings of streams for a queue", { BisectBatchOnFunctionError: true }, "BisectBatchOnFunctionError is not valid for SQS"], // prettier-ignore
    ["a concurrency for a stream", { EventSourceArn: STREAM, StartingPosition: "LATEST", ScalingConfig: { MaximumConcurrency: 2 } }, "ScalingConfig is not valid for stream"], // prettier-ignore
    ["a stream without a position", { EventSourceArn: STREAM }, "startingPosition"],
    ["eleven batches of one shard at once", { EventSourceArn: STREAM, StartingPosition: "LATEST", ParallelizationFactor: 11 }, "must be at most 10"], // prettier-ignore
    ["a bucket for what failed", { EventSourceArn: STREAM, StartingPosition: "LATEST", DestinationConfig: { OnFailure: { Destination: "arn:aws:s3:::failures" } } }, "must be the ARN of a standard queue or topic"], // prettier-ignore
    ["a filter that is not JSON", { FilterCriteria: { Filters: [{ Pattern: "{" }] } }, "Invalid filter pattern"],
    ["a tumbling window", { EventSourceArn: STREAM, StartingPosition: "LATEST", TumblingWindowInSeconds: 5 }, "TumblingWindowInSeconds is not supported"], // prettier-ignore
    ["another kind of source", { EventSourceArn: "arn:aws:kinesis:us-east-1:000000000000:stream/s" }, "neither a queue nor the stream"], // prettier-ignore
  ])("refuse %s", async (_what, input, message) => {
    await expect(create(input)).rejects.toThrow(message);
    expect(cloud.lambda.mappings()).toEqual([]);
  });

  test("of a template take every property of a stream, and go back to the default of one that is dropped", async () => {
    const properties = {
      EventSourceArn: STREAM,
      FunctionName: "worker",
      StartingPosition: "TRIM_HORIZON",
      BatchSize: 200,
      ParallelizationFactor: 4,
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 3,
      MaximumRecordAgeInSeconds: 120,
      DestinationConfig: { OnFailure: { Destination: QUEUE } },
      FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT"]}' }] },
      FunctionResponseTypes: ["ReportBatchItemFailures"],
    };
    const { physicalId } = await cloud.create("AWS::Lambda::EventSourceMapping", properties);
    expect(cloud.lambda.mappings()[0]).toMatchObject({
      startingPosition: "TRIM_HORIZON",
      batchSize: 200,
      parallelizationFactor: 4,
      bisect: true,
      maximumRetryAttempts: 3,
      maximumRecordAgeSeconds: 120,
      onFailureArn: QUEUE,
      filters: ['{"eventName":["INSERT"]}'],
      reportBatchItemFailures: true,
    });
    const { BatchSize: _size, DestinationConfig: _target, ...fewer } = properties;
    const type = cloud.type("AWS::Lambda::EventSourceMapping");
    await type.update?.(physicalId, fewer, properties, cloud.context("Thing"));
    expect(cloud.lambda.mappings()[0]).toMatchObject({ id: physicalId, batchSize: 100 });
    expect(cloud.lambda.mappings()[0]).not.toHaveProperty("onFailureArn");
  });

  test("are refused when the reader of their source refuses them", async () => {
    cloud.lambda.checkMappings((mapping, { timeoutSeconds }) => {
      throw new Error(`${mapping.eventSourceArn} ${timeoutSeconds}`);
    });
    await expect(cloud.create("AWS::Lambda::EventSourceMapping", { EventSourceArn: QUEUE, FunctionName: "worker" })).rejects.toThrow(`${QUEUE} 3`); // prettier-ignore
    expect(cloud.lambda.mappings()).toEqual([]);
  });
});
