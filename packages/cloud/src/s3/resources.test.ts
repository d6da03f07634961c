import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import * as fc from "fast-check";
import { AwsError } from "../gateway/aws-error.ts";
import { contextOf } from "../cloudformation/resource-context.test.fixture.ts";
import type { Properties, ResourceType } from "../cloudformation/resource-type.ts";
import { serveS3, type ServedS3 } from "./serve-s3.test.fixture.ts";

const FULL = process.env["WARMSTART_FULL"] === "1";

let cloud: ServedS3;
beforeAll(async () => {
  cloud = await serveS3();
});
afterAll(() => cloud.close());

const context = contextOf("image-resizer-local", "Bucket", "image-resizer-local-Bucket-ABC123DEF456");
const typeOf = (name: string): ResourceType => {
  const type = cloud.s3.service.types[name];
  if (type === undefined) throw new Error(`${name} is missing`);
  return type;
};
const FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f";

/** As osls 4.3.1 compiles its deployment bucket. */
const DEPLOYMENT_BUCKET: Properties = {
  BucketEncryption: {
    ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
  },
};
const SECURE_TRANSPORT = {
  Statement: [
    {
      Action: "s3:*",
      Effect: "Deny",
      Principal: "*",
      Resource: ["arn:aws:s3:::deploys/*", "arn:aws:s3:::deploys"],
      Condition: { Bool: { "aws:SecureTransport": false } },
    },
  ],
};

