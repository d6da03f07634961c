import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateTableCommand, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { createDynamoDb } from "../dynamodb/index.ts";
import { AwsError } from "../gateway/aws-error.ts";
import { serve, type Served } from "../gateway/serve.test.fixture.ts";
import type { MappingCheck } from "../lambda/event-source-mappings.ts";
import type { Delivery, Mapping } from "../ports.ts";
import { connectStreamMappings, type StreamMappings } from "./stream-mappings.ts";

const START = Date.now();
const MINUTE = 60_000;
const FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:worker";
const DEAD = "arn:aws:sqs:us-east-1:000000000000:dead";
const TableName = "jobs";

/** What the function does with the ids of a batch: its result, or an error it throws. */
type Work = (ids: readonly string[]) => unknown;

let served: Served;
let db: DynamoDBClient;
let streamArn: string;
let connected: StreamMappings;
let mappings: Mapping[];
let check: MappingCheck;
let batches: string[][];
let payloads: string[];
let delivered: Delivery[];
let allowed: boolean;
let work: Work;

interface StreamRecord {
  readonly dynamodb: { readonly Keys: { id: { S: string } }; readonly SequenceNumber: string };
}
const recordsOf = (payload: string) => (JSON.parse(payload) as { Records: StreamRecord[] }).Records;
const sequences = (payload: string) =>
  new Map(recordsOf(payload).map(({ dynamodb }) => [dynamodb.Keys.id.S, dynamodb.SequenceNumber]));

const open = async (folder?: string, streamShards = 1): Promise<void> => {
  served = await serve(
    (ground) => {
      const dynamodb = createDynamoDb(ground, { streamShards });
      connected = connectStreamMappings(ground, {
        dynamodb,
        lambda: {
          mappings: () => mappings,
          checkMappings: (given) => {
            check = given;
          },
          principalOf: () => ({ kind: "service", name: "the role" }),
          invoke: async ({ payload }) => {
            const ids = recordsOf(payload).map(({ dynamodb: { Keys } }) => Keys.id.S);
            batches.push(ids);
            payloads.push(payload);
            const outcome = { requestId: `request-${batches.length}`, logTail: "" };
            await Promise.resolve();
            try {
              return { ...outcome, failed: false, payload: JSON.stringify((await work(ids)) ?? null) };
            } catch (error) {
              if (error instanceof AwsError) throw error;
              return { ...outcome, failed: true, payload: JSON.stringify({ errorMessage: String(error) }) };
            }
          },
        },
        iam: { decide: () => (allowed ? { allowed: true } : { allowed: false, message: "not allowed" }) },
        deliver: (delivery) => delivered.push(delivery),
      });
      return [dynamodb.service];
    },
    { frozenAt: START, ...(folder !== undefined && { folder }) },
  );
  db = new DynamoDBClient({ ...served.client, maxAttempts: 1 });
};
const close = async (): Promise<void> => {
  connected.close();
  db.destroy();
  await served.close();
};
beforeEach(async () => {
  [mappings, batches, payloads, delivered, allowed] = [[], [], [], [], true];
  work = () => null;
  await open();
  await createTable();
});
afterEach(() => close());

const createTable = async (): Promise<void> => {
  const { TableDescription } = await db.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
    }),
  );
  streamArn = TableDescription?.LatestStreamArn ?? "";
};
const map = (more: Partial<Mapping> = {}): void => {
  const mapping: Mapping = {
    id: "mapping",
    arn: "arn:aws:lambda:us-east-1:000000000000:event-source-mapping:mapping",
    eventSourceArn: streamArn,
    functionArn: FUNCTION,
    enabled: true,
    batchSize: 100,
    windowSeconds: 0,
    filters: [],
    reportBatchItemFailures: false,
    startingPosition: "TRIM_HORIZON",
    parallelizationFactor: 1,
    maximumRetryAttempts: -1,
    maximumRecordAgeSeconds: -1,
    bisect: false,
    changedAt: START,
    ...more,
  };
  check(mapping, { timeoutSeconds: 3 });
  mappings = [mapping];
  served.ground.bus.publish("mapping-changed", { id: mapping.id });
};
const put = (id: string, n = 0) =>
  db.send(new PutItemCommand({ TableName, Item: { id: { S: id }, n: { N: String(n) } } }));
const putAll = async (ids: readonly string[]): Promise<void> => {
  for (const id of ids) await put(id);
};
const names = (count: number): string[] => Array.from({ length: count }, (_, n) => `item-${n}`);
const idle = () => served.ground.work.idle();
const fail =
  (id: string): Work =>
  (ids) => {
    if (ids.includes(id)) throw new Error(`${id} is bad`);
    return null;
  };

