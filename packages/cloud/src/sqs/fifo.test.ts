import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  type SQSClient,
  type SendMessageCommandInput,
} from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import type { Served, ServeOptions } from "../gateway/serve.test.fixture.ts";
import type { Sqs } from "../ports.ts";
import { openSqs } from "./open-sqs.test.fixture.ts";

const FULL = process.env["WARMSTART_FULL"] === "1";

const START = Date.now();
let served: Served;
let sqs: SQSClient;
let close: () => Promise<void>;
let port: Sqs;

const open = async (options: ServeOptions = { frozenAt: START }): Promise<void> => {
  ({ served, service: port, sqs, close } = await openSqs(options));
};

beforeEach(() => open());
afterEach(() => close());

const create = async (QueueName: string, Attributes: Record<string, string> = {}): Promise<string> => {
  const given = { FifoQueue: "true", ...Attributes };
  return (await sqs.send(new CreateQueueCommand({ QueueName, Attributes: given }))).QueueUrl ?? "";
};
const send = (QueueUrl: string, MessageBody: string, more: Partial<SendMessageCommandInput> = {}) =>
  sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageGroupId: "g", ...more }));
const receive = async (QueueUrl: string, MaxNumberOfMessages = 10) => {
  const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages, MessageSystemAttributeNames: ["All"] });
  return (await sqs.send(command)).Messages ?? [];
};
const bodies = async (url: string, limit?: number) => (await receive(url, limit)).map(({ Body }) => Body);
const remove = (QueueUrl: string, ReceiptHandle: string | undefined) =>
  sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));

const deliver = (): void =>
  port.deliver({
    principal: { kind: "developer", arn: "arn:aws:iam::000000000000:user/local" },
    queueArn: "arn:aws:sqs:us-east-1:000000000000:jobs.fifo",
    body: "delivered",
    messageGroupId: "h",
    deduplicationId: "lost",
  });

