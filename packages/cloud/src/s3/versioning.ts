// Versioning of a bucket, and the listing of all versions.
import { unsupported } from "../gateway/aws-error.ts";
import { onlyChildren, textOf, type Xml } from "../protocols/rest-xml.ts";
import { invalidArgument, s3Error } from "./errors.ts";
import { quoted } from "./headers.ts";
import { OWNER_ID } from "./limits.ts";
import { asked, listed, listPage, startAfter } from "./list-objects.ts";
import type { S3State, StoredObject, Versioning } from "./model.ts";
import { iso, needBucket, type S3Action, xml } from "./request.ts";
import { changeBucket, readSetting, type Setting } from "./settings.ts";
import { checkVersionId, findVersion, NULL_VERSION, sequencerOf, updateVersion, versionTableKey } from "./versions.ts";

export const versioning: Setting<Versioning> = {
  root: "VersioningConfiguration",
  read: (node) => {
    const status = textOf(onlyChildren(node, ["Status", "MfaDelete"]), "Status");
    if (textOf(node, "MfaDelete") === "Enabled") throw unsupported("MfaDelete Enabled");
    if (status !== "Enabled" && status !== "Suspended") throw s3Error("IllegalVersioningConfigurationException");
    return status;
  },
  write: (Status) => ({ Status }),
};

/** From the first time on, what was there before are the null versions. It can be suspended, but not taken back. */
export const setVersioning = (s3: S3State, name: string, status: Versioning): void =>
  s3.ground.store.transaction(() => {
    if (needBucket(s3, name).versioning === undefined)
      for (const [, object] of s3.objects.list({ prefix: `${name}/` }))
        updateVersion(s3, name, { ...object, versionId: NULL_VERSION });
    changeBucket(s3, name, { versioning: status });
  });

const GetBucketVersioning: S3Action = (s3, { bucket }) => {
  const { versioning: status } = needBucket(s3, bucket);
  return xml(versioning.root, status === undefined ? {} : versioning.write(status));
};

const PutBucketVersioning: S3Action = async (s3, request) => {
  needBucket(s3, request.bucket);
  setVersioning(s3, request.bucket, await readSetting(request, versioning));
  return { status: 200 };
};

/** Where a page goes on: behind one version, or behind all of a key. */
const markerOf = (s3: S3State, bucket: string, query: URLSearchParams): string => {
  const key = query.get("key-marker") ?? "";
  const versionId = checkVersionId(query.get("version-id-marker") || undefined);
  if (versionId === undefined) return startAfter(query, key);
  if (key === "")
    throw invalidArgument(
      "version-id-marker",
      versionId,
      "A version-id marker cannot be specified without a key marker.",
    );
  const sequencer =
    versionId === NULL_VERSION ? findVersion(s3, { bucket, key, versionId })?.sequencer : sequencerOf(versionId);
  return sequencer === undefined ? `${key}\u0001` : versionTableKey("", { key, sequencer }).slice(1);
};

const versionXml = (version: StoredObject, encode: (text: string) => string, isLatest: boolean): Xml => {
  const { key, versionId = NULL_VERSION, lastModified, checksum, deleteMarker } = version;
  const about = { Key: encode(key), VersionId: versionId, IsLatest: isLatest, LastModified: iso(lastModified) };
  if (deleteMarker) return { ...about, Owner: { ID: OWNER_ID } };
  return {
    ETag: quoted(version.etag),
    ...(checksum && { ChecksumAlgorithm: checksum.algorithm, ChecksumType: checksum.type }),
    Size: version.sizeBytes,
    StorageClass: "STANDARD",
    ...about,
    Owner: { ID: OWNER_ID },
  };
};

const ListObjectVersions: S3Action = (s3, { bucket, query }) => {
  const unversioned = needBucket(s3, bucket).versioning === undefined;
  const request = asked(query, "max-keys");
  const [keyMarker, idMarker] = [query.get("key-marker") ?? "", query.get("version-id-marker") ?? ""];
  const after = unversioned ? keyMarker : markerOf(s3, bucket, query);
  const page = listPage(unversioned ? s3.objects : s3.versions, { ...request, bucket, after });
  const seen = new Set(idMarker === "" ? [] : [keyMarker]); // the newest of these was on the page before
  const entries = page.entries.map((version) => {
    const isLatest = !seen.has(version.key);
    seen.add(version.key);
    return { version, text: versionXml(version, request.encode, isLatest) };
  });
  return xml("ListVersionsResult", {
    Name: bucket,
    KeyMarker: request.encode(keyMarker),
    VersionIdMarker: idMarker,
    ...(page.truncated && {
      NextKeyMarker: request.encode(page.lastEntry?.key ?? page.last),
      NextVersionIdMarker: page.lastEntry && (page.lastEntry.versionId ?? NULL_VERSION),
    }),
    MaxKeys: request.max,
    ...listed(query, request, page),
    Version: entries.flatMap(({ version, text }) => (version.deleteMarker ? [] : [text])),
    DeleteMarker: entries.flatMap(({ version, text }) => (version.deleteMarker ? [text] : [])),
  });
};

export const versioningActions = { GetBucketVersioning, PutBucketVersioning, ListObjectVersions } satisfies Readonly<
  Record<string, S3Action>
>;