describe("AWS::S3::Bucket", () => {
  test("osls's deployment bucket and its policy deploy, and still let everything in over the loopback", async () => {
    const bucket = typeOf("AWS::S3::Bucket");
    expect(await bucket.create(DEPLOYMENT_BUCKET, context)).toMatchObject({
      physicalId: "image-resizer-local-bucket-abc123def456",
    });
    const created = await bucket.create({ ...DEPLOYMENT_BUCKET, BucketName: "deploys" }, context);
    expect(created).toMatchObject({ physicalId: "deploys", attributes: { Arn: "arn:aws:s3:::deploys" } });
    const policy = typeOf("AWS::S3::BucketPolicy");
    await policy.create({ Bucket: "deploys", PolicyDocument: SECURE_TRANSPORT }, context);
    expect((await cloud.raw("PUT", "/deploys/zip", { body: "zip" })).status).toBe(200);
    const stored = await cloud.sdk.send(new GetBucketPolicyCommand({ Bucket: "deploys" }));
    expect(JSON.parse(stored.Policy ?? "")).toEqual(SECURE_TRANSPORT);
    await expect(bucket.remove("deploys", {}, context)).rejects.toMatchObject({ code: "BucketNotEmpty" });
    await cloud.raw("DELETE", "/deploys/zip");
    await policy.remove("deploys", {}, context);
    await bucket.remove("deploys", {}, context);
    await bucket.remove("deploys", {}, context);
    await policy.remove("deploys", {}, context);
  });

  test("settings are applied, and taken back by an update without them", async () => {
    const bucket = typeOf("AWS::S3::Bucket");
    const properties: Properties = {
      BucketName: "settings",
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: "true" },
      CorsConfiguration: {
        CorsRules: [
          {
            AllowedOrigins: ["*"],
            AllowedMethods: ["POST"],
            AllowedHeaders: ["*"],
            ExposedHeaders: ["ETag"],
            MaxAge: "60",
          },
        ],
      },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } },
        ],
      },
      Tags: [{ Key: "STAGE", Value: "local" }],
      LifecycleConfiguration: { Rules: [] },
    };
    bucket.check?.(properties);
    await bucket.create(properties, context);
    const Bucket = "settings";
    const cors = await cloud.sdk.send(new GetBucketCorsCommand({ Bucket }));
    expect(cors.CORSRules).toMatchObject([{ AllowedOrigins: ["*"], MaxAgeSeconds: 60 }]);
    const block = await cloud.sdk.send(new GetPublicAccessBlockCommand({ Bucket }));
    expect(block.PublicAccessBlockConfiguration).toMatchObject({
      BlockPublicPolicy: true,
      RestrictPublicBuckets: false,
    });
    await bucket.update?.("settings", { BucketName: "settings" }, properties, context);
    await expect(cloud.sdk.send(new GetBucketCorsCommand({ Bucket }))).rejects.toMatchObject({
      name: "NoSuchCORSConfiguration",
    });
    const encryption = await cloud.sdk.send(new GetBucketEncryptionCommand({ Bucket }));
    expect(encryption.ServerSideEncryptionConfiguration?.Rules).toMatchObject([{ BucketKeyEnabled: false }]);
  });

  test("versioning and lifecycle are honoured; without them it is suspended, and versions keep the bucket", async () => {
    const bucket = typeOf("AWS::S3::Bucket");
    const name = "versioned";
    const properties: Properties = {
      BucketName: name,
      VersioningConfiguration: { Status: "Enabled" },
      LifecycleConfiguration: {
        Rules: [
          {
            Id: "old",
            Status: "Enabled",
            Prefix: "tmp/",
            ExpirationInDays: "3",
            NoncurrentVersionExpiration: { NoncurrentDays: 7 },
          },
          { Status: "Enabled", AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
        ],
      },
    };
    bucket.check?.(properties);
    await bucket.create(properties, context);
    const status = async () => (await cloud.sdk.send(new GetBucketVersioningCommand({ Bucket: name }))).Status;
    expect(await status()).toBe("Enabled");
    const { Rules } = await cloud.sdk.send(new GetBucketLifecycleConfigurationCommand({ Bucket: name }));
    expect(Rules).toMatchObject([
      {
        ID: "old",
        Filter: { Prefix: "tmp/" },
        Expiration: { Days: 3 },
        NoncurrentVersionExpiration: { NoncurrentDays: 7 },
      },
      { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
    ]);
    await cloud.raw("PUT", `/${name}/k`, { body: "x" });
    await cloud.raw("DELETE", `/${name}/k`);
    await bucket.update?.(name, { BucketName: name }, properties, context);
    expect(await status()).toBe("Suspended");
    await expect(bucket.remove(name, {}, context)).rejects.toMatchObject({ code: "BucketNotEmpty" });
    cloud.s3.emptyBucket(name);
    await bucket.remove(name, {}, context);
  });

  test.each<[string, Properties, RegExp]>([
    [
      "VersioningConfiguration",
      { VersioningConfiguration: { Status: "On" } },
      /VersioningConfiguration: The Versioning/,
    ],
    ["AccessControl", { AccessControl: "PublicRead" }, /AccessControl PublicRead/],
    [
      "a KMS key",
      {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" } }],
        },
      },
      /aws:kms/,
    ],
    [
      "an unknown target",
      { NotificationConfiguration: { PagerConfigurations: [{}] } },
      /NotificationConfiguration: <PagerConfigurations>/,
    ],
    [
      "a transition",
      {
        LifecycleConfiguration: {
          Rules: [{ Status: "Enabled", Transitions: [{ StorageClass: "GLACIER", TransitionInDays: 1 }] }],
        },
      },
      /LifecycleConfiguration: <Transitions>/,
    ],
    [
      "an unknown event",
      { NotificationConfiguration: { LambdaConfigurations: [{ Event: "s3:Nope", Function: FUNCTION }] } },
      /s3:Nope/,
    ],
    ["a CORS member", { CorsConfiguration: { CorsRules: [{ Nope: 1 }] } }, /CorsConfiguration: <Nope> in <CORSRule>/],
  ])("%s is refused by name before anything is made", (_what, properties, message) => {
    expect(() => typeOf("AWS::S3::Bucket").check?.(properties)).toThrow(message);
  });

  test("whatever stands in a property is refused in words, if it is refused", () => {
    const { check, properties } = typeOf("AWS::S3::Bucket");
    const names = fc.constantFrom(...Object.keys(properties));
    const member = fc.constantFrom(
      "Rules",
      "Status",
      "CorsRules",
      "Filter",
      "LambdaConfigurations",
      "Prefix",
      "Id",
      "Tag",
    );
    const shape = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 4 }, fc.jsonValue(), fc.dictionary(member, tie("value")), fc.array(tie("value"))),
    })).value;
    const { failed, counterexample } = fc.check(
      fc.property(names, shape, (name, value) => {
        try {
          check?.({ [name]: value });
        } catch (error) {
          return error instanceof AwsError;
        }
        return true;
      }),
      { seed: 7, numRuns: FULL ? 500 : 150 },
    );
    expect([failed, counterexample]).toEqual([false, null]);
  });

  test("a notification whose target is missing fails, and leaves no bucket", async () => {
    const properties: Properties = {
      BucketName: "unmade",
      NotificationConfiguration: { LambdaConfigurations: [{ Event: "s3:ObjectCreated:*", Function: FUNCTION }] },
    };
    await expect(typeOf("AWS::S3::Bucket").create(properties, context)).rejects.toThrow(/Unable to validate/);
    expect((await cloud.raw("HEAD", "/unmade")).status).toBe(404);
  });
});
