import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListTopicsCommand,
  type MessageAttributeValue,
  PublishBatchCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from "@aws-sdk/client-sns";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { arnOf, type Messaging, openMessaging, START } from "../deliveries/messaging.test.fixture.ts";

const SNS = "sns.amazonaws.com";
let cloud: Messaging;
beforeEach(async () => {
  cloud = await openMessaging();
});
afterEach(() => cloud.close());

const createTopic = async (Name = "news", Attributes: Record<string, string> = {}) => {
  const { TopicArn = "" } = await cloud.clients.sns.send(new CreateTopicCommand({ Name, Attributes }));
  return TopicArn;
};
const subscribe = async (
  TopicArn: string,
  Protocol: string,
  Endpoint: string,
  Attributes: Record<string, string> = {},
) => {
  const command = new SubscribeCommand({ TopicArn, Protocol, Endpoint, Attributes, ReturnSubscriptionArn: true });
  const { SubscriptionArn = "" } = await cloud.clients.sns.send(command);
  return SubscriptionArn;
};
const publish = (TopicArn: string, Message: string, more: Partial<PublishCommand["input"]> = {}) =>
  cloud.clients.sns.send(new PublishCommand({ TopicArn, Message, ...more }));
const bodies = async (name: string) => (await cloud.receive(name)).map(({ Body = "" }) => Body);

describe("topics", () => {
  test("refuse a policy that is none", async () => {
    const TopicArn = await createTopic();
    const Statement = {
      Effect: "Allow",
      Principal: "*",
      Action: "*",
      Resource: "*",
      Condition: { StringEquals: null },
    };
    const AttributeValue = JSON.stringify({ Statement });
    await expect(
      cloud.clients.sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: "Policy", AttributeValue })),
    ).rejects.toMatchObject({ name: "InvalidParameterException", $metadata: { httpStatusCode: 400 } });
    await publish(TopicArn, "still there");
  });

  test("have AWS's ARN and attributes, and can be changed", async () => {
    const TopicArn = await createTopic();
    expect(TopicArn).toBe(arnOf("sns", "news"));
    await cloud.clients.sns.send(
      new SetTopicAttributesCommand({ TopicArn, AttributeName: "DisplayName", AttributeValue: "News & more" }),
    );
    const { Attributes } = await cloud.clients.sns.send(new GetTopicAttributesCommand({ TopicArn }));
    expect(Attributes).toMatchObject({
      TopicArn,
      DisplayName: "News & more",
      SubscriptionsConfirmed: "0",
      Owner: "000000000000",
    });
    const { Topics } = await cloud.clients.sns.send(new ListTopicsCommand({}));
    expect(Topics).toEqual([{ TopicArn }]);
  });

  test("making one again is fine with the same attributes only; a missing one is NotFound", async () => {
    await createTopic("news", { DisplayName: "a" });
    await createTopic("news", { DisplayName: "a" });
    await expect(createTopic("news", { DisplayName: "b" })).rejects.toThrow("already exists with different attributes");
    await expect(publish(arnOf("sns", "none"), "x")).rejects.toMatchObject({ name: "NotFoundException" });
    await expect(createTopic("news", { Colour: "b" })).rejects.toThrow("The topic attribute Colour is not supported");
    await expect(createTopic("a.b")).rejects.toMatchObject({ name: "InvalidParameterException" });
  });
});

