// Objects and log lines.

export interface S3 {
  /** For CloudFormation and Lambda: the bytes of an object (function zips). Throws AwsError NoSuchKey. */
  readonly readObject: (bucket: string, key: string) => Promise<Buffer>;
  /** Removes every object and upload of a bucket, as `sls remove` does before a stack goes. Does nothing without one. */
  readonly emptyBucket: (bucket: string) => void;
}

export interface Logs {
  /** Appends lines to a stream, making group and stream when they are missing. */
  readonly write: (group: string, stream: string, lines: readonly { timestamp: number; message: string }[]) => void;
  readonly groupExists: (group: string) => boolean;
}
