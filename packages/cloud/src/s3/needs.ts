// What IAM must allow for each action, as AWS's service authorization reference has it.
import type { Call, Need } from "../gateway/service.ts";
import { copySourceOf } from "./copy.ts";
import type { S3State } from "./model.ts";
import { inputOf, needOn } from "./request.ts";
import type { S3Input } from "./route.ts";

type Context = Readonly<Record<string, string>>;

/** Actions on the bucket whose permission has another name than the action, or the same. */
const ON_BUCKET: Readonly<Record<string, string>> = {
  CreateBucket: "CreateBucket",
  DeleteBucket: "DeleteBucket",
  HeadBucket: "ListBucket",
  ListObjects: "ListBucket",
  ListObjectsV2: "ListBucket",
  ListMultipartUploads: "ListBucketMultipartUploads",
  GetBucketLocation: "GetBucketLocation",
  ListObjectVersions: "ListBucketVersions",
  GetBucketVersioning: "GetBucketVersioning",
  PutBucketVersioning: "PutBucketVersioning",
  GetBucketLifecycleConfiguration: "GetLifecycleConfiguration",
  PutBucketLifecycleConfiguration: "PutLifecycleConfiguration",
  DeleteBucketLifecycleConfiguration: "PutLifecycleConfiguration",
  GetBucketCors: "GetBucketCORS",
  PutBucketCors: "PutBucketCORS",
  DeleteBucketCors: "PutBucketCORS",
  GetBucketPolicy: "GetBucketPolicy",
  PutBucketPolicy: "PutBucketPolicy",
  DeleteBucketPolicy: "DeleteBucketPolicy",
  GetBucketTagging: "GetBucketTagging",
  PutBucketTagging: "PutBucketTagging",
  DeleteBucketTagging: "PutBucketTagging",
  GetPublicAccessBlock: "GetBucketPublicAccessBlock",
  PutPublicAccessBlock: "PutBucketPublicAccessBlock",
  DeletePublicAccessBlock: "PutBucketPublicAccessBlock",
  GetBucketOwnershipControls: "GetBucketOwnershipControls",
  PutBucketOwnershipControls: "PutBucketOwnershipControls",
  DeleteBucketOwnershipControls: "PutBucketOwnershipControls",
  GetBucketEncryption: "GetEncryptionConfiguration",
  PutBucketEncryption: "PutEncryptionConfiguration",
  DeleteBucketEncryption: "PutEncryptionConfiguration",
  GetBucketNotificationConfiguration: "GetBucketNotification",
  PutBucketNotificationConfiguration: "PutBucketNotification",
};

const ON_OBJECT: Readonly<Record<string, string>> = {
  GetObject: "GetObject",
  HeadObject: "GetObject",
  PutObject: "PutObject",
  CopyObject: "PutObject",
  DeleteObject: "DeleteObject",
  GetObjectTagging: "GetObjectTagging",
  PutObjectTagging: "PutObjectTagging",
  DeleteObjectTagging: "DeleteObjectTagging",
  CreateMultipartUpload: "PutObject",
  UploadPart: "PutObject",
  UploadPartCopy: "PutObject",
  CompleteMultipartUpload: "PutObject",
  AbortMultipartUpload: "AbortMultipartUpload",
  ListParts: "ListMultipartUploadParts",
};

/** Permissions that become another one for a given version. */
const VERSIONED = new Set(["GetObject", "DeleteObject", "GetObjectTagging", "PutObjectTagging", "DeleteObjectTagging"]);

const listContext = (query: URLSearchParams): Context => {
  const context: Record<string, string> = {};
  for (const name of ["prefix", "delimiter", "max-keys"]) {
    const value = query.get(name);
    if (value !== null) context[`s3:${name}`] = value;
  }
  return context;
};

const CONTEXT_HEADERS = ["x-amz-server-side-encryption", "x-amz-storage-class", "x-amz-acl", "x-amz-copy-source"];

const objectNeeds = (action: string, { bucket, key, headers }: S3Input, versionId: string | null): readonly Need[] => {
  const name = ON_OBJECT[action] ?? action;
  const context: Record<string, string> = versionId === null ? {} : { "s3:VersionId": versionId };
  for (const header of CONTEXT_HEADERS) {
    const value = headers[header];
    if (value !== undefined) context[`s3:${header}`] = value;
  }
  const permission = versionId !== null && VERSIONED.has(name) ? name.replace(/(Tagging)?$/, "Version$1") : name;
  const needs: Need[] = [{ ...needOn(permission, bucket, key), context }];
  if (action === "CopyObject" || action === "UploadPartCopy") {
    const source = copySourceOf(headers);
    needs.push(needOn(source.versionId === undefined ? "GetObject" : "GetObjectVersion", source.bucket, source.key));
  }
  if (headers["x-amz-tagging"] !== undefined) needs.push(needOn("PutObjectTagging", bucket, key));
  return needs;
};

/**
 * A bucket that does not exist needs nothing: the action answers NoSuchBucket to everybody. DeleteObjects (per key) and
 * PostObject (its signer is in the form) ask inside; the preflight is for everybody.
 */
export const needsOf = (
  s3: Pick<S3State, "buckets">,
  { action, request, ...rest }: Pick<Call, "action" | "input" | "request">,
): readonly Need[] => {
  const input = inputOf(rest);
  if (action === "ListBuckets") return [{ action: "s3:ListAllMyBuckets", resource: "arn:aws:s3:::*" }];
  if (action !== "CreateBucket" && s3.buckets.get(input.bucket) === undefined) return [];
  const onBucket = ON_BUCKET[action];
  if (onBucket !== undefined) return [{ ...needOn(onBucket, input.bucket), context: listContext(request.query) }];
  return ON_OBJECT[action] === undefined ? [] : objectNeeds(action, input, request.query.get("versionId"));
};
