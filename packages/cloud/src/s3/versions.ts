// Versions of objects: their ids, which is the newest, and the look-up of one. Only buckets that were ever versioned
// have rows in the table of versions; their current objects stand in the table of objects as well.
import { createHash } from "node:crypto";
import { invalidArgument } from "./errors.ts";
import { objectId, type S3State, type StoredObject, type Versioning } from "./model.ts";

type Versions = Pick<S3State, "objects" | "versions">;
type Versioned = Pick<StoredObject, "key" | "sequencer">;

export const NULL_VERSION = "null";

/** The largest sequencer: 18 hexadecimal digits. */
const LAST = (1n << 72n) - 1n;

/** What stands before every version of a key. */
const start = (bucket: string, key: string): string => `${bucket}/${key}\u0000`;

/** Sorts by key, and the newest version first. */
export const versionTableKey = (bucket: string, { key, sequencer }: Versioned): string =>
  start(bucket, key) + (LAST - BigInt(`0x${sequencer}`)).toString(16).padStart(18, "0");

/** The id of a version that is written now. Ids hold the sequencer, so that one row is read to find a version. */
export const newVersionId = (versioning: Versioning, { key, sequencer }: Versioned): string => {
  if (versioning === "Suspended") return NULL_VERSION;
  const filling = createHash("md5").update(key).digest().subarray(0, 15);
  return Buffer.concat([Buffer.from(sequencer, "hex"), filling]).toString("base64url");
};

export const sequencerOf = (versionId: string): string =>
  Buffer.from(versionId, "base64url").subarray(0, 9).toString("hex").toUpperCase();

/** The parameter `versionId`, when there is one. */
export const checkVersionId = (versionId: string | null | undefined): string | undefined => {
  if (versionId === null || versionId === undefined) return undefined;
  if (versionId === NULL_VERSION || /^[\w.-]{32}$/.test(versionId)) return versionId;
  const message = versionId === "" ? "Version id cannot be the empty string" : "Invalid version id specified";
  throw invalidArgument("versionId", versionId, message);
};

/** All versions of a key and its delete markers, the newest first. Drain or leave it before the next write. */
export function* versionsOf({ versions }: Versions, bucket: string, key: string): Generator<StoredObject> {
  const gte = start(bucket, key);
  for (const [, version] of versions.range({ gte, lt: `${gte}g` })) if (version.key === key) yield version;
}

/** The current object, or the version (or delete marker) of that id. */
export const findVersion = (
  s3: Versions,
  { bucket, key, versionId }: { readonly bucket: string; readonly key: string; readonly versionId?: string },
): StoredObject | undefined => {
  const current = s3.objects.get(objectId(bucket, key));
  const currentId = current && (current.versionId ?? NULL_VERSION);
  if (versionId === undefined || versionId === currentId) return current;
  if (versionId === NULL_VERSION) return versionsOf(s3, bucket, key).find((version) => version.versionId === versionId);
  const found = s3.versions.get(versionTableKey(bucket, { key, sequencer: sequencerOf(versionId) }));
  return found?.versionId === versionId ? found : undefined;
};

/** Records what changed of a version: its tags. */
export const updateVersion = ({ objects, versions }: Versions, bucket: string, version: StoredObject): void => {
  if (version.versionId !== undefined) versions.put(versionTableKey(bucket, version), version);
  const id = objectId(bucket, version.key);
  if (objects.get(id)?.sequencer === version.sequencer) objects.put(id, version);
};

/** Puts a new version or marker on top of its key. Answers the one it takes the place of, whose bytes are not needed. */
export const placeVersion = (s3: Versions, bucket: string, made: StoredObject): StoredObject | undefined => {
  const { key, versionId = NULL_VERSION, deleteMarker } = made;
  const replaced = versionId === NULL_VERSION ? findVersion(s3, { bucket, key, versionId }) : undefined;
  if (made.versionId !== undefined) {
    if (replaced !== undefined) s3.versions.remove(versionTableKey(bucket, replaced));
    s3.versions.put(versionTableKey(bucket, made), made);
  }
  if (deleteMarker) s3.objects.remove(objectId(bucket, key));
  else s3.objects.put(objectId(bucket, key), made);
  return replaced;
};

/** Takes a version away; the one below it becomes current. */
export const dropVersion = (s3: Versions, bucket: string, version: StoredObject): void => {
  const id = objectId(bucket, version.key);
  if (version.versionId !== undefined) s3.versions.remove(versionTableKey(bucket, version));
  const [newest] = version.versionId === undefined ? [] : versionsOf(s3, bucket, version.key).take(1);
  if (newest === undefined || newest.deleteMarker) s3.objects.remove(id);
  else s3.objects.put(id, newest);
};
