import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  DeleteObjectCommand,
  GetBucketNotificationConfigurationCommand,
  type LambdaFunctionConfiguration,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import type { InvokeRequest } from "../ports.ts";
import { serveS3, type ServedS3 } from "../s3/serve-s3.test.fixture.ts";
import { connectS3Notifications } from "./s3-notifications.ts";

const Bucket = "watched";
const FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:resize";
const NOW = Date.now();

let cloud: ServedS3;
let invoked: InvokeRequest[];
let permitted: boolean;

beforeEach(async () => {
  cloud = await serveS3({ frozenAt: NOW });
  invoked = [];
  permitted = true;
  connectS3Notifications(cloud.ground, {
    s3: cloud.s3,
    lambda: {
      exists: (name) => name === FUNCTION,
      permits: (_name, service, arn) => permitted && service === "s3.amazonaws.com" && arn === `arn:aws:s3:::${Bucket}`,
      invokeAsync: (request) => {
        invoked.push(request);
        return "id";
      },
    },
  });
  await cloud.sdk.send(new CreateBucketCommand({ Bucket }));
});
afterEach(() => cloud.close());

const configure = (...rules: Partial<LambdaFunctionConfiguration>[]) =>
  cloud.sdk.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket,
      NotificationConfiguration: {
        LambdaFunctionConfigurations: rules.map((rule) => ({
          LambdaFunctionArn: FUNCTION,
          Events: ["s3:ObjectCreated:*"],
          ...rule,
        })),
      },
    }),
  );
const filter = (prefix: string, suffix = ""): Partial<LambdaFunctionConfiguration> => ({
  Filter: {
    Key: {
      FilterRules: [
        { Name: "prefix", Value: prefix },
        { Name: "suffix", Value: suffix },
      ],
    },
  },
});
const put = (Key: string, Body = "x") => cloud.sdk.send(new PutObjectCommand({ Bucket, Key, Body }));

interface Delivered {
  readonly eventName: string;
  readonly s3: { readonly object: { readonly key: string; readonly sequencer: string } };
}
const records = (): readonly Delivered[] =>
  invoked.flatMap(({ payload }) => (JSON.parse(payload) as { Records: Delivered[] }).Records);

describe("S3 notifications", () => {
  test("a put makes one record of version 2.1, its key form-encoded", async () => {
    await configure({ Id: "resize", ...filter("uploads/", ".jpg") });
    await put("uploads/red flower+ü.jpg", "pixels");
    await put("other/a.jpg");
    await put("uploads/a.png");
    expect(invoked.map(({ functionName }) => functionName)).toEqual([FUNCTION]);
    expect(JSON.parse(invoked[0]?.payload ?? "")).toEqual({
      Records: [
        {
          eventVersion: "2.1",
          eventSource: "aws:s3",
          awsRegion: "us-east-1",
          eventTime: new Date(NOW).toISOString(),
          eventName: "ObjectCreated:Put",
          userIdentity: { principalId: expect.stringMatching(/^AWS:/) },
          requestParameters: { sourceIPAddress: "127.0.0.1" },
          responseElements: { "x-amz-request-id": expect.any(String), "x-amz-id-2": expect.any(String) },
          s3: {
            s3SchemaVersion: "1.0",
            configurationId: "resize",
            bucket: {
              name: Bucket,
              ownerIdentity: { principalId: expect.any(String) },
              arn: `arn:aws:s3:::${Bucket}`,
            },
            object: {
              key: "uploads/red+flower%2B%C3%BC.jpg",
              size: 6,
              eTag: expect.stringMatching(/^[0-9a-f]{32}$/),
              sequencer: expect.stringMatching(/^[0-9A-F]{18}$/),
            },
          },
        },
      ],
    });
  });

  test("every way to write and delete has its event, and the sequencer only rises", async () => {
    await configure({ Events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"] });
    await put("a");
    await cloud.sdk.send(new CopyObjectCommand({ Bucket, Key: "b", CopySource: `${Bucket}/a` }));
    const { UploadId } = await cloud.sdk.send(new CreateMultipartUploadCommand({ Bucket, Key: "c" }));
    const part = { Bucket, Key: "c", UploadId };
    const { ETag } = await cloud.sdk.send(new UploadPartCommand({ ...part, PartNumber: 1, Body: "x" }));
    await cloud.sdk.send(
      new CompleteMultipartUploadCommand({ ...part, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } }),
    );
    await cloud.sdk.send(new DeleteObjectCommand({ Bucket, Key: "a" }));
    await cloud.sdk.send(new DeleteObjectCommand({ Bucket, Key: "never" }));
    expect(records().map(({ eventName, s3 }) => `${eventName} ${s3.object.key}`)).toEqual([
      "ObjectCreated:Put a",
      "ObjectCreated:Copy b",
      "ObjectCreated:CompleteMultipartUpload c",
      "ObjectRemoved:Delete a",
    ]);
    const sequencers = records().map(({ s3 }) => s3.object.sequencer);
    expect(sequencers).toEqual([...new Set(sequencers)].toSorted());
    expect(records()[3]?.s3.object).toEqual({ key: "a", sequencer: sequencers[3] });
  });

  test("an unreachable or forbidden target cannot be configured", async () => {
    const text = "Unable to validate the following destination configurations";
    await expect(configure({ LambdaFunctionArn: `${FUNCTION}-gone` })).rejects.toMatchObject({
      name: "InvalidArgument",
      message: text,
    });
    permitted = false;
    await expect(configure({})).rejects.toMatchObject({ name: "InvalidArgument", message: text });
    const stored = await cloud.sdk.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
    expect(stored.LambdaFunctionConfigurations).toBeUndefined();
  });

  test("overlapping rules are refused, disjoint ones kept", async () => {
    await expect(configure(filter("a/"), filter("a/b/"))).rejects.toMatchObject({ name: "InvalidArgument" });
    await expect(configure({}, { Events: ["s3:ObjectCreated:Put"] })).rejects.toMatchObject({
      name: "InvalidArgument",
    });
    await configure(filter("a/"), filter("b/"), { Events: ["s3:ObjectRemoved:Delete"] });
    const stored = await cloud.sdk.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
    expect(stored.LambdaFunctionConfigurations).toHaveLength(3);
    await configure(filter("a/", ".jpg"), filter("a/", ".png"));
  });

  test("queues, topics and unknown events are refused, not ignored", async () => {
    const queue = { QueueArn: "arn:aws:sqs:us-east-1:000000000000:q", Events: ["s3:ObjectCreated:*" as const] };
    const command = new PutBucketNotificationConfigurationCommand({
      Bucket,
      NotificationConfiguration: { QueueConfigurations: [queue] },
    });
    await expect(cloud.sdk.send(command)).rejects.toMatchObject({ name: "NotImplemented" });
    await expect(configure({ Events: ["s3:ObjectRestore:*"] })).rejects.toMatchObject({ name: "InvalidArgument" });
  });
});
