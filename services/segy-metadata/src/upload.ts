// An upload: permission to put one file under one key, for fifteen minutes.
import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { fail } from "./errors.ts";
import { fileId, UPLOAD_PREFIX, type FileRecords } from "./files.ts";
import { UPLOAD_BYTES } from "./limits.ts";

export const UPLOAD_SECONDS = 900;
/** What nobody sent is forgotten after a week. */
const UNUSED_SECONDS = 7 * 24 * 3600;

export const NewUpload = v.strictObject({
  fileName: v.pipe(
    v.string(),
    v.minLength(1),
    v.maxBytes(200),
    v.regex(/^[^/\p{Cc}\p{Cs}]*$/u, "must not hold / or control characters"),
    // S3 puts the name of the sent file in its place, so the key would not be the one that was signed.
    v.check((name) => !name.includes("${filename}"), "must not hold ${filename}"),
  ),
  sizeBytes: v.pipe(v.number(), v.integer(), v.minValue(0)),
});
export type NewUpload = v.InferOutput<typeof NewUpload>;

/** Signs the form with which a file is sent: S3's presigned POST. */
export type SignForm = (
  key: string,
) => Promise<{ readonly url: string; readonly fields: Readonly<Record<string, string>> }>;

export const createUpload = async (
  { bucket, records, signForm }: { bucket: string; records: FileRecords; signForm: SignForm },
  { fileName, sizeBytes }: NewUpload,
) => {
  const key = `${UPLOAD_PREFIX}${randomUUID()}/${fileName}`;
  if (sizeBytes > UPLOAD_BYTES) {
    const command = `aws s3 cp <file> 's3://${bucket}/${UPLOAD_PREFIX}'`;
    throw fail("upload-too-large", `A form takes ${UPLOAD_BYTES} bytes; send a larger file with ${command}`);
  }
  const id = fileId(bucket, key);
  const form = await signForm(key);
  await records.expect({ id, bucket, key, sizeBytes, ttl: Math.floor(Date.now() / 1000) + UNUSED_SECONDS });
  return { id, ...form, expiresAt: new Date(Date.now() + UPLOAD_SECONDS * 1000).toISOString() };
};