describe("a function that is mapped to a stream", () => {
  test("gets what changes, in batches, as AWS shows it", async () => {
    await putAll(["a", "b", "c"]);
    map({ batchSize: 2 });
    await idle();
    await put("d");
    await idle();
    expect(batches).toEqual([["a", "b"], ["c"], ["d"]]);
    expect(recordsOf(payloads[0] ?? "")[0]).toEqual({
      eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventName: "INSERT",
      eventVersion: "1.1",
      eventSource: "aws:dynamodb",
      awsRegion: "us-east-1",
      eventSourceARN: streamArn,
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(START / 1000),
        Keys: { id: { S: "a" } },
        NewImage: { id: { S: "a" }, n: { N: "0" } },
        SequenceNumber: expect.any(String),
        SizeBytes: 8,
        StreamViewType: "NEW_IMAGE",
      },
    });
  });

  test("gets only what is new with LATEST, and only what its filters let pass", async () => {
    await putAll(["old"]);
    map({ startingPosition: "LATEST", filters: ['{"dynamodb":{"NewImage":{"n":{"N":["1"]}}}}'] });
    await put("a", 1);
    await put("b", 2);
    await put("c", 1);
    await idle();
    expect(batches.flat()).toEqual(["a", "c"]);
  });

  test("waits for its window, unless the batch is full before", async () => {
    map({ windowSeconds: 60, batchSize: 3 });
    await putAll(["a", "b"]);
    await served.clock.advance(59_000);
    expect(batches).toEqual([]);
    await served.clock.advance(1_000);
    await putAll(["c", "d", "e", "f"]);
    await idle();
    expect(batches).toEqual([
      ["a", "b"],
      ["c", "d", "e"],
    ]);
  });

  test("is not given records by a role that may not read them, until it may", async () => {
    allowed = false;
    map();
    await put("a");
    await served.clock.advance(MINUTE);
    expect(batches).toEqual([]);
    allowed = true;
    await served.clock.advance(MINUTE);
    expect(batches).toEqual([["a"]]);
  });

  test("works on several keys at once with a parallelization factor, each key in order", async () => {
    let [now, most] = [0, 0];
    work = async () => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setImmediate(resolve));
      now--;
    };
    for (let n = 0; n < 5; n++) for (const id of ["a", "b", "c", "d"]) await put(id, n);
    map({ parallelizationFactor: 10, batchSize: 2 });
    await idle();
    expect(most).toBeGreaterThan(1);
    const numbers = new Map<string, string[]>();
    for (const record of payloads.flatMap(recordsOf)) {
      const id = record.dynamodb.Keys.id.S;
      numbers.set(id, [...(numbers.get(id) ?? []), record.dynamodb.SequenceNumber]);
    }
    expect([...numbers.values()].map((list) => list.length)).toEqual([5, 5, 5, 5]);
    for (const list of numbers.values()) expect(list).toEqual(list.toSorted());
    map({ parallelizationFactor: 3 });
    await put("a", 9);
    await idle();
    expect(batches).toHaveLength(payloads.length);
    expect(batches.at(-1)).toEqual(["a"]);
  });

  test("is unmapped, mapped anew to the rest, or paused", async () => {
    map();
    await put("a");
    await idle();
    map({ enabled: false });
    await put("b");
    await idle();
    map({ batchSize: 1 });
    await idle();
    mappings = [];
    served.ground.bus.publish("mapping-changed", { id: "mapping" });
    await put("c");
    await idle();
    expect(batches).toEqual([["a"], ["b"]]);
  });
});

