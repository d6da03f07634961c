// The one place where objects come into being and go: condition, record and event are one commit.
import type { ObjectEvent } from "../bus/bus.ts";
import type { Call } from "../gateway/service.ts";
import { checkWriteConditions } from "./conditions.ts";
import type { Headers } from "./headers.ts";
import { objectId, type S3State, type StoredObject, type Tags } from "./model.ts";
import { needBucket } from "./request.ts";
import { dropVersion, findVersion, newVersionId, placeVersion, updateVersion } from "./versions.ts";

/** 18 hexadecimal digits that only rise, over restarts and clock changes too. */
const nextSequencer = (s3: S3State): string => {
  const last = BigInt(`0x${s3.counters.get("sequencer") ?? "0"}`);
  const byTime = BigInt(Math.floor(s3.ground.clock.now())) << 20n;
  const next = (byTime > last ? byTime : last + 1n).toString(16).toUpperCase().padStart(18, "0");
  s3.counters.put("sequencer", next);
  return next;
};

/** `AWS:<user id>`, `Anonymous`, or the service. */
const principalId = ({ iam }: S3State, { principal }: Pick<Call, "principal">): string => {
  if (principal.kind === "service") return principal.name;
  const id = iam.userId(principal);
  return id === undefined ? "Anonymous" : `AWS:${id}`;
};

export type Caller = Pick<Call, "principal" | "requestId" | "traceId" | "region">;

interface Happened {
  readonly caller: Caller;
  readonly bucket: string;
  readonly object: Pick<StoredObject, "key" | "sizeBytes" | "etag" | "sequencer" | "versionId">;
  readonly eventName: string;
}

const tell = (
  s3: S3State,
  name: "object-created" | "object-removed" | "object-tagged",
  { caller, bucket, object, eventName }: Happened,
): void => {
  const { key, sizeBytes, etag, sequencer, versionId } = object;
  const { requestId, traceId } = caller;
  const event: ObjectEvent = {
    bucket,
    key,
    sizeBytes,
    etag,
    sequencer,
    eventName,
    requestId,
    ...(versionId !== undefined && { versionId }),
    time: s3.ground.clock.now(),
    principalId: principalId(s3, caller),
    region: s3.buckets.get(bucket)?.region ?? caller.region,
    ...(traceId !== undefined && { traceId }),
  };
  s3.ground.bus.publish(name, event);
};

type Unstamped = Omit<StoredObject, "sequencer" | "lastModified" | "versionId">;

/** What is decided at the commit: order, time and version. */
const stamp = (s3: S3State, bucket: string, object: Unstamped): StoredObject => {
  const { versioning } = needBucket(s3, bucket);
  const sequencer = nextSequencer(s3);
  const made = { ...object, sequencer, lastModified: s3.ground.clock.now() };
  return versioning === undefined ? made : { ...made, versionId: newVersionId(versioning, made) };
};

export interface Write {
  readonly caller: Caller;
  readonly bucket: string;
  readonly object: Unstamped;
  /** `Put`, `Post`, `Copy`, `CompleteMultipartUpload`. */
  readonly event: string;
  /** If-Match and If-None-Match, judged against what is stored at the commit. */
  readonly headers?: Headers;
  /** Further writes of the same commit. */
  readonly also?: () => void;
}

/** Records an object whose bytes are stored, and tells the bus. When it fails, the bytes are removed. */
export const writeObject = (s3: S3State, write: Write): StoredObject => {
  const { caller, bucket, event, headers = {}, also } = write;
  const { key, segments } = write.object;
  try {
    const { replaced, object } = s3.ground.store.transaction(() => {
      checkWriteConditions(headers, key, s3.objects.get(objectId(bucket, key)));
      const made = stamp(s3, bucket, write.object);
      const gone = placeVersion(s3, bucket, made);
      also?.();
      tell(s3, "object-created", { caller, bucket, object: made, eventName: `ObjectCreated:${event}` });
      return { replaced: gone, object: made };
    });
    if (replaced !== undefined) s3.bodies.discard(replaced.segments);
    return object;
  } catch (error) {
    if (event !== "CompleteMultipartUpload") s3.bodies.discard(segments); // parts stay for the next try
    throw error;
  }
};

export interface Removal extends Pick<Write, "caller" | "bucket" | "headers"> {
  readonly key: string;
  /** Without it a versioned bucket gets a delete marker. */
  readonly versionId?: string | undefined;
  readonly by?: "ObjectRemoved" | "LifecycleExpiration";
}

/** MD5 of nothing: what events of delete markers carry (u). */
const EMPTY_ETAG = "d41d8cd98f00b204e9800998ecf8427e";

const mark = (s3: S3State, { caller, bucket, key, by = "ObjectRemoved" }: Removal) => {
  const nothing = { key, segments: [], sizeBytes: 0, etag: EMPTY_ETAG, headers: {}, metadata: {}, tags: {} };
  const marker = stamp(s3, bucket, { ...nothing, deleteMarker: true });
  const replaced = placeVersion(s3, bucket, marker);
  tell(s3, "object-removed", { caller, bucket, object: marker, eventName: `${by}:DeleteMarkerCreated` });
  return { told: marker, gone: replaced };
};

/** Removes an object or version, or hides it by a marker, and answers that; undefined when there was nothing to remove. */
export const removeObject = (s3: S3State, removal: Removal): StoredObject | undefined => {
  const { caller, bucket, key, headers = {}, versionId, by = "ObjectRemoved" } = removal;
  const { told, gone } = s3.ground.store.transaction(() => {
    const { versioning } = needBucket(s3, bucket);
    const existing = findVersion(s3, { bucket, key, ...(versionId !== undefined && { versionId }) });
    checkWriteConditions(headers, key, existing);
    if (versioning !== undefined && versionId === undefined) return mark(s3, removal);
    if (existing === undefined) return { told: undefined, gone: undefined };
    dropVersion(s3, bucket, existing);
    const object = { ...existing, sizeBytes: 0, etag: "", sequencer: nextSequencer(s3) };
    tell(s3, "object-removed", { caller, bucket, object, eventName: `${by}:Delete` });
    return { told: existing, gone: existing };
  });
  if (gone !== undefined) s3.bodies.discard(gone.segments);
  return told;
};

/** Gives an object other tags; neither its bytes nor its date change. */
export const tagObject = (
  s3: S3State,
  { caller, bucket, object, tags }: Pick<Write, "caller" | "bucket"> & { object: StoredObject; tags: Tags },
): void => {
  updateVersion(s3, bucket, { ...object, tags });
  const eventName = Object.keys(tags).length > 0 ? "ObjectTagging:Put" : "ObjectTagging:Delete";
  tell(s3, "object-tagged", { caller, bucket, object: { ...object, sequencer: nextSequencer(s3) }, eventName });
};
