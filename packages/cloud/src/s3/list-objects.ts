// Listings of objects: both versions, with delimiter and pages.
import type { Xml } from "../protocols/rest-xml.ts";
import { formEncodeKey } from "../protocols/form-encoding.ts";
import type { Table } from "../store/store.ts";
import { invalidArgument } from "./errors.ts";
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
  /** Where the page after this one begins: the place of its last entry, or its last common prefix. */
  readonly last: string;
  /** Unless the page ends with a common prefix. */
  readonly lastEntry?: T | undefined;
}

/** One page of a table whose keys begin with `<bucket>/<key>`. */
export const listPage = <T extends { readonly key: string }>(table: Table<T>, request: PageRequest): Page<T> => {
  const { bucket, prefix, delimiter, limit } = request;
  const entries: T[] = [];
  const commonPrefixes: string[] = [];
  let lastEntry: T | undefined;
  let last = request.after;
  // A common prefix that was given stands for all its keys.
  const given = delimiter !== "" && last.startsWith(prefix) && last.endsWith(delimiter) && last.length > prefix.length;
  let after = given ? last + END : last;
  // Rows behind a common prefix are skipped, so with a delimiter few are read at once, and more while none is.
  let batch = delimiter === "" ? limit + 1 : 8;
  for (;;) {
    const rows = table.list({ prefix: `${bucket}/${prefix}`, after: `${bucket}/${after}`, limit: batch });
    let skipped = false;
    for (const [id, entry] of rows) {
      if (entries.length + commonPrefixes.length >= limit)
        return { entries, commonPrefixes, truncated: limit > 0, last, lastEntry };
      const at = delimiter === "" ? -1 : entry.key.indexOf(delimiter, prefix.length);
      if (at < 0) {
        lastEntry = entry;
        entries.push(entry);
        after = last = id.slice(bucket.length + 1);
        continue;
      }
      lastEntry = undefined;
      last = entry.key.slice(0, at + delimiter.length);
      commonPrefixes.push(last);
      after = last + END;
      skipped = true;
      break;
    }
    if (!skipped && rows.length < batch) return { entries, commonPrefixes, truncated: false, last, lastEntry };
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
  StorageClass: "STANDARD",
});

/** What every listing is asked for. */
export interface Asked extends Pick<PageRequest, "prefix" | "delimiter" | "limit"> {
  /** Entries asked for; `limit` is what a page may have. */
  readonly max: number;
  readonly encode: (text: string) => string;
}

export const asked = (query: URLSearchParams, maxName: string): Asked => {
  const max = countOf(query, maxName, S3_LIMITS.pageSize);
  const [prefix, delimiter] = [query.get("prefix") ?? "", query.get("delimiter") ?? ""];
  return { prefix, delimiter, max, limit: Math.min(max, S3_LIMITS.pageSize), encode: encoder(query) };
};

/** What every listing tells. */
export const listed = (query: URLSearchParams, { prefix, delimiter, encode }: Asked, page: Page<unknown>) => ({
  Prefix: encode(prefix),
  ...(delimiter !== "" && { Delimiter: encode(delimiter) }),
  ...(query.has("encoding-type") && { EncodingType: "url" }),
  IsTruncated: page.truncated,
  CommonPrefixes: page.commonPrefixes.map((text) => ({ Prefix: encode(text) })),
});

/** Where rows begin that are behind all rows of a key, or behind a common prefix. */
export const startAfter = (query: URLSearchParams, key: string): string => {
  const delimiter = query.get("delimiter") ?? "";
  return key === "" || (delimiter !== "" && key.endsWith(delimiter)) ? key : `${key}\u0001`;
};

const ListObjects: S3Action = (s3, { bucket, query }) => {
  needBucket(s3, bucket);
  const marker = query.get("marker") ?? "";
  const request = asked(query, "max-keys");
  const page = listPage(s3.objects, { ...request, bucket, after: marker });
  return xml("ListBucketResult", {
    Name: bucket,
    Marker: request.encode(marker),
    ...(page.truncated && request.delimiter !== "" && { NextMarker: request.encode(page.last) }),
    MaxKeys: request.max,
    ...listed(query, request, page),
    Contents: page.entries.map((object) => contents(object, request.encode, true)),
  });
};

const readToken = (token: string): string => {
  const text = Buffer.from(token, "base64url").toString("utf8");
  if (text.startsWith("1:")) return text.slice(2);
  throw invalidArgument("continuation-token", token, "The continuation token provided is incorrect");
};

const ListObjectsV2: S3Action = (s3, { bucket, query }) => {
  needBucket(s3, bucket);
  if (query.get("list-type") !== "2")
    throw invalidArgument("list-type", query.get("list-type") ?? "", "Invalid List Type specified in Request");
  const token = query.get("continuation-token");
  const first = query.get("start-after") ?? "";
  const request = asked(query, "max-keys");
  const page = listPage(s3.objects, { ...request, bucket, after: token === null ? first : readToken(token) });
  return xml("ListBucketResult", {
    Name: bucket,
    ...(token !== null && { ContinuationToken: token }),
    ...(page.truncated && { NextContinuationToken: Buffer.from(`1:${page.last}`).toString("base64url") }),
    ...(first !== "" && { StartAfter: request.encode(first) }),
    KeyCount: page.entries.length + page.commonPrefixes.length,
    MaxKeys: request.max,
    ...listed(query, request, page),
    Contents: page.entries.map((object) => contents(object, request.encode, query.get("fetch-owner") === "true")),
  });
};

export const listObjectsActions = { ListObjects, ListObjectsV2 } satisfies Readonly<Record<string, S3Action>>;
