// AWS::S3::Bucket and AWS::S3::BucketPolicy.
import type { Created, Properties, ResourceType } from "../cloudformation/resource-type.ts";
import { changeBucket } from "./bucket-configuration.ts";
import { createBucket, deleteBucket } from "./buckets.ts";
import { bucketArn, type S3State } from "./model.ts";
import { checkNotification } from "./notification-rules.ts";
import { putNotification } from "./notification.ts";
import { putPolicy } from "./policy.ts";
import { bucketSettings, notificationOf, text } from "./resource-properties.ts";

const created = (name: string, region: string): Created => ({
  physicalId: name,
  attributes: {
    Arn: bucketArn(name),
    DomainName: `${name}.s3.amazonaws.com`,
    RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
    DualStackDomainName: `${name}.s3.dualstack.${region}.amazonaws.com`,
    WebsiteURL: `http://${name}.s3-website-${region}.amazonaws.com`,
  },
});

const bucketType = (s3: S3State): ResourceType => {
  const apply = (name: string, properties: Properties): void => {
    changeBucket(s3, name, bucketSettings(properties));
    putNotification(s3, name, notificationOf(properties));
  };
  return {
    properties: {
      BucketName: "replace",
      NotificationConfiguration: "update",
      CorsConfiguration: "update",
      BucketEncryption: "update",
      PublicAccessBlockConfiguration: "update",
      OwnershipControls: "update",
      Tags: "update",
      AccessControl: "inert",
      VersioningConfiguration: "inert",
      // Expiry and the clean-up of unfinished uploads come with versions.
      LifecycleConfiguration: "inert",
    },
    nameProperty: "BucketName",
    check: (properties) => {
      bucketSettings(properties);
      checkNotification(notificationOf(properties));
    },
    create: async (properties, { generateName, region }) => {
      const name = text(properties["BucketName"]) ?? generateName(63).toLowerCase();
      s3.ground.store.transaction(() => {
        createBucket(s3, name, { region });
        apply(name, properties);
      });
      return created(name, region);
    },
    update: async (name, properties, _previous, { region }) => {
      s3.ground.store.transaction(() => apply(name, properties));
      return created(name, region);
    },
    remove: async (name) => {
      if (s3.buckets.get(name) !== undefined) deleteBucket(s3, name);
    },
  };
};

const policyType = (s3: S3State): ResourceType => {
  const apply = (properties: Properties): Created => {
    const bucket = text(properties["Bucket"]) ?? "";
    putPolicy(s3, bucket, JSON.stringify(properties["PolicyDocument"] ?? null));
    return { physicalId: bucket, attributes: {} };
  };
  return {
    properties: { Bucket: "replace", PolicyDocument: "update" },
    create: async (properties) => apply(properties),
    update: async (_physicalId, properties) => apply(properties),
    remove: async (bucket) => {
      if (s3.buckets.get(bucket) !== undefined) changeBucket(s3, bucket, { policy: undefined });
    },
  };
};

export const s3Types = (s3: S3State): Readonly<Record<string, ResourceType>> => ({
  "AWS::S3::Bucket": bucketType(s3),
  "AWS::S3::BucketPolicy": policyType(s3),
});
