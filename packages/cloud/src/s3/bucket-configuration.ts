// Settings that a bucket keeps: encryption, public access block, ownership controls, tags.
import { childrenOf, onlyChildren, parseXml, textOf, type XmlNode } from "../protocols/rest-xml.ts";
import { unsupported } from "../gateway/aws-error.ts";
import { s3Error } from "./errors.ts";
import { S3_LIMITS } from "./limits.ts";
import type { Bucket, PublicAccessBlock, S3State } from "./model.ts";
import { readDocument } from "./receive.ts";
import { needBucket, type S3Action, type S3Call, xml } from "./request.ts";
import { parseTagSet, tagSetXml } from "./tags.ts";

/** Changes a bucket's record; undefined members are removed. */
export const changeBucket = (
  s3: S3State,
  name: string,
  changes: { [K in keyof Bucket]?: Bucket[K] | undefined },
): void =>
  s3.ground.store.transaction(() => {
    s3.buckets.put(name, { ...needBucket(s3, name), ...changes }); // JSON drops what is undefined
  });

const removing =
  (member: keyof Bucket): S3Action =>
  (s3, { bucket }) => {
    changeBucket(s3, bucket, { [member]: undefined });
    return { status: 204 };
  };

const only = (node: XmlNode, name: string): XmlNode => {
  const [child, ...more] = childrenOf(onlyChildren(node, [name]), name);
  if (child === undefined || more.length > 0) throw s3Error("MalformedXML");
  return child;
};

const putting =
  (root: string, read: (node: XmlNode) => Partial<Bucket>): S3Action =>
  async (s3, request) => {
    needBucket(s3, request.bucket);
    changeBucket(s3, request.bucket, read(parseXml(await readDocument(request), root)));
    return { status: 200 };
  };

const FLAGS = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"] as const;

/** Members that are not given are false. */
export const publicAccessBlock = (flag: (name: (typeof FLAGS)[number]) => boolean): PublicAccessBlock => ({
  BlockPublicAcls: flag("BlockPublicAcls"),
  IgnorePublicAcls: flag("IgnorePublicAcls"),
  BlockPublicPolicy: flag("BlockPublicPolicy"),
  RestrictPublicBuckets: flag("RestrictPublicBuckets"),
});

const OWNERSHIPS = ["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"];

/** Checks an `ObjectOwnership`. */
export const checkOwnership = (ownership: string): string => {
  if (OWNERSHIPS.includes(ownership)) return ownership;
  throw s3Error("MalformedXML");
};

/** Only AES256, which is what AWS does by itself: keys of KMS are not here. */
export const checkEncryption = (algorithm: string): void => {
  if (algorithm !== "AES256") throw unsupported(`Bucket encryption with SSEAlgorithm ${algorithm}`);
};

const readEncryption = (node: XmlNode): Partial<Bucket> => {
  const rule = onlyChildren(only(node, "Rule"), ["ApplyServerSideEncryptionByDefault", "BucketKeyEnabled"]);
  const [applied] = childrenOf(rule, "ApplyServerSideEncryptionByDefault");
  if (applied !== undefined) checkEncryption(textOf(onlyChildren(applied, ["SSEAlgorithm"]), "SSEAlgorithm") ?? "");
  return { bucketKeyEnabled: textOf(rule, "BucketKeyEnabled") === "true" };
};

const GetBucketEncryption: S3Action = (s3, { bucket }) => {
  const { bucketKeyEnabled = false } = needBucket(s3, bucket);
  return xml("ServerSideEncryptionConfiguration", {
    Rule: { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" }, BucketKeyEnabled: bucketKeyEnabled },
  });
};

const GetPublicAccessBlock: S3Action = (s3, { bucket: name }) => {
  const { publicAccessBlock: block } = needBucket(s3, name);
  if (block === undefined) throw s3Error("NoSuchPublicAccessBlockConfiguration", { BucketName: name });
  return xml("PublicAccessBlockConfiguration", { ...block });
};

const GetBucketOwnershipControls: S3Action = (s3, { bucket: name }) => {
  const { ownership } = needBucket(s3, name);
  if (ownership === undefined) throw s3Error("OwnershipControlsNotFoundError", { BucketName: name });
  return xml("OwnershipControls", { Rule: { ObjectOwnership: ownership } });
};

const GetBucketTagging: S3Action = (s3: S3State, { bucket: name }: S3Call) => {
  const { tags } = needBucket(s3, name);
  if (tags === undefined) throw s3Error("NoSuchTagSet", { BucketName: name });
  return xml("Tagging", tagSetXml(tags));
};

export const bucketConfigurationActions = {
  GetBucketEncryption,
  PutBucketEncryption: putting("ServerSideEncryptionConfiguration", readEncryption),
  DeleteBucketEncryption: removing("bucketKeyEnabled"),
  GetPublicAccessBlock,
  PutPublicAccessBlock: putting("PublicAccessBlockConfiguration", (node) => ({
    publicAccessBlock: publicAccessBlock((name) => textOf(onlyChildren(node, FLAGS), name) === "true"),
  })),
  DeletePublicAccessBlock: removing("publicAccessBlock"),
  GetBucketOwnershipControls,
  PutBucketOwnershipControls: putting("OwnershipControls", (node) => ({
    ownership: checkOwnership(textOf(onlyChildren(only(node, "Rule"), ["ObjectOwnership"]), "ObjectOwnership") ?? ""),
  })),
  DeleteBucketOwnershipControls: removing("ownership"),
  GetBucketTagging,
  PutBucketTagging: putting("Tagging", (node) => ({ tags: parseTagSet(node, S3_LIMITS.bucketTags) })),
  DeleteBucketTagging: removing("tags"),
} satisfies Readonly<Record<string, S3Action>>;
