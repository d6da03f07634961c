import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  type SQSClient,
  type MessageAttributeValue,
} from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import type { Served, ServeOptions } from "../gateway/serve.test.fixture.ts";
import type { Sqs } from "../ports.ts";
import { openSqs } from "./open-sqs.test.fixture.ts";

const FULL = process.env["WARMSTART_FULL"] === "1";

const START = Date.now();
let served: Served;
let port: Sqs;
let sqs: SQSClient;
let close: () => Promise<void>;

const open = async (options: ServeOptions = { frozenAt: START }): Promise<void> => {
  ({ served, service: port, sqs, close } = await openSqs(options));
};

beforeEach(() => open());
afterEach(() => close());

const create = async (QueueName: string, Attributes: Record<string, string> = {}): Promise<string> => {
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  return QueueUrl;
};
const send = (QueueUrl: string, MessageBody: string) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
const receive = async (QueueUrl: string, more: object = {}) => {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ["All"], ...more }),
  );
  return Messages;
};
const depth = async (QueueUrl: string) => {
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
  return [
    Attributes["ApproximateNumberOfMessages"],
    Attributes["ApproximateNumberOfMessagesNotVisible"],
    Attributes["ApproximateNumberOfMessagesDelayed"],
  ].map(Number);
};

describe("queues", () => {
  test("a queue has AWS's URL form, its ARN and its defaults", async () => {
    const url = await create("jobs", { VisibilityTimeout: "45" });
    expect(url).toBe(`${served.endpoint}/000000000000/jobs`);
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["All"] }));
    expect(Attributes).toMatchObject({
      QueueArn: "arn:aws:sqs:us-east-1:000000000000:jobs",
      VisibilityTimeout: "45",
      DelaySeconds: "0",
      MessageRetentionPeriod: "345600",
      CreatedTimestamp: String(Math.floor(START / 1000)),
    });
    expect((await sqs.send(new GetQueueUrlCommand({ QueueName: "jobs" }))).QueueUrl).toBe(url);
  });

  test("making it again is fine with the same attributes and an error with others", async () => {
    const url = await create("jobs", { VisibilityTimeout: "45" });
    expect(await create("jobs", { VisibilityTimeout: "45" })).toBe(url);
    await expect(create("jobs", { VisibilityTimeout: "46" })).rejects.toThrow(
      "A queue already exists with the same name and a different value for attribute VisibilityTimeout",
    );
  });

  test("a missing queue is QueueDoesNotExist, with the code of the query protocol", async () => {
    const error = await sqs.send(new GetQueueUrlCommand({ QueueName: "none" })).catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(QueueDoesNotExist);
    expect(error).toMatchObject({ Code: "AWS.SimpleQueueService.NonExistentQueue" });
  });

  test("lists by prefix in pages, and goes when deleted", async () => {
    for (const name of ["a-1", "a-2", "a-3", "b-1"]) await create(name);
    const first = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: "a-", MaxResults: 2 }));
    const second = await sqs.send(
      new ListQueuesCommand({ QueueNamePrefix: "a-", MaxResults: 2, NextToken: first.NextToken }),
    );
    const names = [...(first.QueueUrls ?? []), ...(second.QueueUrls ?? [])].map((url) => url.split("/").at(-1));
    expect(names).toEqual(["a-1", "a-2", "a-3"]);
    const QueueUrl = first.QueueUrls?.[0] ?? "";
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    await expect(send(QueueUrl, "late")).rejects.toThrow("The specified queue does not exist.");
  });

  test("unknown attributes, values out of range and what only FIFO queues have are refused", async () => {
    await expect(create("jobs", { Colour: "red" })).rejects.toThrow("Unknown Attribute Colour.");
    await expect(create("jobs", { constructor: "1" })).rejects.toThrow("Unknown Attribute constructor.");
    await expect(create("jobs", { VisibilityTimeout: "43201" })).rejects.toThrow("VisibilityTimeout");
    await expect(create("jobs", { ContentBasedDeduplication: "true" })).rejects.toThrow("Unknown Attribute");
    const url = await create("jobs");
    const unique = new SendMessageCommand({ QueueUrl: url, MessageBody: "x", MessageDeduplicationId: "g" });
    await expect(sqs.send(unique)).rejects.toThrow("not valid for this queue type");
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "x", MessageGroupId: "fair" }));
    expect((await receive(url))[0]?.Attributes).toMatchObject({ MessageGroupId: "fair" });
    const attempt = new ReceiveMessageCommand({ QueueUrl: url, ReceiveRequestAttemptId: "1" });
    await expect(sqs.send(attempt)).rejects.toThrow("ReceiveRequestAttemptId is not supported");
  });
});

