// What S3 keeps, and the state that all its actions work on.
import type { ChecksumAlgorithm, ChecksumType } from "../protocols/checksums.ts";
import type { PolicyDocument } from "../iam/policy.ts";
import type { AccountIam, Ground, Iam } from "../ports.ts";
import type { Table } from "../store/store.ts";
import type { Bodies, Segment } from "./bodies.ts";
import type { CorsRule } from "./cors.ts";
import type { LifecycleRule } from "./lifecycle-rules.ts";
import type { NotificationConfiguration } from "./notification-rules.ts";

export type Tags = Readonly<Record<string, string>>;

export interface PublicAccessBlock {
  readonly BlockPublicAcls: boolean;
  readonly IgnorePublicAcls: boolean;
  readonly BlockPublicPolicy: boolean;
  readonly RestrictPublicBuckets: boolean;
}

export type Versioning = "Enabled" | "Suspended";

export interface Bucket {
  readonly name: string;
  readonly createdAt: number;
  readonly region: string;
  /** JSON text, as it was put. */
  readonly policy?: string;
  readonly cors?: readonly CorsRule[];
  readonly notification?: NotificationConfiguration;
  readonly tags?: Tags;
  /** Absent until it is enabled for the first time. */
  readonly versioning?: Versioning;
  readonly lifecycle?: readonly LifecycleRule[];
  readonly publicAccessBlock?: PublicAccessBlock;
  readonly bucketKeyEnabled?: boolean;
}

export interface StoredChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: ChecksumType;
  /** Base64; composite ones end in `-<parts>`. */
  readonly value: string;
}

/** What a client says of an object besides its bytes. */
export interface Description {
  /** Content-Type, Cache-Control…, by lower-case header name. */
  readonly headers: Readonly<Record<string, string>>;
  /** `x-amz-meta-…` without the prefix. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: Tags;
}

export interface StoredObject extends Description {
  readonly key: string;
  /** Absent while the bucket has no versioning; "null" for what was written then, or while it was suspended. */
  readonly versionId?: string;
  /** Then it has no bytes, and its key is deleted while it is the newest. */
  readonly deleteMarker?: true;
  readonly segments: readonly Segment[];
  readonly sizeBytes: number;
  /** Without quotes. */
  readonly etag: string;
  readonly lastModified: number;
  readonly sequencer: string;
  readonly checksum?: StoredChecksum;
}

export interface Upload extends Description {
  readonly uploadId: string;
  readonly bucket: string;
  readonly key: string;
  readonly initiatedAt: number;
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly type: ChecksumType };
}

export interface Part {
  readonly number: number;
  readonly segments: readonly Segment[];
  readonly sizeBytes: number;
  readonly etag: string;
  readonly lastModified: number;
  readonly checksum?: string;
}

/** `userId` names the actor of an event. */
export type S3Iam = Iam & Pick<AccountIam, "userId">;

export interface S3State {
  readonly ground: Ground;
  readonly iam: S3Iam;
  readonly bodies: Bodies;
  readonly buckets: Table<Bucket>;
  /** The current object of each key that is not deleted, by `<bucket>/<key>`: bucket names hold no slash. */
  readonly objects: Table<StoredObject>;
  /** All versions and delete markers, the current included, of buckets that were ever versioned; see versions.ts. */
  readonly versions: Table<StoredObject>;
  /** By `<bucket>/<key>` NUL `<uploadId>`. */
  readonly uploads: Table<Upload>;
  /** By `<uploadId>/<number>`, five digits. */
  readonly parts: Table<Part>;
  readonly counters: Table<string>;
  /** Parsed policies by their text: IAM compiles each document once. */
  readonly policies: Map<string, PolicyDocument>;
  /** Throws S3's error when a target of a notification configuration may not be used. */
  readonly checkTargets: CheckTargets;
  /** To be called when lifecycle rules were put. */
  readonly awaitMidnight: () => void;
}

export type CheckTargets = (bucket: string, configuration: NotificationConfiguration) => void;

export const objectId = (bucket: string, key: string): string => `${bucket}/${key}`;
export const uploadTableKey = (bucket: string, key: string, uploadId: string): string =>
  `${bucket}/${key}\u0000${uploadId}`;
export const partTableKey = (uploadId: string, number: number): string =>
  `${uploadId}/${String(number).padStart(5, "0")}`;

export const bucketArn = (bucket: string): string => `arn:aws:s3:::${bucket}`;
export const objectArn = (bucket: string, key: string): string => `arn:aws:s3:::${bucket}/${key}`;
