// What IAM must allow for each action, as AWS's service authorization reference has it.
import type { Call, Need } from "../gateway/service.ts";
import { copySourceOf } from "./copy.ts";
import type { S3State } from "./model.ts";
import { inputOf, needOn } from "./request.ts";
import type { S3Input } from "./route.ts";

type Context = Readonly<Record<string, string>>;

/** Actions whose permission has another name. */
const PERMISSIONS: Readonly<Record<string, string>> = {
  HeadBucket: "ListBucket",
  ListObjects: "ListBucket",
  ListObjectsV2: "ListBucket",
  ListObjectVersions: "ListBucketVersions",
  ListMultipartUploads: "ListBucketMultipartUploads",
  GetBucketCors: "GetBucketCORS",
  PutBucketCors: "PutBucketCORS",
  DeleteBucketCors: "PutBucketCORS",
  DeleteBucketTagging: "PutBucketTagging",
  GetPublicAccessBlock: "GetBucketPublicAccessBlock",
  PutPublicAccessBlock: "PutBucketPublicAccessBlock",
  DeletePublicAccessBlock: "PutBucketPublicAccessBlock",
  GetBucketEncryption: "GetEncryptionConfiguration",
  PutBucketEncryption: "PutEncryptionConfiguration",
  DeleteBucketEncryption: "PutEncryptionConfiguration",
  GetBucketLifecycleConfiguration: "GetLifecycleConfiguration",
  PutBucketLifecycleConfiguration: "PutLifecycleConfiguration",
  DeleteBucketLifecycleConfiguration: "PutLifecycleConfiguration",
  GetBucketNotificationConfiguration: "GetBucketNotification",
  PutBucketNotificationConfiguration: "PutBucketNotification",
  HeadObject: "GetObject",
  CopyObject: "PutObject",
  CreateMultipartUpload: "PutObject",
  UploadPart: "PutObject",
  UploadPartCopy: "PutObject",
  CompleteMultipartUpload: "PutObject",
  ListParts: "ListMultipartUploadParts",
};

/** These ask inside: per key; for the signer in the form; and the preflight is for everybody. */
const INSIDE = new Set(["DeleteObjects", "PostObject", "Preflight"]);

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
  const name = PERMISSIONS[action] ?? action;
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

/** A bucket that does not exist needs nothing: the action answers NoSuchBucket to everybody. */
export const needsOf = (
  s3: Pick<S3State, "buckets">,
  { action, request, ...rest }: Pick<Call, "action" | "input" | "request">,
): readonly Need[] => {
  const input = inputOf(rest);
  if (action === "ListBuckets") return [{ action: "s3:ListAllMyBuckets", resource: "arn:aws:s3:::*" }];
  if (action !== "CreateBucket" && s3.buckets.get(input.bucket) === undefined) return [];
  if (INSIDE.has(action)) return [];
  if (input.key !== "") return objectNeeds(action, input, request.query.get("versionId"));
  return [{ ...needOn(PERMISSIONS[action] ?? action, input.bucket), context: listContext(request.query) }];
};