describe("messages", () => {
  test("a received message is hidden until its visibility timeout, then comes again", async () => {
    const url = await create("jobs");
    const { MessageId } = await send(url, "work");
    const [first] = await receive(url);
    expect(first).toMatchObject({ MessageId, Body: "work" });
    expect(first?.Attributes).toMatchObject({ ApproximateReceiveCount: "1", SentTimestamp: String(START) });
    expect(await receive(url)).toEqual([]);
    expect(await depth(url)).toEqual([0, 1, 0]);
    await served.clock.advance(30_000);
    const [second] = await receive(url);
    expect(second?.Attributes).toMatchObject({ ApproximateReceiveCount: "2" });
    expect(second?.ReceiptHandle).not.toBe(first?.ReceiptHandle);
    const stale = new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: first?.ReceiptHandle });
    await sqs.send(stale);
    expect(await depth(url)).toEqual([0, 1, 0]);
    await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: second?.ReceiptHandle }));
    expect(await depth(url)).toEqual([0, 0, 0]);
  });

  test("visibility can be changed; zero gives the message back at once", async () => {
    const url = await create("jobs");
    await send(url, "work");
    const [message] = await receive(url);
    const change = (VisibilityTimeout: number) =>
      sqs.send(
        new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout }),
      );
    await change(120);
    await served.clock.advance(60_000);
    expect(await receive(url)).toEqual([]);
    await change(0);
    await expect(change(10)).rejects.toThrow("The message referred to is not in flight.");
    expect(await receive(url)).toHaveLength(1);
  });

  test("a delayed message comes when its delay is over", async () => {
    const url = await create("jobs");
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "later", DelaySeconds: 5 }));
    expect(await receive(url)).toEqual([]);
    expect(await depth(url)).toEqual([0, 0, 1]);
    await served.clock.advance(5000);
    expect(await receive(url)).toHaveLength(1);
  });

  test("a long poll is answered by the message that arrives", async () => {
    const url = await create("jobs");
    const polled = receive(url, { WaitTimeSeconds: 20 });
    await send(url, "now");
    expect(await polled).toHaveLength(1);
  });

  test("a long poll ends with its time on the cloud's clock, and when the queue goes", async () => {
    const url = await create("jobs");
    const polled = receive(url, { WaitTimeSeconds: 2 });
    await sqs.send(new GetQueueUrlCommand({ QueueName: "jobs" }));
    await served.clock.advance(2000);
    expect(await polled).toEqual([]);
    const orphan = receive(url, { WaitTimeSeconds: 2 });
    await sqs.send(new GetQueueUrlCommand({ QueueName: "jobs" }));
    await sqs.send(new DeleteQueueCommand({ QueueUrl: url }));
    expect(await orphan).toEqual([]);
  });

  test.each([
    { Condition: { StringEquals: null } },
    { Action: [1] },
    { Principal: null },
    { Resource: 5 },
    { Effect: "Deny", Condition: { Bogus: { a: "b" } } },
  ])("a policy whose statement has %j is refused, and the queue goes on", async (more) => {
    const url = await create("jobs");
    const Statement = { Effect: "Allow", Principal: "*", Action: "*", Resource: "*", ...more };
    const Attributes = { Policy: JSON.stringify({ Version: "2012-10-17", Statement: [Statement] }) };
    await expect(sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes }))).rejects.toMatchObject({
      name: "InvalidAttributeValue",
      message: "Invalid value for the parameter Policy.",
    });
    expect(await depth(url)).toEqual([0, 0, 0]);
  });

  test("a message is forgotten after its retention period", async () => {
    const url = await create("jobs", { MessageRetentionPeriod: "60" });
    await send(url, "old");
    await served.clock.advance(60_000);
    expect(await receive(url)).toEqual([]);
    expect(await depth(url)).toEqual([0, 0, 0]);
  });

  test("a message in flight is forgotten then too", async () => {
    const url = await create("jobs", { MessageRetentionPeriod: "60", VisibilityTimeout: "43200" });
    await send(url, "old");
    const [message] = await receive(url);
    await served.clock.advance(59_000);
    expect(await depth(url)).toEqual([0, 1, 0]);
    await served.clock.advance(1000);
    expect(await depth(url)).toEqual([0, 0, 0]);
    await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message?.ReceiptHandle }));
  });

  test("a poison message lies in the dead-letter queue after maxReceiveCount receives, as it was sent", async () => {
    const dead = await create("dead");
    const redrive = { deadLetterTargetArn: "arn:aws:sqs:us-east-1:000000000000:dead", maxReceiveCount: 3 };
    const url = await create("jobs", { RedrivePolicy: JSON.stringify(redrive), VisibilityTimeout: "1" });
    const { MessageId } = await send(url, "poison");
    for (let count = 1; count <= 3; count++) {
      expect(await receive(url)).toHaveLength(1);
      await served.clock.advance(1000);
    }
    expect(await receive(url)).toEqual([]);
    const [message] = await receive(dead);
    expect(message).toMatchObject({ MessageId, Body: "poison" });
    expect(message?.Attributes).toMatchObject({
      SentTimestamp: String(START),
      DeadLetterQueueSourceArn: "arn:aws:sqs:us-east-1:000000000000:jobs",
    });
  });

  test("a dead-letter queue must exist and be another queue", async () => {
    const url = await create("jobs");
    for (const name of ["jobs", "none"]) {
      const redrive = { deadLetterTargetArn: `arn:aws:sqs:us-east-1:000000000000:${name}`, maxReceiveCount: 1 };
      const Attributes = { RedrivePolicy: JSON.stringify(redrive) };
      const set = sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes }));
      await expect(set).rejects.toThrow("Dead letter target does not exist.");
    }
  });

  test("a batch answers entry by entry and refuses what is wrong as a whole", async () => {
    const url = await create("jobs");
    const Entries = [
      { Id: "good", MessageBody: "1" },
      { Id: "bad", MessageBody: "\u0001" },
    ];
    const sent = await sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
    expect(sent.Successful?.map(({ Id }) => Id)).toEqual(["good"]);
    expect(sent.Failed).toMatchObject([{ Id: "bad", SenderFault: true, Code: "InvalidMessageContents" }]);
    const twice = [
      { Id: "same", MessageBody: "1" },
      { Id: "same", MessageBody: "2" },
    ];
    await expect(sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: twice }))).rejects.toThrow("repeated");
    await expect(sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: [] }))).rejects.toThrow("at least one");
    const [message] = await receive(url);
    const deleted = await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl: url,
        Entries: [
          { Id: "1", ReceiptHandle: message?.ReceiptHandle },
          { Id: "2", ReceiptHandle: "nonsense" },
        ],
      }),
    );
    expect(deleted.Successful).toEqual([{ Id: "1" }]);
    expect(deleted.Failed).toMatchObject([{ Id: "2", Code: "ReceiptHandleIsInvalid" }]);
  });

  test("purging empties the queue", async () => {
    const url = await create("jobs");
    await send(url, "1");
    await sqs.send(new PurgeQueueCommand({ QueueUrl: url }));
    expect(await depth(url)).toEqual([0, 0, 0]);
  });

  test("a message over the limit is refused, attributes counted", async () => {
    const url = await create("jobs", { MaximumMessageSize: "1024" });
    await expect(send(url, "x".repeat(1025))).rejects.toThrow("Message must be shorter than 1024 bytes");
    const MessageAttributes = { a: { DataType: "String", StringValue: "x".repeat(1020) } };
    const message = new SendMessageCommand({ QueueUrl: url, MessageBody: "x", MessageAttributes });
    await expect(sqs.send(message)).rejects.toThrow("Message must be shorter");
  });
});

