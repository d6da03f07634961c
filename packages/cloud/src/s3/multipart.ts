// Multipart uploads: create, upload a part, complete, abort.
import { createHash, randomUUID } from "node:crypto";
import {
  type ChecksumAlgorithm,
  checksumHeader,
  type ChecksumType,
  isChecksumAlgorithm,
  isCrc,
} from "../protocols/checksums.ts";
import { dropUpload } from "./buckets.ts";
import { completedChecksum, readParts } from "./complete-upload.ts";
import { invalidArgument, invalidRequest, s3Error } from "./errors.ts";
import { checksumXml, describe, ENCRYPTION, quoted, versionHeader } from "./headers.ts";
import { S3_LIMITS } from "./limits.ts";
import { type Part, partTableKey, type S3State, type Upload, uploadTableKey } from "./model.ts";
import { readDocument, receive, type Received } from "./receive.ts";
import { needBucket, type S3Action, type S3Call, xml } from "./request.ts";
import { type Write, writeObject } from "./write.ts";

export const needUpload = (s3: S3State, { bucket, key, query }: Pick<S3Call, "bucket" | "key" | "query">): Upload => {
  needBucket(s3, bucket);
  const uploadId = query.get("uploadId") ?? "";
  const upload = s3.uploads.get(uploadTableKey(bucket, key, uploadId));
  if (upload === undefined) throw s3Error("NoSuchUpload", { UploadId: uploadId });
  return upload;
};