describe("a queue", () => {
  test("gets SNS's envelope", async () => {
    const topic = await createTopic();
    const subscription = await subscribe(topic, "sqs", await cloud.createQueue("jobs", SNS));
    const { MessageId } = await publish(topic, 'say "hi"', {
      Subject: "Greeting",
      MessageAttributes: { kind: { DataType: "String", StringValue: "x" } },
    });
    const [body = ""] = await bodies("jobs");
    expect(body.split("\n").slice(0, 6)).toEqual([
      "{",
      '  "Type" : "Notification",',
      `  "MessageId" : "${MessageId}",`,
      `  "TopicArn" : "${topic}",`,
      '  "Subject" : "Greeting",',
      String.raw`  "Message" : "say \"hi\"",`,
    ]);
    const envelope: unknown = JSON.parse(body);
    expect(envelope).toMatchObject({
      Timestamp: new Date(START).toISOString(),
      SignatureVersion: "1",
      SigningCertURL: expect.stringMatching(/^https:\/\/sns\.us-east-1\.amazonaws\.com\/.*\.pem$/),
      UnsubscribeURL: expect.stringContaining(`Action=Unsubscribe&SubscriptionArn=${subscription}`),
      MessageAttributes: { kind: { Type: "String", Value: "x" } },
    });
    expect(cloud.metrics).toContain("AWS/SNS/NumberOfMessagesPublished");
  });

  test("gets the bare message and its attributes by raw delivery", async () => {
    const topic = await createTopic();
    await subscribe(topic, "sqs", await cloud.createQueue("jobs", SNS), { RawMessageDelivery: "true" });
    const MessageAttributes: Record<string, MessageAttributeValue> = {
      n: { DataType: "Number", StringValue: "5" },
      b: { DataType: "Binary", BinaryValue: new Uint8Array([1, 2]) },
    };
    await publish(topic, "bare", { MessageAttributes });
    const [message] = await cloud.receive("jobs");
    expect(message?.Body).toBe("bare");
    expect(message?.MessageAttributes).toEqual(MessageAttributes);
  });

  test("that does not let SNS send gets nothing; the subscription's dead-letter queue does", async () => {
    const topic = await createTopic();
    const closed = await cloud.createQueue("closed");
    const deadLetterTargetArn = await cloud.createQueue("dead", SNS);
    await subscribe(topic, "sqs", closed, { RedrivePolicy: JSON.stringify({ deadLetterTargetArn }) });
    await publish(topic, "lost?");
    expect(await bodies("closed")).toEqual([]);
    const [body = ""] = await bodies("dead");
    expect(JSON.parse(body)).toMatchObject({ Message: "lost?" });
    expect(cloud.metrics).toContain("AWS/SNS/NumberOfNotificationsFailed");
    expect(cloud.metrics).toContain("AWS/SNS/NumberOfNotificationsRedrivenToDlq");
  });

  test("gets a message twice under the fault of that name", async () => {
    const topic = await createTopic();
    await subscribe(topic, "sqs", await cloud.createQueue("jobs", SNS));
    cloud.faults.add({ match: { service: "sns", action: "Deliver" }, when: { nth: 2 }, effect: { kind: "duplicate" } });
    for (const text of ["one", "two", "three"]) await publish(topic, text);
    const texts = (await bodies("jobs")).map((body) => (JSON.parse(body) as { Message: string }).Message);
    expect(texts.toSorted()).toEqual(["one", "three", "two", "two"]);
  });
});

test("a function gets the event of SNS, and the trace goes on", async () => {
  const topic = await createTopic();
  const subscription = await subscribe(topic, "lambda", await cloud.createFunction("fn", SNS));
  const { MessageId } = await publish(topic, "hello", {
    MessageAttributes: { a: { DataType: "String", StringValue: "1" } },
  });
  const [event] = await cloud.eventsOf("fn");
  expect(event).toEqual({
    Records: [
      {
        EventSource: "aws:sns",
        EventVersion: "1.0",
        EventSubscriptionArn: subscription,
        Sns: {
          Type: "Notification",
          MessageId,
          TopicArn: topic,
          Subject: null,
          Message: "hello",
          Timestamp: "2026-11-21T08:00:00.000Z",
          SignatureVersion: "1",
          Signature: expect.stringMatching(/^[A-Za-z0-9+/]{340,}=*$/),
          SigningCertUrl: expect.any(String),
          UnsubscribeUrl: expect.any(String),
          MessageAttributes: { a: { Type: "String", Value: "1" } },
        },
      },
    ],
  });
});

