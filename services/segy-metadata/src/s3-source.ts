// One version of an S3 object, read by ranges. Whatever replaced it meanwhile, no byte of another version comes through.
import type { Readable } from "node:stream";
import { GetObjectCommand, S3ServiceException, type GetObjectCommandOutput, type S3Client } from "@aws-sdk/client-s3";
import { fail } from "./errors.ts";
import type { ReadAt } from "./segy/read-at.ts";

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

const fill = async (into: Uint8Array, body: AsyncIterable<Uint8Array>): Promise<Uint8Array> => {
  let at = 0;
  for await (const bytes of body) {
    into.set(bytes, at);
    at += bytes.length;
  }
  if (at < into.length) throw new Error(`S3 sent ${at} of ${into.length} bytes`);
  return into;
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
    const attempt = async (start: number, into: Uint8Array, left: number): Promise<Uint8Array> => {
      const { Body } = await get(start, start + into.length);
      try {
        return await fill(into, Body as Readable); // the SDK's in Node
      } catch (error) {
        if (left > 1) return attempt(start, into, left - 1);
        throw error;
      }
    };
    return {
      sizeBytes: object.sizeBytes,
      read: async (start, end, into = new Uint8Array(end - start)) =>
        // S3 has no empty range.
        end > start ? attempt(start, into.subarray(0, end - start), ATTEMPTS) : new Uint8Array(),
    };
  };
