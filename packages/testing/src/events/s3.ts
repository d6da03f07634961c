import type { S3Event, S3EventRecord } from "aws-lambda";
import { digest, EVENT_TIME, REGION } from "./deterministic.ts";

export interface S3ObjectOptions {
  readonly bucket: string;
  /** As the object is named; the event carries it form-encoded, as S3 does. */
  readonly key: string;
  readonly sizeBytes?: number;
  readonly etag?: string;
  readonly versionId?: string;
  /** Hexadecimal, rising per key. */
  readonly sequencer?: string;
  /** Default `ObjectCreated:Put`. */
  readonly eventName?: string;
  readonly time?: number;
}

/** S3 encodes keys in events like a form: blanks as `+`, the rest percent-encoded, slashes kept. */
const encodeKey = (key: string): string =>
  encodeURIComponent(key)
    .replaceAll("%20", "+")
    .replaceAll("%2F", "/")
    .replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

const record = (object: S3ObjectOptions): S3EventRecord => {
  const { bucket, key, sizeBytes = 1024, versionId, time = EVENT_TIME } = object;
  const id = digest(object, 16).toUpperCase();
  return {
    eventVersion: "2.1",
    eventSource: "aws:s3",
    awsRegion: REGION,
    eventTime: new Date(time).toISOString(),
    eventName: object.eventName ?? "ObjectCreated:Put",
    userIdentity: { principalId: "AWS:AIDATEST" },
    requestParameters: { sourceIPAddress: "203.0.113.7" },
    responseElements: { "x-amz-request-id": id, "x-amz-id-2": digest([id, "id-2"], 64) },
    s3: {
      s3SchemaVersion: "1.0",
      configurationId: "originals",
      bucket: { name: bucket, ownerIdentity: { principalId: "A1TEST" }, arn: `arn:aws:s3:::${bucket}` },
      object: {
        key: encodeKey(key),
        size: sizeBytes,
        eTag: object.etag ?? digest([bucket, key]),
        ...(versionId !== undefined && { versionId }),
        sequencer: object.sequencer ?? "006917A1B2C3D4E5F6",
      },
    },
  };
};

/** An S3 notification with one record per object, event version 2.1. */
export const s3Event = (...objects: readonly S3ObjectOptions[]): S3Event => ({ Records: objects.map(record) });
