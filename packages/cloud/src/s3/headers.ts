// The headers of S3 requests: which are honoured, and how they describe an object.
import { CHECKSUM_ALGORITHMS, checksumHeader } from "../protocols/checksums.ts";
import { ACCOUNT } from "../gateway/service.ts";
import { invalidArgument, s3Error } from "./errors.ts";
import { S3_LIMITS } from "./limits.ts";
import type { Description, StoredObject } from "./model.ts";
import { parseTagHeader } from "./tags.ts";

export type Headers = Readonly<Record<string, string>>;

const HONOURED: ReadonlySet<string> = new Set([
  ..."date content-sha256 security-token user-agent te decoded-content-length trailer request-payer".split(" "),
  ..."sdk-checksum-algorithm checksum-algorithm checksum-type checksum-mode".split(" "),
  ..."tagging tagging-directive metadata-directive storage-class server-side-encryption".split(" "),
  ..."copy-source copy-source-range copy-source-if-match copy-source-if-none-match".split(" "),
  ..."copy-source-if-modified-since copy-source-if-unmodified-since".split(" "),
  ..."expected-bucket-owner source-expected-bucket-owner acl".split(" "),
  ...CHECKSUM_ALGORITHMS.map((algorithm) => checksumHeader(algorithm).slice("x-amz-".length)),
]);

/** As requests name them, those that describe what is stored. */
export const HONOURED_HEADERS: readonly string[] = [...HONOURED]
  .filter((name) => /^(checksum|tagging|metadata|storage|server|copy)/.test(name))
  .map((name) => `x-amz-${name}`);

/** Headers with only one value that this cloud can honour. */
const ONLY: Readonly<Record<string, RegExp>> = {
  // Access control lists are off, as on every new bucket of AWS.
  "x-amz-acl": /^(private|bucket-owner-full-control)$/,
  "x-amz-server-side-encryption": /^AES256$/,
  "x-amz-storage-class": /^STANDARD$/,
};

/** Refuses every `x-amz-` header that would be ignored otherwise. */
export const checkHeaders = (headers: Headers): void => {
  for (const name in headers) {
    if (!name.startsWith("x-amz-") || name.startsWith("x-amz-meta-")) continue;
    const value = headers[name] ?? "";
    const known = HONOURED.has(name.slice("x-amz-".length)) && (ONLY[name]?.test(value) ?? true);
    if (!known)
      throw s3Error("NotImplemented", {
        Header: name,
        additionalMessage: `${name}: ${value} is not supported by the embedded AWS`,
      });
    if (name.endsWith("expected-bucket-owner") && value !== ACCOUNT) throw s3Error("AccessDenied");
  }
};

const SYSTEM = ["cache-control", "content-disposition", "content-encoding", "content-language", "expires"] as const;

/** `aws-chunked` frames the transfer; what is stored is without it. */
const keptEncoding = (value: string): string =>
  value
    .split(",")
    .map((coding) => coding.trim())
    .filter((coding) => coding !== "aws-chunked" && coding !== "")
    .join(",");

/** What HTTP can carry as a header. Forms and presigned queries could bring more, and spoil every later answer. */
export const HEADER_TEXT = /^[\t\x20-\x7e\x80-\xff]*$/;
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]*$/;

const metadataOf = (headers: Headers): Record<string, string> => {
  const metadata: Record<string, string> = {};
  let sizeBytes = 0;
  for (const name in headers) {
    if (!name.startsWith("x-amz-meta-")) continue;
    if (!HEADER_NAME.test(name)) throw invalidArgument("x-amz-meta", name, "The metadata name is not valid."); // (u)
    const value = Buffer.from(headers[name] ?? "", "latin1").toString("utf8"); // Node reads headers as Latin-1
    metadata[name.slice("x-amz-meta-".length)] = value;
    sizeBytes += name.length - "x-amz-meta-".length + Buffer.byteLength(value);
  }
  if (sizeBytes > S3_LIMITS.metadataBytes)
    throw s3Error("MetadataTooLarge", { Size: sizeBytes, MaxSizeAllowed: S3_LIMITS.metadataBytes });
  return metadata;
};

/** What the headers of a put say of the object. */
export const describe = (headers: Headers): Description => {
  for (const name of ["content-type", ...SYSTEM])
    if (!HEADER_TEXT.test(headers[name] ?? ""))
      throw invalidArgument(name, headers[name] ?? "", "Header value cannot be represented using ISO-8859-1."); // (u)
  const kept: Record<string, string> = { "content-type": headers["content-type"] || "binary/octet-stream" };
  for (const name of SYSTEM) {
    const value = headers[name];
    const stored = name === "content-encoding" && value !== undefined ? keptEncoding(value) : value;
    if (stored) kept[name] = stored;
  }
  return {
    headers: kept,
    metadata: metadataOf(headers),
    tags: parseTagHeader(headers["x-amz-tagging"] ?? ""),
  };
};

export const httpDate = (ms: number): string => new Date(ms).toUTCString();
export const quoted = (etag: string): string => `"${etag}"`;

/** AWS encrypts every object; the answer says so. */
export const ENCRYPTION = { "x-amz-server-side-encryption": "AES256" } as const;

export const checksumHeaders = ({ checksum }: Pick<StoredObject, "checksum">): Record<string, string> =>
  checksum === undefined
    ? {}
    : { [checksumHeader(checksum.algorithm)]: checksum.value, "x-amz-checksum-type": checksum.type };

/** The same in a document. */
export const checksumXml = ({ checksum }: Pick<StoredObject, "checksum">): Record<string, string> =>
  checksum === undefined ? {} : { [`Checksum${checksum.algorithm}`]: checksum.value, ChecksumType: checksum.type };

/** Header values are Latin-1; S3 sends other text as RFC 2047 words. */
const asHeader = (value: string): string =>
  // oxlint-disable-next-line no-control-regex
  /^[\u0020-\u007e\t]*$/.test(value) ? value : `=?UTF-8?B?${Buffer.from(value).toString("base64")}?=`;

export const versionHeader = ({ versionId }: Pick<StoredObject, "versionId">): Record<string, string> =>
  versionId === undefined ? {} : { "x-amz-version-id": versionId };

/** What a write answers. */
export const writtenHeaders = (object: StoredObject): Record<string, string> => ({
  etag: quoted(object.etag),
  ...ENCRYPTION,
  ...versionHeader(object),
});

/** The headers of GET and HEAD, without length and range. */
export const objectHeaders = (object: StoredObject): Record<string, string> => {
  const headers: Record<string, string> = {
    ...object.headers,
    ...ENCRYPTION,
    etag: quoted(object.etag),
    "last-modified": httpDate(object.lastModified),
    "accept-ranges": "bytes",
  };
  if (object.versionId !== undefined) headers["x-amz-version-id"] = object.versionId;
  for (const name in object.metadata) headers[`x-amz-meta-${name}`] = asHeader(object.metadata[name] ?? "");
  const tags = Object.keys(object.tags).length;
  if (tags > 0) headers["x-amz-tagging-count"] = String(tags);
  return headers;
};