describe("a FIFO queue", () => {
  test("forgets what is in flight after the retention period, and its group goes on", async () => {
    const url = await create("jobs.fifo", { MessageRetentionPeriod: "60", VisibilityTimeout: "43200", ContentBasedDeduplication: "true" }); // prettier-ignore
    await send(url, "old");
    expect(await bodies(url)).toEqual(["old"]);
    await served.clock.advance(30_000);
    await send(url, "new");
    expect(await bodies(url)).toEqual([]);
    await served.clock.advance(30_000);
    expect(await bodies(url)).toEqual(["new"]);
  });

  test("keeps a dead letter for a whole retention period after its move", async () => {
    const dead = await create("dead.fifo", { MessageRetentionPeriod: "60" });
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: "arn:aws:sqs:us-east-1:000000000000:dead.fifo", maxReceiveCount: 1 }); // prettier-ignore
    const url = await create("jobs.fifo", {
      RedrivePolicy,
      VisibilityTimeout: "50",
      ContentBasedDeduplication: "true",
    });
    await send(url, "poison");
    await receive(url);
    await served.clock.advance(50_000);
    expect(await bodies(url)).toEqual([]);
    await served.clock.advance(59_000);
    expect(await bodies(dead)).toEqual(["poison"]);
  });

  test("needs its suffix, its groups and a way to tell duplicates", async () => {
    await expect(create("jobs")).rejects.toThrow("must end with .fifo suffix");
    await expect(create("jobs.fifo", { FifoQueue: "false" })).rejects.toThrow("Can only include");
    const url = await create("jobs.fifo");
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["All"] }));
    expect(Attributes).toMatchObject({ FifoQueue: "true", ContentBasedDeduplication: "false" });
    await expect(send(url, "x")).rejects.toThrow("ContentBasedDeduplication enabled or MessageDeduplicationId");
    await expect(send(url, "x", { MessageGroupId: undefined })).rejects.toThrow("parameter MessageGroupId");
    const id = { MessageDeduplicationId: "1" };
    await expect(send(url, "x", { ...id, DelaySeconds: 5 })).rejects.toThrow("not valid for this queue type");
    await expect(send(url, "x", { MessageDeduplicationId: "ü" })).rejects.toThrow("alphanumeric and punctuation");
    await expect(
      sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { FifoThroughputLimit: "perMessageGroupId" } })), // prettier-ignore
    ).rejects.toThrow("Unknown Attribute FifoThroughputLimit");
  });

  test("gives messages of a group in order, with rising sequence numbers, and none while one is out", async () => {
    const url = await create("jobs.fifo", { ContentBasedDeduplication: "true", VisibilityTimeout: "30" });
    const sequences: string[] = [];
    for (const body of ["1", "2", "3"]) sequences.push((await send(url, body)).SequenceNumber ?? "");
    expect(sequences).toEqual([...new Set(sequences)].toSorted());
    expect(sequences[0]).toMatch(/^\d{20}$/);
    const [first] = await receive(url, 1);
    expect(first?.Attributes).toMatchObject({
      MessageGroupId: "g",
      SequenceNumber: sequences[0],
      MessageDeduplicationId: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    await send(url, "other", { MessageGroupId: "h" });
    expect(await bodies(url)).toEqual(["other"]);
    expect(await bodies(url)).toEqual([]);
    await remove(url, first?.ReceiptHandle);
    expect(await bodies(url, 1)).toEqual(["2"]);
    await served.clock.advance(30_000);
    expect(await bodies(url)).toEqual(["2", "3", "other"]);
  });

  test("gives a message back at its place", async () => {
    const url = await create("jobs.fifo", { ContentBasedDeduplication: "true" });
    for (const body of ["1", "2", "3"]) await send(url, body);
    const [first] = await receive(url, 2);
    await sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle: first?.ReceiptHandle, VisibilityTimeout: 0 }),
    );
    expect(await bodies(url)).toEqual([]); // the second is still out
    await served.clock.advance(30_000);
    expect(await bodies(url)).toEqual(["1", "2", "3"]);
  });

  test("a long poll is answered when the group is free again", async () => {
    const url = await create("jobs.fifo", { ContentBasedDeduplication: "true" });
    for (const body of ["1", "2"]) await send(url, body);
    const [first] = await receive(url, 1);
    const polled = sqs.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 20 }));
    await remove(url, first?.ReceiptHandle);
    expect((await polled).Messages?.map(({ Body }) => Body)).toEqual(["2"]);
  });

  test("takes a message once in five minutes, by id or by content, also after it was deleted", async () => {
    const url = await create("jobs.fifo");
    const id = { MessageDeduplicationId: "once" };
    const first = await send(url, "a", id);
    const again = await send(url, "another body", { ...id, MessageGroupId: "h" });
    expect([again.MessageId, again.SequenceNumber]).toEqual([first.MessageId, first.SequenceNumber]);
    const [message, ...more] = await receive(url);
    expect(more).toEqual([]);
    await remove(url, message?.ReceiptHandle);
    await served.clock.advance(299_000);
    await send(url, "a", id);
    expect(await receive(url)).toEqual([]);
    await served.clock.advance(1000);
    expect((await send(url, "a", id)).MessageId).not.toBe(first.MessageId);
    expect(await bodies(url)).toEqual(["a"]);
  });

  test("remembers ids over a restart, and forgets those of a transaction that is rolled back", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sqs-test-"));
    await close();
    await open({ frozenAt: START, folder });
    const url = await create("jobs.fifo");
    const id = { MessageDeduplicationId: "once" };
    const { MessageId, SequenceNumber = "" } = await send(url, "a", id);
    const failing = (): void =>
      served.ground.store.transaction(() => {
        for (let each = 0; each < 2; each++) deliver();
        throw new Error("rolled back");
      });
    expect(failing).toThrow("rolled back");
    expect(await bodies(url)).toEqual(["a"]);
    expect(await bodies(url)).toEqual([]);
    deliver();
    expect(await bodies(url)).toEqual(["delivered"]);
    await close();
    await open({ frozenAt: START + 60_000, folder });
    const again = `${served.endpoint}/000000000000/jobs.fifo`;
    expect((await send(again, "a", id)).MessageId).toBe(MessageId);
    const later = await send(again, "b", { MessageDeduplicationId: "other" });
    expect((later.SequenceNumber ?? "") > SequenceNumber).toBe(true);
    expect(await bodies(again)).toEqual(["a", "b", "delivered"]);
    rmSync(folder, { recursive: true });
  });

  test("keeps the order of its batches, and its dead letters their group", async () => {
    const dead = await create("dead.fifo");
    const redrive = { deadLetterTargetArn: "arn:aws:sqs:us-east-1:000000000000:dead.fifo", maxReceiveCount: 1 };
    const url = await create("jobs.fifo", {
      ContentBasedDeduplication: "true",
      RedrivePolicy: JSON.stringify(redrive),
    });
    const Entries = ["0", "1", "2", "3"].map((Id) => ({ Id, MessageBody: Id, MessageGroupId: "g" }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
    expect(await bodies(url, 2)).toEqual(["0", "1"]);
    await served.clock.advance(30_000);
    expect(await bodies(url)).toEqual(["2", "3"]);
    const letters = await receive(dead);
    expect(letters.map(({ Body, Attributes }) => [Body, Attributes?.MessageGroupId])).toEqual([["0", "g"], ["1", "g"]]); // prettier-ignore
    const plain = { deadLetterTargetArn: "arn:aws:sqs:us-east-1:000000000000:plain", maxReceiveCount: 1 };
    await sqs.send(new CreateQueueCommand({ QueueName: "plain" }));
    const Attributes = { RedrivePolicy: JSON.stringify(plain) };
    await expect(sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes }))).rejects.toThrow("same type");
  });
});

