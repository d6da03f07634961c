import {
  CancelMessageMoveTaskCommand,
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contextOf } from "../cloudformation/resource-context.test.fixture.ts";
import type { MetricPoint } from "../bus/bus.ts";
import type { Served, ServeOptions } from "../gateway/serve.test.fixture.ts";
import type { SqsService } from "./index.ts";
import { openSqs } from "./open-sqs.test.fixture.ts";

const START = Date.now();
const ARN = "arn:aws:sqs:us-east-1:000000000000:";
let served: Served;
let sqs: SQSClient;
let close: () => Promise<void>;
let service: SqsService;

const open = async (options: ServeOptions = { frozenAt: START }): Promise<void> => {
  ({ served, service, sqs, close } = await openSqs(options));
};

beforeEach(() => open());
afterEach(() => close());

const url = (name: string): string => `${served.endpoint}/000000000000/${name}`;
const create = (QueueName: string, Attributes: Record<string, string> = {}) =>
  sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
const send = (name: string, MessageBody: string) =>
  sqs.send(new SendMessageCommand({ QueueUrl: url(name), MessageBody }));
const receive = async (name: string) =>
  (await sqs.send(new ReceiveMessageCommand({ QueueUrl: url(name), MaxNumberOfMessages: 10, MessageSystemAttributeNames: ["All"] }))).Messages ?? []; // prettier-ignore
const attributesOf = async (name: string) => {
  const command = new GetQueueAttributesCommand({ QueueUrl: url(name), AttributeNames: ["All"] });
  return (await sqs.send(command)).Attributes;
};
const redriveTo = (name: string, maxReceiveCount = 1) => ({
  RedrivePolicy: JSON.stringify({ deadLetterTargetArn: ARN + name, maxReceiveCount }),
});
/** `count` messages of "jobs" that lie in "dead". */
const fillDeadLetters = async (count: number): Promise<void> => {
  await create("dead");
  await create("jobs", { ...redriveTo("dead"), VisibilityTimeout: "1" });
  for (let index = 0; index < count; index++) await send("jobs", String(index));
  for (let received = 0; received < count;) received += (await receive("jobs")).length;
  await served.clock.advance(1000);
  expect(await receive("jobs")).toEqual([]);
};
const move = (input: object = {}) => sqs.send(new StartMessageMoveTaskCommand({ SourceArn: `${ARN}dead`, ...input }));
const list = async () => (await sqs.send(new ListMessageMoveTasksCommand({ SourceArn: `${ARN}dead` }))).Results ?? [];

describe("a message move task", () => {
  test("gives dead letters back to where they came from, as new messages", async () => {
    await fillDeadLetters(12);
    await served.clock.advance(60_000);
    await move();
    expect(await list()).toMatchObject([{ Status: "COMPLETED", ApproximateNumberOfMessagesMoved: 12, StartedTimestamp: START + 61_000 }]); // prettier-ignore
    const [back] = await receive("jobs");
    expect(back?.Attributes).toMatchObject({ SentTimestamp: String(START + 61_000), ApproximateReceiveCount: "1" });
    expect(back?.Attributes).not.toHaveProperty("DeadLetterQueueSourceArn");
  });

  test("keeps to its rate, is one at a time, and can be cancelled", async () => {
    await fillDeadLetters(9);
    await create("elsewhere");
    const { TaskHandle } = await move({ DestinationArn: `${ARN}elsewhere`, MaxNumberOfMessagesPerSecond: 3 });
    await expect(move()).rejects.toMatchObject({ name: "UnsupportedOperation" });
    await served.clock.advance(1000);
    expect(await list()).toMatchObject([{ Status: "RUNNING", TaskHandle, ApproximateNumberOfMessagesMoved: 6, ApproximateNumberOfMessagesToMove: 9 }]); // prettier-ignore
    const cancelled = await sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
    expect(cancelled.ApproximateNumberOfMessagesMoved).toBe(6);
    await served.clock.advance(60_000);
    expect(await receive("elsewhere")).toHaveLength(6);
    expect((await list())[0]).toMatchObject({ Status: "CANCELLED" });
    await expect(sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }))).rejects.toMatchObject({ name: "ResourceNotFoundException" }); // prettier-ignore
  });

  test("fails on a message that never had another queue, and needs a dead-letter queue", async () => {
    await fillDeadLetters(0);
    await send("dead", "direct");
    await move();
    expect((await list())[0]).toMatchObject({ Status: "FAILED", FailureReason: "CouldNotDetermineMessageSource" });
    await expect(move({ SourceArn: `${ARN}jobs` })).rejects.toThrow("must be configured as a Dead Letter Queue");
    await expect(move({ SourceArn: `${ARN}none` })).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  test("goes on after a restart", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sqs-test-"));
    await close();
    await open({ frozenAt: START, folder });
    await fillDeadLetters(5);
    await move({ MaxNumberOfMessagesPerSecond: 2 });
    await close();
    await open({ frozenAt: START + 10_000, folder });
    await served.clock.advance(5000);
    expect((await list())[0]).toMatchObject({ Status: "COMPLETED", ApproximateNumberOfMessagesMoved: 5 });
    expect(await receive("jobs")).toHaveLength(5);
    rmSync(folder, { recursive: true });
  });
});

