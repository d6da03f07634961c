import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { contextOf } from "../cloudformation/resource-context.test.fixture.ts";
import { openQueueCloud, START, type QueueCloud } from "./queue-cloud.test.fixture.ts";

let cloud: QueueCloud;

beforeEach(async () => {
  cloud = await openQueueCloud();
});
afterEach(() => cloud.close());

const see = (what: string): string => `console.log("SEEN " + JSON.stringify(${what}));`;
const BODIES = see("event.Records.map(({ body }) => body)");
const handler = (code: string): string => `exports.handler = async (event) => { ${code} }`;
const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index));
const redrive = (target: string, maxReceiveCount: number) => ({
  RedrivePolicy: JSON.stringify({ deadLetterTargetArn: cloud.arnOf(target), maxReceiveCount }),
});

describe("a queue with a function", () => {
  test("gives its messages in AWS's record and deletes them afterwards", async () => {
    await cloud.createQueue("jobs");
    await cloud.createReader("worker", "jobs", handler(see("event")));
    const MessageAttributes = {
      colour: { DataType: "String", StringValue: "red" },
      bytes: { DataType: "Binary", BinaryValue: new Uint8Array([1, 2, 255]) },
    };
    const trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
    const sent = await cloud.send("jobs", "work ü", {
      MessageAttributes,
      MessageSystemAttributes: { AWSTraceHeader: { DataType: "String", StringValue: trace } },
    });
    await cloud.work.idle();
    expect(cloud.seen).toEqual([
      {
        Records: [
          {
            messageId: sent.MessageId,
            receiptHandle: expect.stringMatching(/^[A-Za-z0-9+/=]+$/),
            body: "work ü",
            attributes: {
              ApproximateReceiveCount: "1",
              SentTimestamp: String(START),
              SenderId: "000000000000",
              ApproximateFirstReceiveTimestamp: String(START),
              AWSTraceHeader: trace,
            },
            messageAttributes: {
              colour: { stringValue: "red", stringListValues: [], binaryListValues: [], dataType: "String" },
              bytes: { binaryValue: "AQL/", stringListValues: [], binaryListValues: [], dataType: "Binary" },
            },
            md5OfMessageAttributes: sent.MD5OfMessageAttributes,
            md5OfBody: sent.MD5OfMessageBody,
            eventSource: "aws:sqs",
            eventSourceARN: cloud.arnOf("jobs"),
            awsRegion: "us-east-1",
          },
        ],
      },
    ]);
    expect(await cloud.depth("jobs")).toEqual([0, 0]);
    const { spans = [] } = cloud.traces.get("1-5759e988-bd862e3fe1be46a994272793") ?? {};
    expect(spans).toContainEqual(expect.objectContaining({ kind: "delivery", name: "sqs → worker", status: "ok" }));
  });

  test("reads on from what lay in the queue before, in batches of at most BatchSize", async () => {
    await cloud.createQueue("jobs");
    await cloud.sendAll("jobs", numbers(23));
    await cloud.createReader("worker", "jobs", handler(BODIES), { mapping: { BatchSize: 7 } });
    await cloud.work.idle();
    const batches = cloud.seen as string[][];
    expect(
      batches
        .flat()
        .map(Number)
        .toSorted((a, b) => a - b),
    ).toEqual(numbers(23).map(Number));
    expect(Math.max(...batches.map(({ length }) => length))).toBe(7);
    expect(await cloud.depth("jobs")).toEqual([0, 0]);
  });

  test("a delayed message is handed over when its delay is over", async () => {
    await cloud.createQueue("jobs");
    await cloud.createReader("worker", "jobs", handler(BODIES));
    await cloud.send("jobs", "later", { DelaySeconds: 90 });
    await cloud.clock.advance(89_999);
    expect(cloud.seen).toEqual([]);
    await cloud.clock.advance(1);
    expect(cloud.seen).toEqual([["later"]]);
  });

  test("a failing batch waits out the visibility time-out, whole", async () => {
    await cloud.createQueue("jobs", { VisibilityTimeout: "60" });
    const fail = see("event.Records.map(({ body, attributes }) => [body, attributes.ApproximateReceiveCount])");
    await cloud.createReader("worker", "jobs", handler(`${fail} throw new Error("no");`));
    await cloud.sendAll("jobs", ["a", "b"]);
    await cloud.work.idle();
    await cloud.clock.advance(59_999);
    expect(cloud.seen).toHaveLength(1);
    expect(await cloud.depth("jobs")).toEqual([0, 2]);
    await cloud.clock.advance(1);
    expect(cloud.seen[1]).toEqual([["a", "2"], ["b", "2"]]); // prettier-ignore
  });

  test("a poison message is in the dead-letter queue after exactly maxReceiveCount receives, its nine neighbours ran once", async () => {
    await cloud.createQueue("dead");
    await cloud.createQueue("jobs", { VisibilityTimeout: "30", ...redrive("dead", 4) });
    const code = `${BODIES} return { batchItemFailures: event.Records
      .filter(({ body }) => body === "3").map(({ messageId }) => ({ itemIdentifier: messageId })) };`;
    const mapping = { FunctionResponseTypes: ["ReportBatchItemFailures"] };
    await cloud.createReader("worker", "jobs", handler(code), { mapping });
    await cloud.sendAll("jobs", numbers(10));
    await cloud.work.idle();
    await cloud.clock.advance(3_600_000);
    const runs = (cloud.seen as string[][]).flat();
    for (const body of numbers(10)) expect([body, runs.filter((each) => each === body).length]).toEqual([body, body === "3" ? 4 : 1]); // prettier-ignore
    const [poison, ...others] = await cloud.receive("dead");
    expect(others).toEqual([]);
    expect(poison).toMatchObject({ Body: "3" });
    expect(poison?.Attributes).toMatchObject({
      SentTimestamp: String(START),
      DeadLetterQueueSourceArn: cloud.arnOf("jobs"),
    });
    expect(await cloud.depth("jobs")).toEqual([0, 0]);
  });

  test("a malformed partial result deletes nothing", async () => {
    await cloud.createQueue("jobs");
    const mapping = { FunctionResponseTypes: ["ReportBatchItemFailures"] };
    const code = handler('return { batchItemFailures: [{ itemIdentifier: "made up" }] };');
    await cloud.createReader("worker", "jobs", code, { mapping });
    await cloud.sendAll("jobs", ["a", "b"]);
    await cloud.work.idle();
    expect(await cloud.depth("jobs")).toEqual([0, 2]);
  });

  test("messages that match no filter are deleted, others go on", async () => {
    await cloud.createQueue("jobs");
    const Filters = [
      { Pattern: JSON.stringify({ body: { kind: ["good"], size: [{ numeric: [">", 5] }] } }) },
      { Pattern: JSON.stringify({ body: ["plain"] }) },
    ];
    await cloud.createReader("worker", "jobs", handler(BODIES), { mapping: { FilterCriteria: { Filters } } });
    const good = JSON.stringify({ kind: "good", size: 6 });
    await cloud.sendAll("jobs", [good, JSON.stringify({ kind: "good", size: 5 }), "plain", "other"]);
    await cloud.work.idle();
    expect(cloud.seen).toEqual([[good, "plain"]]);
    expect(await cloud.depth("jobs")).toEqual([0, 0]);
  });

  test("a batching window gathers until it ends or the batch is full", async () => {
    await cloud.createQueue("jobs", { VisibilityTimeout: "120" });
    const mapping = { BatchSize: 25, MaximumBatchingWindowInSeconds: 20 };
    await cloud.createReader("worker", "jobs", handler(BODIES), { mapping });
    await cloud.sendAll("jobs", numbers(3));
    await cloud.clock.advance(19_000);
    await cloud.send("jobs", "late");
    await cloud.work.idle();
    expect(cloud.seen).toEqual([]);
    await cloud.clock.advance(1000);
    expect(cloud.seen).toEqual([["0", "1", "2", "late"]]);
    await cloud.sendAll("jobs", numbers(30));
    await cloud.work.idle();
    expect(cloud.seen[1]).toEqual(numbers(25));
    await cloud.clock.advance(20_000);
    expect(cloud.seen[2]).toEqual(numbers(30).slice(25));
  });

  test.each([{}, { BatchSize: 50, MaximumBatchingWindowInSeconds: 5 }])(
    "a batch has at most 6 MB: %j",
    async (mapping) => {
      await cloud.createQueue("jobs");
      const body = "x".repeat(1_000_000);
      for (const index of numbers(8)) await cloud.send("jobs", index + body);
      await cloud.createReader("worker", "jobs", handler(see("event.Records.length")), { mapping });
      await cloud.clock.advance(5000);
      expect((cloud.seen as number[]).toSorted((a, b) => a - b)).toEqual([2, 6]);
      expect(await cloud.depth("jobs")).toEqual([0, 0]);
    },
  );

  test("MaximumConcurrency bounds how many batches run at once; five without it", async () => {
    const busy = `globalThis.n = 0; ${see('"in"')} await new Promise((r) => setTimeout(r, 150)); ${see('"out"')}`;
    const most = (): number => {
      let now = 0;
      return (cloud.seen as string[]).reduce((top, each) => Math.max(top, (now += each === "in" ? 1 : -1)), 0);
    };
    await cloud.createQueue("two");
    const mapping = { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } };
    await cloud.createReader("pair", "two", handler(busy), { mapping });
    await cloud.sendAll("two", numbers(5));
    await cloud.work.idle();
    expect(cloud.seen).toHaveLength(10);
    expect(most()).toBeLessThanOrEqual(2);
  });

  test("throttled by reserved concurrency, a batch is tried again until its visibility time-out", async () => {
    await cloud.createQueue("jobs", { VisibilityTimeout: "10" });
    const counts = see("event.Records.map(({ body, attributes }) => [body, attributes.ApproximateReceiveCount])");
    const none = { ReservedConcurrentExecutions: 0 };
    await cloud.createReader("worker", "jobs", handler(counts), { function: none });
    await cloud.send("jobs", "patient");
    await cloud.clock.advance(9_999);
    expect(await cloud.depth("jobs")).toEqual([0, 1]);
    await cloud.clock.advance(2_500); // visible after 10 s, tried after 11 s
    expect(cloud.seen).toEqual([]);
    await cloud.reserve("worker", 5);
    await cloud.clock.advance(1_000);
    expect(cloud.seen).toEqual([[["patient", "2"]]]);
    expect(await cloud.depth("jobs")).toEqual([0, 0]);
  });

  test("a message of a recursive loop goes on to the dead-letter queue, or without one is dropped; its neighbours run", async () => {
    await cloud.createQueue("dead");
    await cloud.createQueue("jobs", { VisibilityTimeout: "30", ...redrive("dead", 2) });
    await cloud.createQueue("plain");
    for (const queue of ["jobs", "plain"]) {
      const mapping = { Enabled: false };
      const UUID = await cloud.createReader(`${queue}-worker`, queue, handler(BODIES), { mapping });
      const loop = {
        DataType: "String",
        StringValue: "Root=1-5759e988-bd862e3fe1be46a994272793;Lineage=1:00000000:16",
      };
      await cloud.send(queue, `${queue} good`);
      await cloud.send(queue, "loop", { MessageSystemAttributes: { AWSTraceHeader: loop } });
      await cloud.enable(UUID);
    }
    await cloud.clock.advance(3_600_000);
    expect(cloud.seen.flat().toSorted((a, b) => (String(a) < String(b) ? -1 : 1))).toEqual(["jobs good", "plain good"]);
    expect((await cloud.receive("dead")).map(({ Body }) => Body)).toEqual(["loop"]);
    for (const queue of ["jobs", "plain"]) expect(await cloud.depth(queue)).toEqual([0, 0]);
    expect(cloud.reports.join()).toContain("is in a recursive loop");
  });

  test("a disabled mapping reads nothing until it is enabled", async () => {
    await cloud.createQueue("jobs");
    const UUID = await cloud.createReader("worker", "jobs", handler(BODIES), { mapping: { Enabled: false } });
    await cloud.send("jobs", "wait");
    await cloud.work.idle();
    expect(await cloud.depth("jobs")).toEqual([1, 0]);
    await cloud.enable(UUID);
    await cloud.work.idle();
    expect(cloud.seen).toEqual([["wait"]]);
  });

  test("needs a visibility time-out of at least the function's, an existing queue, and a role that may read", async () => {
    await cloud.createQueue("short", { VisibilityTimeout: "5" });
    const slow = { function: { Timeout: 6 } };
    await expect(cloud.createReader("a", "short", handler(""), slow)).rejects.toThrow(
      "Queue visibility timeout: 5 seconds is less than Function timeout: 6 seconds",
    );
    await expect(cloud.createReader("b", "none", handler(""))).rejects.toThrow("NonExistentQueue");
    await expect(
      cloud.createReader("c", "short", handler(""), {
        statements: [{ Effect: "Allow", Action: "logs:*", Resource: "*" }],
      }),
    ).rejects.toThrow("ReceiveMessage");
  });

  test("without the right to delete, done messages come back", async () => {
    await cloud.createQueue("jobs", { VisibilityTimeout: "30" });
    await cloud.createReader("worker", "jobs", handler(BODIES));
    const type = cloud.iam.service.types["AWS::IAM::Role"];
    const trust = { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" };
    const Statement = [{ Effect: "Allow", Action: ["sqs:ReceiveMessage", "logs:*"], Resource: "*" }];
    const role = {
      RoleName: "workerRole",
      AssumeRolePolicyDocument: { Version: "2012-10-17", Statement: [trust] },
      Policies: [{ PolicyName: "all", PolicyDocument: { Version: "2012-10-17", Statement } }],
    };
    const about = contextOf("s", "Role");
    await type?.update?.("workerRole", role, role, about);
    await cloud.send("jobs", "again");
    await cloud.work.idle();
    await cloud.clock.advance(60_000);
    expect(cloud.seen).toEqual([["again"], ["again"]]);
    expect(cloud.iam.denials().at(-1)?.missing).toEqual({ Effect: "Allow", Action: "sqs:DeleteMessage", Resource: cloud.arnOf("jobs") }); // prettier-ignore
    expect(cloud.reports.join()).toContain("rests for 60 s");
  });
});

