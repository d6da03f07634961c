// What the actions of S3 work with: a call with its bucket, key and headers, and the look-ups that nearly all need.
import type { AwsResponse, Call, Need } from "../gateway/service.ts";
import { type Xml, xmlResponse } from "../protocols/rest-xml.ts";
import { invalidArgument, s3Error } from "./errors.ts";
import { type Headers, httpDate } from "./headers.ts";
import { type Bucket, bucketArn, objectArn, type S3State, type StoredObject } from "./model.ts";
import { policyOf } from "./policy-rules.ts";
import type { S3Input } from "./route.ts";
import { checkVersionId, findVersion, versionsOf } from "./versions.ts";

export interface S3Call extends S3Input {
  readonly call: Call;
  readonly query: URLSearchParams;
}

export type S3Action = (s3: S3State, request: S3Call) => AwsResponse | Promise<AwsResponse>;

/** `decode` made the input of every S3 call. */
export const inputOf = (call: Pick<Call, "input">): S3Input => call.input as unknown as S3Input;

export const s3Call = (call: Call): S3Call => {
  const { bucket, key, headers } = inputOf(call);
  return { bucket, key, headers, call, query: call.request.query };
};

const NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

/** An answer of one document, with further headers. */
export const xml = (root: string, value: Xml, headers: Headers = {}): AwsResponse => {
  const answer = xmlResponse(root, value, NAMESPACE);
  return { ...answer, headers: { ...answer.headers, ...headers } };
};
export const iso = (ms: number): string => new Date(ms).toISOString();

export const needBucket = (s3: S3State, name: string): Bucket => {
  const bucket = s3.buckets.get(name);
  if (bucket === undefined) throw s3Error("NoSuchBucket", { BucketName: name });
  return bucket;
};

/** Throws AWS's denial unless the caller may do all of this. */
export const demand = (s3: S3State, { principal }: Pick<Call, "principal">, needs: readonly Need[]): void => {
  for (const need of needs) {
    const decision = s3.iam.decide(principal, need, policyOf(s3, need.resource));
    if (!decision.allowed) throw s3Error("AccessDenied", {}, decision.message);
  }
};

export interface Wanted {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string | null;
}

/** Headers that tell of a delete marker. */
export const markerHeaders = ({ deleteMarker, versionId = "" }: StoredObject): Record<string, string> =>
  deleteMarker ? { "x-amz-delete-marker": "true", "x-amz-version-id": versionId } : {};

const missing = (s3: S3State, { bucket, key, versionId }: Wanted): Error => {
  if (typeof versionId === "string") return s3Error("NoSuchVersion", { Key: key, VersionId: versionId });
  const [newest] = versionsOf(s3, bucket, key).take(1);
  return s3Error("NoSuchKey", { Key: key, ...(newest && { headers: markerHeaders(newest) }) });
};

/** The object, or 404; 403 for callers that may not list the bucket, who must not learn which keys exist. */
export const needObject = (
  s3: S3State,
  call: Pick<Call, "allows" | "request">,
  { bucket, key, versionId }: Wanted,
): StoredObject => {
  const wanted = checkVersionId(versionId);
  const object = findVersion(s3, { bucket, key, ...(wanted !== undefined && { versionId: wanted }) });
  if (object?.deleteMarker) {
    const headers = { ...markerHeaders(object), allow: "DELETE", "last-modified": httpDate(object.lastModified) };
    throw s3Error("MethodNotAllowed", { Method: call.request.method, ResourceType: "DeleteMarker", headers });
  }
  if (object !== undefined) return object;
  needBucket(s3, bucket);
  if (!call.allows({ action: "s3:ListBucket", resource: bucketArn(bucket) })) throw s3Error("AccessDenied");
  throw missing(s3, { bucket, key, ...(wanted !== undefined && { versionId: wanted }) });
};

export const needOn = (action: string, bucket: string, key?: string): Need => ({
  action: `s3:${action}`,
  resource: key === undefined ? bucketArn(bucket) : objectArn(bucket, key),
});

/** A whole number in a query parameter. */
export const countOf = (query: URLSearchParams, name: string, fallback: number): number => {
  const text = query.get(name);
  if (text === null || text === "") return fallback;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= 2_147_483_647) return value;
  throw invalidArgument(name, text, `Argument ${name} must be an integer between 0 and 2147483647`);
};
