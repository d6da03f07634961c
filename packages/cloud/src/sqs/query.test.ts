import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { XMLParser } from "fast-xml-parser";
import { serve, type Served } from "../gateway/serve.test.fixture.ts";
import { sign } from "../protocols/sigv4.ts";
import { createSqs } from "./index.ts";

let served: Served;
beforeEach(async () => {
  served = await serve((ground, iam) => [createSqs(ground, iam).service], { frozenAt: Date.now() });
});
afterEach(() => served.close());

const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false });

/** One signed request of the query protocol, as old SDKs send it; the answer as an object of its elements. */
const query = async (form: Record<string, string>, path = "/") => {
  const payload = Buffer.from(new URLSearchParams({ Version: "2012-11-05", ...form }).toString());
  const url = new URL(path, served.endpoint);
  const headers = { host: url.host, "content-type": "application/x-www-form-urlencoded" };
  const keys = { accessKeyId: "local", secretAccessKey: "local", region: "us-east-1", service: "sqs", now: Date.now() };
  const signed = sign({ method: "POST", path, rawQuery: "", headers, payload }, keys);
  const response = await fetch(url, { method: "POST", headers: signed, body: payload });
  const text = await response.text();
  return { status: response.status, text, xml: parser.parse(text) as Record<string, unknown> };
};
const path = "/000000000000/jobs";

test("queues and their attributes go over the query protocol, lists flattened", async () => {
  const made = await query({
    Action: "CreateQueue",
    QueueName: "jobs",
    "Attribute.1.Name": "VisibilityTimeout",
    "Attribute.1.Value": "45",
  });
  expect(made.xml).toMatchObject({ CreateQueueResponse: { CreateQueueResult: { QueueUrl: `${served.endpoint}${path}` } } }); // prettier-ignore
  const attributes = await query({ Action: "GetQueueAttributes", "AttributeName.1": "VisibilityTimeout", "AttributeName.2": "QueueArn" }, path); // prettier-ignore
  expect(attributes.xml).toMatchObject({
    GetQueueAttributesResponse: {
      GetQueueAttributesResult: {
        Attribute: [
          { Name: "VisibilityTimeout", Value: "45" },
          { Name: "QueueArn", Value: "arn:aws:sqs:us-east-1:000000000000:jobs" },
        ],
      },
      ResponseMetadata: { RequestId: expect.any(String) },
    },
  });
  expect((await query({ Action: "ListQueues" })).text).toContain(`<ListQueuesResult><QueueUrl>${served.endpoint}${path}</QueueUrl></ListQueuesResult>`); // prettier-ignore
  expect((await query({ Action: "PurgeQueue" }, path)).text).toMatch(/^<PurgeQueueResponse xmlns="http:\/\/queue.amazonaws.com\/doc\/2012-11-05\/"><ResponseMetadata>/); // prettier-ignore
});

test("messages with attributes are sent, received and deleted, in batches too", async () => {
  await query({ Action: "CreateQueue", QueueName: "jobs" });
  const sent = await query({
    Action: "SendMessage",
    QueueUrl: `${served.endpoint}${path}`,
    MessageBody: "a<b",
    DelaySeconds: "0",
    "MessageAttribute.1.Name": "colour",
    "MessageAttribute.1.Value.DataType": "String",
    "MessageAttribute.1.Value.StringValue": "red",
  });
  expect(sent.xml).toMatchObject({ SendMessageResponse: { SendMessageResult: { MD5OfMessageBody: expect.any(String) } } }); // prettier-ignore
  const batch = await query({
    Action: "SendMessageBatch",
    "SendMessageBatchRequestEntry.1.Id": "one",
    "SendMessageBatchRequestEntry.1.MessageBody": "second",
    "SendMessageBatchRequestEntry.2.Id": "two",
    "SendMessageBatchRequestEntry.2.MessageBody": "",
  }, path); // prettier-ignore
  expect(batch.xml).toMatchObject({
    SendMessageBatchResponse: {
      SendMessageBatchResult: {
        SendMessageBatchResultEntry: { Id: "one" },
        BatchResultErrorEntry: { Id: "two", SenderFault: "true", Code: "InvalidParameterValue" },
      },
    },
  });
  const received = await query({ Action: "ReceiveMessage", MaxNumberOfMessages: "10", VisibilityTimeout: "5", "AttributeName.1": "SentTimestamp", "MessageAttributeName.1": "All" }, path); // prettier-ignore
  expect(received.xml).toMatchObject({
    ReceiveMessageResponse: {
      ReceiveMessageResult: {
        Message: [
          {
            Body: "a<b",
            Attribute: { Name: "SentTimestamp" },
            MessageAttribute: { Name: "colour", Value: { DataType: "String", StringValue: "red" } },
          },
          { Body: "second" },
        ],
      },
    },
  });
  const [, handle = ""] = /<ReceiptHandle>([^<]+)/.exec(received.text) ?? [];
  const deleted = await query({ Action: "DeleteMessageBatch", "DeleteMessageBatchRequestEntry.1.Id": "x", "DeleteMessageBatchRequestEntry.1.ReceiptHandle": handle }, path); // prettier-ignore
  expect(deleted.text).toContain("<DeleteMessageBatchResultEntry><Id>x</Id></DeleteMessageBatchResultEntry>");
});

test("errors have the codes of the query protocol", async () => {
  const missing = await query({ Action: "GetQueueUrl", QueueName: "none" });
  expect(missing.status).toBe(400);
  expect(missing.xml).toMatchObject({
    ErrorResponse: { Error: { Type: "Sender", Code: "AWS.SimpleQueueService.NonExistentQueue" } },
  });
  const unknown = await query({ Action: "GetQueueUrl", QueueName: "none", constructor: "1" });
  expect(unknown.xml).toMatchObject({ ErrorResponse: { Error: { Code: "NotImplemented" } } });
});
