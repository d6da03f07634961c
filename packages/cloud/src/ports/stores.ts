// Objects and log lines.
import type { Call } from "../gateway/service.ts";

/** Whose rights are used. */
export type Caller = Pick<Call, "principal" | "requestId" | "traceId" | "region">;

interface ObjectPlace {
  readonly bucket: string;
  readonly key: string;
  readonly contentType: string;
}

export interface S3 {
  /** For CloudFormation and Lambda: the bytes of an object (function zips). Throws AwsError NoSuchKey. */
  readonly readObject: (bucket: string, key: string) => Promise<Buffer>;
  /** Removes every object and upload of a bucket, as `sls remove` does before a stack goes. Does nothing without one. */
  readonly emptyBucket: (bucket: string) => void;
  readonly hasBucket: (bucket: string) => boolean;
  /** Puts an object with the caller's rights; throws AwsError, and what `data` throws. */
  readonly writeObject: (caller: Caller, place: ObjectPlace, data: AsyncIterable<Uint8Array>) => Promise<void>;
}

export interface Logs {
  /** Appends lines to a stream, making group and stream when they are missing. */
  readonly write: (group: string, stream: string, lines: readonly { timestamp: number; message: string }[]) => void;
  readonly groupExists: (group: string) => boolean;
}