test("any allowed body and attributes arrive unchanged, with digests that the SDK verifies", async () => {
  const url = await create("fuzz");
  const allowed = fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 500 })
    .filter((text) => /^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]+$/u.test(text));
  const attribute: fc.Arbitrary<MessageAttributeValue> = fc.oneof(
    allowed.map((StringValue) => ({ DataType: "String", StringValue })),
    fc.integer().map((n) => ({ DataType: "Number.int", StringValue: String(n) })),
    fc.uint8Array({ minLength: 1 }).map((BinaryValue) => ({ DataType: "Binary", BinaryValue })),
  );
  const attributes = fc.dictionary(fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/), attribute, { maxKeys: 5 });
  await fc.assert(
    fc.asyncProperty(allowed, attributes, async (MessageBody, MessageAttributes) => {
      const command = new SendMessageCommand({ QueueUrl: url, MessageBody, MessageAttributes });
      const sent = await sqs.send(command);
      const [message] = await receive(url, { MessageAttributeNames: ["All"], VisibilityTimeout: 0 });
      expect(message?.Body).toBe(MessageBody);
      expect(message?.MessageAttributes ?? {}).toEqual({ ...MessageAttributes });
      expect(message?.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes);
      await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message?.ReceiptHandle }));
    }),
    { seed: 11, numRuns: FULL ? 60 : 25 },
  );
});