test("whatever is sent, received, returned and deleted, no group is ever out of order", async () => {
  const url = await create("fuzz.fifo", { VisibilityTimeout: "10" });
  const step = fc.oneof(
    fc.record({ do: fc.constant("send" as const), group: fc.constantFrom("a", "b", "c") }),
    fc.record({ do: fc.constant("receive" as const), limit: fc.integer({ min: 1, max: 10 }) }),
    fc.record({ do: fc.constant("delete" as const), which: fc.nat(9) }),
    fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 12_000 }) }),
  );
  let count = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const wrong: string[] = [];
      const done = new Map<string, number>();
      let held: { handle: string | undefined; group: string; index: number; until: number }[] = [];
      for (const one of steps) {
        const now = served.clock.now();
        held = held.filter(({ until }) => until > now);
        if (one.do === "send") {
          await send(url, String(++count), { MessageGroupId: one.group, MessageDeduplicationId: `${count}` });
        } else if (one.do === "receive") {
          for (const { Body, Attributes, ReceiptHandle } of await receive(url, one.limit)) {
            const group = Attributes?.MessageGroupId ?? "";
            const index = Number(Body);
            const before = held.filter((other) => other.group === group);
            const early = before.some((other) => other.until !== now + 10_000 || other.index > index);
            if (early || index <= (done.get(group) ?? 0)) wrong.push(`${group}: ${index}`);
            held.push({ handle: ReceiptHandle, group, index, until: now + 10_000 });
          }
        } else if (one.do === "delete") {
          // In order, as a consumer of a FIFO queue works.
          const first = held[one.which];
          if (first === undefined || held.some(({ group, index }) => group === first.group && index < first.index))
            continue;
          await remove(url, first.handle);
          done.set(first.group, first.index);
          held = held.filter((each) => each !== first);
        } else await served.clock.advance(one.ms);
      }
      expect(wrong).toEqual([]);
      await served.clock.advance(10_000);
      for (let left = await receive(url); left.length > 0; left = await receive(url))
        for (const { ReceiptHandle } of left) await remove(url, ReceiptHandle);
    }),
    { seed: 21, numRuns: FULL ? 25 : 10 },
  );
});
