// The form of an upload: S3 itself checks expiry, key and size of what is sent with it.
import type { S3Client } from "@aws-sdk/client-s3";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { UPLOAD_BYTES } from "./limits.ts";
import { UPLOAD_SECONDS, type SignForm } from "./upload.ts";

export const s3SignForm =
  (s3: S3Client, Bucket: string): SignForm =>
  async (Key) =>
    createPresignedPost(s3, {
      Bucket,
      Key,
      Conditions: [["content-length-range", 0, UPLOAD_BYTES]],
      Expires: UPLOAD_SECONDS,
    });
