// S3's events, read.
import { isFields } from "../carrier/carrier.ts";
import type { Log } from "../log/log.ts";

/** An object as the event tells it; it may be gone or replaced by now. */
export interface CreatedObject {
  readonly bucket: string;
  /** Decoded: the event has `+` for a space and percent escapes. */
  readonly key: string;
  readonly sizeBytes: number;
  /** Without the quotes that HTTP puts around it. */
  readonly etag: string;
  readonly versionId: string | undefined;
  /** Hexadecimal; orders the events of one key: pad to equal length, then compare as text. */
  readonly sequencer: string;
  readonly eventTime: string;
}

/** S3's object keys in events are form-encoded. https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
export const decodeKey = (key: string): string => decodeURIComponent(key.replaceAll("+", " "));

const text = (value: unknown): string => (typeof value === "string" ? value : "");

const createdObject = (record: unknown): CreatedObject | undefined => {
  if (!isFields(record) || !isFields(record["s3"])) throw new TypeError("Not an S3 event record");
  if (!/^(s3:)?ObjectCreated:/.test(text(record["eventName"]))) return undefined;
  const { bucket, object } = record["s3"];
  if (!isFields(bucket) || !isFields(object)) throw new TypeError("The S3 record names no object");
  return {
    bucket: text(bucket["name"]),
    key: decodeKey(text(object["key"])),
    sizeBytes: Number(object["size"] ?? 0),
    etag: text(object["eTag"]),
    versionId: text(object["versionId"]) || undefined,
    sequencer: text(object["sequencer"]),
    eventTime: text(record["eventTime"]),
  };
};

/** The created objects of an S3 event. `s3:TestEvent` has none; other event names are skipped with a log line. */
export const objectsOf = (payload: unknown, log: Log): readonly CreatedObject[] => {
  if (isFields(payload) && payload["Event"] === "s3:TestEvent") return [];
  const records = isFields(payload) ? payload["Records"] : undefined;
  if (!Array.isArray(records)) throw new TypeError("Not an S3 event: it has no Records");
  return records.flatMap((record: unknown) => {
    const object = createdObject(record);
    if (!object)
      log.warn("Skipped an S3 event that creates nothing", { event_name: isFields(record) && record["eventName"] });
    return object ? [object] : [];
  });
};

/** S3's id of the request that made the object, for a direct event. */
export const correlationOf = (event: unknown): string | undefined => {
  const records = isFields(event) ? event["Records"] : undefined;
  const first: unknown = Array.isArray(records) ? records[0] : undefined;
  const elements = isFields(first) ? first["responseElements"] : undefined;
  return isFields(elements) ? text(elements["x-amz-request-id"]) || undefined : undefined;
};
