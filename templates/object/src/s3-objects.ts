// Objects in the bucket of uploads, by version.
import type { Readable } from "node:stream";
import { GetObjectCommand, S3ServiceException, type S3Client } from "@aws-sdk/client-s3";
import type { OpenObject } from "./checksum.ts";

/** 404: it was deleted; 405: its version is a delete marker. A 403 is a right that is missing. */
const GONE: readonly unknown[] = [404, 405];

export const s3Open =
  (s3: S3Client): OpenObject =>
  async ({ bucket, key, versionId }) => {
    try {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }));
      return Body as Readable; // the SDK's in Node
    } catch (error) {
      if (error instanceof S3ServiceException && GONE.includes(error.$metadata.httpStatusCode)) return undefined;
      throw error;
    }
  };