describe("filter policies", () => {
  test("on attributes let pass what matches all of them", async () => {
    const topic = await createTopic();
    const FilterPolicy = JSON.stringify({ store: ["a", { prefix: "b" }], price: [{ numeric: [">=", 100] }] });
    await subscribe(topic, "sqs", await cloud.createQueue("jobs", SNS), { FilterPolicy, RawMessageDelivery: "true" });
    const send = (text: string, store: string, price?: string) =>
      publish(topic, text, {
        MessageAttributes: {
          store: { DataType: store.startsWith("[") ? "String.Array" : "String", StringValue: store },
          ...(price !== undefined && { price: { DataType: "Number", StringValue: price } }),
        },
      });
    await send("1", "a", "100");
    await send("2", "a", "99.5");
    await send("3", "bc", "1e3");
    await send("4", "a");
    await send("5", '["z","b1"]', "200");
    expect((await bodies("jobs")).toSorted()).toEqual(["1", "3", "5"]);
    expect(cloud.metrics.filter((name) => name.endsWith("FilteredOut"))).toHaveLength(2);
  });

  test("on the body look into it, and can be changed", async () => {
    const topic = await createTopic();
    const attributes = { FilterPolicyScope: "MessageBody", FilterPolicy: '{"order":{"state":["paid"]}}' };
    const arn = await subscribe(topic, "sqs", await cloud.createQueue("jobs", SNS), {
      ...attributes,
      RawMessageDelivery: "true",
    });
    for (const message of ['{"order":{"state":"paid"}}', '{"order":{"state":"new"}}', "no json"])
      await publish(topic, message);
    expect(await bodies("jobs")).toEqual(['{"order":{"state":"paid"}}']);
    const set = (AttributeValue: string) =>
      cloud.clients.sns.send(
        new SetSubscriptionAttributesCommand({ SubscriptionArn: arn, AttributeName: "FilterPolicy", AttributeValue }),
      );
    await set('{"order":{"state":["new"]}}');
    await publish(topic, '{"order":{"state":"new"}}');
    expect(await bodies("jobs")).toEqual(['{"order":{"state":"new"}}']);
    await expect(set('{"a":[{"prefixx":"b"}]}')).rejects.toThrow(
      "prefixx is no operator that the embedded AWS knows at a",
    );
    const { Attributes } = await cloud.clients.sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn: arn }));
    expect(Attributes).toMatchObject({
      FilterPolicyScope: "MessageBody",
      RawMessageDelivery: "true",
      PendingConfirmation: "false",
    });
  });

  test.each([
    ['{"a":{"b":["c"]}}', "does not support nested filter policy"],
    ['{"a":[1],"b":[1],"c":[1],"d":[1],"e":[1],"f":[1]}', "more than 5 keys"],
    [JSON.stringify({ a: Array(20).fill("x"), b: Array(20).fill("y") }), "too complex"],
    ["{", "It is not JSON"],
  ])("%s is refused", async (FilterPolicy, message) => {
    const topic = await createTopic();
    await expect(subscribe(topic, "sqs", arnOf("sqs", "jobs"), { FilterPolicy })).rejects.toThrow(message);
  });
});

