import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectTaggingCommand,
  GetBucketNotificationConfigurationCommand,
  type LambdaFunctionConfiguration,
  type NotificationConfiguration,
  PutBucketLifecycleConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { AwsError } from "../gateway/aws-error.ts";
import type { Delivery } from "../ports.ts";
import { serveS3, type ServedS3 } from "../s3/serve-s3.test.fixture.ts";
import { connectS3Notifications } from "./s3-notifications.ts";

const Bucket = "watched";
const FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:resize";
const NOW = Date.now();

let cloud: ServedS3;
let delivered: Delivery[];
let permitted: boolean;

beforeEach(async () => {
  cloud = await serveS3({ frozenAt: NOW });
  delivered = [];
  permitted = true;
  connectS3Notifications(cloud.ground, {
    s3: cloud.s3,
    lambda: {
      exists: (name) => name === FUNCTION,
      permits: (_name, service, arn) => permitted && service === "s3.amazonaws.com" && arn === `arn:aws:s3:::${Bucket}`,
    },
    deliver: (delivery) => {
      if (delivery.targetArn.endsWith("gone")) throw new AwsError("AWS.SimpleQueueService.NonExistentQueue", 400, "");
      if (!permitted) throw new AwsError("AccessDenied", 403, "");
      delivered.push(delivery);
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
  delivered.flatMap(({ body }) => (JSON.parse(body) as { Records?: Delivered[] }).Records ?? []);
const told = (): readonly string[] => records().map(({ eventName, s3 }) => `${eventName} ${s3.object.key}`);

describe("S3 notifications", () => {
  test("a put makes one record of version 2.1, its key form-encoded", async () => {
    await configure({ Id: "resize", ...filter("uploads/", ".jpg") });
    await put("uploads/red flower+ü.jpg", "pixels");
    await put("other/a.jpg");
    await put("uploads/a.png");
    expect(delivered.map(({ targetArn }) => targetArn)).toEqual([FUNCTION]);
    expect(JSON.parse(delivered[0]?.body ?? "")).toEqual({
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
    expect(told()).toEqual([
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

  test("unknown events, FIFO queues and foreign ARNs are refused, not ignored", async () => {
    await expect(configure({ Events: ["s3:ObjectRestore:*"] })).rejects.toMatchObject({ name: "InvalidArgument" });
    await expect(configure({ LambdaFunctionArn: QUEUE })).rejects.toMatchObject({ name: "InvalidArgument" });
    await expect(
      configureAll({ QueueConfigurations: [{ QueueArn: `${QUEUE}.fifo`, Events: [CREATED] }] }),
    ).rejects.toMatchObject({ name: "InvalidArgument" });
  });
});

const QUEUE = "arn:aws:sqs:us-east-1:000000000000:q";
const TOPIC = "arn:aws:sns:us-east-1:000000000000:t";
const CREATED = "s3:ObjectCreated:*";
const configureAll = (NotificationConfiguration: NotificationConfiguration) =>
  cloud.sdk.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));

describe("queues, topics and the event bus", () => {
  test("queues and topics get a test event, then every record", async () => {
    await configureAll({
      QueueConfigurations: [{ QueueArn: QUEUE, Events: [CREATED] }],
      TopicConfigurations: [{ TopicArn: TOPIC, Events: ["s3:ObjectRemoved:*"] }],
    });
    const asS3 = { principal: { name: "s3.amazonaws.com" }, sourceArn: `arn:aws:s3:::${Bucket}` };
    expect(delivered.toSorted((a, b) => (a.targetArn < b.targetArn ? -1 : 1))).toMatchObject([
      { targetArn: TOPIC, subject: "Amazon S3 Notification" },
      { targetArn: QUEUE, ...asS3 },
    ]);
    expect(JSON.parse(delivered[0]?.body ?? "")).toEqual({
      Service: "Amazon S3",
      Event: "s3:TestEvent",
      Time: new Date(NOW).toISOString(),
      Bucket,
      RequestId: expect.any(String),
      HostId: expect.any(String),
    });
    delivered = [];
    await put("a");
    await cloud.sdk.send(new DeleteObjectCommand({ Bucket, Key: "a" }));
    expect(delivered.map(({ targetArn }) => targetArn)).toEqual([QUEUE, TOPIC]);
    const stored = await cloud.sdk.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
    expect(stored).toMatchObject({ QueueConfigurations: [{ QueueArn: QUEUE }], TopicConfigurations: [{}] });
  });

  test("a queue that is gone, or whose policy says no, is told in AWS's words", async () => {
    const QueueConfigurations = [{ QueueArn: `${QUEUE}-gone`, Events: [CREATED as "s3:ObjectCreated:*"] }];
    await expect(configureAll({ QueueConfigurations })).rejects.toMatchObject({
      ArgumentName1: `${QUEUE}-gone, null`,
      ArgumentValue1: "The destination queue does not exist",
    });
    permitted = false;
    const TopicConfigurations = [{ TopicArn: TOPIC, Events: [CREATED as "s3:ObjectCreated:*"] }];
    await expect(configureAll({ TopicConfigurations })).rejects.toMatchObject({
      message: "Unable to validate the following destination configurations",
      ArgumentValue1: "Permissions on the destination topic do not allow S3 to publish notifications from this bucket",
    });
  });

  test("EventBridge gets every event in its own shape, and no test event", async () => {
    await configureAll({ EventBridgeConfiguration: {} });
    await put("red flower");
    await cloud.sdk.send(new DeleteObjectCommand({ Bucket, Key: "red flower" }));
    expect(delivered).toMatchObject([
      {
        targetArn: "arn:aws:events:us-east-1:000000000000:event-bus/default",
        source: "aws.s3",
        detailType: "Object Created",
        resources: [`arn:aws:s3:::${Bucket}`],
      },
      { detailType: "Object Deleted" },
    ]);
    expect(delivered.map(({ body }): unknown => JSON.parse(body))).toEqual([
      {
        version: "0",
        bucket: { name: Bucket },
        object: { key: "red flower", size: 1, etag: expect.any(String), sequencer: expect.any(String) },
        "request-id": expect.any(String),
        requester: "000000000000",
        "source-ip-address": "127.0.0.1",
        reason: "PutObject",
      },
      expect.objectContaining({
        object: { key: "red flower", sequencer: expect.any(String) },
        reason: "DeleteObject",
        "deletion-type": "Permanently Deleted",
      }),
    ]);
  });

  test("versions, markers, tags and lifecycle have their events", async () => {
    await cloud.sdk.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
    await configure({ Events: [CREATED, "s3:ObjectRemoved:*", "s3:ObjectTagging:*", "s3:LifecycleExpiration:*"] });
    const { VersionId } = await put("a");
    await cloud.sdk.send(
      new PutObjectTaggingCommand({ Bucket, Key: "a", Tagging: { TagSet: [{ Key: "k", Value: "v" }] } }),
    );
    await cloud.sdk.send(new DeleteObjectTaggingCommand({ Bucket, Key: "a" }));
    await cloud.sdk.send(new DeleteObjectCommand({ Bucket, Key: "a" }));
    await cloud.sdk.send(new DeleteObjectCommand({ Bucket, Key: "a", VersionId }));
    await put("b");
    const Rules = [{ ID: "r", Status: "Enabled" as const, Filter: {}, Expiration: { Days: 1 } }];
    await cloud.sdk.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
    await cloud.clock.advance(2 * 86_400_000);
    expect(told()).toEqual([
      "ObjectCreated:Put a",
      "ObjectTagging:Put a",
      "ObjectTagging:Delete a",
      "ObjectRemoved:DeleteMarkerCreated a",
      "ObjectRemoved:Delete a",
      "ObjectCreated:Put b",
      "LifecycleExpiration:Delete a",
      "LifecycleExpiration:DeleteMarkerCreated b",
    ]);
    expect(records()[4]).toMatchObject({ s3: { object: { versionId: VersionId } } });
    expect(records()[7]).toMatchObject({ userIdentity: { principalId: "s3.amazonaws.com" } });
  });
});

const strike = (kind: "duplicate" | "reorder", nth: number) =>
  cloud.ground.faults.add({ match: { service: "s3", action: "Deliver" }, when: { nth }, effect: { kind } });

describe("faults", () => {
  test("a delivery comes twice, or after the next one, or a second late; none is lost", async () => {
    await configure({});
    strike("duplicate", 1);
    strike("reorder", 2);
    strike("reorder", 4);
    for (const key of ["a", "b", "c", "d"]) await put(key);
    expect(told()).toEqual(["a", "a", "c", "b"].map((key) => `ObjectCreated:Put ${key}`));
    await cloud.clock.advance(1000);
    expect(told().at(-1)).toBe("ObjectCreated:Put d");
    expect(told()).toHaveLength(5);
  });
});
