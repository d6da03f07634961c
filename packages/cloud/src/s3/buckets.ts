// Buckets themselves: create, head, list, delete, location.
import { onlyChildren, parseXml, textOf } from "../protocols/rest-xml.ts";
import { s3Error } from "./errors.ts";
import { OWNER_ID } from "./limits.ts";
import { partTableKey, type S3State, type Upload, uploadTableKey } from "./model.ts";
import { readDocument } from "./receive.ts";
import { iso, needBucket, type S3Action, xml } from "./request.ts";

const isBucketName = (name: string): boolean =>
  /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
  !/\.\.|^xn--|-s3alias$|--ol-s3$/.test(name) &&
  !/^\d+\.\d+\.\d+\.\d+$/.test(name);

/**
 * Makes a bucket; BucketAlreadyOwnedByYou when there is one. AWS blocks public access on every new bucket since April
 * 2023; here only what a bucket's own configuration says counts, so that a public bucket needs one call less.
 */
export const createBucket = (s3: S3State, name: string, region: string): void => {
  if (!isBucketName(name)) throw s3Error("InvalidBucketName", { BucketName: name });
  if (s3.buckets.get(name) !== undefined) throw s3Error("BucketAlreadyOwnedByYou", { BucketName: name });
  s3.buckets.put(name, { name, region, createdAt: s3.ground.clock.now() });
};

/** Removes an upload and the parts that no object uses. */
export const dropUpload = (
  s3: S3State,
  { bucket, key, uploadId }: Upload,
  kept: ReadonlySet<number> = new Set(),
): void => {
  for (const [, part] of s3.parts.list({ prefix: `${uploadId}/` })) {
    s3.parts.remove(partTableKey(uploadId, part.number));
    if (!kept.has(part.number)) s3.bodies.discard(part.segments);
  }
  s3.uploads.remove(uploadTableKey(bucket, key, uploadId));
};

/** Removes an empty bucket, with the uploads that were never completed. */
export const deleteBucket = (s3: S3State, name: string): void =>
  s3.ground.store.transaction(() => {
    needBucket(s3, name);
    const has = (table: S3State["objects"]): boolean => table.list({ prefix: `${name}/`, limit: 1 }).length > 0;
    if (has(s3.versions))
      throw s3Error(
        "BucketNotEmpty",
        { BucketName: name },
        "The bucket you tried to delete is not empty. You must delete all versions in the bucket.",
      );
    if (has(s3.objects)) throw s3Error("BucketNotEmpty", { BucketName: name });
    for (const [, upload] of s3.uploads.list({ prefix: `${name}/` })) dropUpload(s3, upload);
    s3.buckets.remove(name);
  });

/** Everything in a bucket goes, versions and uploads too, without events: its stack goes too. */
export const emptyBucket = (s3: S3State, bucket: string): void =>
  s3.ground.store.transaction(() => {
    const range = { prefix: `${bucket}/` };
    for (const table of [s3.versions, s3.objects])
      for (const [id, { segments }] of table.list(range)) {
        table.remove(id);
        s3.bodies.discard(segments);
      }
    for (const [, upload] of s3.uploads.list(range)) dropUpload(s3, upload);
  });

const locationOf = (body: Buffer, signed: string): string => {
  const text = body.toString().trim();
  const root = text === "" ? undefined : parseXml(text, "CreateBucketConfiguration");
  const given = root && textOf(onlyChildren(root, ["LocationConstraint"]), "LocationConstraint");
  const region = given || "us-east-1";
  if (region === signed || signed === "us-east-1") return region === "EU" ? "eu-west-1" : region;
  const message = `The ${given ?? "unspecified"} location constraint is incompatible for the region specific endpoint this request was sent to.`;
  throw s3Error("IllegalLocationConstraintException", {}, message);
};

const CreateBucket: S3Action = async (s3, request) => {
  const { bucket: name, call } = request;
  const region = locationOf(await readDocument(request), call.region);
  const existing = s3.buckets.get(name);
  // us-east-1 alone takes the repeated creation of one's own bucket as done.
  if (existing?.region !== "us-east-1" || region !== "us-east-1") createBucket(s3, name, region);
  return { status: 200, headers: { location: `/${name}` } };
};

const HeadBucket: S3Action = (s3, request) => {
  const { region } = needBucket(s3, request.bucket);
  return { status: 200, headers: { "x-amz-bucket-region": region, "content-type": "application/xml" } };
};

const DeleteBucket: S3Action = (s3, { bucket }) => {
  deleteBucket(s3, bucket);
  return { status: 204 };
};

const ListBuckets: S3Action = (s3) =>
  xml("ListAllMyBucketsResult", {
    Owner: { ID: OWNER_ID },
    Buckets: { Bucket: s3.buckets.list().map(([Name, { createdAt }]) => ({ Name, CreationDate: iso(createdAt) })) },
  });

export const bucketActions = {
  ListBuckets,
  CreateBucket,
  HeadBucket,
  DeleteBucket,
} satisfies Readonly<Record<string, S3Action>>;