describe("publishing", () => {
  test("a message of structure json says each protocol its own", async () => {
    const topic = await createTopic();
    await subscribe(topic, "sqs", await cloud.createQueue("jobs", SNS), { RawMessageDelivery: "true" });
    await subscribe(topic, "sms", "+491701234567");
    await publish(topic, '{"default":"all","sqs":"queue"}', { MessageStructure: "json" });
    expect(await bodies("jobs")).toEqual(["queue"]);
    expect(cloud.sns.outbox()).toMatchObject([{ channel: "sms", to: "+491701234567", body: "all", from: "sns" }]);
    await expect(publish(topic, '{"sqs":"x"}', { MessageStructure: "json" })).rejects.toThrow("No default entry");
  });

  test("a batch answers entry by entry and refuses what is wrong as a whole", async () => {
    const TopicArn = await createTopic();
    const batch = (PublishBatchRequestEntries: { Id: string; Message: string; Subject?: string }[]) =>
      cloud.clients.sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }));
    const { Successful, Failed } = await batch([
      { Id: "a", Message: "1" },
      { Id: "b", Message: "2", Subject: "two\nlines" },
    ]);
    expect(Successful?.map(({ Id }) => Id)).toEqual(["a"]);
    expect(Failed).toMatchObject([{ Id: "b", Code: "InvalidParameter", SenderFault: true }]);
    const same = [{ Id: "a", Message: "1" }, { Id: "a", Message: "2" }]; // prettier-ignore
    await expect(batch(same)).rejects.toMatchObject({ name: "BatchEntryIdsNotDistinctException" });
    await expect(batch([])).rejects.toMatchObject({ name: "EmptyBatchRequestException" });
    const long = ["a", "b"].map((Id) => ({ Id, Message: "x".repeat(140_000) }));
    await expect(batch(long)).rejects.toMatchObject({ name: "BatchRequestTooLongException" });
    await expect(publish(TopicArn, "x".repeat(262_145))).rejects.toThrow("Message too long");
  });

  test("a FIFO topic keeps order and groups, and drops what it has seen within five minutes", async () => {
    const topic = await createTopic("news.fifo", { FifoTopic: "true", ContentBasedDeduplication: "true" });
    const first = await publish(topic, "a", { MessageGroupId: "g" });
    const again = await publish(topic, "a", { MessageGroupId: "g" });
    expect(again).toMatchObject({ MessageId: first.MessageId, SequenceNumber: first.SequenceNumber });
    await cloud.clock.advance(300_000);
    const later = await publish(topic, "a", { MessageGroupId: "g" });
    expect(later.MessageId).not.toBe(first.MessageId);
    expect(BigInt(later.SequenceNumber ?? 0)).toBeGreaterThan(BigInt(first.SequenceNumber ?? 0));
    await expect(publish(topic, "b")).rejects.toThrow("MessageGroupId");
    await expect(subscribe(topic, "sms", "+491701234567")).rejects.toThrow("queues only");
    await expect(createTopic("plain", { FifoTopic: "true" })).rejects.toThrow(".fifo");
  });

  test("a FIFO topic hands group, deduplication id and sequence number on to FIFO queues", async () => {
    const topic = await createTopic("news.fifo", { FifoTopic: "true" });
    const queue = await cloud.createQueue("jobs.fifo", SNS, { FifoQueue: "true" });
    await subscribe(topic, "sqs", queue);
    const ids = { MessageGroupId: "g", MessageDeduplicationId: "d" };
    const { SequenceNumber } = await publish(topic, "a", ids);
    const [message] = await cloud.receive("jobs.fifo");
    expect(message?.Attributes).toMatchObject(ids);
    expect(JSON.parse(message?.Body ?? "")).toMatchObject({ Message: "a", SequenceNumber });
  });

  test("needs the right to; without it AWS says AuthorizationError", async () => {
    const topic = await createTopic();
    const role = await cloud.createRole("reader", [], "lambda.amazonaws.com");
    const credentials = cloud.iam.mint(role, "session");
    const reader = new SNSClient({ endpoint: cloud.endpoint(), region: "us-east-1", credentials });
    await expect(reader.send(new PublishCommand({ TopicArn: topic, Message: "x" }))).rejects.toMatchObject({
      name: "AuthorizationErrorException",
      message: expect.stringContaining(
        `assumed-role/reader/session is not authorized to perform: SNS:Publish on resource: ${topic}`,
      ),
      $metadata: { httpStatusCode: 403 },
    });
    reader.destroy();
  });

  test("other services are told when there is no such topic, whatever they may", () => {
    const principal = { kind: "service", name: "s3.amazonaws.com" } as const;
    const delivery = { principal, targetArn: arnOf("sns", "none"), sourceArn: "arn:aws:s3:::photos", body: "event" };
    expect(() => cloud.deliver(delivery)).toThrow("Topic does not exist");
  });

  test("other services need the topic's policy", async () => {
    const topic = await createTopic();
    await subscribe(topic, "sqs", await cloud.createQueue("jobs", SNS), { RawMessageDelivery: "true" });
    const principal = { kind: "service", name: "s3.amazonaws.com" } as const;
    const deliver = () =>
      cloud.deliver({ principal, targetArn: topic, sourceArn: "arn:aws:s3:::photos", body: "event", subject: "S" });
    expect(deliver).toThrow(/not authorized to perform: sns:Publish/i);
    const Condition = { ArnLike: { "aws:SourceArn": "arn:aws:s3:::photos" } };
    const Statement = {
      Effect: "Allow",
      Principal: { Service: "s3.amazonaws.com" },
      Action: "SNS:Publish",
      Resource: topic,
      Condition,
    };
    await cloud.create("AWS::SNS::TopicPolicy", {
      Topics: [topic],
      PolicyDocument: { Version: "2012-10-17", Statement },
    });
    deliver();
    expect(await bodies("jobs")).toEqual(["event"]);
  });

  test("the account's alarms may publish to a topic that has no policy of its own", async () => {
    const topic = await createTopic();
    await subscribe(topic, "sqs", await cloud.createQueue("jobs", SNS), { RawMessageDelivery: "true" });
    const principal = { kind: "service", name: "cloudwatch.amazonaws.com" } as const;
    cloud.deliver({
      principal,
      targetArn: topic,
      sourceArn: "arn:aws:cloudwatch:us-east-1:000000000000:alarm:a",
      body: "x",
    });
    expect(await bodies("jobs")).toEqual(["x"]);
  });
});