test("a receipt handle of foreign bytes is refused, never obeyed", async () => {
  const url = await create("jobs");
  await send(url, "stay");
  await fc.assert(
    fc.asyncProperty(fc.string({ minLength: 1 }), async (ReceiptHandle) => {
      const command = new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle });
      await expect(sqs.send(command)).rejects.toThrow("is not a valid receipt handle");
    }),
    { seed: 3, numRuns: FULL ? 30 : 12 },
  );
  expect(await depth(url)).toEqual([1, 0, 0]);
});

describe("sending for other services", () => {
  const queueArn = "arn:aws:sqs:us-east-1:000000000000:jobs";
  const policyFor = (SourceArn: string) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Principal: { Service: "s3.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: queueArn,
        Condition: { ArnLike: { "aws:SourceArn": SourceArn } },
      },
    });
  const principal = { kind: "service", name: "s3.amazonaws.com" } as const;
  const context = { "aws:SourceArn": "arn:aws:s3:::photos" };
  const deliver = () => port.deliver({ principal, queueArn, body: "event", attributes: { RequestID: "1" }, context });

  test("a service needs the queue policy, with the source it names", async () => {
    expect(deliver).toThrow("The specified queue does not exist.");
    const url = await create("jobs");
    expect(deliver).toThrow(/not authorized to perform: sqs:SendMessage/i);
    const set = (Policy: string) => sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { Policy } }));
    await set(policyFor("arn:aws:s3:::other"));
    expect(deliver).toThrow(/not authorized to perform: sqs:SendMessage/i);
    await set(policyFor("arn:aws:s3:::photos"));
    deliver();
    const [message] = await receive(url, { MessageAttributeNames: ["All"] });
    expect(message).toMatchObject({
      Body: "event",
      MessageAttributes: { RequestID: { DataType: "String", StringValue: "1" } },
    });
  });
});

describe("over a restart", () => {
  const folder = mkdtempSync(join(tmpdir(), "sqs-test-"));

  test("queues, messages and what is in flight survive", async () => {
    await close();
    await open({ frozenAt: START, folder });
    const url = await create("jobs");
    await send(url, "first");
    await send(url, "second");
    const [hidden] = await receive(url, { MaxNumberOfMessages: 1 });
    expect(hidden?.Body).toBe("first");
    await close();
    await open({ frozenAt: START + 1000, folder });
    const again = `${served.endpoint}/000000000000/jobs`;
    expect((await receive(again)).map(({ Body }) => Body)).toEqual(["second"]);
    await send(again, "third");
    await served.clock.advance(29_000);
    expect(new Set((await receive(again)).map(({ Body }) => Body))).toEqual(new Set(["first", "third"]));
    rmSync(folder, { recursive: true });
  });
});