test("over a restart mappings read on: what was in flight comes at its time, what is done stays gone", async () => {
  const folder = mkdtempSync(join(tmpdir(), "queue-mappings-"));
  await cloud.close();
  cloud = await openQueueCloud({ folder });
  await cloud.createQueue("jobs", { VisibilityTimeout: "30" });
  const code = `${BODIES} const again = event.Records.filter(({ body, attributes }) => body === "bad" && attributes.ApproximateReceiveCount === "1");
    return { batchItemFailures: again.map(({ messageId }) => ({ itemIdentifier: messageId })) };`;
  const mapping = { FunctionResponseTypes: ["ReportBatchItemFailures"] };
  await cloud.createReader("worker", "jobs", handler(code), { mapping });
  await cloud.sendAll("jobs", ["good", "bad"]);
  await cloud.work.idle();
  await cloud.close();
  cloud = await openQueueCloud({ folder, frozenAt: START + 10_000 });
  await cloud.send("jobs", "new");
  await cloud.clock.advance(19_999);
  expect(cloud.seen).toEqual([["new"]]);
  await cloud.clock.advance(1);
  expect(cloud.seen).toEqual([["new"], ["bad"]]);
  expect(await cloud.depth("jobs")).toEqual([0, 0]);
  await cloud.close();
  rmSync(folder, { recursive: true });
  cloud = await openQueueCloud();
});