describe("an HTTP endpoint", () => {
  const seen: { readonly headers: IncomingHttpHeaders; readonly body: string }[] = [];
  let answer = 200;
  let server: Server;
  let url: string;
  beforeEach(async () => {
    seen.length = 0;
    answer = 200;
    server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        seen.push({ headers: request.headers, body });
        response.writeHead(answer).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`; // it listens on TCP
  });
  afterEach(async () => {
    await new Promise((resolve) => server.close(resolve));
  });
  const confirmed = async (topic: string, attributes: Record<string, string> = {}): Promise<string> => {
    const arn = await subscribe(topic, "http", url, attributes);
    await cloud.work.idle();
    const { SubscribeURL } = JSON.parse(seen.at(-1)?.body ?? "{}") as { SubscribeURL: string };
    expect((await fetch(SubscribeURL)).status).toBe(200);
    return arn;
  };

  test("must confirm, then gets notifications, and can leave by the link in them", async () => {
    const topic = await createTopic();
    const arn = await confirmed(topic);
    expect(seen[0]?.headers).toMatchObject({
      "x-amz-sns-message-type": "SubscriptionConfirmation",
      "x-amz-sns-topic-arn": topic,
    });
    await publish(topic, "hello");
    await cloud.work.idle();
    expect(seen[1]?.headers).toMatchObject({
      "x-amz-sns-message-type": "Notification",
      "x-amz-sns-subscription-arn": arn,
      "content-type": "text/plain; charset=UTF-8",
    });
    const { Message, UnsubscribeURL } = JSON.parse(seen[1]?.body ?? "{}") as Record<string, string>;
    expect(Message).toBe("hello");
    await fetch(UnsubscribeURL ?? "");
    const { Subscriptions } = await cloud.clients.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topic }));
    expect(Subscriptions).toEqual([]);
  });

  test("that fails is tried three times more, 20 s apart, then the dead-letter queue gets the message", async () => {
    const topic = await createTopic();
    const deadLetterTargetArn = await cloud.createQueue("dead", SNS);
    await confirmed(topic, { RawMessageDelivery: "true", RedrivePolicy: JSON.stringify({ deadLetterTargetArn }) });
    answer = 503;
    await publish(topic, "hello");
    await cloud.clock.advance(19_000);
    expect(seen).toHaveLength(2);
    await cloud.clock.advance(41_000);
    expect(seen.map(({ body }) => body).slice(1)).toEqual(["hello", "hello", "hello", "hello"]);
    expect(await bodies("dead")).toEqual(["hello"]);
    answer = 404;
    await publish(topic, "no retry");
    expect(await bodies("dead")).toEqual(["no retry"]);
    expect(seen).toHaveLength(6);
  });

  test("is tried again after a restart of the cloud", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sns-test-"));
    await cloud.close();
    cloud = await openMessaging({ folder });
    const topic = await createTopic();
    await confirmed(topic, { RawMessageDelivery: "true" });
    answer = 503;
    await publish(topic, "hello");
    await cloud.work.idle();
    await cloud.close();
    answer = 200;
    cloud = await openMessaging({ folder, frozenAt: START + 60_000 });
    await cloud.work.idle();
    expect(seen.slice(1).map(({ body }) => body)).toEqual(["hello", "hello"]);
    await cloud.clock.advance(3_600_000);
    expect(seen).toHaveLength(3);
    rmSync(folder, { recursive: true });
  });

  test("elsewhere is refused", async () => {
    const topic = await createTopic();
    await expect(subscribe(topic, "https", "https://example.com/in")).rejects.toThrow("delivers to the loopback only");
    await expect(subscribe(topic, "firehose", "arn:x")).rejects.toThrow("protocol firehose is not supported");
  });
});

test("an e-mail subscription is confirmed by the code in the outbox", async () => {
  const topic = await createTopic();
  const command = new SubscribeCommand({ TopicArn: topic, Protocol: "email", Endpoint: "a@example.org" });
  expect((await cloud.clients.sns.send(command)).SubscriptionArn).toBe("pending confirmation");
  await publish(topic, "too early");
  const [{ code: Token } = {}] = cloud.sns.outbox();
  await cloud.clients.sns.send(new ConfirmSubscriptionCommand({ TopicArn: topic, Token }));
  await publish(topic, "hello", { Subject: "S" });
  expect(cloud.sns.outbox().slice(1)).toMatchObject([{ channel: "email", to: "a@example.org", subject: "S" }]);
  await expect(cloud.clients.sns.send(new ConfirmSubscriptionCommand({ TopicArn: topic, Token }))).rejects.toThrow(
    "Token",
  );
});

test("links without a signature cannot end the subscription of a queue", async () => {
  const topic = await createTopic();
  const arn = await subscribe(topic, "sqs", await cloud.createQueue("jobs", SNS));
  const answer = await fetch(`${cloud.endpoint()}/?Action=Unsubscribe&SubscriptionArn=${arn}`);
  expect(answer.status).toBe(403);
  await cloud.clients.sns.send(new UnsubscribeCommand({ SubscriptionArn: arn }));
  await publish(topic, "x");
  expect(await bodies("jobs")).toEqual([]);
});

test("a topic of a template whose subscriptions cannot be is not made at all", async () => {
  const make = (TopicName: string, Protocol: string, Endpoint: string) =>
    cloud.create("AWS::SNS::Topic", {
      TopicName,
      ...(TopicName.endsWith(".fifo") && { FifoTopic: true }),
      Subscription: [{ Protocol, Endpoint }],
    });
  const toFunction = make("x.fifo", "lambda", arnOf("lambda", "function:f"));
  await expect(toFunction).rejects.toThrow("a FIFO topic delivers to queues only");
  const toFifo = make("x", "sqs", arnOf("sqs", "q.fifo"));
  await expect(toFifo).rejects.toThrow("FIFO SQS Queues can not be subscribed");
  expect((await cloud.clients.sns.send(new ListTopicsCommand({}))).Topics ?? []).toEqual([]);
});

test("the CloudFormation types make, change and remove topics and subscriptions", async () => {
  const queue = await cloud.createQueue("jobs", SNS);
  const subscription = [{ Protocol: "sqs", Endpoint: queue }];
  const properties = { TopicName: "news", DisplayName: "News", Subscription: subscription };
  const { physicalId, attributes } = await cloud.create("AWS::SNS::Topic", properties);
  expect(attributes).toEqual({ TopicArn: arnOf("sns", "news"), TopicName: "news" });
  await publish(physicalId, "1");
  expect(await bodies("jobs")).toHaveLength(1);
  const { update, remove } = cloud.type("AWS::SNS::Topic");
  await update?.(physicalId, { TopicName: "news" }, properties, cloud.context("Topic"));
  await publish(physicalId, "2");
  expect(await bodies("jobs")).toEqual([]);
  const { Attributes } = await cloud.clients.sns.send(new GetTopicAttributesCommand({ TopicArn: physicalId }));
  expect(Attributes).toMatchObject({ DisplayName: "", SubscriptionsConfirmed: "0" });
  const made = await cloud.create("AWS::SNS::Subscription", {
    TopicArn: physicalId,
    Protocol: "sqs",
    Endpoint: queue,
    FilterPolicy: { kind: ["a"] },
    RawMessageDelivery: true,
  });
  await publish(physicalId, "3");
  await publish(physicalId, "4", { MessageAttributes: { kind: { DataType: "String", StringValue: "a" } } });
  expect(await bodies("jobs")).toEqual(["4"]);
  await cloud.type("AWS::SNS::Subscription").remove(made.physicalId, {}, cloud.context("S"));
  await remove(physicalId, {}, cloud.context("Topic"));
  await remove(physicalId, {}, cloud.context("Topic"));
  await expect(publish(physicalId, "5")).rejects.toMatchObject({ name: "NotFoundException" });
});
