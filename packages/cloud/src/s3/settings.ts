// Settings of a bucket that are put, got and deleted as one document. Each says how its document is read and written
// once, for the API and for CloudFormation.
import { parseXml, type Xml, type XmlNode } from "../protocols/rest-xml.ts";
import { s3Error, type S3ErrorCode } from "./errors.ts";
import type { Bucket, S3State } from "./model.ts";
import { readDocument } from "./receive.ts";
import { needBucket, type S3Action, xml } from "./request.ts";

export interface Setting<T> {
  /** Its root element. */
  readonly root: string;
  /** Checks all; throws naming what cannot be honoured. */
  readonly read: (node: XmlNode) => T;
  readonly write: (value: T) => Xml;
}

/** Changes a bucket's record; undefined members are removed. */
export const changeBucket = (
  s3: S3State,
  name: string,
  changes: { [K in keyof Bucket]?: Bucket[K] | undefined },
): void => {
  s3.ground.store.transaction(() => {
    s3.buckets.put(name, { ...needBucket(s3, name), ...changes }); // JSON drops what is undefined
  });
  if (changes.lifecycle !== undefined) s3.awaitMidnight();
};

/** Reads the document in the body of a put. */
export const readSetting = async <T>(request: Parameters<S3Action>[1], { root, read }: Setting<T>): Promise<T> =>
  read(parseXml(await readDocument(request), root));

/** `Get…`, `Put…` and `Delete…` of a member of the bucket. `absent` is answered, or thrown, when there is none. */
export const settingActions = <K extends keyof Bucket>(
  [member, noun]: readonly [K, string],
  setting: Setting<NonNullable<Bucket[K]>>,
  absent: S3ErrorCode | { readonly value: NonNullable<Bucket[K]> },
): Readonly<Record<string, S3Action>> => ({
  [`Get${noun}`]: (s3, { bucket }) => {
    const value = needBucket(s3, bucket)[member] ?? (typeof absent === "object" ? absent.value : undefined);
    if (value !== undefined) return xml(setting.root, setting.write(value));
    throw s3Error(typeof absent === "string" ? absent : "InvalidRequest", { BucketName: bucket });
  },
  [`Put${noun}`]: async (s3, request) => {
    needBucket(s3, request.bucket);
    changeBucket(s3, request.bucket, { [member]: await readSetting(request, setting) });
    return { status: 200 };
  },
  [`Delete${noun}`]: (s3, { bucket }) => {
    changeBucket(s3, bucket, { [member]: undefined });
    return { status: 204 };
  },
});
