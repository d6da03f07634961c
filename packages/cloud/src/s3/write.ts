// The one place where objects come into being and go: condition, record and event are one commit.
import type { ObjectEvent } from "../bus/bus.ts";
import type { Call } from "../gateway/service.ts";
import { checkWriteConditions } from "./conditions.ts";
import type { Headers } from "./headers.ts";
import { objectId, type S3State, type StoredObject } from "./model.ts";
import { needBucket } from "./request.ts";

/** 18 hexadecimal digits that only rise, over restarts and clock changes too. */
const nextSequencer = (s3: S3State): string => {
  const last = BigInt(`0x${s3.counters.get("sequencer") ?? "0"}`);
  const byTime = BigInt(Math.floor(s3.ground.clock.now())) << 20n;
  const next = (byTime > last ? byTime : last + 1n).toString(16).toUpperCase().padStart(18, "0");
  s3.counters.put("sequencer", next);
  return next;
};

/** `AWS:<user id>`, or `Anonymous`. */
const principalId = ({ iam }: S3State, { principal }: Pick<Call, "principal">): string => {
  if (principal.kind === "service") return principal.name;
  const id = iam.userId(principal);
  return id === undefined ? "Anonymous" : `AWS:${id}`;
};

type Caller = Pick<Call, "principal" | "requestId" | "traceId" | "region">;

const eventOf = (
  s3: S3State,
  caller: Caller,
  about: Pick<ObjectEvent, "bucket" | "key" | "sizeBytes" | "etag" | "sequencer" | "eventName">,
): ObjectEvent => ({
  ...about,
  time: s3.ground.clock.now(),
  requestId: caller.requestId,
  principalId: principalId(s3, caller),
  region: s3.buckets.get(about.bucket)?.region ?? caller.region,
  ...(caller.traceId !== undefined && { traceId: caller.traceId }),
});

export interface Write {
  readonly caller: Caller;
  readonly bucket: string;
  /** Without what is decided at the commit. */
  readonly object: Omit<StoredObject, "sequencer" | "lastModified">;
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
  const id = objectId(bucket, write.object.key);
  try {
    const { replaced, object } = s3.ground.store.transaction(() => {
      needBucket(s3, bucket);
      const existing = s3.objects.get(id);
      checkWriteConditions(headers, write.object.key, existing);
      const made: StoredObject = {
        ...write.object,
        lastModified: s3.ground.clock.now(),
        sequencer: nextSequencer(s3),
      };
      s3.objects.put(id, made);
      also?.();
      const { key, sizeBytes, etag, sequencer } = made;
      const about = { bucket, key, sizeBytes, etag, sequencer, eventName: `ObjectCreated:${event}` };
      s3.ground.bus.publish("object-created", eventOf(s3, caller, about));
      return { replaced: existing, object: made };
    });
    if (replaced !== undefined) s3.bodies.discard(replaced.segments);
    return object;
  } catch (error) {
    if (event !== "CompleteMultipartUpload") s3.bodies.discard(write.object.segments); // parts stay for the next try
    throw error;
  }
};

/** Removes an object; nothing happens when there is none. */
export const removeObject = (
  s3: S3State,
  { caller, bucket, key, headers = {} }: Pick<Write, "caller" | "bucket" | "headers"> & { readonly key: string },
): void => {
  const id = objectId(bucket, key);
  const removed = s3.ground.store.transaction(() => {
    const existing = s3.objects.get(id);
    checkWriteConditions(headers, key, existing);
    if (existing === undefined) return undefined;
    s3.objects.remove(id);
    const about = { bucket, key, sizeBytes: 0, etag: "", sequencer: nextSequencer(s3) };
    s3.ground.bus.publish("object-removed", eventOf(s3, caller, { ...about, eventName: "ObjectRemoved:Delete" }));
    return existing;
  });
  if (removed !== undefined) s3.bodies.discard(removed.segments);
};