const checksumOf = (headers: S3Call["headers"]): Upload["checksum"] => {
  const algorithm = headers["x-amz-checksum-algorithm"]?.toUpperCase();
  if (algorithm === undefined) return undefined;
  if (!isChecksumAlgorithm(algorithm))
    throw invalidRequest(
      "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]",
    );
  const fallback: ChecksumType = algorithm === "CRC64NVME" ? "FULL_OBJECT" : "COMPOSITE";
  const type = headers["x-amz-checksum-type"]?.toUpperCase() ?? fallback;
  const fits = (type === "FULL_OBJECT" && isCrc(algorithm)) || (type === "COMPOSITE" && algorithm !== "CRC64NVME");
  if (fits) return { algorithm, type };
  throw invalidRequest(
    `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
  );
};

const CreateMultipartUpload: S3Action = (s3, { bucket, key, headers }) => {
  needBucket(s3, bucket);
  const checksum = checksumOf(headers);
  const initiatedAt = s3.ground.clock.now();
  // Ids rise with time, so that the uploads of one key are listed in the order of their start.
  const uploadId = initiatedAt.toString(36).padStart(9, "0") + randomUUID().replaceAll("-", "");
  const upload: Upload = { ...describe(headers), uploadId, bucket, key, initiatedAt, ...(checksum && { checksum }) };
  s3.uploads.put(uploadTableKey(bucket, key, uploadId), upload);
  const told = checksum && {
    "x-amz-checksum-algorithm": checksum.algorithm,
    "x-amz-checksum-type": checksum.type,
  };
  const result = { Bucket: bucket, Key: key, UploadId: uploadId };
  return xml("InitiateMultipartUploadResult", result, { ...ENCRYPTION, ...told });
};

export const partNumberOf = (query: URLSearchParams): number => {
  const number = Number(query.get("partNumber"));
  if (Number.isInteger(number) && number >= 1 && number <= S3_LIMITS.parts) return number;
  throw invalidArgument(
    "partNumber",
    query.get("partNumber") ?? "",
    `Part number must be an integer between 1 and ${S3_LIMITS.parts}, inclusive`,
  );
};

/** Parts carry the upload's checksum. Without one, SDKs send CRC32 all the same: verified, and not kept (u). */
const checkPartAlgorithm = ({ checksum }: Upload, given: ChecksumAlgorithm | undefined): void => {
  if (checksum === undefined || checksum.algorithm === given) return;
  const [expected, actual] = [checksum.algorithm, given].map((name) => name?.toLowerCase() ?? "null");
  const message = `Checksum Type mismatch occurred, expected checksum Type: ${expected}, actual checksum Type: ${actual}`;
  throw invalidRequest(message);
};

/** Records a part whose bytes are stored; an earlier one of the same number goes. */
export const putPart = (s3: S3State, request: S3Call, received: Received): Part => {
  const { segments, sizeBytes, md5, checksum } = received;
  try {
    const { part, replaced } = s3.ground.store.transaction(() => {
      const upload = needUpload(s3, request); // it may have been completed or aborted meanwhile
      checkPartAlgorithm(upload, checksum?.algorithm);
      const number = partNumberOf(request.query);
      const tableKey = partTableKey(upload.uploadId, number);
      const existing = s3.parts.get(tableKey);
      const made: Part = {
        number,
        segments,
        sizeBytes,
        etag: md5,
        lastModified: s3.ground.clock.now(),
        ...(upload.checksum && checksum && { checksum: checksum.value }),
      };
      s3.parts.put(tableKey, made);
      return { part: made, replaced: existing };
    });
    if (replaced !== undefined) s3.bodies.discard(replaced.segments);
    return part;
  } catch (error) {
    s3.bodies.discard(segments);
    throw error;
  }
};

const UploadPart: S3Action = async (s3, request) => {
  const upload = needUpload(s3, request);
  partNumberOf(request.query);
  // Composite checksums need the client's; of a full object S3 computes what is missing.
  const fallback = upload.checksum?.type === "FULL_OBJECT" ? upload.checksum.algorithm : undefined;
  const received = await receive(s3, request, fallback);
  const { etag } = putPart(s3, request, received);
  const { checksum } = received;
  const sums = checksum && { [checksumHeader(checksum.algorithm)]: checksum.value };
  return { status: 200, headers: { etag: quoted(etag), ...ENCRYPTION, ...sums } };
};

const AbortMultipartUpload: S3Action = (s3, request) => {
  s3.ground.store.transaction(() => dropUpload(s3, needUpload(s3, request)));
  return { status: 204 };
};

const etagOf = (parts: readonly Part[]): string => {
  const md5 = createHash("md5");
  for (const { etag } of parts) md5.update(etag, "hex");
  return `${md5.digest("hex")}-${parts.length}`;
};

const assemble = (upload: Upload, parts: readonly Part[], headers: S3Call["headers"]): Write["object"] => {
  const sizeBytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  const checksum = completedChecksum(upload, parts, headers);
  const { key, headers: kept, metadata, tags } = upload;
  return {
    key,
    headers: kept,
    metadata,
    tags,
    sizeBytes,
    etag: etagOf(parts),
    segments: parts.flatMap(({ segments }) => segments),
    ...(checksum && { checksum }),
  };
};

const CompleteMultipartUpload: S3Action = async (s3, request) => {
  const { bucket, key, headers, call } = request;
  needUpload(s3, request);
  const body = (await readDocument({ ...request, headers: withoutChecksums(headers) })).toString("utf8");
  const object = s3.ground.store.transaction(() => {
    const upload = needUpload(s3, request);
    const parts = readParts(s3, upload, body);
    const kept = new Set(parts.map(({ number }) => number));
    return writeObject(s3, {
      caller: call,
      bucket,
      headers,
      event: "CompleteMultipartUpload",
      object: assemble(upload, parts, headers),
      also: () => dropUpload(s3, upload, kept),
    });
  });
  const result = {
    Location: `http://${call.request.host}/${bucket}/${encodeURIComponent(key)}`,
    Bucket: bucket,
    Key: key,
    ETag: quoted(object.etag),
    ...checksumXml(object),
  };
  return xml("CompleteMultipartUploadResult", result, { ...ENCRYPTION, ...versionHeader(object) });
};

/** Checksum headers of this request are about the object, not about the XML. */
const withoutChecksums = (headers: S3Call["headers"]): S3Call["headers"] =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !/^x-amz-(sdk-)?checksum-/.test(name)));

export const multipartActions = {
  CreateMultipartUpload,
  UploadPart,
  CompleteMultipartUpload,
  AbortMultipartUpload,
} satisfies Readonly<Record<string, S3Action>>;