describe("a batch that fails", () => {
  test("is bisected until one bad record of 100 is alone; that goes to onFailure, the rest stays in order", async () => {
    work = fail("item-37");
    await putAll(names(100));
    map({ bisect: true, maximumRetryAttempts: 1, onFailureArn: DEAD });
    await served.clock.advance(5 * MINUTE);
    const done = batches.filter((ids) => !ids.includes("item-37")).flat();
    expect(done).toEqual(names(100).filter((id) => id !== "item-37"));
    expect(batches.filter((ids) => ids.length === 1 && ids[0] === "item-37")).toHaveLength(2);
    expect(delivered).toMatchObject([{ targetArn: DEAD, sourceArn: FUNCTION }]);
    const body = delivered[0]?.body ?? "";
    const bad = sequences(payloads[0] ?? "").get("item-37");
    expect(JSON.parse(body)).toEqual({
      requestContext: {
        requestId: expect.stringMatching(/^request-/),
        functionArn: FUNCTION,
        condition: "RetryAttemptsExhausted",
        approximateInvokeCount: 2,
      },
      responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
      version: "1.0",
      timestamp: expect.any(String),
      DDBStreamBatchInfo: {
        shardId: expect.stringMatching(/^shardId-/),
        startSequenceNumber: bad,
        endSequenceNumber: bad,
        approximateArrivalOfFirstRecord: expect.stringMatching(/:\d\dZ$/),
        approximateArrivalOfLastRecord: expect.any(String),
        batchSize: 1,
        streamArn,
      },
    });
  });

  test("is tried again with growing pauses, before anything after it", async () => {
    let failures = 3;
    work = () => {
      if (failures-- > 0) throw new Error("not yet");
    };
    map({ batchSize: 1 });
    await putAll(["a", "b"]);
    await idle();
    expect(batches).toEqual([["a"]]);
    await served.clock.advance(1_000);
    expect(batches).toHaveLength(2);
    await served.clock.advance(2_000);
    expect(batches).toHaveLength(3);
    await served.clock.advance(4_000);
    expect(batches).toEqual([["a"], ["a"], ["a"], ["a"], ["b"]]);
  });

  test("by a recursive loop gives up the records of the loop, and does the others once", async () => {
    db.middlewareStack.add(
      (next) => (args) => {
        const { headers } = args.request as { headers: Record<string, string> };
        const [, id] = /"S":"(loop|other)/.exec(JSON.stringify(args.input)) ?? [];
        if (id !== undefined) headers["x-amzn-trace-id"] = `Root=1-5759e988-${id}`;
        return next(args);
      },
      { step: "build" },
    );
    work = (ids) => {
      const traced = ids.find((id) => /loop|other/.test(id));
      if (traced?.startsWith("loop")) throw new AwsError("RecursiveInvocationException", 400, "in a loop");
    };
    await putAll(["a", "loop-1", "loop-2", "other", "b"]);
    map({ onFailureArn: DEAD });
    await idle();
    const done = batches.filter(([first]) => first === "a" || first === "other");
    expect(done.filter((ids) => !ids.includes("loop-1"))).toEqual([["a"], ["other", "b"]]);
    expect(delivered.map(({ body }) => JSON.parse(body) as object)).toMatchObject([
      { requestContext: { condition: "RetryAttemptsExhausted" }, DDBStreamBatchInfo: { batchSize: 2 } },
    ]);
  });

  test("goes on at the lowest record that it reports", async () => {
    let once = true;
    work = () => {
      const payload = payloads.at(-1) ?? "";
      const itemIdentifier = sequences(payload).get("c");
      const later = sequences(payload).get("d");
      const failures = once ? [{ itemIdentifier: later }, { itemIdentifier }] : [];
      once = false;
      return { batchItemFailures: failures };
    };
    await putAll(["a", "b", "c", "d"]);
    map({ reportBatchItemFailures: true });
    await served.clock.advance(MINUTE);
    expect(batches).toEqual([
      ["a", "b", "c", "d"],
      ["c", "d"],
    ]);
  });

  test("is given up when its records are too old; younger ones go on", async () => {
    work = fail("a");
    map({ maximumRecordAgeSeconds: 60, onFailureArn: DEAD, batchSize: 1 });
    await putAll(["a", "b"]);
    await served.clock.advance(50_000);
    await put("c");
    await served.clock.advance(MINUTE);
    expect(delivered.map(({ body }) => (JSON.parse(body) as { requestContext: object }).requestContext)).toMatchObject([
      { condition: "RecordAgeExceeded" },
      { condition: "RecordAgeExceeded" },
    ]);
    expect(batches.flat()).not.toContain("b");
    expect(batches.at(-1)).toEqual(["c"]);
  });

  test("because of a throttle is no attempt", async () => {
    let throttles = 5;
    work = () => {
      if (throttles-- > 0) throw new AwsError("TooManyRequestsException", 429, "Rate Exceeded.");
    };
    map({ maximumRetryAttempts: 0, onFailureArn: DEAD });
    await put("a");
    await served.clock.advance(2 * MINUTE);
    expect(batches).toHaveLength(6);
    expect(delivered).toEqual([]);
  });
});

test("a delivery is doubled by a fault; how old its records are is a metric", async () => {
  const ages: number[] = [];
  served.ground.bus.on("metric-counted", ({ name, value }) => name === "IteratorAge" && ages.push(value));
  served.ground.faults.add({ match: { action: "Deliver", resource: streamArn }, when: { nth: 1 }, effect: { kind: "duplicate" } }); // prettier-ignore
  await put("a");
  await served.clock.advance(MINUTE);
  map({ batchSize: 1 });
  await put("b");
  await idle();
  expect(batches).toEqual([["a"], ["a"], ["b"]]);
  expect(ages).toEqual([MINUTE, 0]);
});

test("streams that do not exist are refused", () => {
  expect(() => map({ eventSourceArn: `${streamArn}0` })).toThrow("Stream not found");
});

test("after a crash reading goes on after the last batch that was done", async () => {
  const folder = mkdtempSync(join(tmpdir(), "stream-mappings-test-"));
  await close();
  await open(folder);
  await createTable();
  const endless = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  work = (ids) => {
    if (!ids.includes("c")) return null;
    reached.resolve();
    return endless.promise;
  };
  map({ batchSize: 1 });
  await putAll(["a", "b", "c", "d"]);
  await reached.promise;
  expect(batches).toEqual([["a"], ["b"], ["c"]]);
  // What is on the disk now is what a killed process leaves.
  const crashed = `${folder}-crashed`;
  cpSync(folder, crashed, { recursive: true });
  await close();
  endless.resolve();
  work = () => null;
  await open(crashed);
  connected.start();
  await idle();
  expect(batches.slice(3)).toEqual([["c"], ["d"]]);
  for (const path of [folder, crashed]) rmSync(path, { recursive: true });
});
