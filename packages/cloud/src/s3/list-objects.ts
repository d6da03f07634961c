// Listings of objects: both versions, with delimiter and pages.
import type { Xml } from "../protocols/rest-xml.ts";
import { formEncodeKey } from "../protocols/form-encoding.ts";
import type { Table } from "../store/store.ts";
import { invalidArgument, s3Error } from "./errors.ts";
import { quoted } from "./headers.ts";
import { OWNER_ID, S3_LIMITS } from "./limits.ts";
import type { StoredObject } from "./model.ts";
import { countOf, iso, needBucket, type S3Action, xml } from "./request.ts";

/** Sorts after every key that begins with the text before it. */
const END = "\u{10FFFF}";

export interface PageRequest {
  readonly bucket: string;
  readonly prefix: string;
  readonly delimiter: string;
  /** Keys, or a common prefix, that were already given. */
  readonly after: string;
  readonly limit: number;
}

export interface Page<T> {
  readonly entries: readonly T[];
  readonly commonPrefixes: readonly string[];
  readonly truncated: boolean;
  /** The last key or common prefix of this page. */
  readonly last: string;
}

/** One page of a table whose keys are `<bucket>/<key>`; `keyOf` gives the key of an entry. */
export const listPage = <T>(table: Table<T>, request: PageRequest, keyOf: (entry: T) => string): Page<T> => {
  const { bucket, prefix, delimiter, limit } = request;
  const entries: T[] = [];
  const commonPrefixes: string[] = [];
  let last = request.after;
  // A common prefix that was given stands for all its keys.
  const given = delimiter !== "" && last.startsWith(prefix) && last.endsWith(delimiter) && last.length > prefix.length;
  let after = given ? last + END : last;
  // Rows behind a common prefix are skipped, so with a delimiter few are read at once, and more while none is.
  let batch = delimiter === "" ? limit + 1 : 8;
  for (;;) {
    const rows = table.list({ prefix: `${bucket}/${prefix}`, after: `${bucket}/${after}`, limit: batch });
    let skipped = false;
    for (const [, entry] of rows) {
      const key = keyOf(entry);
      if (entries.length + commonPrefixes.length >= limit)
        return { entries, commonPrefixes, truncated: limit > 0, last };
      const at = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
      if (at < 0) {
        entries.push(entry);
        after = last = key;
        continue;
      }
      last = key.slice(0, at + delimiter.length);
      commonPrefixes.push(last);
      after = last + END;
      skipped = true;
      break;
    }
    if (!skipped && rows.length < batch) return { entries, commonPrefixes, truncated: false, last };
    batch = skipped ? 8 : Math.min(batch * 4, limit + 1);
  }
};

/** Encodes names when the client asked for `encoding-type=url`. */
export const encoder = (query: URLSearchParams): ((text: string) => string) => {
  const type = query.get("encoding-type");
  if (type === null) return (text) => text;
  if (type !== "url") throw invalidArgument("encoding-type", type, "Invalid Encoding Method specified in Request");
  return formEncodeKey;
};

const contents = (object: StoredObject, encode: (text: string) => string, owner: boolean): Xml => ({
  Key: encode(object.key),
  LastModified: iso(object.lastModified),
  ETag: quoted(object.etag),
  ...(object.checksum && { ChecksumAlgorithm: object.checksum.algorithm, ChecksumType: object.checksum.type }),
  Size: object.sizeBytes,
  ...(owner && { Owner: { ID: OWNER_ID } }),
  StorageClass: object.storageClass,
});

const parameters = (query: URLSearchParams): { prefix: string; delimiter: string; maxKeys: number } => ({
  prefix: query.get("prefix") ?? "",
  delimiter: query.get("delimiter") ?? "",
  maxKeys: countOf(query, "max-keys", S3_LIMITS.pageSize),
});

const ListObjects: S3Action = (s3, { bucket, query }) => {
  needBucket(s3, bucket);
  const { prefix, delimiter, maxKeys } = parameters(query);
  const marker = query.get("marker") ?? "";
  const encode = encoder(query);
  const limit = Math.min(maxKeys, S3_LIMITS.pageSize);
  const page = listPage(s3.objects, { bucket, prefix, delimiter, after: marker, limit }, ({ key }) => key);
  return xml("ListBucketResult", {
    Name: bucket,
    Prefix: encode(prefix),
    Marker: encode(marker),
    ...(page.truncated && delimiter !== "" && { NextMarker: encode(page.last) }),
    MaxKeys: maxKeys,
    ...(delimiter !== "" && { Delimiter: encode(delimiter) }),
    ...(query.has("encoding-type") && { EncodingType: "url" }),
    IsTruncated: page.truncated,
    Contents: page.entries.map((object) => contents(object, encode, true)),
    CommonPrefixes: page.commonPrefixes.map((text) => ({ Prefix: encode(text) })),
  });
};

const readToken = (token: string): string => {
  const text = Buffer.from(token, "base64url").toString("utf8");
  if (text.startsWith("1:")) return text.slice(2);
  throw s3Error(
    "InvalidArgument",
    { ArgumentName: "continuation-token" },
    "The continuation token provided is incorrect",
  );
};

const ListObjectsV2: S3Action = (s3, { bucket, query }) => {
  needBucket(s3, bucket);
  if (query.get("list-type") !== "2")
    throw invalidArgument("list-type", query.get("list-type") ?? "", "Invalid List Type specified in Request");
  const { prefix, delimiter, maxKeys } = parameters(query);
  const token = query.get("continuation-token");
  const startAfter = query.get("start-after") ?? "";
  const encode = encoder(query);
  const limit = Math.min(maxKeys, S3_LIMITS.pageSize);
  const after = token === null ? startAfter : readToken(token);
  const page = listPage(s3.objects, { bucket, prefix, delimiter, after, limit }, ({ key }) => key);
  return xml("ListBucketResult", {
    Name: bucket,
    Prefix: encode(prefix),
    ...(token !== null && { ContinuationToken: token }),
    ...(page.truncated && { NextContinuationToken: Buffer.from(`1:${page.last}`).toString("base64url") }),
    ...(startAfter !== "" && { StartAfter: encode(startAfter) }),
    KeyCount: page.entries.length + page.commonPrefixes.length,
    MaxKeys: maxKeys,
    ...(delimiter !== "" && { Delimiter: encode(delimiter) }),
    ...(query.has("encoding-type") && { EncodingType: "url" }),
    IsTruncated: page.truncated,
    Contents: page.entries.map((object) => contents(object, encode, query.get("fetch-owner") === "true")),
    CommonPrefixes: page.commonPrefixes.map((text) => ({ Prefix: encode(text) })),
  });
};

export const listObjectsActions = { ListObjects, ListObjectsV2 } satisfies Readonly<Record<string, S3Action>>;
