// Listings of multipart uploads and of their parts.
import { quoted } from "./headers.ts";
import { OWNER_ID, S3_LIMITS } from "./limits.ts";
import { asked, encoder, listed, listPage, startAfter } from "./list-objects.ts";
import { partTableKey, type Upload, uploadTableKey } from "./model.ts";
import { needUpload } from "./multipart.ts";
import { countOf, iso, needBucket, type S3Action, xml } from "./request.ts";

const OWNER = { ID: OWNER_ID };

const about = ({ checksum }: Upload) => ({
  Initiator: OWNER,
  Owner: OWNER,
  StorageClass: "STANDARD",
  ...(checksum && { ChecksumAlgorithm: checksum.algorithm, ChecksumType: checksum.type }),
});

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
    ...about(upload),
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
  const [keyMarker, given] = [query.get("key-marker") ?? "", query.get("upload-id-marker") ?? ""];
  const idMarker = keyMarker === "" ? "" : given;
  const request = asked(query, "max-uploads");
  const { encode } = request;
  const after = idMarker === "" ? startAfter(query, keyMarker) : uploadTableKey("", keyMarker, idMarker).slice(1);
  const page = listPage(s3.uploads, { ...request, bucket, after });
  return xml("ListMultipartUploadsResult", {
    Bucket: bucket,
    KeyMarker: encode(keyMarker),
    UploadIdMarker: idMarker,
    ...(page.truncated && {
      NextKeyMarker: encode(page.lastEntry?.key ?? page.last),
      NextUploadIdMarker: page.lastEntry?.uploadId ?? "",
    }),
    MaxUploads: request.limit,
    ...listed(query, request, page),
    Upload: page.entries.map((upload) => ({
      Key: encode(upload.key),
      UploadId: upload.uploadId,
      Initiated: iso(upload.initiatedAt),
      ...about(upload),
    })),
  });
};

export const listUploadsActions = { ListParts, ListMultipartUploads } satisfies Readonly<Record<string, S3Action>>;
