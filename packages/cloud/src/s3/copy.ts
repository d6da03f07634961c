// CopyObject and UploadPartCopy.
import { checkSourceConditions } from "./conditions.ts";
import { invalidArgument, invalidRequest } from "./errors.ts";
import { checksumXml, describe, ENCRYPTION, type Headers, quoted, versionHeader } from "./headers.ts";
import type { Description, S3State, StoredObject } from "./model.ts";
import { needUpload, partNumberOf, putPart } from "./multipart.ts";
import { parseRange } from "./ranges.ts";
import { type Received, recordOf, store } from "./receive.ts";
import { iso, needBucket, needObject, type S3Action, type S3Call, xml } from "./request.ts";
import { type ChecksumAlgorithm, isChecksumAlgorithm } from "../protocols/checksums.ts";
import { checkVersionId, findVersion } from "./versions.ts";
import { writeObject } from "./write.ts";

export interface CopySource {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
}

/** `[/]<bucket>/<key>[?versionId=…]`, URL-encoded. */
export const copySourceOf = (headers: Headers): CopySource => {
  const [, text = "", versionId] = /^\/?(.*?)(?:\?versionId=(.*))?$/s.exec(headers["x-amz-copy-source"] ?? "") ?? [];
  const slash = text.search(/\/|%2F/i);
  const [bucket, key] = [text.slice(0, slash), text.slice(slash).replace(/^(\/|%2F)/i, "")];
  const invalid = (): Error => invalidArgument("x-amz-copy-source", text, "Invalid copy source object key");
  if (slash <= 0 || key === "") throw invalid();
  try {
    return {
      bucket: decodeURIComponent(bucket),
      key: decodeURIComponent(key),
      ...(versionId !== undefined && { versionId }),
    };
  } catch {
    throw invalid();
  }
};

const needSource = (s3: S3State, { headers, call }: S3Call): StoredObject => {
  const wanted = copySourceOf(headers);
  checkVersionId(wanted.versionId);
  const known = findVersion(s3, wanted);
  if (known?.deleteMarker)
    throw invalidRequest("The source of a copy request may not specifically refer to a delete marker by version id.");
  const source = known ?? needObject(s3, call, wanted);
  checkSourceConditions(headers, source);
  return source;
};

/** The bytes of an object, or of a range of it, as a body of their own. */
const copyBytes = (
  s3: S3State,
  source: StoredObject,
  { first, last }: { readonly first: number; readonly last: number },
  algorithm: ChecksumAlgorithm | undefined,
): Promise<Received> => {
  const body = s3.bodies.read(source.segments, first, last);
  const data = Buffer.isBuffer(body) ? once(body) : (body as AsyncIterable<Buffer>); // no encoding is set
  return store(s3, { data, promise: { inTrailer: false }, ...(algorithm && { algorithm }) });
};

async function* once(data: Buffer): AsyncGenerator<Buffer> {
  yield data;
}

const directive = (headers: Headers, name: string): "COPY" | "REPLACE" => {
  const value = headers[name] ?? "COPY";
  if (value === "COPY" || value === "REPLACE") return value;
  throw invalidArgument(
    name,
    value,
    `Unknown ${name === "x-amz-tagging-directive" ? "tagging" : "metadata"} directive.`,
  );
};

const describeCopy = (headers: Headers, source: StoredObject): Description => {
  const given = describe(headers);
  const replacing = directive(headers, "x-amz-metadata-directive") === "REPLACE";
  return {
    headers: replacing ? given.headers : source.headers,
    metadata: replacing ? given.metadata : source.metadata,
    tags: directive(headers, "x-amz-tagging-directive") === "REPLACE" ? given.tags : source.tags,
  };
};

const checkSelfCopy = ({ bucket, key, headers }: S3Call, source: CopySource): void => {
  if (source.bucket !== bucket || source.key !== key || source.versionId !== undefined) return;
  const changes = ["x-amz-storage-class", "x-amz-server-side-encryption"].some((name) => headers[name] !== undefined);
  if (changes || directive(headers, "x-amz-metadata-directive") === "REPLACE") return;
  throw invalidRequest(
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  );
};

const algorithmOf = (headers: Headers, source: StoredObject): ChecksumAlgorithm | undefined => {
  const asked = headers["x-amz-checksum-algorithm"]?.toUpperCase();
  return asked !== undefined && isChecksumAlgorithm(asked) ? asked : source.checksum?.algorithm;
};

const sourceHeader = ({ versionId }: StoredObject): Headers =>
  versionId === undefined ? {} : { "x-amz-copy-source-version-id": versionId };

const CopyObject: S3Action = async (s3, request) => {
  const { bucket, key, headers, call } = request;
  needBucket(s3, bucket);
  const source = needSource(s3, request);
  checkSelfCopy(request, copySourceOf(headers));
  const description = describeCopy(headers, source);
  const whole = { first: 0, last: source.sizeBytes - 1 };
  const received = await copyBytes(s3, source, whole, algorithmOf(headers, source));
  const object = writeObject(s3, {
    caller: call,
    bucket,
    headers,
    event: "Copy",
    object: { ...description, key, ...recordOf(received) },
  });
  const result = {
    LastModified: iso(object.lastModified),
    ETag: quoted(object.etag),
    ...checksumXml(object),
  };
  return xml("CopyObjectResult", result, { ...ENCRYPTION, ...versionHeader(object), ...sourceHeader(source) });
};

const UploadPartCopy: S3Action = async (s3, request) => {
  const { headers } = request;
  const upload = needUpload(s3, request);
  partNumberOf(request.query);
  const source = needSource(s3, request);
  const text = headers["x-amz-copy-source-range"];
  const range = parseRange(text, source.sizeBytes);
  if (text !== undefined && (range === undefined || !/^bytes=\d+-\d+$/.test(text)))
    throw invalidArgument(
      "x-amz-copy-source-range",
      text,
      "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy",
    );
  const bytes = range ?? { first: 0, last: source.sizeBytes - 1 };
  const part = putPart(s3, request, await copyBytes(s3, source, bytes, upload.checksum?.algorithm));
  const { checksum } = upload;
  const result = {
    LastModified: iso(part.lastModified),
    ETag: quoted(part.etag),
    ...(checksum && { [`Checksum${checksum.algorithm}`]: part.checksum }),
  };
  return xml("CopyPartResult", result, { ...ENCRYPTION, ...sourceHeader(source) });
};

export const copyActions = { CopyObject, UploadPartCopy } satisfies Readonly<Record<string, S3Action>>;