test("queues count what happens to them, and tell depth, age and whose dead letters they hold", async () => {
  const counted: Record<string, number> = {};
  served.ground.bus.on("metric-counted", ({ name, value }: MetricPoint) => {
    counted[name] = (counted[name] ?? 0) + value;
  });
  await fillDeadLetters(2);
  await send("jobs", "waiting");
  await served.clock.advance(10_000);
  expect(counted).toMatchObject({ NumberOfMessagesSent: 3, NumberOfMessagesReceived: 2, SentMessageSize: 9 });
  const gauges = service.gauges().filter(({ dimensions }) => dimensions["QueueName"] === "dead");
  expect(gauges.map(({ name, value }) => [name, value])).toEqual([
    ["ApproximateNumberOfMessagesVisible", 2],
    ["ApproximateNumberOfMessagesNotVisible", 0],
    ["ApproximateNumberOfMessagesDelayed", 0],
    ["ApproximateAgeOfOldestMessage", 10],
  ]);
  expect(service.status()).toEqual([
    { name: "dead", depth: 2, inFlight: 0, delayed: 0, oldestSeconds: 10, deadLetterQueueOf: ["jobs"] },
    { name: "jobs", depth: 1, inFlight: 0, delayed: 0, oldestSeconds: 10, deadLetterQueueOf: [] },
  ]);
});

test("a template makes FIFO queues, named for them, and changes what may change", async () => {
  const type = service.service.types["AWS::SQS::Queue"];
  const about = contextOf("s", "Jobs", "s-Jobs-123");
  const properties = { FifoQueue: true, ContentBasedDeduplication: true };
  type?.check?.(properties);
  const made = await type?.create(properties, about);
  expect(made?.attributes).toMatchObject({ Arn: `${ARN}s-Jobs-123.fifo`, QueueName: "s-Jobs-123.fifo" });
  expect(await attributesOf("s-Jobs-123.fifo")).toMatchObject({ FifoQueue: "true", ContentBasedDeduplication: "true" }); // prettier-ignore
  await type?.update?.(made?.physicalId ?? "", { FifoQueue: true, VisibilityTimeout: 60 }, properties, about);
  expect(await attributesOf("s-Jobs-123.fifo")).toMatchObject({ FifoQueue: "true", ContentBasedDeduplication: "false", VisibilityTimeout: "60" }); // prettier-ignore
  const plain = { ContentBasedDeduplication: true };
  expect(() => type?.check?.(plain)).toThrow("Unknown Attribute ContentBasedDeduplication");
  await expect(type?.create({ QueueName: "plain.fifo" }, about)).rejects.toThrow("Can only include");
});
