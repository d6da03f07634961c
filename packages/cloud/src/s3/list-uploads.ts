// Listings of multipart uploads and of their parts.
import { s3Error } from "./errors.ts";
import { quoted } from "./headers.ts";
import { OWNER_ID, S3_LIMITS } from "./limits.ts";
import { encoder, listPage } from "./list-objects.ts";
import { partTableKey, uploadTableKey } from "./model.ts";
import { needUpload } from "./multipart.ts";
import { countOf, iso, needBucket, type S3Action, xml } from "./request.ts";

const OWNER = { ID: OWNER_ID };

const ListParts: S3Action = (s3, request) => {
  const { bucket, key, query } = request;
  const upload = needUpload(s3, request);
  const maxParts = Math.min(countOf(query, "max-parts", S3_LIMITS.pageSize), S3_LIMITS.pageSize);
  const marker = countOf(query, "part-number-marker", 0);
  const after = partTableKey(upload.uploadId, marker);
  const rows = s3.parts.list({ prefix: `${upload.uploadId}/`, after, limit: maxParts + 1 });
  const parts = rows.slice(0, maxParts).map(([, part]) => part);
  const { checksum } = upload;
  return xml("ListPartsResult", {
    Bucket: bucket,
    Key: encoder(query)(key),
    UploadId: upload.uploadId,
    Initiator: OWNER,
    Owner: OWNER,
    StorageClass: upload.storageClass,
    ...(checksum && { ChecksumAlgorithm: checksum.algorithm, ChecksumType: checksum.type }),
    PartNumberMarker: marker,
    NextPartNumberMarker: parts.at(-1)?.number ?? 0,
    MaxParts: maxParts,
    IsTruncated: rows.length > maxParts,
    Part: parts.map((part) => ({
      PartNumber: part.number,
      LastModified: iso(part.lastModified),
      ETag: quoted(part.etag),
      Size: part.sizeBytes,
      ...(checksum && { [`Checksum${checksum.algorithm}`]: part.checksum }),
    })),
  });
};

const ListMultipartUploads: S3Action = (s3, { bucket, query }) => {
  needBucket(s3, bucket);
  const prefix = query.get("prefix") ?? "";
  const delimiter = query.get("delimiter") ?? "";
  if (delimiter.includes("\u0000")) throw s3Error("InvalidArgument");
  const keyMarker = query.get("key-marker") ?? "";
  const idMarker = keyMarker === "" ? "" : (query.get("upload-id-marker") ?? "");
  const limit = Math.min(countOf(query, "max-uploads", S3_LIMITS.pageSize), S3_LIMITS.pageSize);
  const encode = encoder(query);
  // Table keys are `<key>` NUL `<uploadId>`; a key marker without an id has all uploads of that key behind it.
  const after = idMarker === "" ? keyMarker && `${keyMarker}\u0001` : uploadTableKey("", keyMarker, idMarker).slice(1);
  const given = delimiter !== "" && keyMarker.endsWith(delimiter) ? keyMarker : after;
  const page = listPage(s3.uploads, { bucket, prefix, delimiter, after: given, limit }, ({ key, uploadId }) =>
    uploadTableKey("", key, uploadId).slice(1),
  );
  const [nextKey = "", nextId = ""] = page.last.split("\u0000");
  return xml("ListMultipartUploadsResult", {
    Bucket: bucket,
    KeyMarker: encode(keyMarker),
    UploadIdMarker: idMarker,
    ...(page.truncated && { NextKeyMarker: encode(nextKey), NextUploadIdMarker: nextId }),
    Prefix: encode(prefix),
    ...(delimiter !== "" && { Delimiter: encode(delimiter) }),
    ...(query.has("encoding-type") && { EncodingType: "url" }),
    MaxUploads: limit,
    IsTruncated: page.truncated,
    Upload: page.entries.map((upload) => ({
      Key: encode(upload.key),
      UploadId: upload.uploadId,
      Initiator: OWNER,
      Owner: OWNER,
      StorageClass: upload.storageClass,
      Initiated: iso(upload.initiatedAt),
      ...(upload.checksum && { ChecksumAlgorithm: upload.checksum.algorithm, ChecksumType: upload.checksum.type }),
    })),
    CommonPrefixes: page.commonPrefixes.map((text) => ({ Prefix: encode(text) })),
  });
};

export const listUploadsActions = { ListParts, ListMultipartUploads } satisfies Readonly<Record<string, S3Action>>;
