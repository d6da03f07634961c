// One version of an S3 object, read by ranges. Whatever replaced it meanwhile, no byte of another version comes through.
import { GetObjectCommand, S3ServiceException, type GetObjectCommandOutput, type S3Client } from "@aws-sdk/client-s3";
import { fail } from "./errors.ts";
import type { ReadAt } from "./read-at.ts";

interface ObjectVersion {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  readonly etag: string;
  readonly sizeBytes: number;
}

/** At a body. */
const ATTEMPTS = 3;

/** An expected end of the run in place of S3's error; any other error as it is. */
const translated = (error: unknown, { bucket, key, versionId }: ObjectVersion): unknown => {
  if (!(error instanceof S3ServiceException)) return error;
  const where = `${key} (version ${versionId}) of ${bucket}`;
  const status = error.$metadata.httpStatusCode;
  // 405: the version is a delete marker.
  if (status === 412 || status === 405 || error.name === "NoSuchVersion")
    return fail("superseded", `${where} was replaced or deleted`, { cause: error });
  if (status === 404) return fail("object-missing", `${where} is not there`, { cause: error });
  if (status === 403) return fail("access-denied", `${where} may not be read: ${error.name}`, { cause: error });
  return error;
};

export const s3Open =
  (s3: S3Client) =>
  (object: ObjectVersion): ReadAt => {
    const get = async (start: number, end: number): Promise<GetObjectCommandOutput> => {
      const { bucket: Bucket, key: Key, versionId: VersionId } = object;
      const Range = `bytes=${start}-${end - 1}`;
      try {
        return await s3.send(new GetObjectCommand({ Bucket, Key, VersionId, IfMatch: `"${object.etag}"`, Range }));
      } catch (error) {
        throw translated(error, object);
      }
    };
    /** The SDK tries a request again, but not a body that breaks off. */
    const attempt = async (start: number, end: number, left: number): Promise<Uint8Array> => {
      const { Body } = await get(start, end);
      try {
        return (await Body?.transformToByteArray()) ?? new Uint8Array();
      } catch (error) {
        if (left > 1) return attempt(start, end, left - 1);
        throw error;
      }
    };
    return {
      sizeBytes: object.sizeBytes,
      // S3 has no empty range.
      read: async (start, end) => (end > start ? attempt(start, end, ATTEMPTS) : new Uint8Array()),
    };
  };
