// Two clouds live in one process: the same names, other times, other faults, and nothing of one is seen in the other.
import { CreateBucketCommand, ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { PutParameterCommand, GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Cloud, createCloud } from "../src/index.ts";

const open = (frozenAt: number): Promise<Cloud> => createCloud({ port: 0, frozenAt });

const clientsOf = ({ endpoint }: Cloud) => {
  const settings = { endpoint, region: "us-east-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } };
  return {
    s3: new S3Client({ ...settings, forcePathStyle: true }),
    sqs: new SQSClient(settings),
    ssm: new SSMClient(settings),
    queueUrl: `${endpoint}/000000000000/jobs`,
  };
};

let one: Cloud;
let two: Cloud;
beforeAll(async () => {
  [one, two] = await Promise.all([open(Date.UTC(2026, 0, 1)), open(Date.UTC(2027, 0, 1))]);
});
afterAll(() => Promise.all([one.close(), two.close()]));

test("objects, messages, parameters, clocks, requests and faults of one are not those of the other", async () => {
  const [a, b] = [clientsOf(one), clientsOf(two)];
  await a.s3.send(new CreateBucketCommand({ Bucket: "pictures" }));
  expect((await b.s3.send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([]);

  for (const { sqs } of [a, b]) await sqs.send(new CreateQueueCommand({ QueueName: "jobs" }));
  await a.sqs.send(new SendMessageCommand({ QueueUrl: a.queueUrl, MessageBody: "for one" }));
  expect((await b.sqs.send(new ReceiveMessageCommand({ QueueUrl: b.queueUrl }))).Messages).toBeUndefined();
  expect((await a.sqs.send(new ReceiveMessageCommand({ QueueUrl: a.queueUrl }))).Messages).toHaveLength(1);

  await a.ssm.send(new PutParameterCommand({ Name: "/stage", Value: "one", Type: "String" }));
  await expect(b.ssm.send(new GetParameterCommand({ Name: "/stage" }))).rejects.toMatchObject({
    name: "ParameterNotFound",
  });

  await one.advance(60_000);
  expect([one.now(), two.now()]).toEqual([Date.UTC(2026, 0, 1, 0, 1), Date.UTC(2027, 0, 1)]);

  const fault = { match: { service: "sqs" }, effect: { kind: "throttle" } };
  await fetch(`${one.endpoint}/_warmstart/v1/faults`, { method: "POST", body: JSON.stringify(fault) });
  await expect(b.sqs.send(new ReceiveMessageCommand({ QueueUrl: b.queueUrl }))).resolves.toBeDefined();
  expect(one.requests({ service: "s3" }).map(({ action }) => action)).toEqual(["CreateBucket"]);
  expect(two.requests({ service: "s3" }).map(({ action }) => action)).toEqual(["ListBuckets"]);
});