describe("a FIFO queue with a function", () => {
  test("gives one batch per message group in order, and a failed one blocks its group alone", async () => {
    await cloud.createQueue("jobs.fifo", { ContentBasedDeduplication: "true", VisibilityTimeout: "30" });
    const code = `${BODIES} if (event.Records[0].body === "a0" && event.Records[0].attributes.ApproximateReceiveCount === "1") throw new Error("no");`;
    await cloud.createReader("worker", "jobs.fifo", handler(code), { mapping: { BatchSize: 2 } });
    for (const index of numbers(4)) {
      for (const MessageGroupId of ["a", "b"])
        await cloud.send("jobs.fifo", MessageGroupId + index, { MessageGroupId });
    }
    await cloud.work.idle();
    const of = (group: string): string[] => (cloud.seen as string[][]).flat().filter((body) => body.startsWith(group));
    for (const batch of cloud.seen as string[][]) expect(new Set(batch.map(([group]) => group)).size).toBe(1);
    expect(of("b")).toEqual(["b0", "b1", "b2", "b3"]);
    const failed = of("a");
    expect(["a0", "a0 a1"]).toContain(failed.join(" "));
    await cloud.clock.advance(30_000);
    expect(of("a").slice(failed.length)).toEqual(["a0", "a1", "a2", "a3"]);
    expect(await cloud.depth("jobs.fifo")).toEqual([0, 0]);
  });

  test("a partial result stops its group until the failed message is visible again", async () => {
    await cloud.createQueue("jobs.fifo", { ContentBasedDeduplication: "true", VisibilityTimeout: "30" });
    const code = `${BODIES} const bad = event.Records.findIndex(({ body, attributes }) => body === "1" && attributes.ApproximateReceiveCount === "1");
      return { batchItemFailures: bad < 0 ? [] : event.Records.slice(bad).map(({ messageId }) => ({ itemIdentifier: messageId })) };`;
    const mapping = { BatchSize: 3, FunctionResponseTypes: ["ReportBatchItemFailures"], Enabled: false };
    const UUID = await cloud.createReader("worker", "jobs.fifo", handler(code), { mapping });
    for (const body of numbers(5)) await cloud.send("jobs.fifo", body, { MessageGroupId: "g" });
    await cloud.enable(UUID);
    await cloud.work.idle();
    expect(cloud.seen).toEqual([["0", "1", "2"]]);
    await cloud.clock.advance(30_000);
    expect(cloud.seen.slice(1)).toEqual([["1", "2", "3"], ["4"]]);
  });
});

describe("faults of deliveries", () => {
  test("`duplicate` lets a message be received twice, `reorder` lets a later one pass", async () => {
    await cloud.createQueue("jobs");
    await cloud.createReader("worker", "jobs", handler(BODIES), { mapping: { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } } }); // prettier-ignore
    cloud.faults.add({ match: { service: "sqs", action: "Deliver" }, when: { nth: 1 }, effect: { kind: "duplicate" } });
    await cloud.send("jobs", "twice");
    await cloud.work.idle();
    expect(cloud.seen).toEqual([["twice"], ["twice"]]);
    expect(await cloud.depth("jobs")).toEqual([0, 0]);
    cloud.faults.clear();
    await cloud.createQueue("plain");
    await cloud.sendAll("plain", ["first", "second"]);
    cloud.faults.add({ match: { resource: cloud.arnOf("plain") }, when: { nth: 1 }, effect: { kind: "reorder" } });
    expect((await cloud.receive("plain")).map(({ Body }) => Body)).toEqual(["second", "first"]);
  });
});
