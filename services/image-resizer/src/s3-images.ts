// Originals and variants in their two buckets.
import { GetObjectCommand, PutObjectCommand, S3ServiceException, type S3Client } from "@aws-sdk/client-s3";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { MAX_BYTES } from "./limits.ts";
import type { ImageFiles } from "./resize.ts";
import { UPLOAD_SECONDS, type SignForm } from "./upload.ts";

/** Marks what this service wrote, so that a variant that gets into the originals is not resized again. */
const MARK = "warmstart-variant";

export const s3Images = (s3: S3Client, variantsBucket: string): ImageFiles => ({
  read: async ({ bucket, key, etag, versionId }) => {
    const get = new GetObjectCommand({
      Bucket: bucket,
      Key: key,
      VersionId: versionId,
      ...(etag && { IfMatch: `"${etag}"` }),
    });
    try {
      const { Body, Metadata } = await s3.send(get);
      if (Metadata && MARK in Metadata) return "variant";
      const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    } catch (error) {
      const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
      // 404 needs s3:ListBucket: without that right S3 answers a missing object with 403.
      if (status === 404 || status === 412) return "gone";
      throw error;
    }
  },
  write: async (key, bytes, contentType) => {
    await s3.send(
      new PutObjectCommand({
        Bucket: variantsBucket,
        Key: key,
        Body: bytes,
        ContentType: contentType,
        CacheControl: "public, max-age=31536000, immutable",
        Metadata: { [MARK]: "true" },
      }),
    );
  },
});

/** S3 itself checks expiry, key, size and type of what is sent with the form. */
export const s3SignForm =
  (s3: S3Client, originalsBucket: string): SignForm =>
  async ({ key, contentType }) =>
    createPresignedPost(s3, {
      Bucket: originalsBucket,
      Key: key,
      Conditions: [["content-length-range", 1, MAX_BYTES]],
      Fields: { "Content-Type": contentType },
      Expires: UPLOAD_SECONDS,
    });

/** Where a bucket is read without a CDN before it: the local cloud's S3, or S3 itself. */
export const bucketUrl = (bucket: string, endpoint: string, region: string): string =>
  endpoint ? `${endpoint.replace(/\/$/, "")}/${bucket}` : `https://${bucket}.s3.${region}.amazonaws.com`;
