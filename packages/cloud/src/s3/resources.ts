// AWS::S3::Bucket and AWS::S3::BucketPolicy.
import type { Created, Properties, ResourceType } from "../cloudformation/resource-type.ts";
import { createBucket, deleteBucket } from "./buckets.ts";
import { bucketArn, type S3State } from "./model.ts";
import { putNotification } from "./notification.ts";
import { putPolicy } from "./policy.ts";
import { bucketSettings, notificationOf, text, versioningOf } from "./resource-properties.ts";
import { changeBucket } from "./settings.ts";
import { setVersioning } from "./versioning.ts";

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
  const apply = (name: string, properties: Properties, previous: Properties = {}): void => {
    changeBucket(s3, name, bucketSettings(properties));
    const wasVersioned = s3.buckets.get(name)?.versioning !== undefined;
    const versioning = versioningOf(properties) ?? (wasVersioned ? "Suspended" : undefined);
    if (versioning !== undefined) setVersioning(s3, name, versioning);
    // Putting it sends test events, so only when it changed.
    const [wanted, had] = [properties, previous].map(({ NotificationConfiguration: given }) => JSON.stringify(given));
    if (wanted !== had) putNotification(s3, name, notificationOf(properties));
  };
  return {
    properties: {
      BucketName: "replace",
      NotificationConfiguration: "update",
      CorsConfiguration: "update",
      BucketEncryption: "update",
      PublicAccessBlockConfiguration: "update",
      Tags: "update",
      AccessControl: "inert",
      OwnershipControls: "inert",
      VersioningConfiguration: "update",
      LifecycleConfiguration: "update",
    },
    nameProperty: "BucketName",
    check: (properties) => {
      bucketSettings(properties);
      versioningOf(properties);
      notificationOf(properties);
    },
    create: async (properties, { generateName, region }) => {
      const name = text(properties["BucketName"]) ?? generateName(63).toLowerCase();
      s3.ground.store.transaction(() => {
        createBucket(s3, name, region);
        apply(name, properties);
      });
      return created(name, region);
    },
    update: async (name, properties, previous, { region }) => {
      s3.ground.store.transaction(() => apply(name, properties, previous));
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
