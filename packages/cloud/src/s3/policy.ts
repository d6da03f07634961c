// The bucket policy: put, get, delete.
import { s3Error } from "./errors.ts";
import type { S3State } from "./model.ts";
import { checkPublicPolicy, parsePolicy } from "./policy-rules.ts";
import { readDocument } from "./receive.ts";
import { needBucket, type S3Action } from "./request.ts";
import { changeBucket } from "./settings.ts";

/** Checks and stores a policy. */
export const putPolicy = (s3: S3State, name: string, text: string): void => {
  checkPublicPolicy(needBucket(s3, name), parsePolicy(text, name));
  changeBucket(s3, name, { policy: text });
};

const GetBucketPolicy: S3Action = (s3, { bucket: name }) => {
  const { policy } = needBucket(s3, name);
  if (policy === undefined) throw s3Error("NoSuchBucketPolicy", { BucketName: name });
  return { status: 200, headers: { "content-type": "application/json" }, body: policy };
};

const PutBucketPolicy: S3Action = async (s3, request) => {
  const { bucket } = request;
  needBucket(s3, bucket);
  putPolicy(s3, bucket, (await readDocument(request)).toString("utf8"));
  return { status: 204 };
};

const DeleteBucketPolicy: S3Action = (s3, { bucket }) => {
  changeBucket(s3, bucket, { policy: undefined });
  return { status: 204 };
};

export const policyActions = { GetBucketPolicy, PutBucketPolicy, DeleteBucketPolicy } satisfies Readonly<
  Record<string, S3Action>
>;
