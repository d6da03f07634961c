// Objects: put, get, head, delete.
import type { AwsResponse } from "../gateway/service.ts";
import { isNotModified, rangeApplies } from "./conditions.ts";
import { invalidArgument, invalidRequest } from "./errors.ts";
import { checksumHeaders, describe, HEADER_TEXT, objectHeaders, versionHeader, writtenHeaders } from "./headers.ts";
import type { S3State } from "./model.ts";
import { parseRange } from "./ranges.ts";
import { receive, recordOf } from "./receive.ts";
import { markerHeaders, needBucket, needObject, type S3Action, type S3Call } from "./request.ts";
import { checkVersionId } from "./versions.ts";
import { removeObject, writeObject } from "./write.ts";

const PutObject: S3Action = async (s3, request) => {
  const { bucket, key, headers, call } = request;
  needBucket(s3, bucket);
  const description = describe(headers);
  const received = await receive(s3, request);
  const object = writeObject(s3, {
    caller: call,
    bucket,
    event: "Put",
    headers,
    object: { ...description, key, ...recordOf(received) },
  });
  return { status: 200, headers: { ...writtenHeaders(object), ...checksumHeaders(object) } };
};

/** `response-content-type` and its like, for signed requests only. */
const overrides = ({ call, query }: S3Call): Record<string, string> => {
  const headers: Record<string, string> = {};
  if (call.request.rawQuery === "") return headers;
  for (const [name, value] of query) {
    if (!name.startsWith("response-")) continue;
    if (!HEADER_TEXT.test(value))
      throw invalidArgument(name, value, "Header value cannot be represented using ISO-8859-1."); // (u) for control characters
    headers[name.slice("response-".length)] = value;
  }
  if (Object.keys(headers).length > 0 && call.principal.kind === "anonymous")
    throw invalidRequest("Request specific response headers cannot be used for anonymous GET requests.");
  return headers;
};

const answer = (s3: S3State, request: S3Call, withBody: boolean): AwsResponse => {
  const { bucket, key, headers, query, call } = request;
  const object = needObject(s3, call, { bucket, key, versionId: query.get("versionId") });
  const answered = Object.assign(objectHeaders(object), overrides(request));
  if (isNotModified(headers, object)) {
    const { "content-type": _type, ...kept } = answered;
    return { status: 304, headers: kept };
  }
  const range = rangeApplies(headers, object) ? parseRange(headers["range"], object.sizeBytes) : undefined;
  const { first, last } = range ?? { first: 0, last: object.sizeBytes - 1 };
  if (headers["x-amz-checksum-mode"]?.toUpperCase() === "ENABLED" && range === undefined)
    Object.assign(answered, checksumHeaders(object));
  answered["content-length"] = String(last - first + 1);
  if (range !== undefined) answered["content-range"] = `bytes ${first}-${last}/${object.sizeBytes}`;
  const status = range === undefined ? 200 : 206;
  if (!withBody) return { status, headers: answered };
  return { status, headers: answered, body: s3.bodies.read(object.segments, first, last) };
};

const GetObject: S3Action = (s3, request) => answer(s3, request, true);
const HeadObject: S3Action = (s3, request) => answer(s3, request, false);

const DeleteObject: S3Action = (s3, { bucket, key, headers, query, call }) => {
  needBucket(s3, bucket);
  const versionId = checkVersionId(query.get("versionId"));
  const removed = removeObject(s3, { caller: call, bucket, key, headers, versionId });
  if (removed === undefined) return { status: 204, headers: versionHeader({ versionId }) };
  const told = versionId !== undefined || removed.deleteMarker; // what an unversioned delete removed has no id to tell
  return { status: 204, headers: { ...(told && versionHeader(removed)), ...markerHeaders(removed) } };
};

export const objectActions = { PutObject, GetObject, HeadObject, DeleteObject } satisfies Readonly<
  Record<string, S3Action>
>;
