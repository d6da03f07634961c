// The bucket policy: put, get, delete.
import type { PolicyDocument } from "../iam/policy.ts";
import { changeBucket } from "./bucket-configuration.ts";
import { s3Error } from "./errors.ts";
import type { S3State } from "./model.ts";
import { checkPublicPolicy, parsePolicy } from "./policy-rules.ts";
import { readDocument } from "./receive.ts";
import { needBucket, type S3Action } from "./request.ts";

/** Stores a checked policy. */
export const putPolicy = (s3: S3State, name: string, policy: PolicyDocument): void => {
  checkPublicPolicy(needBucket(s3, name), policy);
  changeBucket(s3, name, { policy });
};

const GetBucketPolicy: S3Action = (s3, { bucket: name }) => {
  const { policy } = needBucket(s3, name);
  if (policy === undefined) throw s3Error("NoSuchBucketPolicy", { BucketName: name });
  return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(policy) };
};

const PutBucketPolicy: S3Action = async (s3, request) => {
  const { bucket } = request;
  needBucket(s3, bucket);
  putPolicy(s3, bucket, parsePolicy((await readDocument(request)).toString("utf8"), bucket));
  return { status: 204 };
};

const DeleteBucketPolicy: S3Action = (s3, { bucket }) => {
  changeBucket(s3, bucket, { policy: undefined });
  return { status: 204 };
};

export const policyActions = { GetBucketPolicy, PutBucketPolicy, DeleteBucketPolicy } satisfies Readonly<
  Record<string, S3Action>
>;
